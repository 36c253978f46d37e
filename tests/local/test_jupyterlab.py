"""A reader's own JupyterLab: the chapter runs, the widget answers the keyboard, the next cell reads it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright.sync_api import expect

from attn_core import widgets
from attn_core.widgets import Playground
from attn_core.widgets.playground import polar

ROOT = Path(__file__).resolve().parents[2]
CHAPTER, WIDGETS = "04-three-steps.ipynb", "every-widget.ipynb"
NAMES = [widgets.by_stem(stem).__name__ for stem in widgets.STEMS]
STEPS = 5
SLOW = 60_000  # ms: what waits for the server or a kernel, on a busy machine

pytestmark = pytest.mark.browser


def every_widget():
    """A notebook with a cell a widget."""
    cells = [nbformat.v4.new_code_cell(f"from attn_core.widgets import {n}\n\n{n}()") for n in NAMES]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """The address of a JupyterLab that works on a copy of the chapters and knows no one's settings."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "chapters", home / "chapters")
    nbformat.write(every_widget(), home / "chapters" / WIDGETS)
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    own += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    folders = {name: str(home / name.lower()) for name in own}
    folders |= {"HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    command += [
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={home / 'chapters'}",
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            cwd=home,
            env={**os.environ, **folders, "JUPYTER_PLATFORM_DIRS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield address(server, Path(folders["JUPYTER_RUNTIME_DIR"]), home / "log")
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def address(server, runtime, log, seconds=60):
    """Wait until the server answers for itself: it took a free port and tells which in its runtime folder."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text())["url"]
            except ValueError:  # half written
                pass
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture
def notebook(browser, lab, request):
    """A notebook, opened in JupyterLab with its kernel idle. Nothing is asked of another host."""
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    context.route(lambda url: not url.startswith((lab, "data:", "blob:")), lambda route: route.abort())
    page = context.new_page()
    page.set_default_timeout(SLOW)
    # in a workspace of its own: JupyterLab opens again what was open there
    page.goto(f"{lab}lab/workspaces/{Path(request.param).stem}/tree/{request.param}")
    idle(page)
    yield page
    context.close()


def idle(page):
    # The indicator in the notebook's toolbar says idle before there is a kernel; the status bar does not.
    page.locator("#jp-bottom-panel").get_by_text(re.compile(r"^Python 3.*\| Idle$")).wait_for()


def cell_with(page, source):
    return page.locator(".jp-Notebook .jp-CodeCell").filter(has=page.locator(".cm-content", has_text=source)).first


def weights(cell):
    """The weights that a cell printed, as numbers."""
    line = re.search(r"weights +\[([^\]]*)\]", cell.locator(".jp-OutputArea").text_content())
    return np.array(line[1].split(), float)


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@pytest.mark.parametrize("notebook", [CHAPTER], indirect=True)
def test_query_moved_by_keyboard_changes_the_weights_that_the_next_cell_reads(notebook):
    page = notebook
    run_all(page)
    shows, reads = cell_with(page, "playground = Playground()"), cell_with(page, "playground.weights")
    view = shows.locator(".jp-OutputArea .attn-view.attn-playground")
    view.wait_for()
    expect(reads.locator(".jp-InputPrompt")).to_have_text("[2]:", timeout=SLOW)
    idle(page)
    # The live view alone: no fallback beside it, and the picture it starts with is Python's.
    expect(shows.locator(".attn-fallback")).to_have_count(0)
    before = weights(reads)
    assert_allclose(before, Playground().weights, atol=1e-6)

    slider = view.locator("input[type=range]").first
    degrees = int(slider.input_value())
    slider.focus()
    for step in range(1, STEPS + 1):
        page.keyboard.press("ArrowRight")
        expect(slider).to_be_focused()
        expect(slider).to_have_value(str(degrees + step))

    # A view sends its changes one at a time, as the kernel finds time for them: read until the last has arrived.
    wanted = Playground(query=polar(degrees + STEPS, 1.5)).weights
    for _ in range(20):
        prompt = reads.locator(".jp-InputPrompt").text_content()
        reads.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(reads.locator(".jp-InputPrompt")).not_to_have_text(
            re.compile(rf"{re.escape(prompt)}|\[\*\]:"), timeout=SLOW
        )
        expect(reads.locator(".jp-OutputArea")).to_contain_text("weights")
        after = weights(reads)
        if abs(after - wanted).max() < 1e-3:
            break
        page.wait_for_timeout(500)
    assert abs(after - before).max() > 0.01
    assert_allclose(after, wanted, atol=1e-3)


@pytest.mark.parametrize("notebook", [WIDGETS], indirect=True)
def test_first_control_of_every_widget_answers_an_arrow_key_and_keeps_the_focus(notebook):
    page = notebook
    run_all(page)
    idle(page)
    for name in NAMES:
        cell = cell_with(page, f"{name}()")
        cell.scroll_into_view_if_needed()
        view = cell.locator(".attn-view")
        view.wait_for()
        expect(cell.locator(".attn-fallback")).to_have_count(0)
        first, before = view.locator("input, select, button").first, view.inner_text()
        value = first.input_value()
        first.focus()
        page.keyboard.press("ArrowRight")
        expect(first).not_to_have_value(value)
        expect(first).to_be_focused()
        expect(view).not_to_have_text(before, use_inner_text=True)
