"""The gates of an LSTM: with which weight each step enters the last cell state, and how open they are at first."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attn_core import masks
from attn_core._checks import check_home, is_finite_number

from ._inputs import check_at_home


def unrolled_gates(lstm: nn.LSTM, inputs: Tensor, *, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Write the last cell state as a weighted sum over steps: give the weights, and what they weigh.

    Parameters
    ----------
    lstm : torch.nn.LSTM
        Of one layer and one direction, with ``batch_first=True`` and without ``proj_size``. H is its ``hidden_size``.
    inputs : tensor (B, L, input_size)
        It begins with states of zero.
    lengths : int tensor (B,), optional
        How many of the L steps each sequence has; the rest is padding. Without it, all.

    Returns
    -------
    weights : tensor (B, L, H)
        From 0 to 1, one for each step and feature; zero on padding. Their sum over the steps is not one.
    candidates : tensor (B, L, H)
        What each step proposes, from −1 to 1. ``(weights * candidates).sum(1)`` is the cell state, (B, H), after the
        last step of each sequence.

    Raises
    ------
    TypeError, ValueError
        If it is another kind of LSTM, or the tensors do not fit each other or the LSTM.

    Notes
    -----
    The cell of Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000), is
    ``c_t = f_t · c_{t−1} + i_t · g_t``. Put into itself, it is ``c_T = Σ_t (Π_{s>t} f_s) · i_t · g_t``, and the weight
    is ``(Π_{s>t} f_s) · i_t``: how much was let in, and which share of it the later steps kept. The gates depend on
    the inputs, so these are the weights for this sequence.

    Examples
    --------
    >>> lstm = nn.LSTM(1, 1, batch_first=True)
    >>> for parameter in lstm.parameters():
    ...     _ = nn.init.zeros_(parameter)  # every gate is half open
    >>> weights, candidates = unrolled_gates(lstm, torch.ones(1, 3, 1))
    >>> weights[0, :, 0].tolist()  # let in by half, then halved at each later step
    [0.125, 0.25, 0.5]
    """
    mask = _steps(lstm, inputs, lengths)[..., None]
    if 0 in mask.shape:
        return (inputs.new_zeros((*mask.shape[:2], lstm.hidden_size)),) * 2
    inputs = torch.where(mask, inputs, 0.0)
    states, _ = lstm(inputs)
    before = F.pad(states[:, :-1], (0, 0, 1, 0))  # (B, L, H), the state that each step finds
    bias_in, bias_state = (lstm.bias_ih_l0, lstm.bias_hh_l0) if lstm.bias else (None, None)
    gates = F.linear(inputs, lstm.weight_ih_l0, bias_in) + F.linear(before, lstm.weight_hh_l0, bias_state)
    let_in, keep, candidates, _ = gates.chunk(4, dim=-1)  # (B, L, H), in torch's order
    keep = torch.where(mask, keep.sigmoid(), 1.0)
    kept = F.pad(keep[:, 1:], (0, 0, 0, 1), value=1.0).flip(1).cumprod(1).flip(1)  # by all later steps
    return torch.where(mask, kept * let_in.sigmoid(), 0.0), torch.where(mask, candidates.tanh(), 0.0)


@torch.no_grad()
def forget_bias_(lstm: nn.LSTM, bias: float) -> nn.LSTM:
    """Set, in place, how open the forget gates of an LSTM are while nothing else moves them.

    Parameters
    ----------
    lstm : torch.nn.LSTM
        Of one layer and one direction, with biases.
    bias : float
        Where inputs and states are zero, every forget gate is sigmoid(bias), and what the cell holds has halved after
        ``log 2 / log(1 + e^−bias)`` steps.

    Returns
    -------
    torch.nn.LSTM
        The same.

    Raises
    ------
    TypeError, ValueError
        If it is another kind of LSTM, or the bias is no finite number.

    Notes
    -----
    Gers, Schmidhuber and Cummins (2000) begin with open gates. Jozefowicz, Zaremba and Sutskever (2015), "An Empirical
    Exploration of Recurrent Network Architectures", recommend a bias of 1. torch has two biases; this makes their sum
    what is wanted.

    Examples
    --------
    >>> lstm = forget_bias_(nn.LSTM(2, 3), 1.0)
    >>> (lstm.bias_ih_l0 + lstm.bias_hh_l0)[3:6]  # torch's order: input gate, forget gate, candidate, output gate
    tensor([1., 1., 1.], grad_fn=<SliceBackward0>)
    """
    _check(lstm, biases=True)
    if not is_finite_number(bias):
        raise ValueError(f"bias must be a finite number, got {bias!r}")
    forget = slice(lstm.hidden_size, 2 * lstm.hidden_size)
    lstm.bias_ih_l0[forget], lstm.bias_hh_l0[forget] = bias, 0.0
    return lstm


