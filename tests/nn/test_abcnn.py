"""ABCNN: by hand, against a loop over words and the two channels of the paper, padding, and what is refused."""

import math
import re

import pytest
import torch
from layers import close, tensor
from torch import nn
from torch.nn import functional as F

from attn_core import attend, softmax
from attn_core.measure import parameters
from attn_core.nn import ABCNN, match, mean_pool, row_sums

B, L1, L2, D, H, W, LONGEST = 3, 5, 4, 3, 2, 3, 6
FIRST = torch.tensor([[True] * 5, [True] * 3 + [False] * 2, [False] * 5])
SECOND = torch.tensor([[True] * 4, [True] * 4, [True] * 2 + [False] * 2])
every_form = pytest.mark.parametrize("form", range(4))


def block(form, **options):
    torch.manual_seed(form)
    return ABCNN(D, H, form=form, length=LONGEST, kernel_size=W, **options).double()


def pair(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(B, n, D, dtype=torch.float64, generator=generator).requires_grad_() for n in (L1, L2))


def whole(n=1):
    return torch.ones(n, L1, dtype=torch.bool), torch.ones(n, L2, dtype=torch.bool)


# By hand


def test_a_match_is_one_over_one_and_the_distance():
    close(match(tensor([[0.0, 0.0], [3.0, 0.0]]), tensor([[0.0, 0.0], [3.0, 4.0]])), [[1, 1 / 6], [1 / 4, 1 / 5]])


def test_row_sums_weigh_what_is_pooled_and_nothing_is_normalised():
    layer = ABCNN(1, 1, form=2, kernel_size=1).double()
    nn.init.ones_(layer.conv.weight), nn.init.zeros_(layer.conv.bias)
    x, y = (torch.atanh(tensor([[[number] for number in row]])) for row in ([0.5, -0.5], [0.5, 0.0]))
    (first, second), weights = layer(x, y, torch.ones(1, 2, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool))
    close(weights.behind.detach(), [[[1, 1 / 1.5], [1 / 2, 1 / 1.5]]])
    close(weights.first.detach(), [[1 + 2 / 3, 1 / 2 + 2 / 3]])
    close(weights.second.detach(), [[1.5, 4 / 3]])
    close(first.detach(), [[[0.5 * 5 / 3], [-0.5 * 7 / 6]]])
    close(second.detach(), [[[0.5 * 1.5], [0.0]]])


def test_the_attention_map_is_matches_times_what_was_learned_for_each_position():
    layer = ABCNN(1, 1, form=1, length=2, kernel_size=1).double()
    with torch.no_grad():
        layer.first_map[:] = tensor([[1.0], [10.0]])
        layer.conv.weight[:] = tensor([[[0.0], [1.0]]])  # the filter sees the second channel alone
        layer.conv.bias[:] = 0
    x, y, real = tensor([[[0.0]]]), tensor([[[0.0], [4.0]]]), torch.ones(1, 2, dtype=torch.bool)
    (first, _), weights = layer(x, y, real[:, :1], real)
    close(weights.before.detach(), [[[1, 0.2]]])
    close(first.detach(), [[[math.tanh(1 * 1 + 0.2 * 10)]]])


# Against other ways to compute it


