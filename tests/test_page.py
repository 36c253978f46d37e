"""What a chapter puts on its page: figures, sources, verdicts."""

import ast
import base64
import html
import io
import json
import linecache
import os
import pathlib
import re
import struct
import subprocess
import sys
import warnings
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from sight import GROUND, contrast

from attn_core import attend, page, palette, scores
from attn_core.plots import arrows, weights_grid

ROOT = pathlib.Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def shown(monkeypatch):
    """What reaches a notebook: a list of (data, metadata)."""
    outputs = []
    monkeypatch.setattr(page, "InteractiveShell", SimpleNamespace(initialized=lambda: True))
    monkeypatch.setattr(
        page, "display", lambda data, raw, metadata: outputs.append((data, metadata)) if raw else pytest.fail("not raw")
    )
    return outputs


@pytest.fixture
def drawn(shown):
    """Show a figure; get its SVG as text and as a tree."""

    def draw(figure, alt="A line."):
        page.show(figure, alt=alt)
        text = shown[-1][0]["image/svg+xml"]
        return text, ElementTree.fromstring(text)

    return draw


def line(**look):
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [0, 1, 4], **{"color": "black", **look})
    return figure


def colours(text):
    return set(re.findall(r"#[0-9a-f]{6}\b", re.sub(r'aria-label="[^"]*"', "", text)))


# ---- show ----


def test_figure_comes_in_three_forms_with_its_words_in_two(shown):
    page.show(line(), alt="A line that\n  rises to 4.")
    [(data, metadata)] = shown
    assert set(data) == {"image/svg+xml", "image/png", "text/plain"}
    assert data["text/plain"] == "Figure: A line that rises to 4."
    root = ElementTree.fromstring(data["image/svg+xml"])
    assert root.tag == f"{SVG}svg"
    assert (root.get("role"), root.get("aria-label")) == ("img", "A line that rises to 4.")
    width, height = struct.unpack(">II", data["image/png"][16:24])
    assert b"matplotlib" not in data["image/png"]  # another version would be another file
    told = metadata["image/png"]
    assert abs(width / 2 - told["width"]) <= 1 and abs(height / 2 - told["height"]) <= 1
    assert abs(told["width"] - float(root.get("width"))) <= 1


@pytest.mark.parametrize("alt", [None, "", " \n ", 4])
def test_missing_words_are_an_error(shown, alt):
    with pytest.raises(ValueError, match=re.escape(f"alt must say in words what the figure shows, got {alt!r}")):
        page.show(line(), alt=alt)
    assert shown == []


def test_words_are_no_option():
    with pytest.raises(TypeError, match="alt"):
        page.show(line())


def test_axes_in_place_of_a_figure_are_an_error_that_says_what_to_write():
    with pytest.raises(TypeError, match=r"needs a matplotlib Figure, got Axes: write axes\.figure"):
        page.show(line().axes[0], alt="A line.")


def test_words_with_markup_stay_words(drawn):
    alt = "\"q\" < k & 'v' > 0"
    _, root = drawn(line(), alt)
    assert root.get("aria-label") == alt


def test_outside_a_notebook_the_words_are_printed(capsys):
    page.show(line(), alt="A line.")
    assert capsys.readouterr().out == "Figure: A line.\n"


def test_figure_is_closed_so_that_it_is_not_shown_twice(shown):
    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.close("all")
    kept, figure = pyplot.figure(), pyplot.figure()
    page.show(figure, alt="Nothing yet.")
    assert pyplot.get_fignums() == [kept.number]
    pyplot.close("all")


@pytest.mark.parametrize("role", palette.ROLES)
@pytest.mark.parametrize("of", [palette.LIGHT, palette.DARK, palette.ROLES], ids=["light", "dark", "both"])
def test_colour_of_a_role_is_recognised(drawn, of, role):
    text, _ = drawn(line(color=of[role].upper()))
    assert colours(text) == {palette.INK, palette.ROLES[role]}


