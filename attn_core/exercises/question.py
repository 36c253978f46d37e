"""Questions that a reader answers before the book does.

The HTML form is whole without a script: question, choices, and the answer folded away in `<details>`. On a
published page a script puts a form in place of the choices, and takes every word it says from the folded answer.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

from IPython.display import display

from attn_core._checks import is_finite_number

RIGHT, WRONG = "✓ Right:", "✗ Not this:"
# Underlined, for JupyterLab takes from a summary the mark that it can be unfolded.
SUMMARY = '<summary style="cursor: pointer"><u>Show the answer</u></summary>'
MINUS = "\u2212"


def predict(
    question: str,
    answer: str | float,
    *,
    choices: Mapping[str, str] | Mapping[float, str] | None = None,
    tolerance: float | None = None,
) -> None:
    """Display a question that the reader answers before seeing the answer.

    Parameters
    ----------
    question : str
        In every text, `backticks` mark code; all else is shown as it is written.
    answer : str or float
        The text to reveal; with `choices`, the right one of them; with `tolerance`, a number.
    choices : mapping, optional
        Each choice, in the order to show, and why it is right or wrong. With `tolerance`: numbers that readers
        often give, and why they are wrong; the answer itself may be among them, and why it is right.
    tolerance : float, optional
        How far a number may be from the answer and still be right; 0 for a count.

    Raises
    ------
    TypeError, ValueError
        If the arguments do not make a question of one of the three kinds; the text says what is wanted.

    Notes
    -----
    A choice or a number is a commitment, so prefer it to a text that is only revealed. Nothing is kept: a reader
    may try as often as he likes.

    Examples
    --------
    >>> predict("Can softmax give a weight of 0?", "No: the exponential of a score is positive.")
    Can softmax give a weight of 0?
    Answer: No: the exponential of a score is positive.

    >>> predict("How many weights has one query over 3 keys?", 3, tolerance=0, choices={9: "That is 3 queries."})
    How many weights has one query over 3 keys? (a number)
    ✓ Right: 3.
    ✗ Not this: 9. That is 3 queries.
    """
    display(Question(question, answer, choices, tolerance))


class Question:
    """A question in two forms, HTML and plain text. Of one kind: reveal, choices or number."""

    def __init__(self, question: Any, answer: Any, choices: Any = None, tolerance: Any = None) -> None:
        self.text = _text("question", question)
        if choices is not None and not isinstance(choices, Mapping):
            raise TypeError(f"choices must be a mapping of answers to reasons, got {type(choices).__name__}")
        reasons = {key: _text(f"the reason for {key!r}", why) for key, why in (choices or {}).items()}
        if tolerance is not None:
            self.kind, self.answer, self.reasons = "number", *_numbers(answer, reasons, tolerance)
            self.tolerance = float(tolerance)
        elif is_finite_number(answer):
            raise TypeError(f"a number as answer needs a tolerance, got {answer!r} without: 0 is for a count")
        elif choices is not None:
            self.kind, self.answer, self.reasons = "choices", *_choices(answer, reasons)
        else:
            self.kind, self.answer, self.reasons = "reveal", _text("answer", answer), {}

    def verdicts(self) -> list[tuple[Any, str, str, str]]:
        """For each answer: itself, right or wrong in words, itself as text, the reason."""
        answers = list(self.reasons) if self.kind == "choices" else [self.answer, *self.reasons]
        return [
            (answer, RIGHT if answer == self.answer else WRONG, self._named(answer), self.reasons.get(answer, ""))
            for answer in dict.fromkeys(answers)
        ]

    def _named(self, answer: Any) -> str:
        if self.kind == "choices":
            return answer
        named = number(answer)
        return f"{named}, give or take {number(self.tolerance)}" if answer == self.answer and self.tolerance else named

    def html(self) -> str:
        """The question as HTML: the same for the same arguments, and right without a script."""
        question = f"<b>{marked(self.text)}</b>"
        within = f' data-tolerance="{self.tolerance!r}"' if self.kind == "number" else ""
        lines = [f'<div class="predict" data-predict="{self.kind}"{within}>', f"<p>{question}</p>"]
        if self.kind == "choices":
            lines += ["<ul>", *(f"<li>{marked(choice)}</li>" for choice in self.reasons), "</ul>"]
        lines.append(f"<details>{SUMMARY}")
        if self.kind == "reveal":
            lines.append(f"<p>{marked(self.answer)}</p>")
        else:
            lines += ["<ul>", *(self._verdict(*verdict) for verdict in self.verdicts()), "</ul>"]
        return "\n".join([*lines, "</details>", "</div>"])

    def _verdict(self, answer: Any, verdict: str, named: str, why: str) -> str:
        value = f' data-value="{answer!r}"' if self.kind == "number" else ""
        said = f"{marked(_ended(named))} {marked(why)}".rstrip()
        return f"<li{value}><b>{verdict}</b> {said}</li>"

    def __repr__(self) -> str:
        if self.kind == "reveal":
            return f"{self.text}\nAnswer: {self.answer}"
        lines = [self.text + (" (a number)" if self.kind == "number" else "")]
        if self.kind == "choices":
            lines += [f"  - {choice}" for choice in self.reasons]
        for _, verdict, named, why in self.verdicts():
            lines.append(f"{verdict} {_ended(named)} {why}".rstrip())
        return "\n".join(lines)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}


def marked(text: str) -> str:
    """Text as HTML: escaped, and code where backticks stand around it.

    >>> marked("`a < b` & c")
    '<code>a &lt; b</code> &amp; c'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def number(x: float) -> str:
    """A number as a reader writes it, with the minus sign U+2212.

    >>> number(-0.25), number(3.0), number(1e-05)
    ('−0.25', '3', '0.00001')
    """
    text = f"{x:.6f}".rstrip("0").rstrip(".") if 1e-6 <= abs(x) < 1e15 or x == 0 else f"{x:g}"
    return text.replace("-", MINUS)


def _ended(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."


def _text(name: str, text: Any) -> str:
    """The text on one line; raise unless there is one."""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a text, got {type(text).__name__}")
    if not text.strip():
        raise ValueError(f"{name} must be a text, got an empty one")
    return " ".join(text.split())


def _choices(answer: Any, reasons: dict[Any, str]) -> tuple[str, dict[str, str]]:
    answer = _text("answer", answer)
    reasons = {_text("a choice", choice): why for choice, why in reasons.items()}
    if len(reasons) < 2:
        raise ValueError(f"choices must be two or more, got {len(reasons)}")
    if answer not in reasons:
        raise ValueError(f"answer must be one of the choices {', '.join(map(repr, reasons))}, got {answer!r}")
    return answer, reasons


def _numbers(answer: Any, reasons: dict[Any, str], tolerance: Any) -> tuple[float, dict[float, str]]:
    if not is_finite_number(answer):
        raise TypeError(f"with a tolerance, answer must be a finite number, got {answer!r}")
    if not is_finite_number(tolerance) or tolerance < 0:
        raise ValueError(f"tolerance must be a finite number from 0, got {tolerance!r}")
    for wrong in reasons:
        if not is_finite_number(wrong):
            raise TypeError(f"with a tolerance, choices must be finite numbers, got {wrong!r}")
        if wrong != answer and abs(wrong - answer) <= tolerance:
            raise ValueError(f"choices has {wrong!r}, which counts as right: {answer!r} ± {tolerance!r}")
    return float(answer), {float(wrong): why for wrong, why in reasons.items()}
