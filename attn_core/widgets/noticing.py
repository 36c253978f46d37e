"""What six scores notice: the sentences under the widget *scores*, and the tables of its still form.

The sentences are the same as in static/scores/noticing.js.
"""

import html
import math

from .base import fixed, plain, share
from .drawn import KEYS
from .playground import SCORES, listed

DOT, SCALED_DOT, GENERAL, COSINE, LINEAR, _ = range(len(SCORES))


def part(share_of_all):
    """A part of the weight in words.

    >>> part(0.999), part(0.5), part(0)
    ('almost all', '0.50', 'almost none')
    """
    return "almost all" if share_of_all >= 0.995 else "almost none" if share_of_all < 0.005 else fixed(share_of_all)


def caption(widget):
    """One sentence or two on what a situation of ``Scores`` shows."""
    touched = widget.swapped or widget.similarity is not None
    if widget.length == 0:
        return _nothing(widget)
    if widget.matrix != "drawn":
        return _between(widget)
    if touched:
        return _asked(widget)
    return _drawn(widget) if widget.length == 1 else _stretched(widget)


def _nothing(widget):
    return (
        f"Key {widget.chosen + 1} is a zero vector: dot, scaled dot, general and cosine score it 0. But 0 is a score "
        f"like any other: scaled dot gives it {part(widget.weights[SCALED_DOT, widget.chosen])} of the weight."
    )


def _between(widget):
    """What the matrix makes of the general score."""
    key, first, score = widget.chosen + 1, int(widget.weights[DOT].argmax()), widget.scores[GENERAL]
    if widget.matrix == "identity":
        return (
            f"W is the identity, and general is the dot product: both give {part(widget.largest[DOT])} of the weight "
            f"to key {first + 1}."
        )
    if widget.matrix == "diagonal":
        return (
            "W is diagonal, 1 in its first half and 0 in the second. General is a dot product deaf to the second half "
            f"of each vector: it gives {part(widget.largest[GENERAL])} to key {score.argmax() + 1}, dot "
            f"{part(widget.largest[DOT])} to key {first + 1}."
        )
    if widget.matrix == "rank one":
        order = ", ".join(str(j + 1) for j in sorted(range(KEYS), key=lambda j: -score[j]))
        return (
            f"W has rank one: general multiplies one number of the query, {fixed(widget.gate)}, with one of each key. "
            f"So the keys stand in the order {order}, and a query can only stretch or reverse it."
        )
    if widget.similarity in (-1, 1):
        at = "straight at" if widget.similarity == 1 else "straight away from"
        return (
            f"W is antisymmetric, and the query points {at} key {key}: general scores it {fixed(score[key - 1])}. No "
            f"vector scores anything with its own direction. Dot gives it {part(widget.weights[DOT, key - 1])}."
        )
    return (
        f"W is antisymmetric: at similarity {fixed(widget.scores[COSINE, key - 1])} general scores key {key} with "
        f"{fixed(score[key - 1])}. The nearer the query comes to the key's direction, the nearer that comes to 0."
    )


def _asked(widget):
    """What another query does, or a query that was turned."""
    key, who = widget.chosen + 1, "Another query" if widget.swapped else "The query"
    asked = {
        None: f"{who} asks",
        1: f"{who} points straight at key {key}",
        -1: f"{who} points straight away from key {key}",
    }.get(widget.similarity) or f"{who} has similarity {fixed(widget.similarity)} to key {key}"
    moves = f"dot moves {part(widget.moved[DOT])} of its weight"
    if widget.length != 1:
        return (
            f"{asked}, and key {key} is {fixed(widget.length)} times as long: {moves}. Linear has noticed only the "
            "key, cosine only the query."
        )
    most = 1 / (1 + (KEYS - 1) * math.exp(-2 / widget.temperature))
    if widget.similarity == 1 and most < 0.9:
        dot, cosine = (part(widget.weights[i, key - 1]) for i in (DOT, COSINE))
        return (
            f"{asked}: dot gives it {dot} of the weight, cosine {cosine}. With five scores from −1 to 1, no weight "
            f"can pass {fixed(most)} at temperature {fixed(widget.temperature)}."
        )
    return (
        f"{asked}: {moves}, cosine {part(widget.moved[COSINE])}. Linear does not notice: the query adds the same to "
        "each of its scores."
    )