def test_everything_that_is_drawn_is_ink(drawn):
    figure = Figure(figsize=(4, 3))
    with matplotlib.rc_context({"axes.edgecolor": "0.2", "xtick.color": "black", "hatch.color": "black"}):
        axes = figure.add_subplot(title="title", xlabel="across", ylabel="$\\sqrt{D}$")
    axes.plot([1, 2], [1, 2], "k", label="line", markerfacecolor="0.7")
    axes.bar([1, 2], [1, 2], color="0.5", edgecolor="k", hatch="//")
    axes.scatter([1, 2], [2, 1], color="black")
    axes.fill_between([1, 2], [0, 1], color="lightgrey")
    axes.annotate("here", (1, 1), (2, 2), arrowprops={"color": "black"}, bbox={"facecolor": "white"})
    axes.axhline(1, color="k", linestyle="--")
    axes.grid()
    axes.legend()
    figure.suptitle("above")
    text, root = drawn(figure)
    assert colours(text) == {palette.INK}
    for word in root.iter(f"{SVG}text"):
        own = [word.get("style", ""), *(part.get("style", "") for part in root.iter() if word in list(part))]
        assert any(f"fill: {palette.INK}" in style for style in own), ElementTree.tostring(word)


@pytest.mark.parametrize(
    ("look", "style"),
    [
        ({"color": "black"}, "stroke: #767676"),
        ({"color": "#808080"}, "stroke: #767676; stroke-opacity: 0.5"),
        ({"color": "black", "alpha": 0.25}, "stroke: #767676; stroke-opacity: 0.25"),
        ({"color": (0, 0, 0, 0.25)}, "stroke: #767676; stroke-opacity: 0.25"),
        ({"color": palette.DARK["key"], "alpha": 0.5}, "stroke: #5f66e6; stroke-opacity: 0.5"),
    ],
)
def test_grey_is_so_much_ink(drawn, look, style):
    _, root = drawn(line(linewidth=7, **look))
    [found] = [path.get("style") for path in root.iter(f"{SVG}path") if "stroke-width: 7" in path.get("style", "")]
    assert f"{style}; stroke-width: 7" in found.replace("fill: none; ", "")


def test_grey_text_is_as_readable_as_black(drawn):
    figure = line()
    figure.text(0.5, 0.5, "aside", color="0.7", alpha=1)
    _, root = drawn(figure)
    [aside] = [word.get("style") for word in root.iter(f"{SVG}text") if word.text == "aside"]
    assert f"fill: {palette.INK}" in aside and "opacity" not in aside


def test_page_shines_through_white(drawn):
    figure = line()
    figure.patch.set_facecolor("white")
    _, root = drawn(figure)
    filled = [path for path in root.iter(f"{SVG}path") if "fill: #" in path.get("style", "")]
    assert all("opacity: 0" in path.get("style") for path in filled)


@pytest.mark.parametrize("style", ["dark_background", "ggplot", "default"])
def test_style_that_was_set_before_or_after_changes_no_ink(drawn, style):
    with matplotlib.style.context(style):
        figure = line()
    figure.axes[0].set_facecolor("white")
    assert colours(drawn(figure)[0]) <= {palette.INK}


def test_colour_that_follows_no_page_is_an_error():
    figure = line(color="#1f77b4")
    with pytest.raises(ValueError, match=r"colours that follow no page.*: #1f77b4; draw in ink"):
        page.show(figure, alt="A line.")
    figure = Figure()
    figure.add_subplot().pcolormesh([[0.0, 1.0]])
    with pytest.raises(ValueError, match=r"#440154, #fde725"):
        page.show(figure, alt="Two cells.")


def test_picture_of_pixels_is_an_error():
    figure = Figure()
    figure.add_subplot().imshow([[0.0, 1.0]], cmap="gray")
    with pytest.raises(ValueError, match="pcolormesh, not imshow"):
        page.show(figure, alt="Two pixels.")