@torch.no_grad()
def chrono_(lstm: nn.LSTM, longest: float, *, generator: torch.Generator | None = None) -> nn.LSTM:
    """Set, in place, the gates of an LSTM so that its features remember for different times, up to the longest.

    Parameters
    ----------
    lstm : torch.nn.LSTM
        Of one layer and one direction, with biases.
    longest : float
        T, in steps, above 2: as long as what there is to remember.
    generator : torch.Generator, optional
        Where the times are drawn from; without it, torch's own.

    Returns
    -------
    torch.nn.LSTM
        The same.

    Raises
    ------
    TypeError, ValueError
        If it is another kind of LSTM, or the longest time is no finite number above 2.

    Notes
    -----
    Forget gates get the bias ``log u`` with u drawn evenly from 1 to T − 1, input gates ``−log u``: Tallec and Ollivier
    (2018), arXiv:1804.11188. A gate at sigmoid(log u) = 1 − 1/(u + 1) forgets in about u + 1 steps, and lets in as
    much as it lets go.

    Examples
    --------
    >>> lstm = chrono_(nn.LSTM(2, 3), 100)
    >>> let_in, keep = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach()[:6].chunk(2)
    >>> torch.equal(let_in, -keep)
    True
    """
    _check(lstm, biases=True)
    if not is_finite_number(longest) or longest <= 2:
        raise ValueError(f"longest must be a finite number above 2, got {longest!r}")
    width, home = lstm.hidden_size, lstm.bias_ih_l0
    times = torch.rand(width, generator=generator, dtype=home.dtype, device=home.device) * (longest - 2) + 1
    lstm.bias_ih_l0[:width], lstm.bias_ih_l0[width : 2 * width] = -times.log(), times.log()
    lstm.bias_hh_l0[: 2 * width] = 0.0
    return lstm


def _steps(lstm: nn.LSTM, inputs: Tensor, lengths: Tensor | None) -> Tensor:
    """Which steps are no padding, (B, L); raise unless the LSTM can be unrolled and the tensors fit it."""
    _check(lstm)
    if not lstm.batch_first or lstm.proj_size:
        got = f"batch_first={lstm.batch_first}, proj_size={lstm.proj_size}"
        raise ValueError(f"lstm must have batch_first=True and no proj_size, got {got}")
    check_at_home(lstm, "inputs", inputs)
    if inputs.ndim != 3 or inputs.shape[-1] != lstm.input_size:
        wanted = f"inputs (B, L, input_size) with input_size = {lstm.input_size}"
        raise ValueError(f"wanted {wanted}, got shape {tuple(inputs.shape)}")
    batch, length = inputs.shape[:2]
    if lengths is None:
        return inputs.new_ones((batch, length), dtype=torch.bool)
    check_home("lengths", lengths, "inputs", inputs)
    if lengths.shape != (batch,):
        raise ValueError(f"lengths must be (B,) = ({batch},), got {tuple(lengths.shape)}")
    return masks.padding(lengths, length)[:, 0]


def _check(lstm: nn.LSTM, *, biases: bool = False) -> None:
    """Raise unless this is an LSTM of one layer and one direction; with biases, if there must be some."""
    if not isinstance(lstm, nn.LSTM):
        raise TypeError(f"lstm must be a torch.nn.LSTM, got {type(lstm).__name__}")
    if lstm.num_layers != 1 or lstm.bidirectional:
        got = f"num_layers={lstm.num_layers}, bidirectional={lstm.bidirectional}"
        raise ValueError(f"lstm must have one layer and one direction, got {got}")
    if biases and not lstm.bias:
        raise ValueError("lstm must have biases, got bias=False")
