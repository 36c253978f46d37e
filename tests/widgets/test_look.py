"""The roles' colours: readable on the ground, and apart for every kind of colour vision."""

import re

import pytest
from sight import GROUND, VISION, contrast, least_distance

from attn_core import palette
from attn_core.widgets import look

ROLES = ("query", "key", "value", "output")


def colours(mode):
    blocks = re.findall(r"\{([^}]*--attn-query: #[^}]*)\}", look())
    assert len(blocks) == 2
    return dict(re.findall(r"--attn-(\w+): (#[0-9a-f]{6})", blocks[mode == "dark"]))


@pytest.mark.parametrize("mode", GROUND)
def test_every_role_is_readable_as_text(mode):
    assert colours(mode)["ground"] == GROUND[mode]
    for role in ROLES:
        assert contrast(colours(mode)[role], GROUND[mode]) >= 4.5, role


@pytest.mark.parametrize("mode", GROUND)
@pytest.mark.parametrize("vision", VISION)
def test_roles_stay_apart_for_every_kind_of_colour_vision(mode, vision):
    assert least_distance([colours(mode)[role] for role in ROLES], vision) >= 12


def test_every_role_has_a_mark_of_its_own():
    marks = dict(re.findall(r'\.role-(\w+)::before \{ content: "(.)"', look()))
    assert set(marks) == set(ROLES)
    assert len(set(marks.values())) == 4


@pytest.mark.parametrize(("mode", "of"), [("light", palette.LIGHT), ("dark", palette.DARK)])
def test_figures_and_widgets_take_their_colours_and_marks_from_one_list(mode, of):
    assert {role: colours(mode)[role] for role in ROLES} == dict(of)
    marks = dict(re.findall(r'\.role-(\w+)::before \{ content: "(.)"', look()))
    assert marks == dict(palette.MARKS)
