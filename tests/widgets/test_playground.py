"""The playground in Python: what the next cell can read, what is refused, and what a page gets."""

import json
import re

import ipywidgets
import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose, assert_array_equal

from attn_core.widgets import Playground
from attn_core.widgets.base import escaped_json, plain


def test_two_scores_one_apart_share_as_one_and_e():
    playground = Playground(query=[1, 0], key=[[1, 0], [0, 1]], value=[[1], [0]], mask=[True, True], score="dot")
    assert_allclose(playground.weights, [np.e / (1 + np.e), 1 / (1 + np.e)])
    assert_allclose(playground.output, [np.e / (1 + np.e)])
    assert_array_equal(playground.scores, [1, 0])


def test_weights_follow_every_trait():
    playground = Playground()
    for change in (
        {"query": [0.0, 1.0]},
        {"key": [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 0.5]]},
        {"mask": [True, False, True, True]},
        {"score": "dot"},
        {"temperature": 0.5},
        {"normalize": "sparsemax"},
    ):
        before = playground.weights
        for name, value in change.items():
            setattr(playground, name, value)
        assert not np.allclose(before, playground.weights), change
    before = playground.output
    playground.value = [[9.0], [8.0], [7.0], [6.0]]
    assert not np.allclose(before, playground.output)


@pytest.mark.parametrize(
    ("score", "change"),
    [
        ("general", {"general_weight": [[1.0, 2.0], [3.0, 4.0]]}),
        ("linear", {"linear_weight": [0.0, 0.0, 1.0, -2.0]}),
        ("additive", {"v": [0.1, -2.0, 0.3]}),
        ("additive", {"query_weight": [[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]}),
    ],
)
def test_weights_follow_the_parameters_of_the_score(score, change):
    playground = Playground(score=score)
    before = playground.weights
    for name, value in change.items():
        setattr(playground, name, value)
    assert not np.allclose(before, playground.weights)


def test_weights_can_be_observed():
    playground, seen = Playground(), []
    playground.observe(lambda change: seen.append(change["new"]), "weights")
    playground.temperature = 0.2
    assert len(seen) == 1
    assert_array_equal(seen[0], playground.weights)


def test_linked_slider_moves_the_temperature():
    playground, slider = Playground(), ipywidgets.FloatSlider(value=1.0, min=0.1, max=3.0)
    traitlets.link((slider, "value"), (playground, "temperature"))
    before = playground.weights
    slider.value = 0.3
    assert playground.temperature == 0.3
    assert playground.weights.max() > before.max()


def test_message_from_the_page_changes_key_value_and_mask_together():
    playground = Playground()
    playground.set_state({"key": [[1, 0], [0, 1]], "value": [[1], [2]], "mask": [True, False]})
    assert_array_equal(playground.weights, [1, 0])


def test_what_is_read_cannot_be_written():
    playground = Playground()
    with pytest.raises(traitlets.TraitError, match="read-only"):
        playground.weights = np.ones(4)
    with pytest.raises(ValueError, match="read-only"):
        playground.query[0] = 3.0


def test_what_was_passed_is_copied():
    query = np.array([1.0, 0.0])
    playground = Playground(query=query)
    query[0] = -1.0
    assert_array_equal(playground.query, [1, 0])


BAD = [
    ("query", [1.0, 2.0, 3.0], r"query needs shape \(2\), got \(3,\)"),
    ("query", [[1.0, 2.0]], r"query needs shape \(2\), got \(1, 2\)"),
    ("query", [float("nan"), 1.0], "query needs finite numbers, got .*nan"),
    ("query", [float("inf"), 1.0], "query needs finite numbers, got .*inf"),
    ("query", ["a", "b"], "query needs float entries, got <U1"),
    ("query", [True, False], "query needs float entries, got bool"),
    ("query", None, r"query needs shape \(2\), got \(\)"),
    ("key", [[1.0, 2.0], [3.0]], "rows of different lengths"),
    ("key", [[1.0, 2.0]] * 7, r"key needs shape \(1 or 2 or 3 or 4 or 5 or 6, 2\), got \(7, 2\)"),
    ("key", [], "key needs shape"),
    ("key", [[1.0, 2.0]] * 3, "as many keys as values and mask entries are needed: key has 3, value has 4, mask has 4"),
    ("value", [[1.0, 2.0, 3.0]] * 4, r"value needs shape \(n, 1 or 2\), got \(4, 3\)"),
    ("value", [[1.0]] * 2, "key has 4, value has 2, mask has 4"),
    ("mask", [1, 1, 1, 0], "mask needs bool entries, got int64"),
    ("mask", [True], "mask has 1"),
    ("score", "similarity", "'score' trait .* expected any of .*'scaled_dot'.* not the str 'similarity'"),
    ("normalize", "relu", "'normalize' trait .* expected any of .*'sparsemax'"),
    ("temperature", 0.0, "temperature needs a number from 0.01 to 100, got 0.0"),
    ("temperature", float("nan"), "temperature needs a number from 0.01 to 100, got nan"),
    ("temperature", "hot", "'temperature' trait .* expected a float"),
    ("general_weight", [[1.0]], r"general_weight needs shape \(2, 2\), got \(1, 1\)"),
    (
        "v",
        [1.0],
        "query_weight, key_weight and v need one hidden size H: query_weight has 3, key_weight has 3, v has 1",
    ),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD)
def test_bad_trait_is_refused_and_the_widget_stays_as_it_was(name, value, text):
    playground = Playground(temperature=0.7)
    state, weights = playground.state(), playground.weights
    with pytest.raises(traitlets.TraitError, match=text):
        setattr(playground, name, value)
    assert playground.state() == state
    assert_array_equal(playground.weights, weights)


def test_failed_change_of_several_traits_is_undone_whole():
    playground = Playground()
    state = playground.state()
    with pytest.raises(traitlets.TraitError, match="key has 2, value has 4"):
        playground.set_state({"query": [0.0, 1.0], "key": [[1.0, 0.0], [0.0, 1.0]]})
    assert playground.state() == state
    playground.query = [1.0, 1.0]  # and it still works
    assert_array_equal(playground.query, [1, 1])


def test_unknown_trait_is_refused_by_name():
    with pytest.raises(traitlets.TraitError, match="Playground has no trait 'keys': there are query, key, value"):
        Playground(keys=[[1.0, 0.0]])


def test_display_has_three_forms():
    bundle = Playground()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}


