"""What several heads add, in words: the sentences under the widget *heads*, the same as in static/heads/adding.js."""

from .amounts import listed
from .asking import quoted
from .base import fixed
from .roles import BLOCKS, WIDTH

NAMES = {"before": "word before", "like": "like spelling", "after": "word after", "evenly": "all alike"}
ABOUT = "Matrices set by hand: 32 of a word's 64 numbers tell its spelling, 32 its place. No word looks at itself."
COUNTED = {1: "One head", 2: "Two heads", 4: "Four heads", 8: "Eight heads"}


def top(numbers):
    """Where the largest number stands, the first of those that are as large.

    >>> top([1.0, 2.0, 2.0 + 1e-12])
    1
    """
    most = max(numbers)
    return next(i for i, x in enumerate(numbers) if x > most - 1e-9)


def roles(form, num_heads):
    """What each head looks for: the roles of the blocks that it has a part in.

    >>> roles("four", 2)
    [['before', 'like'], ['after', 'evenly']]
    """
    blocks = [role for role, _ in BLOCKS[form]]
    spans = [(4 * g // num_heads, -(-4 * (g + 1) // num_heads)) for g in range(num_heads)]
    return [list(dict.fromkeys(blocks[begin:end])) for begin, end in spans]


def caption(widget):
    """One sentence or two on what the heads of a ``Heads`` do for the lit word."""
    n, row = len(widget.words), widget.weights[:, widget.at]
    if n == 1:
        return "There is one word, and no other to look at: all weights are 0, and so is the output."
    if not widget.lit.any():
        return "Every head is off: no word gets any weight, and the output is 0."
    if n == 2:
        return (
            f"There is one other word to look at, {quoted(widget.words[1 - widget.at])}: "
            "whatever a head looks for, it gets all the weight."
        )
    if not widget.lit.all():
        return _off(widget)
    if widget.form == "same":
        return _same(widget, row)
    if widget.num_heads == 1:
        first = top(row[0])
        second = top([-1 if j == first else w for j, w in enumerate(row[0])])
        some = f"One head for {widget.form} roles has one row of weights, which sums to 1."
        if row[0][first] >= 0.9:
            return f"{some} {quoted(widget.words[first])} takes {fixed(row[0][first])} of it, and little is left."
        return (
            f"{some} {_given(widget, row[0], first)} and {_given(widget, row[0], second)} share it, and every part of "
            "the output holds the same mixture."
        )
    return _several(widget, row)


def _given(widget, weights, j):
    return f"{quoted(widget.words[j])} {fixed(weights[j])}"


def _off(widget):
    """Some heads are off, and some on."""
    off = [str(g + 1) for g, on in enumerate(widget.lit) if not on]
    names = f"Head {off[0]} is off" if len(off) == 1 else f"Heads {listed(off)} are off"
    turned, best = fixed(widget.turned, 0), top(widget.mean[widget.at])
    if widget.form == "same":
        before = top(widget.whole[:, widget.at].mean(axis=0))
        still = (
            f"still gives most to {quoted(widget.words[best])}: the others look for the same"
            if best == before
            else f"gives most to {quoted(widget.words[best])}, no longer to {quoted(widget.words[before])}"
        )
        return f"{names}. The output has turned by {turned}°, and the mean of the heads {still}."
    wrote = "What it wrote" if len(off) == 1 else "What they wrote"
    return (
        f"{names}. {wrote} is missing from the output, which turns by {turned}°; what the other heads look at and "
        "write has not changed."
    )


def _same(widget, row):
    """All heads are on and look for the same."""
    tops = [top(weights) for weights in row]
    if widget.num_heads == 1:
        return (
            f"One head that looks for like spelling, with {WIDTH} numbers, gives most to "
            f"{_given(widget, row[0], tops[0])}. Cut it into more heads: no parameter changes, each has fewer numbers."
        )
    best = top(widget.mean[widget.at])
    agree = [weights[best] for weights, j in zip(row, tops, strict=True) if j == best]
    word = quoted(widget.words[best])
    if len(agree) == widget.num_heads:
        every, others = ("both", "the other still finds") if len(agree) == 2 else ("all", "the others still find")
        return (
            f"{COUNTED[widget.num_heads]} look for the same, and {every} give most to {word}: {_range(agree)}. "
            f"Switch one off, and {others} it."
        )
    few = {0: "None of them gives", 1: "1 of them gives"}.get(len(agree), f"{len(agree)} of them give")
    return (
        f"{COUNTED[widget.num_heads]} look for the same with {WIDTH // widget.num_heads} numbers each. {few} most to "
        f"{word}, as their mean does: with so few numbers a head takes one word for another."
    )


def _range(weights):
    low, high = fixed(min(weights)), fixed(max(weights))
    return f"{low} each" if low == high else f"{low} to {high}"


def _several(widget, row):
    """All of two heads or more are on, and there are several roles."""
    each, count = roles(widget.form, widget.num_heads), COUNTED[widget.num_heads]
    if len(each[0]) > 1:
        given = [f"to {_given(widget, w, top(w))} in head {g + 1}" for g, w in enumerate(row)]
        return f"{count} for four roles: each has two in one row of weights. Most goes {' and '.join(given)}."
    kinds = {role for (role,) in each}
    if len(kinds) == widget.num_heads:
        found = [_found(widget, role, weights) for (role,), weights in zip(each, row, strict=True)]
        return f"{count}, a role each, and a row of weights each: {', '.join(found)}. None takes from another."
    alike = [weights for (role,), weights in zip(each, row, strict=True) if role == "like"]
    tops = [top(weights) for weights in alike]
    said = f"{count} of {WIDTH // widget.num_heads} numbers, {len(alike)} for each role. Those for like spelling"
    if len(set(tops)) == 1:
        given = _range([weights[tops[0]] for weights in alike])
        return f"{said} agree on {quoted(widget.words[tops[0]])}, {given}: fewer numbers, less sure."
    return f"{said} give most to {len(set(tops))} different words: with so few numbers a head takes one for another."


def _found(widget, role, weights):
    if role == "evenly":
        return f"all alike {fixed(max(weights))} each"
    if widget.at == {"before": 0, "after": len(widget.words) - 1}.get(role):
        return f"no {NAMES[role]}"
    return f"{NAMES[role]} {_given(widget, weights, top(weights))}"


def moved(widget):
    """How far the output is from that with all heads on.

    For one word, which has no other to look at, the output is 0 in any case.
    """
    changed = f"changed by {fixed(widget.changed[widget.at])} of its length"
    return f"{changed}, turned by {'–' if widget.turned is None else fixed(widget.turned, 0)}°"


def rooms(widget):
    """What each part of the output holds, in words."""
    names = list(dict.fromkeys(role for role, _ in BLOCKS[widget.form]))
    held = [f"{quoted(widget.words[room[0]])} {fixed(room[1])}" if room else "nothing" for room in widget.rooms]
    return list(zip([NAMES[name] for name in names], held, strict=True))


def size(widget):
    """How many parameters there are, and how wide a head is."""
    return (
        f"parameters: 4 · {WIDTH} · {WIDTH} = {widget.parameters:,}, however many heads · "
        f"numbers of a head: {WIDTH} / {widget.num_heads} = {WIDTH // widget.num_heads}"
    )
