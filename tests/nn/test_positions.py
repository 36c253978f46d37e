"""Positions, by sines and cosines or learned: by hand, against a loop, at the edges, and what is refused."""

import math

import pytest
import torch
from numpy.testing import assert_allclose

from attn_core.nn import LearnedPositions, sinusoids


def test_position_0_is_zeros_and_ones_and_position_1_sine_and_cosine_of_each_rate():
    result = sinusoids(2, 4, like=torch.zeros(0, dtype=torch.float64))
    assert_allclose(result[0], [0, 1, 0, 1])
    assert_allclose(result[1], [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)])


@pytest.mark.parametrize("dim", [1, 2, 5, 8])
def test_it_is_the_formula_of_the_paper_entry_by_entry(dim):
    result = sinusoids(30, dim, like=torch.zeros(0, dtype=torch.float64))
    assert result.shape == (30, dim)
    for t in range(30):
        for d in range(dim):
            wave = math.cos if d % 2 else math.sin
            assert result[t, d].item() == pytest.approx(wave(t / 10_000 ** (d // 2 * 2 / dim)), abs=1e-12)


def test_a_shift_turns_each_pair_by_an_angle_of_its_own():
    pairs = torch.view_as_complex(sinusoids(50, 8, like=torch.zeros(0, dtype=torch.float64)).reshape(50, 4, 2))
    turn = pairs[7:] / pairs[:-7]
    assert_allclose(turn - turn[0], 0, atol=1e-12)


def test_it_has_the_dtype_asked_for_and_may_be_empty():
    assert sinusoids(3, 4).dtype == torch.float32
    assert sinusoids(3, 4, like=torch.zeros(0, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert sinusoids(0, 4).shape == (0, 4) and sinusoids(3, 0).shape == (3, 0)


def test_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="length must be 0 or more, got -1"):
        sinusoids(-1, 4)
    with pytest.raises(TypeError, match=r"dim must be an integer, got 4\.0"):
        sinusoids(1, 4.0)


# Positions to learn


def test_learned_positions_are_the_first_rows_of_a_table():
    positions = LearnedPositions(4, 2)
    assert torch.equal(positions(3, 2), positions.table[:3])
    assert positions(0, 2).shape == (0, 2)
    assert positions(4, 2, like=torch.zeros(0, dtype=torch.float64)).dtype == torch.float64


def test_learned_positions_learn_as_far_as_they_are_asked():
    positions = LearnedPositions(4, 2)
    positions(3, 2).sum().backward()
    assert positions.table.grad.tolist() == [[1, 1], [1, 1], [1, 1], [0, 0]]


def test_the_seed_of_torch_decides_the_table():
    tables = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        tables.append(LearnedPositions(300, 64).table.detach())
    assert torch.equal(tables[0], tables[1]) and not torch.equal(tables[0], tables[2])
    assert_allclose([tables[0].mean(), tables[0].std()], [0, 1], atol=0.03)


def test_positions_beyond_the_table_are_refused():
    positions = LearnedPositions(4, 2)
    with pytest.raises(ValueError, match="the table has 4 positions, got length = 5"):
        positions(5, 2)
    with pytest.raises(ValueError, match="the table has dim = 2, got 3"):
        positions(4, 3)
    with pytest.raises(ValueError, match="longest must be 1 or more, got 0"):
        LearnedPositions(0, 2)
