"""What a layer costs, by formula: parameters, multiply-adds, steps that wait for one another, numbers to hold.

Input and output of every layer have one width, ``model_dim``. Biases and the scales of norms are left out: they are
few. ``measure`` counts the same on torch's own modules. Two layers meet where ``crossing`` says, and two curves,
counted or timed, where ``meetings`` does.
"""

from ._layers import ATTENTION, BLOCK, GRU, LSTM, RNN, Layer, convolution, crossing
from ._meetings import meetings

__all__ = ["ATTENTION", "BLOCK", "GRU", "LSTM", "RNN", "Layer", "convolution", "crossing", "meetings"]
