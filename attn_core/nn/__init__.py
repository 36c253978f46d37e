"""Layers and models in torch: they own the parameters, and call the functions that own the formulas.

A layer takes ``(query, key, value, *, mask=None)``, self-attention ``(x, *, mask=None)``, and returns
``(output, weights)``, the weights per head, (B, H, Lq, Lk); ``layer.output`` returns the output alone. A mask is True
where a query may attend. One that broadcasts against (B, Lq, Lk) holds for all heads; one with four axes,
(B, H, Lq, Lk), is per head. A query with nothing to attend gets zeros, as output and as weights.

Parameters are drawn from torch's generator: call ``torch.manual_seed`` first.
"""

from .abcnn import ABCNN
from .attention import AdditiveAttention, DotAttention, GeneralAttention
from .attention_pools import FeedForwardPool, QueryPool, StructuredPool, redundancy
from .block import BlockWeights, TransformerBlock
from .decoders import BahdanauDecoder, FixedVectorDecoder, LuongDecoder
from .encoder_decoder import EncoderDecoder
from .encoders import ConvEncoder, RecurrentEncoder
from .gates import chrono_, forget_bias_, unrolled_gates
from .hierarchical import HierarchicalAttention, LevelWeights
from .matches import PairWeights, match, row_sums
from .multi_head import MultiHeadAttention
from .pixels import PixelEncoder
from .places import HardAttention, LocalAttention
from .pooling import AttentionPool, last_pool, max_pool, mean_pool
from .positions import LearnedPositions, sinusoids
from .self_attention import SelfAttention
from .sizes import Sizes, TransformerSizes
from .transformer import Transformer, TransformerWeights

__all__ = [
    "ABCNN",
    "AdditiveAttention",
    "AttentionPool",
    "BahdanauDecoder",
    "BlockWeights",
    "ConvEncoder",
    "DotAttention",
    "EncoderDecoder",
    "FeedForwardPool",
    "FixedVectorDecoder",
    "GeneralAttention",
    "HardAttention",
    "HierarchicalAttention",
    "LearnedPositions",
    "LevelWeights",
    "LocalAttention",
    "LuongDecoder",
    "MultiHeadAttention",
    "PairWeights",
    "PixelEncoder",
    "QueryPool",
    "RecurrentEncoder",
    "SelfAttention",
    "Sizes",
    "StructuredPool",
    "Transformer",
    "TransformerBlock",
    "TransformerSizes",
    "TransformerWeights",
    "chrono_",
    "forget_bias_",
    "last_pool",
    "match",
    "max_pool",
    "mean_pool",
    "redundancy",
    "row_sums",
    "sinusoids",
    "unrolled_gates",
]
