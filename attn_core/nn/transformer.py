"""The Transformer: an encoder–decoder whose only way from position to position is attention."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from attn_core import masks

from ._greedy import greedy
from ._inputs import check_codes
from .block import TransformerBlock
from .encoders import embed
from .positions import sinusoids
from .sizes import TransformerSizes


class TransformerWeights(NamedTuple):
    """Where every head of every layer looked.

    Parameters
    ----------
    encoder : tensor (B, N, H, L, L)
        From each position of the input to the others; zero on padding, as query and as key.
    decoder : tensor (B, N, H, T, T)
        From each position of the output to itself and those before.
    cross : tensor (B, N, H, T, L)
        From each position of the output to the input; zero on padding.

    Examples
    --------
    >>> weights = TransformerWeights(torch.ones(1, 2, 4, 5, 5), torch.ones(1, 2, 4, 3, 3), torch.ones(1, 2, 4, 3, 5))
    >>> weights.cross[0, 1, 3].shape  # the last head of the last layer
    torch.Size([3, 5])
    """

    encoder: Tensor
    decoder: Tensor
    cross: Tensor


class Transformer(nn.Module):
    """Read one sequence into states, then write another one from them, with attention alone.

    Parameters
    ----------
    sizes : TransformerSizes
    positions : callable, optional
        ``positions(length, dim, like=x)`` gives vectors (length, dim) to add to those of the symbols: `sinusoids`, or
        a `LearnedPositions`, which encoder and decoder then share. None: nobody knows where a symbol stands.
    norm : callable
        ``norm(model_dim)`` makes each normalisation: those of the blocks, and one at the end of each stack. With
        ``torch.nn.Identity`` there is none.
    block : callable
        Makes each block, called as `TransformerBlock` is, with hidden_dim, cross and norm. A
        ``functools.partial`` of that class sets what else it takes.

    Raises
    ------
    ValueError
        If num_heads does not divide model_dim.

    Notes
    -----
    Vaswani et al. (2017), arXiv:1706.03762; the normalisation at the end is that of ``torch.nn.Transformer``. The
    vectors of symbols are drawn with variance 1, and are not multiplied by √D, which there makes up for a small draw.

    To switch heads off, give their places as ``off``: ``{("cross", 0, 3)}`` is the last of four heads that look from
    the first layer of the decoder to the input. Such a head gives zeros; a layer without any head adds nothing.

    Examples
    --------
    >>> model = Transformer(TransformerSizes(num_inputs=10, num_outputs=12))
    >>> inputs = torch.tensor([[3, 1, 4], [5, 9, 0]])
    >>> targets, lengths = torch.tensor([[11, 0], [0, 11]]), torch.tensor([3, 2])
    >>> logits, weights = model(inputs, targets, lengths=lengths)
    >>> logits.shape, weights.cross.shape
    (torch.Size([2, 2, 12]), torch.Size([2, 2, 4, 2, 3]))
    >>> symbols, weights = model.generate(inputs, lengths=lengths, most=4, off={("cross", 0, 3)})
    >>> symbols.shape, weights.cross[:, 0, 3].any()
    (torch.Size([2, 4]), tensor(False))
    """

    def __init__(
        self,
        sizes: TransformerSizes,
        *,
        positions: Callable[..., Tensor] | None = sinusoids,
        norm: Callable[[int], nn.Module] = nn.LayerNorm,
        block: Callable[..., nn.Module] = TransformerBlock,
    ):
        super().__init__()
        self.sizes, self.positions = sizes, positions

        def stack(**kind: Any) -> nn.ModuleList:
            made = (
                block(sizes.model_dim, sizes.num_heads, hidden_dim=sizes.hidden_dim, norm=norm, **kind)
                for _ in range(sizes.num_layers)
            )
            return nn.ModuleList(made)

        self.input_embedding = nn.Embedding(sizes.num_inputs, sizes.model_dim)
        self.encoder, self.encoder_norm = stack(cross=False), norm(sizes.model_dim)
        self.output_embedding = nn.Embedding(sizes.num_outputs + 1, sizes.model_dim)  # the last: nothing written yet
        self.decoder, self.decoder_norm = stack(cross=True), norm(sizes.model_dim)
        self.read_out = nn.Linear(sizes.model_dim, sizes.num_outputs)

    def forward(
        self, inputs: Tensor, targets: Tensor, *, lengths: Tensor, off: Iterable[tuple[str, int, int]] = ()
    ) -> tuple[Tensor, TransformerWeights]:
        """Say at each position of the targets, from the inputs and the targets before it, which symbol comes next.

        Parameters
        ----------
        inputs : int tensor (B, L)
            Padded at the end, with any code.
        targets : int tensor (B, T)
        lengths : int tensor (B,)
            The true length of each input, from 0 to L.
        off : iterable of (str, int, int)
            Heads to switch off: ``"encoder"``, ``"decoder"`` or ``"cross"``, layer, head, from 0.

        Returns
        -------
        logits : tensor (B, T, num_outputs)
            ``logits[:, t]`` is for ``targets[:, t]``, and has not seen it.
        weights : TransformerWeights

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the model, or there is no such head; the text says where.
        """
        targets = check_codes("targets", targets, self.sizes.num_outputs)
        on = self._on(off)
        states, mask, read = self._read(inputs, lengths, on)
        if len(targets) != len(states):
            raise ValueError(f"inputs and targets must have one B, got {len(states)} and {len(targets)}")
        before = torch.cat([self._nothing(states), targets[:, :-1]], dim=1)
        logits, *wrote = self._write(before, states, mask, on)
        return logits, TransformerWeights(read, *wrote)

    @torch.no_grad()
    def generate(
        self,
        inputs: Tensor,
        *,
        lengths: Tensor,
        most: int,
        stop: int | None = None,
        off: Iterable[tuple[str, int, int]] = (),
    ) -> tuple[Tensor, TransformerWeights]:
        """Write the likeliest symbol, read all that is written, and so on; without gradients.

        Parameters
        ----------
        inputs : int tensor (B, L)
        lengths : int tensor (B,)
        most : int
            At most so many symbols.
        stop : int, optional
            The symbol that ends a sequence.
        off : iterable of (str, int, int)
            As `forward` takes it.

        Returns
        -------
        symbols : int tensor (B, T)
            After ``stop`` there is only ``stop``; T is less than ``most`` where all have ended before.
        weights : TransformerWeights
            Zero after ``stop``.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the model, or there is no such head; the text says where.
        """
        on = self._on(off)
        states, mask, read = self._read(inputs, lengths, on)
        written, wrote = [], []

        def step(last: Tensor) -> Tensor:
            written.append(last)
            logits, *wrote[:] = self._write(torch.cat(written, dim=1), states, mask, on)
            return logits[:, -1]

        nothing, count = self._nothing(states), self.sizes.num_outputs
        symbols, goes_on = greedy(step, nothing, most=most, stop=stop, num_outputs=count)
        return symbols, TransformerWeights(read, *(weights * goes_on[:, None, None, :, None] for weights in wrote))

    def _read(self, inputs: Tensor, lengths: Tensor, on: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """States (B, L, D), zero on padding; where there is none, (B, L); and where the encoder looked."""
        x, mask = embed(self.input_embedding, inputs, lengths)
        x, pairs, weights = self._placed(x), mask[:, :, None] & mask[:, None, :], []
        for block, heads in zip(self.encoder, on["encoder"], strict=True):
            x, looked = block(x, mask=pairs[:, None] & heads)
            weights.append(looked.own)
        return torch.where(mask[..., None], self.encoder_norm(x), 0.0), mask, torch.stack(weights, dim=1)

    def _write(
        self, written: Tensor, states: Tensor, mask: Tensor, on: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (B, T, num_outputs) for what follows on each written symbol, and where the decoder looked."""
        x, own, cross = self._placed(self.output_embedding(written)), [], []
        past = masks.causal(x.shape[1], x.shape[1], like=x)
        for block, heads, to_input in zip(self.decoder, on["decoder"], on["cross"], strict=True):
            x, looked = block(x, states, mask=past & heads, states_mask=mask[:, None, None] & to_input)
            own.append(looked.own)
            cross.append(looked.cross)
        return self.read_out(self.decoder_norm(x)), torch.stack(own, dim=1), torch.stack(cross, dim=1)

    def _placed(self, x: Tensor) -> Tensor:
        """Vectors that say where they stand."""
        return x if self.positions is None else x + self.positions(x.shape[1], x.shape[2], like=x)

    def _on(self, off: Iterable[tuple[str, int, int]]) -> dict[str, Tensor]:
        """Which heads look, for each kind of attention (N, 1, H, 1, 1); (N, 1, 1, 1, 1) where all do."""
        shape = (self.sizes.num_layers, 1, self.sizes.num_heads, 1, 1)
        on = {
            kind: torch.ones(shape, dtype=torch.bool, device=self.read_out.weight.device)
            for kind in TransformerWeights._fields
        }
        for place in off:
            try:
                kind, layer, head = place
                known = kind in on and layer in range(shape[0]) and head in range(shape[2])
            except (TypeError, ValueError):
                known = False
            if not known:
                kinds = "'encoder', 'decoder' or 'cross'"
                raise ValueError(
                    f"off wants ({kinds}, layer from 0 to {shape[0] - 1}, head from 0 to {shape[2] - 1}), got {place!r}"
                )
            on[kind][layer, 0, head] = False
        return {kind: heads if not heads.all() else heads[:, :, :1] for kind, heads in on.items()}

    def _nothing(self, states: Tensor) -> Tensor:
        """The code for nothing written yet, (B, 1)."""
        return torch.full((len(states), 1), self.sizes.num_outputs, device=states.device)
