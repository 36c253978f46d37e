"""What the widget *alignment* reads, how the trained models read it, and where each answer stands in it."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attn_core import results

from .examples import EXAMPLES

MODELS = ("attention", "fixed", "strip")
LONGEST, LEARNT = 48, 38  # characters: of a text that can be shown, of the longest that was learnt from
MOST_DIGITS, STATES = 6, 4  # of a strip, and the states that a digit has in the encoder
TELLS = {"M": (5, 6), "D": (8, 9)} | {str(at): (at,) for at in range(10)}  # which of YYYY-MM-DD a mark stands for


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read, what was written, and where the model looked.

    Attributes
    ----------
    inputs : list of str
        The characters of a text, or the digits of a strip: with four positions to look at each.
    symbols : list of str
        T characters, or words.
    weights : numpy.ndarray, shape (T, L)
        A row for each symbol; of the model without attention, (T, 1), ones.
    told : numpy.ndarray of bool, shape (T, L), or None
        True where the right symbol stands in what was read; None where nobody knows.
    right : list of str, or None
        What should be written, where it is known.
    unknown : list of str
        Characters that the model has never seen, and reads as one sign.
    """

    inputs: list
    symbols: list
    weights: np.ndarray
    told: np.ndarray | None
    right: list | None
    unknown: list


def tidy(text: str) -> str:
    """A text as it is read: composed (NFC), each space a plain one, none at the ends.

    >>> tidy(" 3.\u00a0Ma\u0308rz 2021 ")
    '3. März 2021'
    """
    text = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(character) == "Zs" else character for character in text).strip(" ")


def digits(text: str) -> list[int]:
    """The digits of a strip: the first six of a text.

    >>> digits("3. März 2021")
    [3, 2, 0, 2, 1]
    """
    return [int(digit) for digit in re.findall("[0-9]", text)][:MOST_DIGITS]


def pixels(wanted: Sequence[int]) -> np.ndarray:
    """Handwritten digits side by side, each time in another hand.

    Parameters
    ----------
    wanted : sequence of int
        n digits.

    Returns
    -------
    numpy.ndarray, shape (8 n, 8)
        Ink from 0 to 16, one column of pixels after the other.

    Examples
    --------
    >>> pixels([7, 7]).shape
    (16, 8)
    """
    hands = _record("strips")[1]["hands"]
    return np.concatenate([hands[wanted[:at].count(digit) % len(hands), digit] for at, digit in enumerate(wanted)])


def read(text: str, model: str) -> Reading:
    """Read a text, or the strip of its digits, with one of the trained models.

    Parameters
    ----------
    text : str
    model : {"attention", "fixed", "strip"}
        Reads a date with attention, or from one vector; or a strip of handwritten digits, with attention.

    Returns
    -------
    Reading

    Examples
    --------
    >>> reading = read("3. März 2021", "attention")
    >>> "".join(reading.symbols)
    '2021-03-03'
    >>> reading.weights.shape
    (10, 12)
    """
    return (_strip if model == "strip" else _date)(text, model)


def _date(text: str, model: str) -> Reading:
    import torch

    net, inputs, outputs = _network(model)
    codes = torch.from_numpy(inputs.encode(text))[None]
    symbols, weights = net.generate(codes, lengths=torch.tensor([len(text)]), most=10)
    right, told = None, None
    known = next((each for each in EXAMPLES if each.text == text), None)
    if known:
        right = list(known.iso)
        told = np.array([[at in TELLS.get(mark, ()) for mark in known.tells] for at in range(10)])
    unknown = [character for character in dict.fromkeys(text) if character not in inputs.characters]
    written = [outputs.decode([code]) for code in symbols[0]]
    return Reading(list(text), written, weights[0].numpy(), told, right, unknown)


def _strip(text: str, model: str) -> Reading:
    import torch

    wanted = digits(text)
    if not wanted:
        return Reading([], [], np.zeros((0, 0)), None, None, [])
    net, words = _network(model)
    ink = torch.from_numpy(pixels(wanted) / 16.0)[None]
    symbols, weights = net.generate(ink, lengths=torch.tensor([ink.shape[1]]), most=MOST_DIGITS, stop=0)
    said = [words[code] for code in symbols[0] if code]
    told = np.repeat(np.eye(len(said), len(wanted), dtype=bool), STATES, axis=1)
    right = [words[digit + 1] for digit in wanted]
    return Reading([str(digit) for digit in wanted], said, weights[0, : len(said)].numpy(), told, right, [])


@functools.cache
def _record(subject: str) -> tuple:
    return results.load(subject), results.weights(subject)


@functools.cache
def _network(model: str) -> tuple:
    """A trained model in double precision, and its alphabets or words."""
    import torch  # two seconds, which the other widgets do without

    from attn_core import nn
    from attn_core.tasks import Alphabet
    from attn_core.tasks.digits import SIDE

    record, arrays = _record("strips" if model == "strip" else "dates")
    sizes = functools.partial(nn.Sizes, **{name: record.config[name] for name in ("embedding_dim", "state_dim")})
    if model == "strip":
        words = tuple(arrays["outputs"].tolist())
        encoder = nn.PixelEncoder(SIDE, record.config["state_dim"], channels=record.config["channels"])
        net, beside, prefix = nn.EncoderDecoder(encoder, nn.LuongDecoder(sizes(SIDE, len(words)))), (words,), ""
    else:
        beside = tuple(Alphabet(arrays[name].item()) for name in ("inputs", "outputs"))
        whole = sizes(*(alphabet.size for alphabet in beside))
        decoder = {"attention": nn.LuongDecoder, "fixed": nn.FixedVectorDecoder}[model](whole)
        net, prefix = nn.EncoderDecoder(nn.RecurrentEncoder(whole, bidirectional=True), decoder), f"{model}."
    mine = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    net.load_state_dict({name: torch.from_numpy(mine[name]) for name in net.state_dict()})
    return net.double().eval(), *beside
