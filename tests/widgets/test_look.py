"""The roles' colours: readable on the ground, and apart for every kind of colour vision."""

import itertools
import re

import numpy as np
import pytest

from attn_core.widgets import look

GROUND = {"light": "#ffffff", "dark": "#121212"}
ROLES = ("query", "key", "value", "output")

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


def colours(mode):
    blocks = re.findall(r"\{([^}]*--attn-query: #[^}]*)\}", look())
    assert len(blocks) == 2
    return dict(re.findall(r"--attn-(\w+): (#[0-9a-f]{6})", blocks[mode == "dark"]))


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    lms = (
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ rgb
    )
    return np.array(
        [
            [0.2104542553, 0.793617785, -0.0040720468],
            [1.9779984951, -2.428592205, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.808675766],
        ]
    ) @ np.cbrt(lms)


def luminance(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("mode", GROUND)
def test_every_role_is_readable_as_text(mode):
    assert colours(mode)["ground"] == GROUND[mode]
    for role in ROLES:
        low, high = sorted((luminance(colours(mode)[role]), luminance(GROUND[mode])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, role


@pytest.mark.parametrize("mode", GROUND)
@pytest.mark.parametrize("vision", VISION)
def test_roles_stay_apart_for_every_kind_of_colour_vision(mode, vision):
    seen = {role: oklab(np.clip(VISION[vision] @ linear(colours(mode)[role]), 0, 1)) for role in ROLES}
    for a, b in itertools.combinations(ROLES, 2):
        assert 100 * np.linalg.norm(seen[a] - seen[b]) >= 12, (a, b)


def test_every_role_has_a_mark_of_its_own():
    marks = dict(re.findall(r'\.role-(\w+)::before \{ content: "(.)"', look()))
    assert set(marks) == set(ROLES)
    assert len(set(marks.values())) == 4
