"""The trained Transformer of the widget *layers*: what it writes with some heads off, where each head looks, and what
was measured of each.

A page gets the numbers as ``static/layers/measured.js``, which ``python tools/recorded.py`` writes from the record.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attn_core import results

from .examples import EXAMPLES

RECORD = "transformer_dates"
KINDS = ("encoder", "decoder", "cross")
PARTS = ("year", "month", "day")
LAYERS, HEADS, STEPS = 2, 4, 10
NONE = "?"  # for the code of padding, which no character has


@dataclass(frozen=True, eq=False)
class Opened:
    """A date read and written, and where every head looked.

    Attributes
    ----------
    characters : list of str
        The L characters of the text.
    symbols : str
        The ten characters that were written.
    weights : dict of str to numpy.ndarray
        By kind: ``encoder`` (2, 4, L, L), ``decoder`` (2, 4, 10, 10), ``cross`` (2, 4, 10, L), all by layer and head;
        zeros of a head that is off.
    right : str, or None
        What should be written, where it is known.
    unknown : list of str
        Characters that the model has never seen, and reads as one sign.
    """

    characters: list
    symbols: str
    weights: dict
    right: str | None
    unknown: list


@dataclass(frozen=True, eq=False)
class Measured:
    """What the record tells of the model that is shown.

    Parameters
    ----------
    tested : int
        On so many dates, of days that it never saw.
    whole : float
        The share written without a mistake, with all heads on.
    without : numpy.ndarray, shape (3, 2, 4)
        The same with one head off, by kind, layer and head.
    mass : numpy.ndarray, shape (2, 4, 3)
        Of the heads of the cross-attention: the share of their weight on the characters that tell the year, while it
        is written; then the month and the day.
    """

    tested: int
    whole: float
    without: np.ndarray
    mass: np.ndarray


def read(text: str, on: Sequence) -> Opened:
    """Read a date and write it out, with the heads that are on.

    Parameters
    ----------
    text : str
    on : array_like of bool, shape (3, 2, 4)
        By kind, layer and head.

    Returns
    -------
    Opened

    Examples
    --------
    >>> opened = read("3. März 2021", np.ones((3, 2, 4), dtype=bool))
    >>> opened.symbols, opened.weights["cross"].shape
    ('2021-03-03', (2, 4, 10, 12))
    """
    return _read(text, np.asarray(on, dtype=bool).tobytes())


@functools.lru_cache(maxsize=64)
def _read(text: str, on: bytes) -> Opened:
    import torch

    model, inputs, outputs = _network()
    heads = np.frombuffer(on, dtype=bool).reshape(len(KINDS), LAYERS, HEADS)
    off = {(KINDS[kind], layer, head) for kind, layer, head in np.argwhere(~heads).tolist()}
    codes = torch.from_numpy(inputs.encode(text))[None]
    symbols, weights = model.generate(codes, lengths=torch.tensor([len(text)]), most=STEPS, off=off)
    right = next((each.iso for each in EXAMPLES if each.text == text), None)
    unknown = [character for character in dict.fromkeys(text) if character not in inputs.characters]
    looked = {kind: getattr(weights, kind)[0].numpy() for kind in KINDS}
    written = "".join(outputs.decode([code]) or NONE for code in symbols[0].tolist())
    return Opened(list(text), written, looked, right, unknown)


@functools.cache
def _network() -> tuple:
    """The trained model in double precision, and its alphabets."""
    import torch  # two seconds, which the other widgets do without

    from attn_core import nn
    from attn_core.tasks import Alphabet

    config, arrays = results.load(RECORD).config, results.weights(RECORD)
    inputs, outputs = (Alphabet(arrays[name].item()) for name in ("inputs", "outputs"))
    shape = (config[name] for name in ("model_dim", "num_heads", "hidden_dim", "num_layers"))
    model = nn.Transformer(nn.TransformerSizes(inputs.size, outputs.size, *shape))
    model.load_state_dict({name: torch.from_numpy(arrays[name]) for name in model.state_dict()})
    return model.double().eval(), inputs, outputs


@functools.cache
def measured() -> Measured:
    """The numbers of the first seed, to four decimals: its weights are those that are shown."""
    record = results.load(RECORD)
    whole, without, mass = (np.round(record[name][0], 4) for name in ("whole", "without", "mass"))
    return Measured(record.config["opened"], float(whole), without, mass)


def module() -> str:
    """What a page needs of the measured numbers, as the text of a module."""
    seen = measured()
    numbers = {
        "tested": seen.tested,
        "whole": seen.whole,
        "without": seen.without.tolist(),
        "mass": seen.mass.tolist(),
    }
    said = "// What the record tells of the model that is shown. Written by `python tools/recorded.py`.\n"
    lines = ",\n".join(f"  {name}: {json.dumps(value)}" for name, value in numbers.items())
    return f"{said}export const MEASURED = {{\n{lines},\n}};\n"
