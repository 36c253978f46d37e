"""A document weighed in words: its sentence, and its still form. As in static/hierarchy/weighing.js."""

import html

import numpy as np

from .base import fixed, plain, share, short

SENTENCES = (
    "We came on a rainy Monday.",
    "The soup was cold and thin.",
    "Our waiter forgot the bread.",
    "The fish was late and dry.",
    "Overall, a wonderful evening.",
    "We paid and took the tram.",
)
SCORES = [[0, 0, 0, 0, 1], [0, 0.5, 0, 2, 0, 1], [0, 0, 2], [0, 0.5, 0, 1.5, 0, 1.5], [3, 0, 4, 0.5], [0, 0.5]]
TONES = [[0, 0, 0, 0, -0.5], [0, 0, 0, -2, 0, -1], [0, 0, -2], [0, 0, 0, -1, 0, -1.5], [0, 0, 3], []]


def bare(word):
    """A word as it is named: without the marks around it.

    >>> bare("evening."), bare("...")
    ('evening', '...')
    """
    return word.strip(".,;:!?") or word


def part(weight):
    """A weight in a sentence.

    >>> part(0.004), part(0.25)
    ('<0.01', '0.25')
    """
    return html.unescape(share(weight))


def rank(whole, words, place):
    """The ranks, from and to, that the word at the place shares with those that have as much.

    >>> rank(np.array([[0.5, 0.25, 0.25]]), [["a", "b", "c"]], (0, 2))
    (2, 3)
    """
    real = np.concatenate([row[: len(sentence)] for row, sentence in zip(whole, words, strict=True)])
    own = whole[place]
    return 1 + int((real > own + 1e-9).sum()), int((real > own - 1e-9).sum())


def ranked(widget, whole=None):
    """The rank of the key word, among how many."""
    first, last = rank(widget.whole if whole is None else whole, widget.words, widget.key_place)
    return f"rank {first if first == last else f'{first} to {last}'} of {sum(map(len, widget.words))}"


def named(widget, place):
    """A word in quotes, by where it stands."""
    return f"“{bare(widget.words[place[0]][place[1]])}”"


def alone(widget):
    """What each word would have of the whole if all sentences, and all words of one, had the same weight."""
    return np.array([[1 / len(row) / len(widget.words)] * widget.whole.shape[1] for row in widget.words])


def caption(widget):
    """One sentence or two on what a ``Hierarchy`` shows."""
    say = {"attention": _weighed, "average": _averaged, "max": _largest}[widget.pool]
    return say(widget, named(widget, widget.key_place), ranked(widget))


def _averaged(widget, who, where):
    i = widget.hand[0]
    return (
        f"The average asks nobody. Each sentence gets {fixed(widget.sentence_weights[0])}, each word of sentence "
        f"{i + 1} {fixed(widget.word_weights[i, 0])} of it. {who} has {part(widget.whole[widget.key_place])} of the "
        f"whole, {where}, whatever its score."
    )


def _largest(widget, who, where):
    sources = []
    for feature, name in enumerate(("praise", "blame", "score")):
        i = int(widget.vectors[:, feature].argmax())
        j = int(widget.held(i)[:, feature].argmax())
        sources.append(f"{name} {short(widget.document[feature])} from {named(widget, (i, j))}")
    brings = round(3 * float(widget.whole[widget.key_place]))
    return (
        f"The maximum takes each number from one word, the first of equal ones: {', '.join(sources)}. {who} brings "
        f"{brings} of the 3."
    )


