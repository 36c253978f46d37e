"""Words to sentences to a document: by hand, against a loop over sentences, that padding changes nothing, refusals."""

import math

import pytest
import torch
from layers import close
from torch import nn

from attn_core.measure import parameters
from attn_core.nn import AttentionPool, ConvEncoder, HierarchicalAttention, Sizes, max_pool, mean_pool

SIZES = Sizes(num_inputs=9, num_outputs=2, embedding_dim=3, state_dim=4)
POOLS = {"attention": None, "mean": mean_pool, "max": max_pool}
every_pool = pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS.keys())

INPUTS = torch.tensor(
    [
        [[3, 1, 4, 1], [5, 8, 0, 0], [2, 6, 5, 0]],
        [[3, 5, 0, 0], [8, 7, 2, 3], [0, 0, 0, 0]],
        [[6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
        [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    ]
)
LENGTHS = (INPUTS > 0).sum(dim=-1)


def made(pool=None, **encoders):
    torch.manual_seed(0)
    return HierarchicalAttention(SIZES, word_pool=pool, sentence_pool=pool, **encoders).double()


class Numbers(nn.Module):
    """An encoder for which a word is its code, or a vector itself."""

    def forward(self, inputs, lengths):
        states = inputs.double() if inputs.ndim == 3 else inputs.double()[..., None]  # (N, L, 1)
        mask = torch.arange(states.shape[1]) < lengths[:, None]
        return torch.where(mask[..., None], states, 0.0), mask


# By hand


def test_the_mean_of_the_means_and_the_maximum_of_the_maxima():
    encoders = {"word_encoder": Numbers(), "sentence_encoder": Numbers()}
    model = made(mean_pool, **encoders)
    output, weights = model(INPUTS, LENGTHS)
    close(output[:2], [[(9 / 4 + 13 / 2 + 13 / 3) / 3], [(8 / 2 + 20 / 4) / 2]])
    close(weights.sentences, [[1 / 3] * 3, [1 / 2, 1 / 2, 0], [1, 0, 0], [0, 0, 0]])
    close(weights.words[1], [[1 / 2, 1 / 2, 0, 0], [1 / 4] * 4, [0] * 4])
    output, weights = made(max_pool, **encoders)(INPUTS, LENGTHS)
    close(output, [[8], [8], [6], [0]])
    assert weights.sentences[0].tolist() == [0, 1, 0] and weights.words[0, 1].tolist() == [0, 1, 0, 0]


def test_attention_on_both_levels_by_hand():
    model = HierarchicalAttention(
        Sizes(200, 1, 1, 1),
        word_pool=AttentionPool(1),
        sentence_pool=AttentionPool(1),
        word_encoder=Numbers(),
        sentence_encoder=Numbers(),
    ).double()
    for pool in (model.word_pool, model.sentence_pool):
        for parameter, number in ((pool.key_proj.weight, 1.0), (pool.key_proj.bias, 0.0), (pool.query, math.log(3))):
            nn.init.constant_(parameter, number)
    # tanh(0) = 0 and tanh(100) = 1: three times the weight for 100
    output, weights = model(torch.tensor([[[0, 100], [0, 0]]]), torch.tensor([[2, 1]]))
    close(weights.words, [[[0.25, 0.75], [1, 0]]])
    close(weights.sentences, [[0.75, 0.25]])  # of 75 and 0
    close(output, [[0.75 * 75]])


# Against a loop


@every_pool
def test_it_is_a_loop_over_documents_and_sentences(pool):
    model = made(pool)
    output, weights = model(INPUTS, LENGTHS)
    for b in range(3):
        vectors = []
        for s in range(int((LENGTHS[b] > 0).sum())):
            n = int(LENGTHS[b, s])
            states, mask = model.word_encoder(INPUTS[b, s, :n][None], torch.tensor([n]))
            vector, shares = model.word_pool(states, mask)
            vectors.append(vector)
            close(weights.words[b, s].detach(), [*shares[0].detach().tolist(), *[0] * (4 - n)])
        x = torch.stack(vectors, dim=1)  # (1, S, D)
        onward, back = (model.sentence_encoder.layers[way] for way in ("onward", "back"))
        states = torch.cat([onward(x)[0], back(x.flip(1))[0].flip(1)], dim=-1)
        wanted, shares = model.sentence_pool(states, torch.ones(1, len(vectors), dtype=torch.bool))
        close(output[b].detach(), wanted[0].detach())
        close(weights.sentences[b].detach(), [*shares[0].detach().tolist(), *[0] * (3 - len(vectors))])


def test_the_number_of_parameters_is_that_of_the_formula():
    e, d = 3, 4
    words = 9 * e + 2 * 3 * (e * d // 2 + (d // 2) ** 2 + d)
    sentences = 2 * 3 * (d * d // 2 + (d // 2) ** 2 + d)
    assert parameters(made(mean_pool)) == words + sentences
    assert parameters(made()) == words + sentences + 2 * (d * d + d + d)


# The edges


@every_pool
def test_padding_changes_nothing_with_any_code_behind_the_end(pool):
    model = made(pool)
    output, weights = model(INPUTS, LENGTHS)
    wide = torch.full((4, 5, 6), 7)
    wide[:, :3, :4] = torch.where(INPUTS > 0, INPUTS, 8)
    more = nn.functional.pad(LENGTHS, (0, 2))
    padded, shares = model(wide, more)
    close(padded.detach(), output.detach())
    close(shares.sentences.detach(), nn.functional.pad(weights.sentences, (0, 2)).detach())
    close(shares.words.detach(), nn.functional.pad(weights.words, (0, 2, 0, 2)).detach())
    alone, _ = model(INPUTS[1:2, :2], LENGTHS[1:2, :2])
    close(alone[0].detach(), output[1].detach())


@every_pool
def test_a_document_with_nothing_in_it_gives_zeros_and_no_gradient(pool):
    model = made(pool)
    output, weights = model(INPUTS, LENGTHS)
    assert not output[3].any() and not weights.sentences[3].any() and not weights.words[3].any()
    gradients = torch.autograd.grad(output[3].sum(), list(model.parameters()), allow_unused=True)
    assert all(gradient is None or not gradient.any() for gradient in gradients)


@every_pool
def test_weights_sum_to_one_on_both_levels_where_there_is_something(pool):
    _, weights = made(pool)(INPUTS, LENGTHS)
    close(weights.words.sum(dim=-1).detach(), (LENGTHS > 0).double())
    close(weights.sentences.sum(dim=-1).detach(), [1, 1, 1, 0])


def test_levels_pool_each_in_its_own_way_and_encoders_may_be_others():
    torch.manual_seed(0)
    model = HierarchicalAttention(SIZES, sentence_pool=max_pool, word_encoder=ConvEncoder(SIZES)).double()
    output, weights = model(INPUTS, LENGTHS)
    assert output.shape == (4, 4) and isinstance(model.word_pool, AttentionPool)
    close(weights.sentences * 4, (weights.sentences * 4).round())  # shares of four features
    assert not torch.equal(weights.words[0, 0] * 4, (weights.words[0, 0] * 4).round())


def test_no_documents_give_none_and_a_seed_decides_the_parameters():
    output, weights = made()(INPUTS[:0], LENGTHS[:0])
    assert output.shape == (0, 4) and weights.words.shape == (0, 3, 4)
    assert torch.equal(made()(INPUTS, LENGTHS)[0], made()(INPUTS, LENGTHS)[0])


# What is refused


@pytest.mark.parametrize(
    ("inputs", "lengths", "error", "said"),
    [
        (INPUTS[0], LENGTHS[0], ValueError, r"inputs must be \(B, S, W\) with at least one word, got \(3, 4\)"),
        (INPUTS[:, :, :0], LENGTHS, ValueError, r"inputs must be \(B, S, W\) with at least one word, got \(4, 3, 0\)"),
        (INPUTS.tolist(), LENGTHS, TypeError, "inputs must be a torch tensor, got list"),
        (INPUTS.double(), LENGTHS, TypeError, "inputs must be integers, got float64"),
        (INPUTS + 5, LENGTHS, ValueError, "inputs must lie from 0 to 8, got 5 to 13"),
        (INPUTS, LENGTHS[:, 0], ValueError, r"lengths must be \(B, S\) = \(4, 3\), got \(4,\)"),
        (INPUTS, LENGTHS + 1, ValueError, "lengths must lie between 0 and key_len = 4, got 5"),
        (INPUTS, LENGTHS.double(), TypeError, "lengths must be integers, got float64"),
        (INPUTS, LENGTHS.flip(1), ValueError, "a sentence without words must stand behind the others"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(inputs, lengths, error, said):
    with pytest.raises(error, match=said):
        made()(inputs, lengths)


def test_an_odd_state_dim_is_refused_where_it_is_to_be_halved():
    with pytest.raises(ValueError, match="a bidirectional encoder needs an even state_dim, got 3"):
        HierarchicalAttention(Sizes(9, 2, 3, 3), word_encoder=Numbers())


def test_states_of_another_width_are_refused():
    with pytest.raises(ValueError, match="the layer has state_dim = 4, got states"):
        made(word_encoder=Numbers())(INPUTS, LENGTHS)