@every_form
def test_a_block_is_a_loop_over_words_windows_and_filters(form):
    layer = block(form)
    x, y = (each[0].detach() for each in pair())
    states, weights = layer(x[None], y[None], *whole())

    def matches(a, b):
        return [[1 / (1 + math.dist(p, q)) for q in b] for p in a]

    def turned(m):
        return [list(column) for column in zip(*m, strict=True)]

    def convolved(rows):
        padded = [[0.0] * len(rows[0])] * (W - 1) + rows + [[0.0] * len(rows[0])] * (W - 1)
        kernel, bias = layer.conv.weight.tolist(), layer.conv.bias.tolist()
        return [
            [
                math.tanh(
                    bias[h] + sum(kernel[h][d][w] * padded[k + w][d] for d in range(len(rows[0])) for w in range(W))
                )
                for h in range(H)
            ]
            for k in range(len(padded) - W + 1)
        ]

    def with_map(a, m, learned):
        return [
            row + [sum(m[i][j] * learned[j][d] for j in range(len(m[i]))) for d in range(D)] for i, row in enumerate(a)
        ]

    a, b = x.tolist(), y.tolist()
    if form in (1, 3):
        m = matches(a, b)
        a, b = with_map(a, m, layer.first_map.tolist()), with_map(b, turned(m), layer.second_map.tolist())
        close(weights.before[0].detach(), m)
    a, b = convolved(a), convolved(b)
    m = matches(a, b)
    for rows, shares, n, got in ((a, m, L1, states[0]), (b, turned(m), L2, states[1])):
        sums = [sum(row) for row in shares] if form in (2, 3) else [1 / W] * len(rows)
        wanted = [[sum(sums[k] * rows[k][h] for k in range(j, j + W)) for h in range(H)] for j in range(n)]
        close(got[0].detach(), wanted)


def test_two_channels_under_filters_as_high_as_a_vector_are_vectors_of_twice_the_width():
    layer, (x, y) = block(1), pair()
    _, weights = layer(x, y, *whole(B))
    channels = torch.stack([x, weights.before @ layer.first_map[:L2]], dim=1)  # (B, 2, L, D): order 3, as in the paper
    kernel = layer.conv.weight.unflatten(1, (2, D)).permute(0, 1, 3, 2)  # (H, 2, W, D)
    wide = F.conv2d(channels, kernel, layer.conv.bias, padding=(W - 1, 0))[..., 0]  # (B, H, K)
    close(F.avg_pool1d(torch.tanh(wide), W, stride=1).mT.detach(), layer(x, y, *whole(B))[0][0].detach())


def test_without_attention_behind_it_pooling_is_the_mean_of_a_window():
    layer, (x, y) = block(0), pair()
    (first, _), weights = layer(x, y, *whole(B))
    wide = torch.tanh(F.conv1d(x.mT, layer.conv.weight, layer.conv.bias, padding=W - 1))
    close(first.detach(), F.avg_pool1d(wide, W, stride=1).mT.detach())
    assert weights.before is None and weights.behind is None


def test_the_number_of_parameters_is_that_of_the_formula():
    for form in range(4):
        channels, maps = 1 + form % 2, form % 2
        assert parameters(block(form)) == channels * D * W * H + H + maps * 2 * LONGEST * D


# Where it leaves the three steps


def test_words_of_the_other_sentence_in_another_order_change_the_map_but_not_the_three_steps():
    layer, (x, y) = block(1), pair()
    turned = y[:, [1, 0, 2, 3]]
    maps = [layer(x, other, *whole(B))[1].before @ layer.first_map[:L2] for other in (y, turned)]
    assert (maps[0] - maps[1]).abs().max() > 0.1
    close(attend(x, y, y)[0].detach(), attend(x, turned, turned)[0].detach())


def test_sums_divided_by_their_total_change_no_angle_and_a_softmax_does():
    def divided(matches, mask):
        sums = row_sums(matches, mask)
        return sums / sums.sum(-1, keepdim=True)

    def softened(matches, mask):
        return softmax(row_sums(matches, mask), mask=mask.any(-1))

    real = whole(B)
    vectors = [
        mean_pool(block(2, weigh=weigh)(*pair(), *real)[0][0], real[0])[0] for weigh in (row_sums, divided, softened)
    ]
    close(F.cosine_similarity(vectors[0], vectors[1]).detach(), [1] * B)
    assert F.cosine_similarity(vectors[0], vectors[2]).min() < 1 - 1e-6
    weights = block(2, weigh=softened)(*pair(), *real)[1]
    close(weights.first.sum(-1).detach(), [1] * B)


