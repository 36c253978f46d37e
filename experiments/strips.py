"""C28, captions are written by another paper; here is the thing itself, small: from a picture to words.

A strip of one to six handwritten digits is read by a convolutional encoder, and a GRU with attention (Luong's dot)
writes it in words, and then nothing: "three one four". How many strips are read without a mistake, when the digits
come from hands that it never saw, and where does the decoder look? In training there is noise on the ink, so that
the hands are not learnt by heart. Kept are some digits, for a page to put together.
"""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from attn_core import nn, tasks, train
from attn_core.tasks import digits

SEEDS = 5
BAND = {"strips": 0.3, "words": 0.2, "rounded": 0.3, "mass": 0.3}


@dataclass(frozen=True)
class Config:
    """How large the model is, how fast and how long it learns, on how many strips it is tried."""

    channels: int = 12
    embedding_dim: int = 12
    state_dim: int = 40
    longest: int = 6
    batch: int = 32
    noise: float = 0.2
    steps: int = 2000
    rate: float = 5e-3
    checked: int = 300
    tested: int = 1000
    hands: int = 3

    def short(self) -> "Config":
        return replace(self, longest=2, steps=60, tested=100, checked=50)


def noisy(rng: np.random.Generator, batch: tasks.Batch, noise: float) -> tasks.Batch:
    return replace(batch, inputs=batch.inputs + noise * rng.standard_normal(batch.inputs.shape, np.float32))


def ended(batch: tasks.Batch) -> tuple[torch.Tensor, ...]:
    """Pixels, words with the empty word behind the last, and columns of each strip."""
    return (
        torch.from_numpy(batch.inputs),
        torch.from_numpy(np.pad(batch.targets, ((0, 0), (0, 1)))),
        torch.from_numpy(batch.lengths),
    )


def loss(model: nn.EncoderDecoder, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    inputs, targets, lengths = batch
    logits, _ = model(inputs, targets, lengths=lengths)
    told = targets.roll(1, dims=1) > 0  # the words, and the empty one that ends them
    told[:, 0] = True
    return F.cross_entropy(logits[told], targets[told])


def written(model: nn.EncoderDecoder, batch: tasks.Batch) -> tuple[np.ndarray, np.ndarray]:
    """The words, (n, longest), and where the model looked, (n, longest, L / 2)."""
    inputs, targets, lengths = ended(batch)
    symbols, weights = model.generate(inputs, lengths=lengths, most=targets.shape[1], stop=0)
    short = targets.shape[1] - symbols.shape[1]
    return F.pad(symbols, (0, short)).numpy(), F.pad(weights, (0, 0, 0, short)).numpy()[:, :-1]


def right(model: nn.EncoderDecoder, batch: tasks.Batch) -> np.ndarray:
    """Which strips are read without a mistake, (n,)."""
    return (written(model, batch)[0] == ended(batch)[1].numpy()).all(axis=1)


def run(seed: int, config: Config) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """``strips`` and ``words`` right, of strips in unseen hands; in float16, strips right ``rounded``; share of the
    weight on the right digit, ``mass``, and were it ``uniform``. Arrays: the model in float16, words, digits to show.
    """
    draw = partial(tasks.digit_strips, longest=config.longest)
    rng = np.random.default_rng(seed)
    check, test = draw(rng, config.checked), draw(rng, config.tested, unseen=True)
    torch.manual_seed(seed)
    sizes = nn.Sizes(digits.SIDE, len(digits.WORDS), config.embedding_dim, config.state_dim)
    encoder = nn.PixelEncoder(digits.SIDE, config.state_dim, channels=config.channels)
    model = nn.EncoderDecoder(encoder, nn.LuongDecoder(sizes))
    train.fit(
        model, loss, lambda rng: ended(noisy(rng, draw(rng, config.batch), config.noise)),
        steps=config.steps, seed=seed, patience=config.steps,
        optimizer=partial(torch.optim.Adam, lr=config.rate), validate=lambda m: 1 - right(m, check).mean(),
    )  # fmt: skip
    model.eval()
    words, weights = written(model, test)
    told = test.targets > 0
    where = test.alignment[..., ::2]  # (n, longest, L / 2)
    arrays = {"outputs": np.array(digits.WORDS), "hands": hands(config.hands)}
    return {
        "strips": float(right(model, test).mean()),
        "words": float((words[:, :-1] == test.targets)[told].mean()),
        "rounded": float(right(deepcopy(model).half().float(), test).mean()),
        "mass": float((weights * where).sum(axis=2)[told].mean()),
        "uniform": float((where.sum(axis=2) / (test.lengths / 2)[:, None])[told].mean()),
        "parameters": sum(p.numel() for p in model.parameters()),
    }, arrays | {name: weight.half().numpy() for name, weight in model.state_dict().items()}


def hands(n: int) -> np.ndarray:
    """Each digit in n unseen hands, as they come: (n, 10, 8, 8), ink from 0 to 16, columns first."""
    found = tasks.digit_strips(np.random.default_rng(0), 100 * n, longest=1, unseen=True)
    ink = (found.inputs * 16).astype(np.uint8)
    return np.stack([ink[found.targets[:, 0] == code][:n] for code in range(1, 11)], axis=1)
