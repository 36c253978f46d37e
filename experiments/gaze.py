"""C32, limited attention on the part that matters saves effort: a digit in a field, read from few pixels.

One handwritten digit, 8 pixels wide, lies somewhere in a field among marks that are no digits. A reader may process
196 pixels. It spends them evenly over the field, or on a coarse view of the whole and a sharp patch at its gaze, and
the gaze is where the digit is, where the coarse view has most ink, or anywhere. The digits it is tried on are unseen.
Where the even view fails, it may train three times as long, at two rates.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import nn

import attn_core as ac
from attn_core.measure import multiply_adds
from attn_core.tasks.digits import SIDE, digits_field
from attn_core.train import fit

SEEDS = 5
BAND = {"accuracy": 0.25, "longer": 0.25, "near": 0.02, "apart": 0.05}
WAYS = ("uniform", "gaze on the digit", "gaze found", "gaze anywhere")


@dataclass(frozen=True)
class Config:
    """Fields, views and training. ``near`` counts a gaze that is at most so many pixels from the digit's middle."""

    factors: tuple[int, ...] = (2, 4, 8, 16)  # the field's side over the digit's
    ways: tuple[str, ...] = WAYS
    uniform: int = 14  # cells across: 196 pixels
    coarse: int = 9  # 81 pixels, and
    fine: int = 10  # 100 pixels at the gaze
    temperature: float = 0.5  # of the search for ink, in pixels of full ink
    near: float = 3.0
    rate: float = 0.003
    steps: int = 300
    longer_rates: tuple[float, ...] = (0.003, 0.001)
    longer_steps: int = 900
    batch: int = 64
    tried: int = 1000

    def short(self) -> "Config":
        return replace(self, factors=(2, 4), longer_rates=(0.01,), steps=20, longer_steps=30, tried=100)


def averaging(cells, wide):
    """The matrix (cells, wide) that makes so many means of a row of pixels, each over an equal part of it."""
    edges, pixels = np.linspace(0, wide, cells + 1), np.arange(wide)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.maximum(overlap, 0) * cells / wide


def coarser(field, cells):
    """A field (n, wide, wide) seen through cells (n, cells, cells)."""
    average = averaging(cells, field.shape[-1])
    return average @ field @ average.T


def found(coarse, wide, temperature):
    """Where a coarse view (n, cells, cells) has most ink: the three steps, every place in the field being a key.

    The score of a place is the ink in a window as wide as a digit around it, as far as the coarse view tells.
    """
    cells = coarse.shape[-1]
    places = np.arange(SIDE // 2, wide - SIDE // 2 + 1)  # where the middle of a digit may be
    edges = np.linspace(0, wide, cells + 1)
    low, high = places[:, None] - SIDE / 2, places[:, None] + SIDE / 2
    window = np.maximum(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0)  # (places, cells)
    ink = window @ coarse @ window.T
    weights = ac.softmax(ink.reshape(len(ink), -1), temperature=temperature)
    grid = np.stack(np.meshgrid(places, places, indexing="ij"), axis=-1).reshape(-1, 2)
    return weights @ grid


def patches(field, gaze, fine):
    """Sharp patches (n, fine, fine) of fields (n, wide, wide), the middle of each at its gaze (n, 2)."""
    padded = np.pad(field, ((0, 0), (fine, fine), (fine, fine)))
    corner = np.round(gaze - fine / 2).astype(int) + fine
    rows, columns = (corner[:, axis, None] + np.arange(fine) for axis in (0, 1))
    return padded[np.arange(len(field))[:, None, None], rows[:, :, None], columns[:, None, :]]


def looks(rng, n, config, factor, way, unseen=False):
    """Views of n fields, each (n, 1, cells, cells), the digits (n,), and how far each gaze is from the digit (n,)."""
    batch, wide = digits_field(rng, n, factor=factor, unseen=unseen), SIDE * factor
    field = batch.inputs.reshape(n, wide, wide).astype(float)
    digit = np.argwhere(batch.alignment.reshape(n, wide, wide))[:, 1:].reshape(n, -1, 2).mean(axis=1) + 0.5
    if way == "uniform":
        views, gaze = [coarser(field, config.uniform)], digit
    else:
        coarse = coarser(field, config.coarse)
        gaze = {
            "gaze on the digit": lambda: digit,
            "gaze found": lambda: found(coarse, wide, config.temperature),
            "gaze anywhere": lambda: rng.uniform(SIDE / 2, wide - SIDE / 2, (n, 2)),
        }[way]()
        views = [patches(field, gaze, config.fine), coarse]
    views = [torch.tensor(view[:, None], dtype=torch.float32) for view in views]
    return views, torch.tensor(batch.targets), np.linalg.norm(gaze - digit, axis=1)


class Reader(nn.Module):
    """Ten scores from the views: for each a small convolutional network that does not mind where the digit is."""

    def __init__(self, views: int):
        super().__init__()
        self.eyes = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
                nn.Conv2d(16, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(24, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(),
            )
            for _ in range(views)
        )  # fmt: skip
        self.name = nn.Linear(48 * views, 10)

    def forward(self, *views):
        return self.name(torch.cat([eye(view) for eye, view in zip(self.eyes, views, strict=True)], dim=1))


def loss(reader, batch):
    views, digits, _ = batch
    return nn.functional.cross_entropy(reader(*views), digits)


def run(seed: int, config: Config) -> dict[str, list]:
    """On unseen digits: ``accuracy`` (ways, factors), and ``longer`` (rates, factors), of the even view trained longer.

    ``near`` (ways, factors): share of gazes on the digit, and ``apart``, their median distance from it, in pixels.
    ``pixels`` and ``multiply_adds`` (ways): what reading one field takes, once the views are made.
    """
    torch.set_num_threads(1)
    fields = {
        (way, factor): looks(np.random.default_rng([seed, factor]), config.tried, config, factor, way, unseen=True)
        for way in config.ways
        for factor in config.factors
    }

    def accuracy(way, rate, steps):
        return [read(seed, config, factor, way, fields[way, factor], rate, steps) for factor in config.factors]

    def apart(of):
        return [[float(of(fields[way, factor][2])) for factor in config.factors] for way in config.ways]

    one = [[view[:1] for view in fields[way, config.factors[0]][0]] for way in config.ways]
    return {
        "accuracy": [accuracy(way, config.rate, config.steps) for way in config.ways],
        "longer": [accuracy(config.ways[0], rate, config.longer_steps) for rate in config.longer_rates],
        "near": apart(lambda distance: (distance <= config.near).mean()),
        "apart": apart(np.median),
        "pixels": [sum(view.numel() for view in views) for views in one],
        "multiply_adds": [int(multiply_adds(Reader(len(views)).eval(), *views)) for views in one],
    }


def read(seed, config, factor, way, tried, rate, steps):
    """Train a reader on seen digits; its accuracy on those it is tried on."""
    views, digits, _ = tried
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        reader = Reader(len(views))
    draw = partial(looks, n=config.batch, config=config, factor=factor, way=way)
    fit(reader, loss, draw, steps=steps, seed=seed, optimizer=partial(torch.optim.Adam, lr=rate))
    reader.eval()
    with torch.no_grad():
        return float((reader(*views).argmax(dim=1) == digits).double().mean())