# The edges


@every_form
def test_padding_changes_nothing_and_nan_behind_the_mask_reaches_neither_states_nor_gradient(form):
    layer = block(form)
    learned = list(layer.parameters())
    both = []
    for bad in (0.0, math.nan):
        x, y = pair()
        with torch.no_grad():
            x[~FIRST], y[~SECOND] = bad, bad
        states, weights = layer(x, y, FIRST, SECOND)
        both.append([*states, weights.first, *torch.autograd.grad(sum(s.sum() for s in states), [x, y, *learned])])
        assert not states[0][~FIRST].any() and not states[1][~SECOND].any()
    assert all(torch.equal(got, wanted) for got, wanted in zip(*both, strict=True))
    short, _ = layer(x[1:2, :3], y[1:2], FIRST[1:2, :3], SECOND[1:2])
    close(short[0].detach(), both[0][0][1:2, :3].detach())
    close(short[1].detach(), both[0][1][1:2].detach())


@every_form
def test_gradients_are_those_of_finite_differences(form):
    layer = block(form)
    assert torch.autograd.gradcheck(lambda x, y: layer(x, y, FIRST, SECOND)[0], pair())


def test_words_that_are_the_same_match_fully_and_pass_no_nan_on():
    x = pair()[0]
    matches = match(x, x)
    close(matches.detach().diagonal(dim1=1, dim2=2), torch.ones(B, L1))
    (gradient,) = torch.autograd.grad(matches.sum(), x)
    assert gradient.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_a_match_keeps_its_dtype(dtype):
    x = torch.tensor([[0.0, 0.0], [3.0, 4.0]], dtype=dtype)
    assert match(x, x).dtype == dtype
    close(match(x, x).float(), [[1, 1 / 6], [1 / 6, 1]], atol=1e-3)


@every_form
def test_sentences_of_one_word_will_do_and_nothing_is_written_on_them(form):
    x, y = (each.detach() for each in pair())
    before = x.clone(), y.clone()
    states, weights = block(form)(x[:, :1], y[:, :1], FIRST[:, :1], SECOND[:, :1])
    assert states[0].shape == (B, 1, H) and weights.first.shape == (B, W)
    assert torch.equal(x, before[0]) and torch.equal(y, before[1])


# What is refused


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("form must be 0, 1, 2 or 3, got 4", {"form": 4}),
        ("form 1 learns a vector for each position: say the length", {"form": 1}),
        ("length must be 1 or more, got 0", {"form": 3, "length": 0}),
        ("kernel_size must be 1 or more, got 0", {"form": 0, "kernel_size": 0}),
    ],
)
def test_sizes_that_make_no_block_are_refused(text, options):
    with pytest.raises(ValueError, match=re.escape(text)):
        ABCNN(D, H, **options)


def test_what_does_not_fit_is_refused_in_words():
    layer, (x, y) = block(1), pair()
    real = whole(B)
    with pytest.raises(ValueError, match=r"mask of second must be \(N, L\) = \(3, 4\), got \(3, 5\)"):
        layer(x, y, real[0], real[0])
    with pytest.raises(
        ValueError, match=r"the layer wants \(B, L, 3\) with at least one position, got first \(3, 5, 2\)"
    ):
        layer(x[..., :2], y[..., :2], *real)
    with pytest.raises(ValueError, match="the layer has learned 6 positions, got a sentence of 7"):
        layer(x, torch.cat([y, y[:, :3]], 1), real[0], torch.ones(B, 7, dtype=torch.bool))
    with pytest.raises(TypeError, match="the layer and first must have one dtype, got float32 and float64"):
        layer.float()(x, y, *real)
    with pytest.raises(ValueError, match=r"D must be one size: first \(B, L1, D\) has 3, second \(B, L2, D\) has 2"):
        layer(x, y[..., :2], *real)