def test_text_is_the_pages_own(drawn):
    text, root = drawn(line())
    assert "<style" not in text and "<metadata" not in text and "<!--" not in text and "<?xml" not in text
    assert "font-family" in root.get("style") and "stroke-linejoin: round" in root.get("style")
    assert all("font-family" not in part.get("style", "") for part in root.iter() if part is not root)


def test_numbers_have_two_decimals_and_no_negative_zero(drawn):
    _, root = drawn(line(alpha=1 / 3))
    values = [value for part in root.iter() for name, value in part.attrib.items() if name not in ("id", "href")]
    found = [number for value in values for number in re.findall(r"-?\d+\.\d+", value)]
    assert len(found) > 50
    assert [number for number in found if len(number.partition(".")[2]) > 2] == []
    assert not re.search(r"(?<![\w.#-])-0(?![\w.])", " ".join(values))


def test_last_digits_of_another_processor_change_nothing(drawn):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(2, 40))

    def text(points):
        figure = Figure(figsize=(3, 2))
        figure.add_subplot().plot(*points, color="black")
        return drawn(figure)[0]

    assert text(points) == text(points * (1 + 1e-12))


def test_figure_shown_again_gives_the_same_bytes(shown):
    figure = line(alpha=0.5)
    figure.axes[0].plot([0, 2], [0, 4], color="0.6", label="a")
    figure.axes[0].legend()
    page.show(figure, alt="A line.")
    page.show(figure, alt="A line.")
    assert shown[0] == shown[1]


PROCESS = """
import hashlib, sys
sys.path.insert(0, {root!r})
from attn_core import page, plots
page.InteractiveShell = type('Notebook', (), {{'initialized': lambda: True}})
page.display = lambda data, raw, metadata: print(hashlib.sha256(repr((data, metadata)).encode()).hexdigest())
page.show(plots.weights_grid([[0.7, 0.3], [0.5, 0.5]]).figure, alt="A grid.")
page.show(plots.arrows([1, 0.5], [[1, 1], [0, 1]], value=[3, 1], weights=[0.7, 0.3]).figure, alt="Arrows.")
panel = plots.axes()
panel.bar([1, 2], [3, 4], hatch="//", color="0.5", label="$n^2$")
panel.legend()
page.show(panel.figure, alt="Bars.")
"""


def test_two_processes_give_the_same_bytes():
    def run(seed):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROCESS.format(root=str(ROOT))],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    first, second = run("1"), run("2")
    assert len(first) == 3 and first == second


def test_two_figures_of_a_page_share_no_id_and_every_reference_leads_to_one(drawn):
    ids = []
    for figure, alt in [(line(marker="o"), "A"), (line(marker="s"), "A"), (line(marker="o"), "B")]:
        text, root = drawn(figure, alt)
        own = [part.get("id") for part in root.iter() if part.get("id")]
        assert own and all(re.fullmatch(r"attn-[0-9a-f]{8}-\d+", name) for name in own)
        assert set(re.findall(r'(?:url\(|href=")#([^")]+)', text)) == set(own)
        ids += own
    assert len(ids) == len(set(ids))


def test_letters_that_matplotlib_cannot_draw_reach_the_page_in_silence(drawn):
    figure = line()
    figure.text(0.5, 0.5, "注意力")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text, _ = drawn(figure)
    assert "注意力" in text


# ---- photographs ----


def test_photograph_is_a_jpeg_that_carries_its_words(shown):
    pixels = np.full((4, 6, 3), (200, 100, 50), dtype=np.uint8)
    page.show_photograph(pixels, alt="A wall,\n  brown.")
    [(data, _)] = shown
    assert data["text/plain"] == "Photograph: A wall, brown."
    with Image.open(io.BytesIO(base64.b64decode(data["image/jpeg"]))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (6, 4))
        assert picture.info["comment"].decode() == "A wall, brown."
        np.testing.assert_allclose(np.asarray(picture), pixels, atol=4)


