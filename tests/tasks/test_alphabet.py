"""Characters as codes, and back."""

import re

import numpy as np
import pytest
from arrays import law
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from attn_core.tasks import Alphabet


def test_characters_are_numbered_from_one_in_the_order_given():
    letters = Alphabet("xyz")
    assert letters.size == 4
    assert_array_equal(letters.encode("zxxy"), [3, 1, 1, 2])
    assert letters.encode("zxxy").dtype == np.int64


def test_padding_is_not_written():
    assert Alphabet("xyz").decode(np.array([3, 1, 0, 0])) == "zx"
    assert Alphabet("xyz").decode([0, 3, 0, 1]) == "zx"


def test_characters_beyond_the_alphabet_have_one_code_and_show():
    letters = Alphabet("x\ufffd")
    assert_array_equal(letters.encode("x?年"), [1, 2, 2])
    assert letters.decode([1, 2, 2]) == "x\ufffd\ufffd"


def test_nothing_is_nothing():
    assert Alphabet("xyz").encode("").shape == (0,)
    assert Alphabet("xyz").decode([]) == ""
    assert Alphabet("").size == 1


@law
@given(st.text())
def test_what_was_encoded_is_decoded(text):
    letters = Alphabet("".join(sorted(set(text))))
    codes = letters.encode(text)
    assert letters.decode(codes) == text
    assert len(codes) == len(text) and all(1 <= code < letters.size for code in codes)


def test_the_same_characters_are_the_same_alphabet():
    assert Alphabet("xyz") == Alphabet("xyz") != Alphabet("xzy")
    assert len({Alphabet("xyz"), Alphabet("xyz")}) == 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Alphabet("abcab"), "an alphabet has each character once, got 'ab' twice"),
        (lambda: Alphabet("abc").encode("cod"), "'o' is not in the alphabet 'abc'"),
        (lambda: Alphabet("abc").decode([1, 4]), "codes go from 0 to 3, got 4"),
        (lambda: Alphabet("abc").decode([-1, 1]), "codes go from 0 to 3, got -1"),
    ],
)
def test_what_is_refused_is_said(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()
