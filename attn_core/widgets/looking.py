"""What the picture of the regions says: its sentence, and its still form. As in static/regions/looking.js."""

import html

import numpy as np

from .base import fixed, plain, share, short
from .strips import picture

POSITIONS = 9
NAMES = ("soft", "sparse", "hard", "drawn", "local-m", "local-p")
SOFT, SPARSE, HARD, DRAWN, LOCAL_M, LOCAL_P = range(len(NAMES))


def times(n):
    """How often.

    >>> times(1), times(20)
    ('once', '20 times')
    """
    return "once" if n == 1 else f"{n} times"


def caption(now):
    """One sentence or two on what a ``Regions`` shows."""
    soft, drawn, best = now.weights[SOFT], now.counts, int(now.scores.argmax())
    first, most = best + 1, fixed(soft[best])
    fell = int(drawn.argmax())
    if now.scores.max() - now.scores.min() < 0.005:
        chance = ""
        if now.draws == 1:
            chance = f" One draw fell on position {fell + 1}."
        elif now.draws:
            chance = (
                f" {now.draws} draws fell on {(drawn > 0).sum()} of {POSITIONS} positions, "
                f"{times(drawn.max())} on position {fell + 1}."
            )
        return f"All scores are equal, so soft gives each position {most}, and hard takes the first.{chance}"
    if now.window == 0:
        other = (
            "It is hard attention, at a place that was chosen without a look at the scores."
            if now.centre == now.step
            else f"Local-p stands at {short(now.centre)}, where no position is, and looks at nothing."
        )
        return f"A window of one: local-m gives everything to position {now.step}, whatever its score. {other}"
    if not now.inside[LOCAL_M:, best].any():
        row = now.weights[LOCAL_M]
        return (
            f"Position {first} has the best score, and no window reaches it. Local-m gives {fixed(row.max())} "
            f"to position {row.argmax() + 1}: it cannot know what it misses."
        )
    if soft[best] >= 0.995:
        return (
            f"At temperature {fixed(now.temperature)} soft gives almost everything to position {first}, as hard does. "
            f"It still needs all {POSITIONS} scores."
        )
    if soft[best] < 0.16:
        return (
            f"At temperature {fixed(now.temperature)} the scores hardly count: soft gives no position more than "
            f"{most}, and a draw may fall anywhere. Hard does not change: the largest is the largest."
        )
    rest = np.where(np.arange(POSITIONS) == best, -1, soft)
    second = int(rest.argmax())
    if rest[second] == soft[best]:
        tied = f"Positions {first} and {second + 1} have the same score."
        return f"{tied} Soft gives them {most} each; hard takes the first."
    if soft[best] - rest[second] < 0.04:
        return (
            f"Position {first} is ahead of position {second + 1} by a touch: soft gives them {most} and "
            f"{fixed(rest[second])}, hard everything to {first}. A touch more for {second + 1}, and hard turns round."
        )
    if now.draws == 1:
        return (
            f"One draw fell on position {fell + 1}, to which soft gives {fixed(soft[fell])}. Hard attention that draws "
            "reads this one value; the next draw may fall elsewhere."
        )
    if now.draws >= 50:
        return (
            f"Of {now.draws} draws, {drawn[best]} fell on position {first}: a share of "
            f"{fixed(drawn[best] / now.draws)}, where soft gives {most}. The more draws, the closer the two."
        )
    if now.inside[LOCAL_M:].all():
        return (
            "The window covers every position: local-m is soft attention now. Local-p still fades with the distance "
            f"from {short(now.centre)}, and its weights sum to {fixed(now.total[LOCAL_P])}."
        )
    return (
        f"Soft looks everywhere and gives {most} to position {first}; hard gives it everything. Local-m needs only "
        f"{now.looked[LOCAL_M]} of {POSITIONS} scores. The Gaussian of local-p takes weight away: what is left sums to "
        f"{fixed(now.total[LOCAL_P])}."
    )


def still(now):
    """A picture, a table with a line for each position, and the sentence."""
    heads = "".join(f'<th scope="col">{text}</th>' for text in ("position", "score", *NAMES))
    rows = "".join(
        f'<tr><th scope="row">{j + 1}</th><td>{short(now.scores[j])}</td>'
        f"{''.join(_cell(now, i, j) for i in range(len(NAMES)))}</tr>"
        for j in range(POSITIONS)
    )
    facts = {
        "sum": map(fixed, now.total),
        "entropy": (fixed(x) if total > 0 else "–" for x, total in zip(now.entropy, now.total, strict=True)),
        "scores computed": now.looked,
        "values read": now.read,
    }
    foot = "".join(
        f'<tr><th scope="row" colspan="2">{name}</th>{"".join(f"<td>{x}</td>" for x in row)}</tr>'
        for name, row in facts.items()
    )
    return (
        f'<div class="attn-columns"><div class="attn-picture">{picture(now)}</div><div class="attn-right">'
        f"<table><caption>Scores and weights of {POSITIONS} positions. Hard attention has drawn {times(now.draws)}; "
        f"local-m stands at {now.step} and local-p at {short(now.centre)}, with a window of ±{now.window}; "
        f"temperature {fixed(now.temperature)}.</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        f"<tfoot>{foot}</tfoot></table></div></div>"
        f'<p class="attn-caption">{html.escape(caption(now))}</p>'
    )


def _cell(now, i, j):
    if not now.inside[i, j]:
        return "<td>–</td>"
    weight = float(now.weights[i, j])
    text = f"{now.counts[j]} ×" if i == DRAWN else share(weight) if weight else "0"
    return f'<td class="attn-still" style="--attn-share:{plain(weight)}">{text}</td>'
