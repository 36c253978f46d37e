"""What is left of a sequence, in words and as a table: as in static/pooling/surviving.js."""

import html

from .base import fixed, plain, share, short

STEPS = 12
WAYS = ("last", "mean", "max", "attention")
LAST, MEAN, MAX, ATTENTION = range(len(WAYS))
ABOUT = (
    "Simplified: one feature, and nothing is learned. The last state is an LSTM’s cell: its forget gate, σ(b), is the "
    "same at every step, its input gate, σ(g · mark), sees the mark alone, and no output gate follows. The other three "
    "pool the values themselves; in a network they pool states, which already hold some of what came before. The mark "
    "is +1 or −1; attention is softmax(q · mark)."
)


def part(weight):
    """A share of the weight, for a sentence.

    >>> part(0.001), part(0.25)
    ('<0.01', '0.25')
    """
    return html.unescape(share(weight))


def age(steps):
    """A half-life in words.

    >>> age(2.2), age(280.2)
    ('2.2 steps', '280 steps')
    """
    return f"{fixed(steps, 1 if steps < 9.95 else 0)} steps"


def marks(marked):
    """The marked steps in words, the verb behind them.

    >>> marks([False, True]), marks([True, True, True]), marks([True] * 4)
    ('Step 2 is', 'Steps 1, 2 and 3 are', '4 steps are')
    """
    steps = [str(i) for i, one in enumerate(marked, 1) if one]
    if len(steps) > 3:
        return f"{len(steps)} steps are"
    return f"Step {steps[0]} is" if len(steps) == 1 else f"Steps {', '.join(steps[:-1])} and {steps[-1]} are"


def caption(now):
    """One sentence or two on what a ``Pooling`` shows."""
    last, mean, _, attention = map(part, now.found)
    top, weights, count = int(now.values.argmax()), now.weights, int(now.marked.sum())
    if count in (0, STEPS):
        return (
            f"{'Every' if count else 'No'} step is marked, so attention gives each {part(1 / STEPS)}, as the mean "
            f"does, whatever the query. The last state gives step 1 {part(weights[LAST, 0])} and step {STEPS} "
            f"{part(weights[LAST, -1])}: to it only age counts."
        )
    if now.gate >= 1:
        gates = f"{part(now.let_in.max())} against {part(now.let_in.min())}"
        if now.query <= -1:
            return (
                f"The input gate opened for marked steps as they came, and reading is over: they have {last} of the "
                f"last state’s weight. A query can still ask for the rest: attention leaves {attention} on them."
            )
        if now.found[LAST] >= 0.5:
            return (
                f"The input gate opens for marked steps as they come, {gates}: they have {last} of the last state’s "
                f"weight, and {attention} of attention’s. Gates can do it too, if what counts is known in advance."
            )
        if now.half_life > 2 * STEPS:
            return (
                f"The input gate opens for marked steps, {gates}, and over {STEPS} steps little fades. Still they have "
                f"only {last} of the last state’s weight: what is let in of the others adds up. Attention: {attention}."
            )
        return (
            f"The input gate opens for marked steps, {gates}, but what is in the state halves in {age(now.half_life)}: "
            f"they have {last} of its weight. Attention does not fade with distance: {attention}."
        )
    if now.gate <= -1:
        return (
            f"The input gate shuts out marked steps, {part(now.let_in.min())} against {part(now.let_in.max())}: they "
            f"have {last} of the last state’s weight. What was kept out is not there to be asked for later."
        )
    if abs(now.query) < 0.05:
        return (
            f"A query of 0.0 asks for nothing: attention gives each step {part(1 / STEPS)}, as the mean does. "
            f"{marks(now.marked)} marked, and {last} of the last state’s weight is there."
        )
    if now.query < 0:
        return (
            f"A query below zero looks for what is not marked: attention leaves {attention} on marked steps, less than "
            f"the mean with {mean}. The other three have no query."
        )
    if now.half_life > 2 * STEPS:
        return (
            f"What is in the state halves in {age(now.half_life)}, so over {STEPS} steps little fades: {last} of its "
            f"weight is on marked steps, where the mean has {mean}. To forget less is not to know what counts."
        )
    if not now.marked[top]:
        return (
            f"Max takes step {top + 1}, the largest and not marked: all that it hands on is {short(now.values[top])}, "
            f"where {'the marked value is' if count == 1 else 'the marked values have a mean of'} {fixed(now.wanted)}. "
            f"Attention gives that step {part(weights[ATTENTION, top])}, and {attention} to what is marked."
        )
    if now.found[LAST] > 2 * now.found[MEAN]:
        return (
            f"What is marked comes late: {last} of the last state’s weight is on it without any query, {mean} of the "
            f"mean’s. Attention gives it {attention}, wherever it stands."
        )
    return (
        f"{marks(now.marked)} marked: {last} of the last state’s weight is there, {mean} of the mean’s, {attention} of "
        f"attention’s. Max takes step {top + 1} because it is the largest, not because it is marked."
    )


def still(now):
    """A table with a line for each step, the facts of each pooling below, and the sentence."""
    heads = "".join(f'<th scope="col">{text}</th>' for text in ("step", "value", *WAYS))
    rows = "".join(
        f'<tr><th scope="row">{step + 1}{" marked" if now.marked[step] else ""}</th>'
        f"<td>{short(now.values[step])}</td>{''.join(_cell(w) for w in now.weights[:, step].tolist())}</tr>"
        for step in range(STEPS)
    )
    some = now.marked.any()
    facts = {
        "sum of weights": map(fixed, now.total),
        "pooled value": map(fixed, now.output),
        "on marked steps": (share(x) if some else "–" for x in now.found),
    }
    foot = "".join(
        f'<tr><th scope="row" colspan="2">{name}</th>{"".join(f"<td>{x}</td>" for x in row)}</tr>'
        for name, row in facts.items()
    )
    wanted = f"The mean of the marked values is {fixed(now.wanted)}. " if some else ""
    return (
        f"<table><caption>Weight of {STEPS} steps in four poolings. {wanted}Forget bias {fixed(now.forget_bias, 1)}, "
        f"forget gate {fixed(now.kept)}, half-life {age(now.half_life)}; input gate g {fixed(now.gate, 1)}; query "
        f"{fixed(now.query, 1)}.</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody><tfoot>{foot}</tfoot>"
        f'</table><p class="attn-total">{ABOUT}</p><p class="attn-caption">{html.escape(caption(now))}</p>'
    )


def _cell(weight):
    text = share(weight) if weight else "0"
    return f'<td class="attn-still" style="--attn-share:{plain(weight)}">{text}</td>'
