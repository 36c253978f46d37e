"""Drawings of attention: what stands in them, in which colours and marks, and what is refused."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from sight import GROUND, VISION, contrast, least_distance, mixed

from attn_core import page, palette, plots
from attn_core.plots import _pictures

ROOT = pathlib.Path(__file__).parents[1]
WEIGHTS = [[0.75, 0.25, 0.0], [0.125, 0.375, 0.5]]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def look(line):
    return (
        line.get_marker(),
        to_hex(line.get_markerfacecolor(), keep_alpha=True)[-2:] == "ff",
        line.get_markeredgecolor(),
    )


# ---- the colours ----


@pytest.mark.parametrize("colour", [palette.INK, *palette.ROLES.values()])
def test_colour_of_a_notebook_is_readable_on_both_grounds(colour):
    assert min(contrast(colour, ground) for ground in GROUND.values()) >= (4 if colour == palette.INK else 3)


@pytest.mark.parametrize("vision", VISION)
def test_roles_of_a_notebook_stay_apart_for_every_kind_of_colour_vision(vision):
    assert least_distance(palette.ROLES.values(), vision) >= 9


def test_colours_of_a_notebook_are_told_from_each_other_and_from_those_of_a_page():
    stand = [*palette.ROLES.values(), palette.INK, palette.GROUND, palette.ON_GROUND]
    assert len(set(stand)) == len(stand) == len(palette.ON_PAGE)
    assert palette.ON_PAGE[palette.ROLES["value"]] == "var(--attn-value)"


@pytest.mark.parametrize(
    ("ink", "output", "ground"),
    [
        ("#1c2127", palette.LIGHT["output"], GROUND["light"]),
        ("#dfe2e6", palette.DARK["output"], GROUND["dark"]),
        (palette.ON_GROUND, palette.ROLES["output"], palette.GROUND),
    ],
    ids=["light", "dark", "notebook"],
)
@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_number_in_a_cell_is_readable_at_every_weight(ink, output, ground, weight):
    style = (ROOT / "book/_static/book.css").read_text()
    assert ink == palette.ON_GROUND or f"--ink: {ink}" in style
    assert contrast(ink, mixed(output, ground, weight * _pictures.SHADE)) >= 4.5


# ---- weights_grid ----


def test_grid_has_a_row_a_query_a_column_a_key_and_the_number_in_each_cell():
    axes = plots.weights_grid(WEIGHTS, queries=["who", "when"], keys=["a", "b", "c"])
    assert texts(axes) == ["0.75", "0.25", "0", "0.12", "0.38", "0.50"]
    assert [text.get_position() for text in axes.texts[:4]] == [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (0.5, 1.5)]
    assert axes.get_ylim() == (2, 0)  # the first query is the highest
    assert labels(axes.xaxis) == ["a", "b", "c"] and labels(axes.yaxis) == ["who", "when"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("○ keys", "● queries")


def test_cells_are_shaded_by_weight_from_the_ground_towards_the_output():
    axes = plots.weights_grid(WEIGHTS)
    [mesh] = axes.collections
    axes.figure.draw_without_rendering()
    assert {to_hex(colour) for colour in mesh.get_facecolor()} == {palette.ROLES["output"]}
    np.testing.assert_allclose(mesh.get_facecolor()[:, 3], _pictures.SHADE * np.ravel(WEIGHTS), atol=0.005)


def test_labels_are_counted_from_one_and_carry_the_colours_of_the_roles():
    axes = plots.weights_grid(WEIGHTS)
    assert labels(axes.xaxis) == ["1", "2", "3"] and labels(axes.yaxis) == ["1", "2"]
    assert {label.get_color() for label in [*axes.get_xticklabels(), axes.xaxis.label]} == {palette.ROLES["key"]}
    assert {label.get_color() for label in [*axes.get_yticklabels(), axes.yaxis.label]} == {palette.ROLES["query"]}


def test_many_keys_leave_no_room_for_numbers_and_take_the_whole_ramp():
    few, many = plots.weights_grid(np.full((2, 10), 0.1)), plots.weights_grid(np.eye(16))
    assert len(few.texts) == 20 and len(many.texts) == 0
    many.figure.draw_without_rendering()
    assert many.collections[0].get_facecolor()[:, 3].max() == 1


@pytest.mark.parametrize("keys", [1, 5, 11, 40])
def test_grid_is_never_wider_than_a_phone_can_show(keys):
    assert plots.weights_grid(np.zeros((2, keys)), queries=["a long question", ""]).figure.get_figwidth() <= 4.8


def test_long_labels_take_no_more_than_the_width():
    axes = plots.weights_grid(
        WEIGHTS, queries=["a question that goes on and on, until nothing is left for the cells"] * 2
    )
    assert axes.figure.get_figwidth() <= 4.8 and axes.figure.get_figheight() > 0


# ---- weight_bars ----


def test_bar_is_as_long_as_its_weight_with_the_number_behind_it():
    axes = plots.weight_bars([0.7, 0.3, 0.0], keys=["comic", "film", "cook"])
    assert [bar.get_width() for bar in axes.patches] == [0.7, 0.3, 0.0]
    assert texts(axes) == ["0.70", "0.30", "0"]
    assert labels(axes.yaxis) == ["○ comic", "○ film", "○ cook"]
    assert axes.get_xlim()[0] == 0 and axes.get_xlim()[1] > 1  # weight 1 always has the same length
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert {to_hex(bar.get_facecolor()) for bar in axes.patches} == {palette.ROLES["output"]}


# ---- marked_text ----


def test_marked_text_has_its_letters_in_lines_and_under_each_a_bar_as_high_as_its_weight():
    panel = plots.marked_text("seven b", [0, 0.25, 0.5, 0, 0, 0, 0.125], per_line=3)
    assert "".join(texts(panel)) == "seven b"
    assert [text.get_position() for text in panel.texts[2:5]] == [(2, 0), (0, 3.1), (1, 3.1)]
    assert [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in panel.patches] == [
        (1, 0.5), (2, 1), (0, 0.25)
    ]  # fmt: skip
    assert all(to_hex(bar.get_facecolor()) == palette.ROLES["output"] for bar in panel.patches)
    assert [bar.get_y() + bar.get_height() for bar in panel.patches] == pytest.approx([1.6, 1.6, 7.8])  # on one line


def test_marked_text_with_weights_of_zero_has_no_bars():
    assert not plots.marked_text("ab", torch.zeros(2)).patches


# ---- arrows ----


def test_every_role_has_its_colour_and_a_mark_of_its_own():
    axes = plots.arrows([1, 0.5], [[1, 1], [0, 1]], value=[[2, 0], [0, 2]], weights=[0.75, 0.25])
    solid = {
        "query": ("o", True, palette.ROLES["query"]),
        "key": ("o", False, palette.ROLES["key"]),
        "value": ("s", True, palette.ROLES["value"]),
        "output": ("D", True, palette.ROLES["output"]),
    }
    marks = [line for line in axes.lines if line.get_linestyle() == "None"]
    found = [look(line) for line in marks]
    assert [found.count(solid[role]) for role in solid] == [1, 2, 2, 1] and len(found) == 6
    np.testing.assert_allclose(
        marks[found.index(solid["output"])].get_xydata(), [[1.5, 0.5]]
    )  # 0.75 (2, 0) + 0.25 (0, 2)
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["query", "key", "value", "output"]
    assert [look(line) for line in legend.legend_handles] == list(solid.values())


def test_head_of_a_key_is_hollow_and_that_of_a_query_solid():
    axes = plots.arrows([1, 0.5], [[1, 1]])
    heads = {
        to_hex(patch.get_edgecolor()): to_hex(patch.get_facecolor(), keep_alpha=True)[-2:] for patch in axes.patches
    }
    assert heads == {palette.ROLES["key"]: "00", palette.ROLES["query"]: "ff"}


def test_heavier_key_has_the_stronger_line():
    axes = plots.arrows([1, 0.5], [[1, 1], [0, 1]], weights=[0.2, 0.8])
    light, heavy = (patch.get_linewidth() for patch in axes.patches[:3:2])
    assert heavy > light + 1


def test_values_that_are_numbers_lie_on_a_line_with_the_output_among_them():
    axes = plots.arrows([1, 0.5], [[1, 1], [0, 1]], value=[3.0, -1.0], weights=[0.75, 0.25])
    [line] = axes.child_axes
    found = [(mark.get_marker(), float(mark.get_xdata()[0])) for mark in line.lines if mark.get_linestyle() == "None"]
    assert found == [("s", 3.0), ("s", -1.0), ("D", 2.0)]
    assert labels(line.xaxis) == ["−1", "0", "3"]


@pytest.mark.parametrize("query", [[0.0, 0.0], [1e-9, 0.0], [300.0, 0.01]])
def test_every_arrow_lies_within_the_picture(query):
    key = [[0.0, 0.0], [1.0, -2.0]]
    axes = plots.arrows(query, key)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert all(left < x < right and bottom < y < top for x, y in [query, *key, (0, 0)])
    page.show(axes.figure, alt="Arrows.")  # and can be drawn


def test_arrows_without_length_can_be_drawn():
    page.show(plots.arrows([0.0, 0.0], [[0.0, 0.0]], value=[0.0], weights=[1.0]).figure, alt="Nothing.")


# ---- all of them ----

SIZES = np.array([10.0, 100.0, 1000.0])

DRAWN = {
    "axes": lambda ax=None: ax or plots.axes(),
    "grid": lambda ax=None: plots.weights_grid(WEIGHTS, ax=ax),
    "large grid": lambda ax=None: plots.weights_grid(np.eye(14), ax=ax),
    "bars": lambda ax=None: plots.weight_bars(WEIGHTS[0], ax=ax),
    "marked text": lambda ax=None: plots.marked_text("capital B " * 20, np.linspace(0, 1, 200), ax=ax),
    "arrows": lambda ax=None: plots.arrows([1, 2], [[1, 1]], value=[[1, 2]], weights=[1.0], ax=ax),
    "arrows, numbers": lambda ax=None: plots.arrows([1, 2], [[1, 1]], value=[4.0], weights=[1.0], ax=ax),
    "curve": lambda ax=None: plots.curve(SIZES, SIZES, SIZES - 1, SIZES + 1, ax=ax),
    "log–log": lambda ax=None: plots.loglog(SIZES, {"n": SIZES, "n²": SIZES**2 / 50}, cross=("n", "n²"), ax=ax),
}
every_drawing = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


@every_drawing
def test_drawing_can_be_shown_and_fits_a_phone(draw, capsys):
    figure = draw().figure
    assert figure.get_figwidth() <= 4.8
    page.show(figure, alt="It.")
    assert capsys.readouterr().out == "Figure: It.\n"


@every_drawing
def test_drawing_goes_where_it_is_told(draw):
    axes = Figure().add_subplot()
    assert draw(ax=axes) is axes


def test_tensors_are_drawn_as_arrays_are():
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    assert texts(plots.weights_grid(weights)) == texts(plots.weights_grid(WEIGHTS))
    assert texts(plots.weight_bars(weights[0])) == texts(plots.weight_bars(WEIGHTS[0]))
    half = torch.tensor([0.75, 0.25], dtype=torch.bfloat16)
    assert texts(plots.weight_bars(half)) == ["0.75", "0.25"]


def test_what_is_drawn_stays_as_it_was():
    weights, key = np.array(WEIGHTS), np.array([[1.0, 0.0]])
    weights.flags.writeable = key.flags.writeable = False
    plots.weights_grid(weights)
    plots.arrows(key[0], key, value=key, weights=weights[0, :1])


def test_lines_are_told_apart_by_dashes_and_marks():
    lines = plots.axes().plot([0, 1], np.ones((2, 4)))
    assert len({line.get_linestyle() for line in lines}) == len({line.get_marker() for line in lines}) == 4
    assert {line.get_color() for line in lines} == {palette.INK}


@pytest.mark.parametrize("size", [(4.9, 2), (0, 2), (4, 0), (float("nan"), 2)])
def test_figure_that_a_phone_cannot_show_is_an_error(size):
    with pytest.raises(ValueError, match=r"at most 4\.8 inches"):
        plots.axes(*size)


def test_drawing_leaves_the_state_of_matplotlib_alone():
    code = "import matplotlib\nfrom attn_core import page, plots\nbefore = dict(matplotlib.rcParams)\n"
    code += "plots.weights_grid([[1.0]])\npage.show(plots.axes().figure, alt='x')\n"
    code += "assert dict(matplotlib.rcParams) == before\n"
    code += "from matplotlib import pyplot\nassert pyplot.get_fignums() == []   # which a notebook would show again\n"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# ---- curves ----


def test_curve_has_a_line_through_the_means_and_a_band_from_low_to_high():
    axes = plots.curve([1, 2, 4], [0.5, 0.25, 1.0], [0.25, 0.0, 1.0], [0.75, 0.5, 1.0], label="shared")
    (line,), (band,) = axes.lines, axes.collections
    np.testing.assert_array_equal(line.get_xydata(), [[1, 0.5], [2, 0.25], [4, 1.0]])
    corners = band.get_paths()[0].vertices
    assert {(1, 0.25), (1, 0.75), (2, 0), (2, 0.5), (4, 1)} <= {tuple(corner) for corner in corners.tolist()}
    assert line.get_label() == "shared"


def test_curves_on_one_panel_are_told_apart_by_dashes_and_marks():
    axes = plots.curve(SIZES, SIZES)
    plots.curve(SIZES, 2 * SIZES, ax=axes)
    first, second = axes.lines
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    assert not axes.collections  # no band without an interval


def test_band_is_a_faint_ink_that_follows_the_page(capsys):
    axes = plots.curve(SIZES, SIZES, SIZES - 1, SIZES + 1)
    page.show(axes.figure, alt="a curve")
    (colour,) = axes.collections[0].get_facecolor()
    assert to_hex(colour) == palette.INK and 0 < colour[3] < 0.5


def test_crossing_is_where_the_formulas_meet():
    assert plots.crossing(SIZES, SIZES**2, 50 * SIZES) == pytest.approx(50)
    assert plots.crossing(SIZES, 50 * SIZES, SIZES**2) == pytest.approx(50)
    assert plots.crossing(SIZES, SIZES**2, 100 * SIZES) == 100  # at a point
    assert plots.crossing(SIZES, SIZES**2, 1000 * SIZES) == 1000  # at the last one
    assert plots.crossing(SIZES, SIZES, 2 * SIZES) is None
    assert plots.crossing(SIZES, [1, 3, 1], [2, 2, 2]) < 100  # the first of two


def test_loglog_marks_the_crossing_with_the_size():
    axes = plots.loglog(SIZES, {"attention": SIZES**2, "recurrent": 123 * SIZES}, cross=("attention", "recurrent"))
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert texts(axes) == ["120"]
    np.testing.assert_allclose(axes.lines[-1].get_xydata(), [[123, 123**2]])
    assert axes.lines[-1].get_markerfacecolor() == "none"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["attention", "recurrent"]


def test_loglog_marks_nothing_where_nothing_crosses_or_nobody_asked():
    lines = {"n": SIZES, "2 n": 2 * SIZES}
    for cross in (None, ("n", "2 n")):
        axes = plots.loglog(SIZES, lines, cross=cross)
        assert texts(axes) == [] and len(axes.lines) == 2


def test_large_sizes_are_written_with_commas():
    axes = plots.loglog(SIZES * 100, {"a": SIZES**2, "b": 34.56 * SIZES}, cross=("a", "b"))
    assert texts(axes) == ["3,500"]


WRONG = [
    (lambda: plots.weights_grid([0.5, 0.5]), r"wanted weights \(Lq, Lk\), got shape \(2,\)"),
    (lambda: plots.weights_grid(np.zeros((0, 3))), r"got shape \(0, 3\)"),
    (lambda: plots.weights_grid([[1.5]]), "weights lie from 0 to 1, got 1.5 to 1.5"),
    (lambda: plots.weights_grid([[-0.5, 0.5]]), "got -0.5 to 0.5"),
    (lambda: plots.weights_grid([[np.nan]]), "of finite numbers, got"),
    (lambda: plots.weights_grid([["a"]]), "of finite numbers, got"),
    (lambda: plots.weights_grid(WEIGHTS, keys=["a"]), r"keys needs 3 labels, one each, got 1"),
    (lambda: plots.weights_grid(WEIGHTS, queries="ab"), r"queries needs 2 labels, one each, got 2: 'ab'"),
    (lambda: plots.weight_bars(WEIGHTS), r"wanted weights \(Lk,\), got shape \(2, 3\)"),
    (lambda: plots.weight_bars([0.5, 0.5], keys=["a"]), "keys needs 2 labels"),
    (lambda: plots.marked_text("ab", [0.5]), "wanted a weight from 0 to 1 for each of 2 letters, got"),
    (lambda: plots.marked_text("a", [-0.5]), r"got \[-0.5\]"),
    (lambda: plots.marked_text("", []), "for each of 0 letters"),
    (lambda: plots.marked_text("a", [1], per_line=41), "per_line must be from 1 to 40, got 41"),
    (lambda: plots.arrows([1, 2, 3], [[1, 2]]), r"query \(2,\) and key \(Lk, 2\), got shapes \(3,\) and \(1, 2\)"),
    (lambda: plots.arrows([1, 2], [1, 2]), r"got shapes \(2,\) and \(2,\)"),
    (lambda: plots.arrows([1, 2], [[1, 2]], weights=[0.5, 0.5]), r"key \(Lk, 2\) has 1, weights \(Lk,\) has 2"),
    (lambda: plots.arrows([1, 2], [[1, 2]], value=[1, 2]), r"with Lk = 1, got shape \(2,\)"),
    (lambda: plots.arrows([1, np.inf], [[1, 2]]), r"wanted query \(2,\) of finite numbers"),
    (lambda: plots.curve([1, 2], [1, 2, 3]), r"x \(n,\) has 2, mean \(n,\) has 3"),
    (lambda: plots.curve([1, 2], [1, 2], [0, 1], [3]), r"x \(n,\) has 2, high \(n,\) has 1"),
    (lambda: plots.curve([1, 2], [1, 2], [0, 1]), "needs both low and high"),
    (lambda: plots.curve([1, 2], [1, 2], [0, 3], [2, 3]), "mean must lie from low to high"),
    (lambda: plots.curve([1, 2], [1, 2], [0, 0], [2, 1]), "mean must lie from low to high, got"),
    (lambda: plots.curve([], []), r"wanted x \(n,\), got shape \(0,\)"),
    (lambda: plots.curve([1, 2], [1, np.nan]), r"wanted mean \(n,\) of finite numbers"),
    (lambda: plots.loglog([0, 1], {"a": [1, 1]}), "x must be above zero on a logarithmic axis, got 0"),
    (lambda: plots.loglog([1, 2], {"a": [1, -1]}), "a must be above zero on a logarithmic axis, got -1"),
    (lambda: plots.loglog([1, 2], {"a": [1, 1]}, cross=("a", "b")), "cross names 'b': there are a"),
    (lambda: plots.crossing([2, 1], [1, 2], [2, 1]), "x must grow"),
]


@pytest.mark.parametrize(("draw", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_cannot_be_drawn_is_an_error(draw, told):
    with pytest.raises(ValueError, match=told):
        draw()