def _weighed(widget, who, where):
    real = np.concatenate([row[: len(words)] for row, words in zip(widget.scores, widget.words, strict=False)])
    own, sentences, (i, j) = widget.whole[widget.key_place], widget.sentence_weights, widget.key_place
    if real.max() - real.min() < 0.005:
        return (
            "All scores are equal, so attention is the average: nothing tells which word counts. "
            f"{who} has {part(own)} of the whole, {where}."
        )
    at = widget.hand[0]
    top = int(widget.word_weights[at].argmax())
    if widget.word_weights[at, top] >= 0.6 and sentences[at] <= 0.1:
        return (
            f"{named(widget, (at, top))} has {part(widget.word_weights[at, top])} of its sentence, but the sentence "
            f"only {part(sentences[at])} of the document. A word's weight compares it with its own sentence; what it "
            f"brings to the document is decided above: {part(widget.whole[at, top])}."
        )
    order = np.argsort(-sentences, kind="stable")
    if len(order) > 1 and sentences[order[1]] > 0.25 and sentences[order[0]] - sentences[order[1]] < 0.04:
        first, second = sorted(int(k) + 1 for k in order[:2])
        return (
            f"Sentences {first} and {second} weigh almost the same: {part(sentences[first - 1])} and "
            f"{part(sentences[second - 1])}. Weights must sum to one, so they share: {who} has {part(own)} of the "
            f"whole, {where}, and the document holds both."
        )
    if widget.rank[0] == 1:
        mean = alone(widget)
        return (
            f"Sentence {i + 1} has {part(sentences[i])} of the document, and {who} {part(widget.word_weights[i, j])} "
            f"of the sentence: the product is {part(own)} of the whole, {where}. The average would give it "
            f"{part(mean[i, j])}: {ranked(widget, mean)}."
        )
    best = np.unravel_index(widget.whole.argmax(), widget.whole.shape)
    return (
        f"{who} has {part(own)} of the whole, {where}: {part(widget.word_weights[i, j])} of a sentence that has "
        f"{part(sentences[i])}. First comes {named(widget, best)} in sentence {int(best[0]) + 1}: "
        f"{part(widget.whole[best])}."
    )


def result(widget):
    """The planted key and its rank; and what the document's vector says."""
    i, j = widget.key_place
    tone, (praise, blame, _) = widget.tones[i, j], widget.document
    says = f", {'praise' if tone > 0 else 'blame'}" if tone else ""
    lead = "neither" if abs(praise - blame) < 0.005 else "praise" if praise > blame else "blame"
    return (
        f"key {named(widget, (i, j))}{says}: {ranked(widget)}",
        f"document: praise {fixed(praise)}, blame {fixed(blame)}: {lead}",
    )


def still(widget):
    """Two tables, of the sentences and of the words of one, with the key and the sentence under them."""
    at = widget.hand[0]
    scored = "Score: the largest of the words" if widget.pool == "max" else "Score: Σ word weight × word score"
    lines = "".join(
        f'<tr><th scope="row">{i + 1} {_shaded(widget, i)}</th><td>{fixed(widget.vectors[i, 2])}</td>'
        f"{_cell(widget.sentence_weights[i])}</tr>"
        for i in range(len(widget.words))
    )
    words = "".join(
        f'<tr><th scope="row">{html.escape(bare(word))}{_key(widget, (at, j))}</th><td>{short(widget.scores[at, j])}'
        f"</td>{_cell(widget.word_weights[at, j])}<td>{share(widget.whole[at, j])}</td></tr>"
        for j, word in enumerate(widget.words[at])
    )
    return (
        f'<div class="attn-columns"><table><caption>Sentences. Pooling: {widget.pool}. {scored}.</caption><thead><tr>'
        f'<th scope="col">sentence</th><th scope="col">score</th><th scope="col">weight</th></tr></thead><tbody>{lines}'
        f"</tbody></table><table><caption>Words of sentence {at + 1}.</caption><thead><tr>"
        f'<th scope="col">word</th><th scope="col">score</th><th scope="col">weight</th><th scope="col">whole'
        f"</th></tr></thead><tbody>{words}</tbody></table></div>"
        f'<p class="attn-result">{html.escape(" · ".join(result(widget)))}</p>'
        '<p class="attn-total">Scores by hand; those of “a trained reader” give its recorded weights.</p>'
        f'<p class="attn-caption">{html.escape(caption(widget))}</p>'
    )


def _shaded(widget, i):
    return " ".join(
        f'<span class="attn-has" style="--attn-share:{plain(float(widget.whole[i, j]))}">{html.escape(word)}</span>'
        for j, word in enumerate(widget.words[i])
    )


def _cell(weight):
    return f'<td class="attn-weighed" style="--attn-share:{plain(float(weight))}">{share(weight)}</td>'


def _key(widget, place):
    return " <small>key</small>" if place == widget.key_place else ""
