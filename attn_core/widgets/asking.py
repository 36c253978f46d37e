"""Who asks whom, in words: the sentences under the widget *grid*, the same as in static/grid/asking.js."""

from .base import fixed
from .spelling import grams


def quoted(word):
    """A word as it is named in a sentence.

    >>> quoted("cat")
    '“cat”'
    """
    return f"“{word}”"


def caption(widget):
    """One sentence or two on what the lit row of a ``Grid`` shows."""
    asks, answers, i = widget.asking, widget.answering, widget.at
    weights = widget.weights[i]
    if len(answers) == 1:
        return f"There is one word to look at, {quoted(answers[0])}: it gets all the weight, whatever is asked."
    who, even = quoted(asks[i]), fixed(1 / len(answers))
    if widget.form == "previous":
        if i == 0:
            return (
                f"Projections set by hand: each word asks for the place before its own. {who} stands first, no place "
                f"is before it, and every word gets the same: {even}."
            )
        if i > len(answers):
            return (
                f"Projections set by hand: {who} asks for place {i}, which the other sentence does not have. So every "
                f"word gets the same: {even}."
            )
        return (
            f"Projections set by hand read places, not spelling. Each word asks for the place before its own: {who} "
            f"gives {quoted(answers[i - 1])} {fixed(weights[i - 1])}."
        )
    top = int(weights.argmax())
    if widget.form == "drawn":
        if widget.itself:
            same = [word for word in answers if grams(word) == grams(asks[i])]
            if answers[top] in same and len(same) > 1:
                return (
                    f"Drawn projections: {who} stands here {len(same)} times and, as chance has it, gives most to each "
                    f"of these: {fixed(weights[i])}."
                )
            if top == i:
                return f"Drawn projections: {who} gives most to itself, {fixed(weights[i])}, as chance has it."
            return (
                f"Drawn projections: what a word asks for and what it offers are two things. {who} gives itself "
                f"{fixed(weights[i])} and, as chance has it, most to {quoted(answers[top])}: {fixed(weights[top])}."
            )
        return (
            f"Drawn projections: {who} gives most to {quoted(answers[top])}, {fixed(weights[top])}. Nobody has taught "
            "them what to look for."
        )
    return _itself(widget) if widget.itself else _other(widget)


def _itself(widget):
    """Key = value = query, of one sentence."""
    asks, i = widget.asking, widget.at
    who, weights = quoted(asks[i]), widget.weights[i]
    same = [j for j, word in enumerate(asks) if grams(word) == grams(asks[i])]
    if len(same) > 1:
        return (
            f"{who} stands here {len(same)} times. Equal vectors get equal weights, {fixed(weights[i])} each: nothing "
            "tells one from the other."
        )
    then = max((j for j in range(len(asks)) if j != i), key=lambda j: weights[j])
    looks = f"{who} looks at itself first: {fixed(weights[i])}. Then comes {quoted(asks[then])} with"
    if set(grams(asks[then])) & set(grams(asks[i])):
        return f"{looks} {fixed(weights[then])}: in part, the two are spelt alike."
    return f"{looks} {fixed(weights[then])}, and only by chance: the two are spelt unlike."


def _other(widget):
    """Key = value = query, of two sentences."""
    asks, answers, i = widget.asking, widget.answering, widget.at
    who, weights = quoted(asks[i]), widget.weights[i]
    same = [j for j, word in enumerate(answers) if grams(word) == grams(asks[i])]
    if len(same) > 1:
        return f"{who} stands in the other sentence {len(same)} times, and gets {fixed(weights[same[0]])} each time."
    if same:
        return f"{who} stands in the other sentence too, and finds itself there: {fixed(weights[same[0]])}."
    top = int(weights.argmax())
    alike = bool(set(grams(answers[top])) & set(grams(asks[i])))
    why = ": in part, the two are spelt alike" if alike else ", and only by chance: the two are spelt unlike"
    return f"{who} gives most to {quoted(answers[top])}, {fixed(weights[top])}{why}."
