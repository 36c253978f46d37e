"""An encoder for pictures of writing."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attn_core import masks
from attn_core._checks import Shape, check_alike, check_arrays, check_home

from ._inputs import check_positive
from .encoders import ConvEncoder
from .positions import sinusoids

_SHAPES = (Shape.read("inputs (B, L, height)"),)


class PixelEncoder(nn.Module):
    """See a strip of pixels through two layers of convolution, and give a state for every two columns.

    Parameters
    ----------
    height : int
        How many pixels a column has; a multiple of 4.
    state_dim : int
        Width of the states.
    channels : int
        How many features the first layer finds at a pixel; the second finds twice as many.

    Raises
    ------
    TypeError, ValueError
        If a number is no positive integer, or the height is no multiple of 4.

    Notes
    -----
    ``pool(relu(conv(x)))`` twice, with kernels of 3 by 3: the first pool takes the larger of each 2 by 2 pixels, the
    second of each 2 above one another. A column of what is left goes through a linear map, and `sinusoids` are added,
    for a convolution does not know where it is. A state sees 8 columns. After Vinyals, Toshev, Bengio and Erhan
    (2015), arXiv:1411.4555, who write captions from a convolutional network, and Xu et al. (2015), arXiv:1502.03044,
    who let the decoder look at its places.

    Examples
    --------
    >>> encoder = PixelEncoder(height=8, state_dim=16)
    >>> states, mask = encoder(torch.rand(2, 24, 8), torch.tensor([24, 16]))
    >>> states.shape, mask.sum(dim=1)
    (torch.Size([2, 12, 16]), tensor([12,  8]))
    """

    def __init__(self, height: int, state_dim: int, *, channels: int = 12):
        super().__init__()
        check_positive(height=height, state_dim=state_dim, channels=channels)
        if height % 4:
            raise ValueError(f"height must be a multiple of 4, got {height}")
        self.near = nn.Conv2d(1, channels, 3, padding=1)
        self.far = nn.Conv2d(channels, 2 * channels, 3, padding=1)
        self.widen = nn.Linear(2 * channels * (height // 4), state_dim)
        self.height = height

    def forward(self, inputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Give a state for every two columns, and the mask.

        Parameters
        ----------
        inputs : tensor (B, L, height)
            Ink, one column after the other; L is even. What stands behind a strip's end is not read.
        lengths : int tensor (B,)
            The true number of columns, from 0 to L; where it is odd, the last state has one column.

        Returns
        -------
        states : tensor (B, L / 2, state_dim)
            Zero on padding.
        mask : bool tensor (B, L / 2)
            True where there is no padding.
        """
        check_arrays({"inputs": inputs}, _SHAPES)
        check_alike({"the encoder": self.widen.weight, "inputs": inputs})
        check_home("lengths", lengths, "inputs", inputs)
        if inputs.shape[1] % 2 or inputs.shape[2] != self.height:
            raise ValueError(f"inputs must be (B, L, {self.height}) with an even L, got {tuple(inputs.shape)}")
        mask = masks.padding(lengths, inputs.shape[1])  # (B, 1, L)
        if len(mask) != len(inputs) or mask.ndim != 3:
            raise ValueError(f"lengths must be (B,) = ({len(inputs)},), got {tuple(lengths.shape)}")
        inside = mask[:, None]  # (B, 1, 1, L): nothing is seen of what lies behind the end
        seen = torch.where(inside, inputs.mT[:, None], 0.0)  # (B, 1, height, L)
        seen = F.max_pool2d(torch.where(inside, F.relu(self.near(seen)), 0.0), 2)  # (B, channels, height / 2, L / 2)
        seen = F.max_pool2d(F.relu(self.far(seen)), (2, 1))  # (B, 2 channels, height / 4, L / 2)
        states = self.widen(seen.flatten(1, 2).mT)  # (B, L / 2, state_dim)
        states = states + sinusoids(states.shape[1], states.shape[2], like=states)
        mask = mask[:, 0, ::2]
        return torch.where(mask[..., None], states, 0.0), mask

    summary = ConvEncoder.summary
