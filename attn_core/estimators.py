"""Estimators: how scores learn when attention looks at one place only, drawn by chance.

A place j is drawn with the probability ``p = softmax(scores)``, and a loss follows from what was seen there. Moving
a score a little does not move the place, so the loss has no slope to follow. Four ways round it, and what each costs:

- `marginal` and `expected` look at every place: exact, no chance, n losses instead of one;
- `reinforce` looks at one: right on average, and noisy;
- `straight_through` looks at one, and passes back the slope of the softmax instead: calmer, and wrong on average
  unless the loss is linear in the weights;
- `gumbel_softmax` looks at a little of everything: calmer, and the answer to a slightly different question.

`sample`, `straight_through` and `gumbel_softmax` are normalizers for `attn_core.attend`; their chance comes from
`generator`, or from torch's global one.
"""

import torch
from torch import Tensor

from attn_core._arrays import takes
from attn_core._checks import check_alike, check_leading, check_mask
from attn_core.normalizers import hardmax, softmax


@takes("scores (..., Lk)")
def sample(scores: Tensor, *, mask: Tensor | None = None, generator: torch.Generator | None = None) -> Tensor:
    """Give the whole weight to one key, drawn by the softmax of the scores; no gradient passes.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    mask : bool tensor, optional
        True = may attend; broadcasts against the scores.
    generator : torch.Generator, optional

    Returns
    -------
    tensor (..., Lk)
        Weights, 0 or 1; all zero for a query with nothing to attend to.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit, or are no tensors.

    Notes
    -----
    ``j = argmax_k (scores[k] + g[k])`` with ``g = −log(−log u)``, u uniform from 0 to 1, is drawn by the softmax:
    the Gumbel-max trick, in Maddison, Mnih and Teh (2017), arXiv:1611.00712. Drawing the place is the hard
    attention of Xu et al. (2015), arXiv:1502.03044.

    Examples
    --------
    >>> scores = torch.log(torch.tensor([0.2, 0.8])).expand(1000, 2)
    >>> sample(scores, generator=torch.Generator().manual_seed(0)).mean(dim=0)
    tensor([0.2000, 0.8000])
    """
    return hardmax(_gumbel(scores, generator) + scores.detach(), mask=mask)


@takes("scores (..., Lk)")
def straight_through(scores: Tensor, *, mask: Tensor | None = None, generator: torch.Generator | None = None) -> Tensor:
    """Draw one key as `sample` does, and pass gradients back as if the weights had been the softmax.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    mask : bool tensor, optional
        True = may attend; broadcasts against the scores.
    generator : torch.Generator, optional

    Returns
    -------
    tensor (..., Lk)
        Weights, 0 or 1, with the gradient of the softmax.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit, or are no tensors.

    Notes
    -----
    Bengio, Léonard and Courville (2013), arXiv:1308.3432. Unbiased where the loss is linear in the weights: it then
    has the same slope wherever it is taken. Biased otherwise.

    Examples
    --------
    >>> scores = torch.zeros(2, requires_grad=True)
    >>> weights = straight_through(scores, generator=torch.Generator().manual_seed(0))
    >>> (weights @ torch.tensor([3.0, 5.0])).backward()
    >>> weights.detach(), scores.grad  # the slope of 3 p_0 + 5 p_1
    (tensor([0., 1.]), tensor([-0.5000,  0.5000]))
    """
    hard = sample(scores, mask=mask, generator=generator)
    soft = softmax(scores, mask=mask)
    return hard + (soft - soft.detach())


