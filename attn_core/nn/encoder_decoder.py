"""The encoder–decoder: a sequence read, another written."""

import torch
from torch import Tensor, nn

from ._decoder import Decoder


class EncoderDecoder(nn.Module):
    """Read one sequence into states, then write another one from them.

    Parameters
    ----------
    encoder : torch.nn.Module
        ``encoder(inputs, lengths)`` gives states (B, L, state_dim) and mask (B, L), and
        ``encoder.summary(states, mask)`` one vector (B, state_dim): a `RecurrentEncoder`, a `ConvEncoder`, or one
        that reads something else.
    decoder : torch.nn.Module
        A `FixedVectorDecoder`, a `BahdanauDecoder` or a `LuongDecoder` of the same state_dim.

    Notes
    -----
    Cho et al. (2014), arXiv:1406.1078; Sutskever, Vinyals and Le (2014), arXiv:1409.3215; with attention, Bahdanau,
    Cho and Bengio (2015), arXiv:1409.0473.

    Examples
    --------
    >>> from attn_core.nn import BahdanauDecoder, RecurrentEncoder, Sizes
    >>> sizes = Sizes(num_inputs=10, num_outputs=12)
    >>> model = EncoderDecoder(RecurrentEncoder(sizes), BahdanauDecoder(sizes))
    >>> inputs = torch.tensor([[3, 1, 4], [5, 9, 0]])
    >>> targets, lengths = torch.tensor([[11, 0], [0, 11]]), torch.tensor([3, 2])
    >>> logits, weights = model(inputs, targets, lengths=lengths)
    >>> logits.shape, weights.shape
    (torch.Size([2, 2, 12]), torch.Size([2, 2, 3]))
    >>> symbols, weights = model.generate(inputs, lengths=lengths, most=4)
    >>> symbols.shape, weights.shape
    (torch.Size([2, 4]), torch.Size([2, 4, 3]))
    >>> weights[1, :, 2]  # padding is not looked at
    tensor([0., 0., 0., 0.])
    """

    def __init__(self, encoder: nn.Module, decoder: Decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, inputs: Tensor, targets: Tensor, *, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Say at each position of the targets, from the inputs and the targets before it, which symbol comes next.

        Parameters
        ----------
        inputs : int tensor (B, L)
            Padded at the end, with any code.
        targets : int tensor (B, T)
        lengths : int tensor (B,)
            The true length of each input, from 0 to L.

        Returns
        -------
        logits : tensor (B, T, num_outputs)
            ``logits[:, t]`` is for ``targets[:, t]``, and has not seen it.
        weights : tensor (B, T, L)
            Zero on padding. With a fixed vector (B, T, 1), all ones.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the model; the text says where.
        """
        return self.decoder(targets, *self._read(inputs, lengths))

    @torch.no_grad()
    def generate(self, inputs: Tensor, *, lengths: Tensor, most: int, stop: int | None = None) -> tuple[Tensor, Tensor]:
        """Write the likeliest symbol, read it, and so on; without gradients.

        Parameters
        ----------
        inputs : int tensor (B, L)
        lengths : int tensor (B,)
        most : int
            At most so many symbols.
        stop : int, optional
            The symbol that ends a sequence.

        Returns
        -------
        symbols : int tensor (B, T)
            After ``stop`` there is only ``stop``; T is less than ``most`` where all have ended before.
        weights : tensor (B, T, L)
            Zero on padding, and after ``stop``. With a fixed vector (B, T, 1), ones until then.

        Raises
        ------
        TypeError, ValueError
            If the tensors do not fit each other or the model; the text says where.
        """
        return self.decoder.generate(*self._read(inputs, lengths), most=most, stop=stop)

    def _read(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states, mask = self.encoder(inputs, lengths)
        return states, mask, self.encoder.summary(states, mask)
