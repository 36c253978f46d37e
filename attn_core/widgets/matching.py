"""What ABCNN does with matches, in words: the sentences under the widget *abcnn*, the same as in
static/abcnn/matching.js."""

from .asking import quoted
from .base import fixed

ABOUT = "A word's vector tells how it is spelt, not what it means. Filters and W are drawn, not learnt."
NAMES = {1: "before the convolution", 2: "behind the convolution", 3: "before and behind"}


def top(numbers):
    """Where the largest number stands, the first of those that are as large.

    >>> top([1.0, 2.0, 2.0 + 1e-12])
    1
    """
    most = max(numbers)
    return next(i for i, x in enumerate(numbers) if x > most - 1e-9)


def span(numbers):
    """From the smallest to the largest, as they are written.

    >>> span([0.25, 1.5]), span([1.0, 1.001])
    ('0.25 to 1.50', '1.00')
    """
    low, high = fixed(min(numbers)), fixed(max(numbers))
    return low if low == high else f"{low} to {high}"


def counted(n):
    """So many windows.

    >>> counted(1), counted(3)
    ('1 window', '3 windows')
    """
    return "1 window" if n == 1 else f"{n} windows"


def caption(widget):
    """Two sentences or three on what becomes of the word that an ``Abcnn`` follows."""
    who, weights = quoted(widget.words[0][widget.at]), widget.weights
    total = fixed(widget.total)
    if widget.form != 2:
        given = widget.readings[0].looks[widget.at]
        row = fixed(given.sum())
    if widget.form == 1:
        best = top(given)
        most = f"{quoted(widget.words[1][best])}: {fixed(given[best])}"
        if widget.normalized:
            return (
                f"After a softmax {who} gives most to {most}, and {row} in all. Yet what is mixed is not the other "
                "sentence's words: W holds a vector for each of its places. So step 2 alone makes no attention of it."
            )
        return (
            f"{who} matches best with {most}. Its row, {row} in all, mixes vectors that W holds for the other "
            "sentence's places, not its words. What comes of it is no output: a second channel, for the convolution."
        )
    many, some = len(weights), counted(widget.kernel_size)
    if widget.form == 3:
        behind = f"after a softmax over all {many}, weigh {some}: {total} in all"
        if not widget.normalized:
            behind = f"as they are, weigh {some}: {total} in all, and nothing makes it 1"
        return (
            f"Twice. Before: the row of {who}, {row} in all, mixes vectors for places into a second channel. Behind: "
            f"sums of matches, {behind}."
        )
    if many == 1:
        return f"There is 1 window, so there is nothing to choose: its weight is {total}."
    if widget.normalized:
        sums = widget.behind.sum(axis=1)
        return (
            f"Sums of matches from {span(sums)} become weights of {span(weights)} in a softmax over {many} windows, 1 "
            f"in all. {who} adds up {some}: {total} of it."
        )
    best = top(weights)
    largest = (
        f"Of {many} windows {quoted(widget.windows(0)[best])} has the largest sum of matches: {fixed(weights[best])}."
    )
    if widget.kernel_size == 1:
        return f"{largest} The features of {who} are multiplied by its own sum: {total}, and nothing makes all sums 1."
    return (
        f"{largest} {who} stands in {some} and adds them up, with their sums as weights: {total} in all, and nothing "
        "makes it 1."
    )


def together(widget):
    """How near the two sentences come to each other, in words."""
    return f"Mean state of each sentence: cosine {fixed(widget.alike)} between the two. {ABOUT}"


def steps(widget):
    """The three steps: name, whether it is there, and how."""
    row = None if widget.form == 2 else fixed(widget.readings[0].looks[widget.at].sum())
    every = None if widget.form == 1 else fixed(widget.weights.sum())
    what = {1: "word by word", 2: "window by window", 3: "words before, windows behind"}[widget.form]
    if widget.normalized:
        over = {1: "over a row", 2: "over the sums", 3: "over a row, over the sums"}[widget.form]
        normal = f"softmax {over}: 1 in all"
    else:
        normal = {
            1: f"a row makes {row}",
            2: f"all sums make {every}",
            3: f"a row makes {row}, all sums {every}",
        }[widget.form]
    some = f"{counted(widget.kernel_size)} a word, not all {len(widget.readings[0].weights)}"
    added = {1: "of vectors for places", 2: f"of {some}", 3: f"of places; of {some}"}[widget.form]
    return [
        ("1 score", "there", f"1 / (1 + distance), {what}"),
        ("2 normalise", "put in" if widget.normalized else "missing", normal),
        ("3 sum", "otherwise" if widget.form == 1 else "in part", added),
    ]