@takes("scores (..., Lk)")
def gumbel_softmax(
    scores: Tensor,
    *,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Weigh the keys by the softmax of noisy scores: nearly one key where the temperature is low.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    mask : bool tensor, optional
        True = may attend; broadcasts against the scores.
    temperature : float
        A positive Python number. Towards 0 the weights become those of `sample`, and their gradients noisy.
    generator : torch.Generator, optional

    Returns
    -------
    tensor (..., Lk)
        Weights, as shares of one.

    Raises
    ------
    TypeError, ValueError
        If scores and mask do not fit, or are no tensors, or the temperature is no positive finite number.

    Notes
    -----
    ``softmax((scores + g) / temperature)`` with g as in `sample`: Jang, Gu and Poole (2017), arXiv:1611.01144, and
    Maddison, Mnih and Teh (2017), arXiv:1611.00712. The gradient is exact for this mixture, and biased for the draw
    that the mixture stands for.

    Examples
    --------
    >>> weights = gumbel_softmax(torch.zeros(3), temperature=0.1, generator=torch.Generator().manual_seed(0))
    >>> weights.round(decimals=2)
    tensor([0., 1., 0.])
    """
    return softmax(_gumbel(scores, generator) + scores, mask=mask, temperature=temperature)


def reinforce(
    scores: Tensor,
    weights: Tensor,
    loss: Tensor,
    *,
    baseline: Tensor | float = 0.0,
    mask: Tensor | None = None,
) -> Tensor:
    """Give the loss of each draw a gradient for the scores that is right on average.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    weights : tensor (..., Lk)
        The places drawn from these scores, as `sample` gives them.
    loss : tensor (...)
        What followed from each draw. It need not have a gradient, but keeps the one that it has.
    baseline : tensor or float
        Broadcasts against the loss. Best near the mean of the losses; it must not depend on the place that was
        drawn, or the gradient is no longer right on average.
    mask : bool tensor, optional
        The one that the places were drawn with.

    Returns
    -------
    tensor (...)
        The loss, and as its gradient for the scores ``(loss − baseline) ∇ log p[drawn]``.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other.

    Notes
    -----
    Williams (1992), doi:10.1007/BF00992696, with the loss in place of a reward. No baseline changes the mean of the
    gradient, since the mean of ``∇ log p[drawn]`` is zero; a good one takes most of the noise away.

    Examples
    --------
    >>> scores, drawn = torch.zeros(2, requires_grad=True), torch.tensor([1.0, 0.0])
    >>> reinforce(scores, drawn, torch.tensor(4.0), baseline=3.0).backward()
    >>> scores.grad  # the loss was above the baseline: away from the first place
    tensor([ 0.5000, -0.5000])
    """
    check_alike({"scores": scores, "weights": weights, "loss": loss})
    if scores.shape != weights.shape or scores.shape[:-1] != loss.shape:
        got = f"{tuple(scores.shape)}, {tuple(weights.shape)} and {tuple(loss.shape)}"
        raise ValueError(f"wanted scores (..., Lk), weights (..., Lk) and loss (...), got {got}")
    drawn = torch.where(weights > 0, _log_softmax(scores, mask), 0.0).sum(dim=-1)
    advantage = (loss - baseline).detach()
    return loss + advantage * (drawn - drawn.detach())


def marginal(scores: Tensor, loss: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Sum over all places what each makes of the answer, and take the logarithm of that: exact, without a draw.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    loss : tensor (..., Lk)
        Of every place: ``−log P(answer | place)``, in nats.
    mask : bool tensor, optional
        True = may attend; broadcasts against the scores.

    Returns
    -------
    tensor (...)
        ``−log P(answer)``, in nats; zero for a query with nothing to attend to.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other.

    Notes
    -----
    ``−log Σ_j p[j] exp(−loss[j])``, the exact likelihood of a hidden alignment: Shankar, Garg and Sarawagi (2018);
    Wu, Shapiro and Cotterell (2018), arXiv:1808.10024. Never above `expected`, which Xu et al. (2015) make small:
    Jensen's inequality. It asks that some likely place answers well, not that every one does.

    Examples
    --------
    >>> loss = -torch.log(torch.tensor([0.9, 0.1]))
    >>> marginal(torch.zeros(2), loss).exp(), expected(torch.zeros(2), loss).exp().round(decimals=3)
    (tensor(2.), tensor(3.3330))
    """
    loss, sees = _losses(scores, loss, mask)
    total = torch.logsumexp(_log_softmax(scores, mask) - loss, dim=-1)
    return torch.where(sees, -total, 0.0)


def expected(scores: Tensor, loss: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Weigh the loss of every place by its probability: what the estimators estimate, exactly.

    Parameters
    ----------
    scores : tensor (..., Lk)
        In nats.
    loss : tensor (..., Lk)
        Of every place.
    mask : bool tensor, optional
        True = may attend; broadcasts against the scores.

    Returns
    -------
    tensor (...)
        In the unit of the losses; zero for a query with nothing to attend to.

    Raises
    ------
    TypeError, ValueError
        If the tensors do not fit each other.

    Notes
    -----
    ``Σ_j p[j] loss[j]``, whose gradient for the scores is ``p[j] (loss[j] − Σ_k p[k] loss[k])``.

    Examples
    --------
    >>> expected(torch.log(torch.tensor([0.25, 0.75])), torch.tensor([4.0, 0.0]))
    tensor(1.)
    """
    loss, _ = _losses(scores, loss, mask)
    return (softmax(scores, mask=mask) * loss).sum(dim=-1)


def _gumbel(scores: Tensor, generator: torch.Generator | None) -> Tensor:
    """Noise of the scores' shape, −log(−log u)."""
    if not isinstance(scores, Tensor):
        raise TypeError(f"scores must be a torch tensor, got {type(scores).__name__}")
    u = torch.rand(scores.shape, generator=generator, dtype=scores.dtype, device=scores.device)
    return -torch.log(-torch.log(u.clamp_min(torch.finfo(u.dtype).tiny)))


def _log_softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """The logarithm of the softmax; −inf behind the mask, zeros in a row with nothing to attend to."""
    if mask is not None:
        check_mask(mask, "scores", scores, tuple(scores.shape))
        scores = torch.where(mask, scores, -torch.inf)
    sees = (scores > -torch.inf).any(dim=-1, keepdim=True)
    # The logarithm of nothing would be NaN, and its gradient too.
    return torch.where(sees, torch.log_softmax(torch.where(sees, scores, 0.0), dim=-1), 0.0)


def _losses(scores: Tensor, loss: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The losses, zero where nothing may attend, and whether each query has something to attend to."""
    check_alike({"scores": scores, "loss": loss})
    if scores.ndim == 0 or scores.shape[-1:] != loss.shape[-1:]:
        got = f"{tuple(scores.shape)} and {tuple(loss.shape)}"
        raise ValueError(f"wanted scores (..., Lk) and loss (..., Lk), got {got}")
    check_leading({"scores": tuple(scores.shape[:-1]), "loss": tuple(loss.shape[:-1])})
    open_to = scores > -torch.inf
    if mask is not None:
        check_mask(mask, "scores", scores, tuple(scores.shape))
        open_to = open_to & mask
    return torch.where(open_to, loss, 0.0), open_to.any(dim=-1)
