"""What tests in a browser share: the browser, the built book as a host would serve it, and a page that listens.

`visit` opens a page; a console error, a request to elsewhere or an answer of 400 and more fails the test that
met it. The book is served below a folder, as a project's pages are: a path from the root would not be found.
"""

import gzip
import http.server
import os
import shutil
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = "/attention/"
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--no-first-run",
]
ABORTED = "net::ERR_ABORTED"
NO_BROWSER = (
    "no browser: install Chromium (Debian, Ubuntu: apt-get install chromium), or run "
    "`.venv/bin/playwright install chromium`, or set CHROMIUM to the path of one"
)


def find_browser(playwright):
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    own = playwright.chromium.executable_path
    return found or (own if Path(own).exists() else None)


def pytest_terminal_summary(terminalreporter):
    """What each page of the book weighs, compressed, heaviest first, when the tests have weighed some."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    weights = [value for report in reports for name, value in report.user_properties if name == "weight"]
    if weights:
        width = max(len(page) for page, *_ in weights)
        terminalreporter.section("weight of the pages, compressed")
        terminalreporter.line(f"{'page':{width}}  requests  KiB before scrolling  KiB in all")
        for page, requests, first, whole in sorted(weights, key=lambda row: (-row[2], row[0])):
            terminalreporter.line(f"{page:{width}}  {requests:8}  {first:20.1f}  {whole:10.1f}")


# A module at a time: Playwright's event loop would be in the way of the notebooks that the same process runs.
@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail(NO_BROWSER)
            pytest.skip(NO_BROWSER)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


KINDS = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".woff2": "font/woff2", ".ipynb": "application/json",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """As a static host answers: text compressed, nothing outside the book's folder."""

    def do_GET(self):
        name = self.path.split("?")[0].split("#")[0]
        path = Path(self.directory, name.removeprefix(FOLDER))
        path = path / "index.html" if path.is_dir() else path
        found = name.startswith(FOLDER) and path.is_file()
        path = path if found else Path(self.directory, "404.html")
        body, kind = path.read_bytes(), KINDS.get(path.suffix, "application/octet-stream")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind + ("; charset=utf-8" if kind.startswith("text/") else ""))
        if kind.startswith("text/") or path.suffix == ".svg":
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            with suppress(ConnectionError):   # the reader has left
                self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def html():
    """The folder of the built book."""
    folder = ROOT / "_build/html"
    if not (folder / "book/index.html").exists():
        pytest.fail("the book is not built: run `make book`")
    return folder


@pytest.fixture(scope="module")
def site(html):
    """The address of the built book, served on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(html)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}{FOLDER}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visits:
    """Pages of the book opened in contexts of their own, and everything that went wrong in them."""

    def __init__(self, browser, site):
        self.faults, self._browser, self._site, self._contexts = [], browser, site, []

    def open(self, path, *, mode="light", width=1280, height=900, wait_until="load", **options):
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=mode, **options
        )
        self._contexts.append(context)
        context.route("**/*", self._guard)
        page = context.new_page()
        self._listen(page)
        page.goto(self._site + path, wait_until=wait_until)
        return page

    def close(self):
        for context in self._contexts:
            context.close()
        assert not self.faults, "\n".join(self.faults)

    def _listen(self, page):
        tell = self.faults.append
        page.on("console", lambda m: tell(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: tell(f"uncaught: {error}"))
        page.on("response", lambda r: tell(f"{r.status}: {r.url}") if r.status >= 400 else None)
        # aborted is what a page was still loading when the test left it
        page.on("requestfailed", lambda r: None if r.failure == ABORTED else tell(f"failed: {r.url}"))

    def _guard(self, route):
        if route.request.url.startswith((self._site, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"external: {route.request.url}")
            route.abort()


@pytest.fixture
def visit(browser, site):
    """Open a page of the book: ``page = visit("book/index.html", mode="dark", width=360)``.

    `mode` is light or dark; other keywords are Playwright's for a context.
    """
    visits = Visits(browser, site)
    yield visits.open
    visits.close()
