"""Attention by hand: scores, then weights, then a weighted sum, on numpy and torch arrays alike."""

from attn_core import heads, local, masks, normalizers, scores
from attn_core.attention import attend
from attn_core.normalizers import hardmax, softmax, sparsemax

__version__ = "0.1.0"

__all__ = [
    "attend",
    "hardmax",
    "heads",
    "local",
    "masks",
    "normalizers",
    "scores",
    "softmax",
    "sparsemax",
]
