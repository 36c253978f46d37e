"""The views and gazes of C32 by hand, and what its record says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from attn_core import results
from experiments import gaze

CONFIG = gaze.Config()


def test_view_of_a_row_is_the_mean_of_equal_parts():
    assert_allclose(gaze.averaging(2, 4) @ [1.0, 3.0, 5.0, 7.0], [2, 6])
    # three pixels seen through two cells: the middle one lies half in each
    assert_allclose(gaze.averaging(2, 3) @ [3.0, 6.0, 0.0], [4, 2])


def test_coarser_view_keeps_the_mean_of_the_field():
    field = np.random.default_rng(0).random((3, 16, 16))
    view = gaze.coarser(field, 9)
    assert view.shape == (3, 9, 9)
    assert_allclose(view.mean(axis=(1, 2)), field.mean(axis=(1, 2)))


def test_gaze_is_found_in_the_middle_of_the_only_ink():
    field = np.zeros((1, 72, 72))
    field[0, 16:24, 40:48] = 1.0  # one cell of a coarse view of 9 by 9
    assert_allclose(gaze.found(gaze.coarser(field, 9), 72, 0.5), [[20, 44]], atol=1e-6)


def test_gaze_without_ink_rests_in_the_middle():
    assert_allclose(gaze.found(np.zeros((1, 9, 9)), 32, 0.5), [[16, 16]])


def test_patch_has_its_middle_at_the_gaze_and_nothing_outside_the_field():
    field = np.arange(36.0).reshape(1, 6, 6)
    assert_allclose(gaze.patches(field, np.array([[3.0, 2.0]]), 2)[0], [[13, 14], [19, 20]])
    corner = gaze.patches(field, np.array([[0.0, 0.0]]), 4)[0]
    assert_allclose(corner, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 6, 7]])


@pytest.mark.parametrize("factor", CONFIG.factors)
def test_patch_at_the_digit_holds_all_of_it(factor):
    views, _, distance = gaze.looks(np.random.default_rng(1), 20, CONFIG, factor, "gaze on the digit")
    batch = gaze.digits_field(np.random.default_rng(1), 20, factor=factor)
    assert_allclose(views[0][:, 0, 1:9, 1:9].reshape(20, -1), batch.inputs[batch.alignment].reshape(20, -1))
    assert not distance.any()


def test_every_gaze_has_fewer_pixels_than_the_even_view():
    pixels = results.load("gaze")["pixels"][0]
    assert pixels.tolist() == [196, 181, 181, 181]
    work = results.load("gaze")["multiply_adds"][0]
    assert (work[1:] < work[0]).all()


def test_record_says_what_the_chapter_says():
    trial = results.load("gaze")
    mean, (low, high) = trial.mean("accuracy"), trial.interval("accuracy")
    even, known, found, anywhere = mean
    assert even.round(2).tolist() == [0.93, 0.74, 0.25, 0.1]
    assert known.min() > 0.97
    assert found.round(2).tolist() == [0.94, 0.97, 0.96, 0.63]
    assert anywhere.round(2).tolist() == [0.87, 0.39, 0.12, 0.11]
    longer = trial.mean("longer").max(axis=0)
    assert low[0, 0] < found[0] < high[0, 0]  # a small field needs no gaze
    assert (low[2, 1:] > longer[1:]).all()  # a wide one does, however long the even view trains
    assert (anywhere[:3] < even[:3]).all()
    assert trial.mean("apart")[2, 3] == pytest.approx(5, abs=0.1)