def test_plain_form_names_the_traits_and_no_address():
    text = repr(Playground())
    assert re.search(r"^Playground\(query=\[1\.182, 0\.9235\], .*weights=\[0\.539571, .*output=\[1\.439101\]\)$", text)
    assert "0x" not in text


def test_html_form_holds_state_table_picture_and_sentence():
    playground = Playground()
    html = playground.html()
    assert html.startswith('<figure class="attn-widget" data-widget="playground" style="--attn-keys:4">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state == playground.state()
    assert "<svg" in html
    assert playground.caption() in html
    cells = re.findall(r"<td>([^<]*)</td>", html)
    assert cells[:5] == ["20°", "0.95", "1.51", "0.54", "3.0"]
    assert cells[-2:] == ["1.00", "1.44"]
    assert "−0.56" in cells  # a minus, not a hyphen


def test_picture_has_no_text_that_could_come_loose():
    svg = re.search(r"<svg.*?</svg>", Playground().html())[0]
    assert re.findall(r">([^<]+)<", svg) == []


def test_numbers_on_the_page_have_six_decimals_and_no_negative_zero():
    playground = Playground(query=[-1e-9, 1 / 3], key=[[-0.0, 2 / 3]] * 4)
    state = playground.state()
    assert state["query"] == [0.0, 0.333333]
    assert "-0.0," not in json.dumps(state) + "," and "-0.0]" not in json.dumps(state)
    assert plain([-0.0, (1, True, "x")]) == [0.0, [1, True, "x"]]
    numbers = re.findall(r"-?\d+\.\d+", re.search(r"<svg.*?</svg>", playground.html())[0])
    assert max(len(number.split(".")[1]) for number in numbers) <= 2


def test_no_state_can_close_its_script_block():
    text = escaped_json({"a": "</script><img onerror=alert(1)>&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><img onerror=alert(1)>&\u2028"}


def test_masked_key_says_so_in_the_table():
    html = Playground(mask=[True, False, True, True]).html()
    assert '<th scope="row">2 (masked)</th>' in html
    assert html.count("stroke-dasharray") == 1
