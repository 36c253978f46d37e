"""Decoders: from states to symbols, one after the other.

A decoder takes ``(targets, states, mask, summary)`` and returns ``(logits, weights)``: it reads the right symbols
and says after each which one comes next. ``decoder.generate(states, mask, summary, most=…)`` reads what it wrote
itself. The three differ in what they look at, and when.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ._decoder import Decoder
from ._inputs import check_positive
from .attention import AdditiveAttention, DotAttention
from .sizes import Sizes


class FixedVectorDecoder(Decoder):
    """Write from one vector, the same at every step: all that is known of the input passes through it.

    Parameters
    ----------
    sizes : Sizes
    vector_dim : int, optional
        Width of the vector; a linear map brings the summary to it. Without it, the summary is the vector.

    Raises
    ------
    TypeError, ValueError
        If vector_dim is no positive integer.

    Notes
    -----
    ``s_t = GRU(s_{t−1}, [y_{t−1}; c])`` from ``s_0 = tanh(W c)``, ``logits_t = W' [y_{t−1}; s_t; c]``: after Cho et
    al. (2014), arXiv:1406.1078. The weights, (B, T, 1), are all ones: there is one thing to look at.

    Examples
    --------
    >>> decoder = FixedVectorDecoder(Sizes(10, 12), vector_dim=16)
    >>> states, mask = torch.zeros(1, 5, 64), torch.ones(1, 5, dtype=torch.bool)
    >>> targets, summary = torch.tensor([[1, 2, 3]]), states[:, -1]
    >>> logits, weights = decoder(targets, states, mask, summary)
    >>> logits.shape, weights.shape
    (torch.Size([1, 3, 12]), torch.Size([1, 3, 1]))
    """

    def __init__(self, sizes: Sizes, *, vector_dim: int | None = None):
        vector_dim = sizes.state_dim if vector_dim is None else vector_dim
        check_positive(vector_dim=vector_dim)
        super().__init__(sizes, vector_dim)
        is_summary = vector_dim == sizes.state_dim
        self.squeeze = nn.Identity() if is_summary else nn.Linear(sizes.state_dim, vector_dim)
        self.recurrent = nn.GRU(sizes.embedding_dim + vector_dim, sizes.state_dim, batch_first=True)
        self.read_out = nn.Linear(sizes.embedding_dim + sizes.state_dim + vector_dim, sizes.num_outputs)

    def start(self, states: Tensor, mask: Tensor, summary: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Put the vector in place of all states."""
        vector = self.squeeze(summary)
        return torch.tanh(self.begin(vector)), vector[:, None], mask.new_ones(len(mask), 1)

    def run(self, symbols: Tensor, state: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        written = self.embedding(symbols)  # (B, T, embedding_dim)
        vector = states.expand(-1, symbols.shape[1], -1)  # (B, T, vector_dim)
        passed, _ = self.recurrent(torch.cat([written, vector], dim=-1), state[None])  # (B, T, state_dim)
        logits = self.read_out(torch.cat([written, passed, vector], dim=-1))
        return logits, states.new_ones(*symbols.shape, 1), passed[:, -1]


class BahdanauDecoder(Decoder):
    """Before each step, ask with the state so far where to look, and step with what is seen.

    Parameters
    ----------
    sizes : Sizes

    Notes
    -----
    ``c_t = AdditiveAttention(s_{t−1}, h, h)``, ``s_t = GRU(s_{t−1}, [y_{t−1}; c_t])`` from ``s_0 = tanh(W summary)``,
    ``logits_t = W' [y_{t−1}; s_t; c_t]``: after Bahdanau, Cho and Bengio (2015), arXiv:1409.0473, whose read-out has a
    hidden layer more. `FixedVectorDecoder` is the same with one c for all steps.

    Examples
    --------
    >>> decoder = BahdanauDecoder(Sizes(10, 12))
    >>> states, mask = torch.zeros(1, 5, 64), torch.ones(1, 5, dtype=torch.bool)
    >>> symbols, weights = decoder.generate(states, mask, states[:, -1], most=3)
    >>> symbols.shape, weights.shape
    (torch.Size([1, 3]), torch.Size([1, 3, 5]))
    """

    def __init__(self, sizes: Sizes):
        super().__init__(sizes, sizes.state_dim)
        self.attention = AdditiveAttention(sizes.state_dim, sizes.state_dim, sizes.state_dim)
        self.cell = nn.GRUCell(sizes.embedding_dim + sizes.state_dim, sizes.state_dim)
        self.read_out = nn.Linear(sizes.embedding_dim + 2 * sizes.state_dim, sizes.num_outputs)

    def run(self, symbols: Tensor, state: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        written = self.embedding(symbols)  # (B, T, embedding_dim)
        passed, contexts, weights = [], [], []
        for symbol in written.unbind(dim=1):  # (B, embedding_dim)
            context, looked = self.attention(state[:, None], states, states, mask=mask[:, None])
            state = self.cell(torch.cat([symbol, context[:, 0]], dim=-1), state)
            passed.append(state)
            contexts.append(context[:, 0])
            weights.append(looked[:, 0, 0])
        seen = [written, torch.stack(passed, dim=1), torch.stack(contexts, dim=1)]
        return self.read_out(torch.cat(seen, dim=-1)), torch.stack(weights, dim=1), state


class LuongDecoder(Decoder):
    """After each step, ask with the new state where to look, and write from both.

    Parameters
    ----------
    sizes : Sizes
    attention : callable
        Makes the attention layer: ``attention(query_dim, key_dim)``, as `DotAttention` and `GeneralAttention` do.

    Notes
    -----
    ``s_t = GRU(s_{t−1}, y_{t−1})`` from ``s_0 = tanh(W summary)``, ``c_t = attention(s_t, h, h)``,
    ``s̃_t = tanh(W_c [c_t; s_t])``, ``logits_t = W' s̃_t``: Luong, Pham and Manning (2015), arXiv:1508.04025, without
    input feeding. What is seen does not enter the next step, so in training all steps look at once.

    Examples
    --------
    >>> from attn_core.nn import GeneralAttention
    >>> decoder = LuongDecoder(Sizes(10, 12), attention=GeneralAttention)
    >>> states, mask = torch.zeros(1, 5, 64), torch.ones(1, 5, dtype=torch.bool)
    >>> symbols, weights = decoder.generate(states, mask, states[:, -1], most=3)
    >>> weights[0, 0] * 5  # equal states, equal weights
    tensor([1., 1., 1., 1., 1.])
    """

    def __init__(self, sizes: Sizes, *, attention: Callable[[int, int], nn.Module] = DotAttention):
        super().__init__(sizes, sizes.state_dim)
        self.attention = attention(sizes.state_dim, sizes.state_dim)
        self.recurrent = nn.GRU(sizes.embedding_dim, sizes.state_dim, batch_first=True)
        self.mix = nn.Linear(2 * sizes.state_dim, sizes.state_dim, bias=False)
        self.read_out = nn.Linear(sizes.state_dim, sizes.num_outputs)

    def run(self, symbols: Tensor, state: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        passed, _ = self.recurrent(self.embedding(symbols), state[None])  # (B, T, state_dim)
        context, weights = self.attention(passed, states, states, mask=mask[:, None])
        mixed = torch.tanh(self.mix(torch.cat([context, passed], dim=-1)))
        return self.read_out(mixed), weights[:, 0], passed[:, -1]
