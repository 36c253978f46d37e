"""Building the book: the same bytes twice, mistakes that stop it, changes that are seen."""

import pytest
from pages.built import Copy


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("book"))
    done = copy.build()
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


@pytest.fixture
def changed(book):
    """The built copy, put back after the test and built again."""
    before = {
        path: path.read_bytes() for path in book.folder.rglob("*") if path.is_file() and "_build" not in path.parts
    }
    yield book
    for path, data in before.items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)


def test_two_clean_builds_are_the_same_bytes(book, tmp_path):
    other = Copy(tmp_path)
    done = other.build()
    assert done.returncode == 0, done.stdout + done.stderr
    one, two = book.files(), other.files()
    assert set(one) == set(two)
    assert [str(path) for path in one if one[path] != two[path]] == []


def test_building_again_changes_nothing(book):
    before = book.files()
    done = book.build()
    assert done.returncode == 0
    assert "no targets are out of date" in done.stdout
    assert book.files() == before


MISTAKES = {
    "A formula $\\frac{1}{$ that does not end.": "formula does not convert",
    "A colour $\\textcolor{red}{x}$ without a role.": "a colour in a formula is one of query",
    "A source {cite}`nobody1999` that is not there.": "nobody1999",
    "A [link](nowhere.md) to nothing.": "nowhere.md",
    "A function {py:func}`attn_core.nothing`.": "attn_core.nothing",
    "```{anywidget} nothing\n```": "no widget 'nothing'",
    '```{anywidget} playground\n{"query": [1]}\n```': "widget 'playground': query",
    '```{anywidget} playground\n{"query": \n```': "widget 'playground': Expecting value",
}


def test_mistakes_stop_the_build_each_with_file_and_line(changed):
    path = changed.folder / "book/references.md"
    text = path.read_text() + "\n"
    where = {}
    for mistake in MISTAKES:
        where[mistake] = text.count("\n") + 1
        text += mistake + "\n\n"
    path.write_text(text)
    done = changed.build()
    assert done.returncode != 0
    for mistake, told in MISTAKES.items():
        lines = [line for line in done.stderr.splitlines() if f"book/references.md:{where[mistake]}:" in line]
        assert any(told in line for line in lines), (mistake, done.stderr)
    # and again, though nothing has changed since
    assert changed.build().returncode != 0


def test_changed_script_style_template_and_package_are_seen(changed):
    [before] = changed.html.glob("_static/widgets/playground.*.js")
    changed.change("attn_core/widgets/static/playground.js", "export default", "const changed = 1;\nexport default")
    changed.change("attn_core/widgets/static/look.css", "#ad620c", "#ad620d")
    changed.change("book/_static/book.css", "--measure: 42rem", "--measure: 41rem")
    changed.change("book/_templates/sections/footer-content.html", "Set in", "Printed in")
    figure = '<figure class="attn-widget" data-widget="playground">changed</figure>'
    stem = 'stem = "playground"'
    changed.change("attn_core/widgets/playground.py", stem, f"{stem}; html = lambda self: {figure!r}")
    done = changed.build()
    assert done.returncode == 0, done.stderr
    page = (changed.html / "book/index.html").read_text()
    [after] = changed.html.glob("_static/widgets/playground.*.js")
    assert after != before and "const changed = 1;" in after.read_text()
    [host] = changed.html.glob("_static/widgets/host.*.js")
    assert after.name in host.read_text() and host.name in page
    [look] = changed.html.glob("_static/widgets/look.*.css")
    assert look.name in page and "#ad620d" in look.read_text()
    assert "--measure: 41rem" in (changed.html / "_static/book.css").read_text()
    assert "Printed in" in page
    assert figure in page
