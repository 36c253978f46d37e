"""The extensions' own arithmetic, away from Sphinx."""

import pytest

from book._ext.fonts import italic
from book._ext.mathml import ROLES, to_mathml


@pytest.mark.parametrize("role", ROLES)
def test_role_and_its_colour_give_the_same_class(role):
    named, coloured = to_mathml(rf"\textcolor{{{role}}}{{x}}"), to_mathml(rf"\textcolor{{{ROLES[role]}}}{{x}}")
    assert named == coloured == f'<math><mrow class="role-{role}"><mi>x</mi></mrow></math>'


def test_roles_do_not_share_a_class():
    assert len({to_mathml(rf"\textcolor{{{role}}}{{x}}") for role in ROLES}) == len(ROLES)


@pytest.mark.parametrize("tex", [r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"\sqrt{D}", r"\mathbb{R}^{n}"])
def test_formulas_of_the_book_convert(tex):
    assert to_mathml(tex, display=True).startswith('<math display="block">')


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\nocommand", r"\textcolor{red}{x}"])
def test_formula_that_does_not_convert_is_an_error(tex):
    with pytest.raises(ValueError, match=r"\w"):
        to_mathml(tex)


def test_italic_letters_are_those_that_browsers_draw():
    assert [italic(letter) for letter in "xhQα"] == [0x1D465, 0x210E, 0x1D444, 0x1D6FC]
    assert italic("2") is None and italic("ab") is None
