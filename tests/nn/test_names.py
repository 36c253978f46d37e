"""The names that other people's code calls, and what their docstrings say."""

import inspect
import re
from pathlib import Path

import pytest

from attn_core import nn

SIGNATURES = {
    "ABCNN": "input_dim, state_dim, *, form, length=None, kernel_size=3, score=match, weigh=row_sums",
    "ABCNN.forward": "self, first, second, first_mask, second_mask",
    "AdditiveAttention": "query_dim, key_dim, hidden_dim",
    "AdditiveAttention.forward": "self, query, key, value, *, mask=None",
    "AdditiveAttention.output": "self, query, key, value, *, mask=None",
    "AdditiveAttention.score": "self, query, key",
    "AttentionPool": "state_dim, *, hidden_dim=None",
    "AttentionPool.forward": "self, states, mask",
    "BahdanauDecoder": "sizes",
    "BahdanauDecoder.forward": "self, targets, states, mask, summary",
    "BahdanauDecoder.generate": "self, states, mask, summary, *, most, stop=None",
    "BlockWeights": "own, cross=None",
    "ConvEncoder": "sizes, *, kernel_size=3, num_layers=3",
    "ConvEncoder.forward": "self, inputs, lengths",
    "ConvEncoder.summary": "self, states, mask",
    "DotAttention": "query_dim, key_dim",
    "EncoderDecoder": "encoder, decoder",
    "EncoderDecoder.forward": "self, inputs, targets, *, lengths",
    "EncoderDecoder.generate": "self, inputs, *, lengths, most, stop=None",
    "FixedVectorDecoder": "sizes, *, vector_dim=None",
    "FeedForwardPool": "state_dim",
    "FeedForwardPool.forward": "self, states, mask",
    "GeneralAttention": "query_dim, key_dim",
    "HardAttention": "scorer, *, draw=straight_through",
    "HardAttention.forward": "self, query, key, value, *, mask=None",
    "HardAttention.output": "self, query, key, value, *, mask=None",
    "HardAttention.probabilities": "self, query, key, *, mask=None",
    "HardAttention.scores": "self, query, key, *, mask=None",
    "HierarchicalAttention": "sizes, *, word_pool=None, sentence_pool=None, word_encoder=None, sentence_encoder=None",
    "HierarchicalAttention.forward": "self, inputs, lengths",
    "LearnedPositions": "longest, dim",
    "LearnedPositions.forward": "self, length, dim, *, like=None",
    "LevelWeights": "sentences, words",
    "LocalAttention": "scorer, *, window, hidden_dim",
    "LocalAttention.centre": "self, query, key, *, mask=None",
    "LocalAttention.forward": "self, query, key, value, *, mask=None",
    "LocalAttention.output": "self, query, key, value, *, mask=None",
    "LuongDecoder": "sizes, *, attention=DotAttention",
    "MultiHeadAttention": "model_dim, num_heads, *, key_dim=None, value_dim=None, bias=True",
    "MultiHeadAttention.forward": "self, query, key, value, *, mask=None",
    "MultiHeadAttention.from_torch": "module",
    "MultiHeadAttention.output": "self, query, key, value, *, mask=None",
    "MultiHeadAttention.to_torch": "self",
    "PairWeights": "before, behind, first, second",
    "PixelEncoder": "height, state_dim, *, channels=12",
    "PixelEncoder.forward": "self, inputs, lengths",
    "PixelEncoder.summary": "self, states, mask",
    "QueryPool": "state_dim, query_dim, *, hidden_dim, temperature=1.0",
    "QueryPool.forward": "self, states, mask, query",
    "RecurrentEncoder": "sizes, *, layer=GRU, bidirectional=False",
    "RecurrentEncoder.forward": "self, inputs, lengths",
    "RecurrentEncoder.summary": "self, states, mask",
    "SelfAttention": "model_dim, *, projection=Linear",
    "SelfAttention.forward": "self, x, *, mask=None",
    "SelfAttention.output": "self, x, *, mask=None",
    "Sizes": "num_inputs, num_outputs, embedding_dim=32, state_dim=64",
    "StructuredPool": "state_dim, *, hidden_dim, rows",
    "StructuredPool.forward": "self, states, mask",
    "match": "first, second",
    "Transformer": "sizes, *, positions=sinusoids, norm=LayerNorm, block=TransformerBlock",
    "Transformer.forward": "self, inputs, targets, *, lengths, off=()",
    "Transformer.generate": "self, inputs, *, lengths, most, stop=None, off=()",
    "TransformerBlock": "model_dim, num_heads, *, hidden_dim=None, cross=False, norm_first=False, norm=LayerNorm, "
    "skip=True, dropout=0.0, activation=relu",
    "TransformerBlock.forward": "self, x, states=None, *, mask=None, states_mask=None",
    "TransformerBlock.from_torch": "module",
    "TransformerSizes": "num_inputs, num_outputs, model_dim=32, num_heads=4, hidden_dim=64, num_layers=2",
    "TransformerWeights": "encoder, decoder, cross",
    "chrono_": "lstm, longest, *, generator=None",
    "forget_bias_": "lstm, bias",
    "last_pool": "states, mask",
    "max_pool": "states, mask",
    "mean_pool": "states, mask",
    "redundancy": "weights",
    "row_sums": "matches, mask",
    "sinusoids": "length, dim, *, like=None",
    "unrolled_gates": "lstm, inputs, *, lengths=None",
}
every_name = pytest.mark.parametrize("name", SIGNATURES)


def find(name):
    owner, _, method = name.partition(".")
    return getattr(getattr(nn, owner), method) if method else getattr(nn, owner)


@every_name
def test_the_names_and_defaults_that_others_call_stay(name):
    words = []
    for parameter in inspect.signature(find(name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        default = getattr(parameter.default, "__name__", repr(parameter.default))
        words.append(parameter.name if parameter.default is parameter.empty else f"{parameter.name}={default}")
    assert ", ".join(words) == SIGNATURES[name]


def test_no_public_name_is_missing_here():
    assert set(nn.__all__) == {name.partition(".")[0] for name in SIGNATURES}
    assert nn.__all__ == sorted(nn.__all__)


@every_name
def test_everything_is_annotated_and_says_what_it_does(name):
    parameters = inspect.signature(find(name)).parameters
    assert all(p.annotation is not p.empty for word, p in parameters.items() if word != "self")
    text = inspect.getdoc(find(name))
    assert text.splitlines()[0].endswith((".", ";", ":"))


@pytest.mark.parametrize("name", nn.__all__)
def test_everything_says_what_it_takes_what_it_refuses_and_an_example(name):
    text = inspect.getdoc(find(name))
    places = [text.find(section) for section in ("Parameters\n---", "Examples\n---", ">>> ")]
    assert -1 not in places and places == sorted(places)
    assert all(word in text for word in inspect.signature(find(name)).parameters)


def test_the_page_of_the_book_shows_everything_once():
    page = Path(__file__, "../../../book/api/nn.md").resolve().read_text("utf-8")
    assert sorted(re.findall(r"auto(?:class|function):: (\w+)", page)) == nn.__all__