@pytest.mark.parametrize(
    ("pixels", "got"),
    [
        (np.zeros((4, 6), dtype=np.uint8), "uint8 of shape (4, 6)"),
        (np.zeros((4, 6, 4), dtype=np.uint8), "uint8 of shape (4, 6, 4)"),
        (np.zeros((4, 6, 3)), "float64 of shape (4, 6, 3)"),
        ([[[0, 0, 0]]], "list of shape None"),
    ],
)
def test_what_is_no_photograph_is_an_error(pixels, got):
    with pytest.raises(ValueError, match="pixels must be uint8") as error:
        page.show_photograph(pixels, alt="A wall.")
    assert got in str(error.value)


def test_photograph_without_words_is_an_error():
    with pytest.raises(ValueError, match="alt must say in words"):
        page.show_photograph(np.zeros((4, 6, 3), dtype=np.uint8), alt=" ")


# ---- show_source ----


def defined(source, module="__main__"):
    """The function of a source, as a notebook's cell would define it."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    scope = {"__name__": module}
    exec(compile(source, name, "exec"), scope)
    return scope["f"]


def words(marked):
    return html.unescape(re.sub(r"<[^>]+>", "", marked))


def test_source_is_the_functions_own_below_its_decorator(shown):
    page.show_source(scores.dot)
    [(data, _)] = shown
    assert data["text/plain"] == (
        "# attn_core/scores.py\n"
        '@takes("query (..., Lq, D)", "key (..., Lk, D)")\n'
        "def dot(query: Array, key: Array) -> Array:\n"
        '    """Score a pair by its dot product."""\n'
        "    return query @ key.mT\n"
    )


@pytest.mark.parametrize(
    "function", [scores.cosine, scores.additive, attend, page.show, ast.literal_eval, json.JSONEncoder]
)
def test_source_says_what_the_code_does_and_no_path_of_this_machine(shown, function):
    page.show_source(function)
    [(data, _)] = shown
    plain, marked = data["text/plain"], data["text/html"]
    place, _, source = plain.partition("\n")
    assert re.fullmatch(r"# [a-z_]+(/[a-z_]+)*\.py", place)
    shown_code = ast.parse(source).body[0]
    whole = ast.parse(pathlib.Path(sys.modules[function.__module__].__file__).read_text())
    [real] = [node for node in whole.body if getattr(node, "name", "") == function.__name__]
    for node in (shown_code, real):
        docstring = ast.get_docstring(node)
        del node.body[0]
    assert ast.dump(shown_code) == ast.dump(real)
    assert docstring.splitlines()[0] in source
    assert words(marked).strip() == f"{place[2:]}{source}".strip()
    assert str(ROOT) not in marked + plain and sys.prefix not in marked + plain


def test_source_from_a_notebook_has_no_file(shown):
    page.show_source(defined("def f(x):\n    return x < 1  # small & quick\n"))
    [(data, _)] = shown
    assert data["text/plain"] == "def f(x):\n    return x < 1  # small & quick\n"
    assert "figcaption" not in data["text/html"]
    assert "&lt;" in data["text/html"] and "small &amp; quick" in data["text/html"]


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ('"""One line."""', '"""One line."""'),
        ('"""First.\n\n    More.\n    """', '"""First."""'),
        ('"""\n    First.\n\n    More.\n    """', '"""First."""'),
        ("'''First.\n    More.'''", "'''First.'''"),
        ('r"""First \\d.\n\n    More.\n    """', 'r"""First \\d."""'),
        ("x = 1", "x = 1"),
    ],
)
def test_docstring_is_cut_to_its_first_line(shown, written, cut):
    page.show_source(defined(f"def f(x):\n    {written}\n    return x\n"))
    assert shown[0][0]["text/plain"] == f"def f(x):\n    {cut}\n    return x\n"


def test_lambda_is_shown_with_its_line(shown):
    page.show_source(defined("f = lambda x: x + 1\n"))
    page.show_source(defined("f = max([\n    lambda x: x + 1\n], key=id)\n"))
    assert [data["text/plain"].strip() for data, _ in shown] == ["f = lambda x: x + 1", "lambda x: x + 1"]


def test_colours_of_code_are_those_of_the_page_or_readable_on_both_grounds(shown):
    page.show_source(scores.scaled_dot)
    style = (ROOT / "book/_static/book.css").read_text()
    names = set(re.findall(r"var\((--code-\w+),", shown[0][0]["text/html"]))
    assert {"--code-word", "--code-text", "--code-note", "--code-number"} == names
    assert all(style.count(f"{name}: #") >= 2 for name in names)
    for colour in colours(shown[0][0]["text/html"]):
        assert min(contrast(colour, ground) for ground in GROUND.values()) >= 3.9, colour


@pytest.mark.parametrize(("thing", "name"), [(len, "len"), (np.exp, "exp"), (3, "int")])
def test_what_has_no_source_is_an_error(thing, name):
    with pytest.raises(TypeError, match=f"needs a function with a source in Python, got {name}"):
        page.show_source(thing)


# ---- verdict ----

TEXTS = [
    (("C3", "holds"), "C3: holds"),
    (("C22", "does not  hold\n for long ones"), "C22: does not hold for long ones"),
    (("C1b", "holds when n < 2d", 0.93456, (0.9123, 0.9571)), "C1b: holds when n < 2d (0.935 [0.912, 0.957])"),
    (("C5", "holds: faster", 8.94), "C5: holds: faster (8.94)"),
    (("C5", "holds", 8.0), "C5: holds (8)"),
    (("C5", "holds", 1234567), "C5: holds (1,234,567)"),
    (("C5", "mixed", -0.25, (-0.5, 0.1)), "C5: mixed (−0.25 [−0.50, 0.10])"),
    (("C5", "mixed", -0.0001, (-1, 1)), "C5: mixed (0.0 [−1.0, 1.0])"),
    (("C5", "holds", 1500.4, (1400, 1600)), "C5: holds (1,500 [1,400, 1,600])"),
    (("C5", "holds", 1.0, (1.0, 1.0)), "C5: holds (1 [1, 1])"),
    (("C5", "holds", np.float32(0.1), np.array([0.0, 0.2])), "C5: holds (0.10 [0.00, 0.20])"),
    (("C5", "holds", np.int64(3)), "C5: holds (3)"),
    (("C16", "analogy, and a good one"), "C16: analogy, and a good one"),
    (("C30", "wording"), "C30: wording"),
]


@pytest.mark.parametrize(("arguments", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_verdict_says_claim_words_and_numbers(shown, arguments, text):
    page.verdict(*arguments)
    [(data, metadata)] = shown
    assert data["text/plain"] == text
    assert words(data["text/html"]) == text
    assert metadata["attn_core"]["text"] == text


def test_verdict_leaves_its_parts_in_the_metadata(shown):
    page.verdict("C3", "holds when n < 2d", np.float64(1 / 3), (0.25, 0.5))
    page.verdict("C27", "citation: see the source")
    (data, first), (_, second) = shown
    assert json.loads(json.dumps(first)) == {
        "attn_core": {
            "claim": "C3",
            "verdict": "holds when",
            "words": "holds when n < 2d",
            "value": 0.333333,
            "interval": [0.25, 0.5],
            "text": "C3: holds when n < 2d (0.33 [0.25, 0.50])",
        }
    }
    assert second["attn_core"]["verdict"] == "citation"
    assert second["attn_core"]["value"] is None and second["attn_core"]["interval"] is None
    assert data["text/html"].startswith('<p class="attn-verdict">') and "n &lt; 2d" in data["text/html"]


WRONG = [
    (("3", "holds"), "claim must look like C3 or C1b, got '3'"),
    (("C03", "holds"), "got 'C03'"),
    (("C3 ", "holds"), "got 'C3 '"),
    ((3, "holds"), "got 3"),
    (("C3", "it holds"), "words must begin with analogy, does not hold, holds, holds when, mixed, wording or citation"),
    (("C3", "holding"), "got 'holding'"),
    (("C3", "holds when"), "and the condition"),
    (("C3", "Holds"), "got 'Holds'"),
    (("C16", "analogy", 0.5), "analogy goes without a number, got value 0.5"),
    (("C3", "holds", None, (0, 1)), r"interval needs a value, got interval \(0, 1\) alone"),
    (("C3", "holds", 0.5, (0.6, 0.9)), r"value must lie in its interval, got 0.5 and \[0.6, 0.9\]"),
    (("C3", "holds", 0.5, (0.9, 0.1)), "must lie in its interval"),
    (("C3", "holds", 0.5, 0.1), "interval must be two numbers, low and high, got 0.1"),
    (("C3", "holds", 0.5, (0.1, 0.5, 0.9)), "two numbers"),
    (("C3", "holds", float("nan")), "value must be a finite number, got nan"),
    (("C3", "holds", 0.5, (0.1, float("inf"))), "interval must be a finite number, got inf"),
    (("C3", "holds", True), "finite number, got True"),
    (("C3", "holds", "0.5"), "finite number, got '0.5'"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=[repr(arguments) for arguments, _ in WRONG])
def test_what_is_no_verdict_is_an_error(shown, arguments, told):
    with pytest.raises(ValueError, match=told):
        page.verdict(*arguments)
    assert shown == []


def test_words_that_are_no_text_are_an_error():
    with pytest.raises(TypeError, match="words must be text, got list"):
        page.verdict("C3", ["holds"])


# ---- in a notebook ----

CELLS = [
    "from attn_core import page, plots, scores\nfrom tests_say import number",
    "page.show(plots.weight_bars([number, 0.3]).figure, alt='Bars.')",
    "page.show(plots.weights_grid([[number, 0.3]]).figure, alt='A grid.')",
    "page.show_source(scores.dot)",
    "page.verdict('C3', 'holds', number)",
]


@pytest.fixture(scope="module")
def tools():
    sys.path.insert(0, str(ROOT / "tools"))
    import notebooks

    sys.path.remove(str(ROOT / "tools"))
    return notebooks


def test_notebook_keeps_what_was_shown_and_nbval_finds_each_output_that_is_stale(tools, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    path, say = tmp_path / "05-trial.ipynb", tmp_path / "tests_say.py"
    say.write_text("number = 0.7\n")
    path.write_text(nbformat.writes(notebook))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/notebooks.py"), str(path)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    first, bars, _, source, verdict = [cell.outputs for cell in nbformat.read(path, 4).cells]
    assert first == []
    assert set(bars[0].data) == {"image/svg+xml", "image/png", "text/plain"}
    assert base64.b64decode(bars[0].data["image/png"]).startswith(b"\x89PNG")
    assert source[0].data["text/plain"].startswith("# attn_core/scores.py")
    assert verdict[0].metadata.attn_core == {
        "claim": "C3", "verdict": "holds", "words": "holds", "value": 0.7, "interval": None, "text": "C3: holds (0.7)",
    }  # fmt: skip

    def compared():
        command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "no:xdist", "-c", os.devnull, f"--rootdir={tmp_path}", str(path)]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        return sorted(map(int, re.findall(r"^FAILED .*Cell (\d+)", done.stdout, re.M))), done.stdout

    failed, told = compared()
    assert failed == [] and "5 passed" in told, told
    say.write_text("number = 0.69\n")
    failed, told = compared()
    assert failed == [1, 2, 4], told


def test_larger_figures_stay_light(drawn):
    grid, _ = drawn(weights_grid(np.full((16, 16), 1 / 16)).figure, "A large grid.")
    plane, _ = drawn(arrows([1, 0.5], [[1, 1], [0, 1]], value=[3, 1], weights=[0.7, 0.3]).figure, "Arrows.")
    assert len(grid) < 80_000 and len(plane) < 12_000