def _stretched(widget):
    return (
        f"Key {widget.chosen + 1} is {fixed(widget.length)} times as long, and dot moves {part(widget.moved[DOT])} of "
        "its weight. Cosine does not notice: it divides by the length."
    )


def _drawn(widget):
    """What is seen before anything is moved, at any width and temperature."""
    largest, weights, warm = widget.largest, widget.weights, fixed(widget.temperature)
    first = int(weights[DOT].argmax())
    if largest.max() < 0.25:
        return f"At temperature {warm} no score decides: every weight is close to 0.20."
    if largest.min() >= 0.995:
        winners = sorted({int(row.argmax()) for row in weights})
        to = f"key {listed(winners)} for all" if len(winners) == 1 else f"but not the same: keys {listed(winners)} win"
        return f"At temperature {warm} every score gives almost all to one key, {to}."
    if widget.temperature < 1 and largest[COSINE] > 0.65:
        return (
            f"At temperature {warm} cosine focuses too: its largest weight is {part(largest[COSINE])}. At temperature "
            "1, with five keys, it could never pass 0.65."
        )
    scaled = part(weights[SCALED_DOT, first])
    if largest[DOT] >= 0.995 and weights[SCALED_DOT, first] < 0.9:
        return (
            f"In {widget.dim} dimensions dot gives almost all of the weight to key {first + 1}; divided by "
            f"√{widget.dim}, the same scores give it {scaled}. Cosine gives no key more than {fixed(largest[COSINE])}."
        )
    return (
        f"Six scores, the same query and keys: dot gives {part(largest[DOT])} of the weight to key {first + 1}, "
        f"scaled dot {scaled}, cosine {part(weights[COSINE, first])}. Linear prefers key "
        f"{weights[LINEAR].argmax() + 1}, whatever the query."
    )


def tables(widget):
    """The weights of a situation of ``Scores``, its caption, and what each score notices, in HTML."""
    touched = widget.swapped or widget.similarity is not None or widget.length != 1
    key, asks = widget.chosen + 1, ", another query" if widget.swapped else ""
    hand = (
        f"similarity to key {key} {fixed(widget.scores[COSINE, widget.chosen])}{asks}, "
        f"key {key} {fixed(widget.length)} times as long"
    )
    weights = _table(
        f"Weights of five keys. {widget.dim} dimensions; temperature {fixed(widget.temperature)}; "
        f"{'' if widget.matrix == 'drawn' else f'W {widget.matrix}; '}{hand if touched else 'as drawn'}.",
        [*(f"key {j + 1}" for j in range(KEYS)), "entropy", *(["moved"] if touched else [])],
        [
            [*map(_bar, row), _cell(fixed(entropy)), *([_noticed(moved, notices)] if touched else [])]
            for row, entropy, moved, notices in zip(
                widget.weights.tolist(), widget.entropy, widget.moved, widget.notices, strict=True
            )
        ],
    )
    queried, keyed = (zip(*widget.moved_by(**hand), strict=True) for hand in ({"swapped": True}, {"length": 2}))
    notices = _table(
        "How much of its weight each score moves to other keys.",
        ["another query", f"key {key} twice as long"],
        [[_noticed(*of) for of in both] for both in zip(queried, keyed, strict=True)],
    )
    return f'{weights}<p class="attn-caption">{html.escape(widget.caption())}</p>{notices}'


def _cell(text):
    return f"<td>{text}</td>"


def _bar(weight):
    return f'<td class="attn-still" style="--attn-share:{plain(weight)}">{share(weight)}</td>'


def _noticed(moved, notices):
    return _cell(share(moved) if notices else "does not notice")


def _table(caption, heads, rows):
    head = "".join(f'<th scope="col">{text}</th>' for text in ("score", *heads))
    body = "".join(
        f'<tr><th scope="row">{name.replace("_", " ")}</th>{"".join(row)}</tr>'
        for name, row in zip(SCORES, rows, strict=True)
    )
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
