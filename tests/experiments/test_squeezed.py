"""Pictures in few bytes: what the record says, and what it was made with."""

import numpy as np
import pytest
from PIL import Image

from attn_core.results import load
from experiments import squeezed

FOUND = load("squeezed")
LARGE, SMALL = (FOUND.config["sides"].index(side) for side in (427, 114))


def test_the_bytes_are_those_of_100_kb_for_800_and_3000_pixels():
    for at, side in (LARGE, 3000), (SMALL, 800):
        bits = 8 * FOUND["bytes"][..., at] / FOUND.config["sides"][at] ** 2
        np.testing.assert_allclose(bits, 8 * 100 * 1024 / side**2, rtol=0.03)
    np.testing.assert_allclose(FOUND["bytes"], 2080, rtol=0.03)


def test_the_larger_the_picture_the_less_it_is_like_itself():
    for name in ("psnr", "ssim"):
        assert (np.diff(FOUND.mean(name), axis=1) > 0).all()  # sides fall
    assert FOUND.mean("psnr")[:, [LARGE, SMALL]].round(1).tolist() == [[19.8, 26.3], [25.1, 27.8]]
    assert FOUND.mean("ssim")[:, [LARGE, SMALL]].round(2).tolist() == [[0.56, 0.84], [0.73, 0.85]]


def test_at_one_side_the_large_picture_tells_as_much_as_the_small_one():
    large, small = FOUND["small_psnr"][..., LARGE], FOUND["small_psnr"][..., SMALL]
    assert abs((large - small).mean(axis=0)).max() < 0.5  # dB, where 6.4 and 2.7 were lost


def test_a_picture_like_itself_has_ssim_1_and_one_that_differs_by_one_grey_48_db():
    grey = Image.fromarray(np.full((16, 16, 3), 100, np.uint8))
    psnr, ssim = squeezed.alike(grey, Image.fromarray(np.full((16, 16, 3), 101, np.uint8)))
    assert psnr == pytest.approx(20 * np.log10(255), abs=1e-3) and ssim > 0.99
    assert squeezed.reduced(grey, 8).size == (8, 8)


def test_a_picture_comes_back_with_its_own_size():
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8))
    again, size = squeezed.squeezed(picture, 1000)
    assert again.size == (50, 40) and size == pytest.approx(1000, rel=0.1)
