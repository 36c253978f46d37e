"""Encoders: from symbols to states, one a position.

An encoder takes ``(inputs, lengths)`` and returns ``(states, mask)``, (B, L, state_dim) and (B, L). The mask is True
where an input is no padding, and states of padding are zero: what a sequence is padded with changes nothing.
``encoder.summary(states, mask)`` says it all in one vector, (B, state_dim).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attn_core import masks
from attn_core._checks import check_home

from ._inputs import check_codes, check_positive
from .positions import sinusoids
from .sizes import Sizes


class RecurrentEncoder(nn.Module):
    """Read the symbols in order, and remember in each state what came before; or also, backward, what comes after.

    Parameters
    ----------
    sizes : Sizes
    layer : class
        ``torch.nn.GRU``, ``torch.nn.LSTM`` or ``torch.nn.RNN``.
    bidirectional : bool
        Whether a second layer reads backward; then each makes one half of a state.

    Raises
    ------
    ValueError
        If there are to be two halves of an odd state_dim.

    Notes
    -----
    Backward and forward, ``h_j = [→h_j; ←h_j]``: Bahdanau, Cho and Bengio (2015), arXiv:1409.0473.

    Examples
    --------
    >>> encoder = RecurrentEncoder(Sizes(10, 10), bidirectional=True)
    >>> inputs = torch.tensor([[3, 1, 4], [5, 9, 0]])
    >>> states, mask = encoder(inputs, torch.tensor([3, 2]))
    >>> states.shape
    torch.Size([2, 3, 64])
    >>> mask
    tensor([[ True,  True,  True],
            [ True,  True, False]])
    """

    def __init__(self, sizes: Sizes, *, layer: type[nn.RNNBase] = nn.GRU, bidirectional: bool = False):
        super().__init__()
        if bidirectional and sizes.state_dim % 2:
            raise ValueError(f"a bidirectional encoder needs an even state_dim, got {sizes.state_dim}")
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.num_inputs, sizes.embedding_dim)
        directions = ["onward", "back"] if bidirectional else ["onward"]
        width = sizes.state_dim // len(directions)
        self.layers = nn.ModuleDict(
            {direction: layer(sizes.embedding_dim, width, batch_first=True) for direction in directions}
        )

    def forward(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Give a state for each position, and the mask.

        Parameters
        ----------
        inputs : int tensor (B, L)
            Padded at the end, with any code.
        lengths : int tensor (B,)
            The true length of each input, from 0 to L.

        Returns
        -------
        states : tensor (B, L, state_dim)
            Zero on padding.
        mask : bool tensor (B, L)
            True where there is no padding.
        """
        embedded, mask = embed(self.embedding, inputs, lengths)
        return read(self.layers, embedded, mask), mask

    def summary(self, states: Tensor, mask: Tensor) -> Tensor:
        """Give the state in which the reading ended: the last one, or for the half that reads backward, the first."""
        is_last = mask & ~F.pad(mask[:, 1:], (0, 1))
        last = (states * is_last[..., None]).sum(dim=1)
        if "back" not in self.layers:
            return last
        onward, _ = last.chunk(2, dim=-1)
        _, back = states[:, 0].chunk(2, dim=-1)
        return torch.cat([onward, back], dim=-1)


class ConvEncoder(nn.Module):
    """See each symbol together with its neighbours, and through a pile of layers with theirs.

    Parameters
    ----------
    sizes : Sizes
    kernel_size : int
        How many positions a layer sees at once; odd.
    num_layers : int

    Raises
    ------
    TypeError, ValueError
        If a number is no positive integer, or the kernel is even.

    Notes
    -----
    ``x ← x + tanh(conv(x))``, a layer, on embeddings to which `sinusoids` are added, for a convolution does not know
    where it is: after Gehring, Auli, Grangier and Dauphin (2016), arXiv:1611.02344, who learn the vectors of positions.
    A state sees ``num_layers · (kernel_size − 1) + 1`` symbols.

    Examples
    --------
    >>> encoder = ConvEncoder(Sizes(10, 10))
    >>> states, mask = encoder(torch.tensor([[3, 1, 4]]), torch.tensor([2]))
    >>> states.shape, mask
    (torch.Size([1, 3, 64]), tensor([[ True,  True, False]]))
    """

    def __init__(self, sizes: Sizes, *, kernel_size: int = 3, num_layers: int = 3):
        super().__init__()
        check_positive(kernel_size=kernel_size, num_layers=num_layers)
        if kernel_size % 2 == 0:
            raise ValueError(f"kernel_size must be odd, for as many neighbours on each side, got {kernel_size}")
        self.sizes = sizes
        self.embedding = nn.Embedding(sizes.num_inputs, sizes.embedding_dim)
        self.widen = nn.Linear(sizes.embedding_dim, sizes.state_dim)
        self.layers = nn.ModuleList(
            nn.Conv1d(sizes.state_dim, sizes.state_dim, kernel_size, padding=kernel_size // 2)
            for _ in range(num_layers)
        )

    def forward(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Give a state for each position, and the mask, as `RecurrentEncoder` does."""
        embedded, mask = embed(self.embedding, inputs, lengths)
        states = self.widen(embedded + sinusoids(inputs.shape[1], self.sizes.embedding_dim, like=embedded))
        states = torch.where(mask[..., None], states, 0.0)
        for conv in self.layers:
            seen = conv(states.mT).mT  # a convolution wants (B, state_dim, L)
            states = torch.where(mask[..., None], states + torch.tanh(seen), 0.0)
        return states, mask

    def summary(self, states: Tensor, mask: Tensor) -> Tensor:
        """Give the mean of the states, zero where there is none."""
        return states.sum(dim=1) / mask.sum(dim=1, keepdim=True).clamp(min=1)


def read(layers: nn.ModuleDict, x: Tensor, mask: Tensor) -> Tensor:
    """What the layer onward, and the one back if there is one, make of vectors (B, L, D); zeros on padding."""
    states, _ = layers["onward"](x)
    if "back" in layers:
        back, _ = layers["back"](_turned(x, mask))
        states = torch.cat([states, _turned(back, mask)], dim=-1)
    return torch.where(mask[..., None], states, 0.0)


def embed(embedding: nn.Embedding, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """The symbols as vectors, (B, L, embedding_dim), and where they are no padding, (B, L)."""
    inputs = check_codes("inputs", inputs, embedding.num_embeddings)
    check_home("lengths", lengths, "inputs", inputs)
    mask = masks.padding(lengths, inputs.shape[1])
    if len(mask) != len(inputs) or mask.ndim != 3:
        raise ValueError(f"lengths must be (B,) = ({len(inputs)},), got {tuple(lengths.shape)}")
    return embedding(inputs), mask[:, 0]


def _turned(x: Tensor, mask: Tensor) -> Tensor:
    """Each sequence from its last position to its first; the padding stays behind it."""
    length = mask.sum(dim=1, keepdim=True)
    at = torch.arange(x.shape[1], device=x.device).expand(mask.shape)
    at = torch.where(mask, length - 1 - at, at)  # (B, L)
    return x.gather(1, at[..., None].expand_as(x))
