"""What tests in a real browser share: the browser, the built book served on loopback, and a page that keeps records."""

import functools
import gzip
import http.server
import io
import os
import shutil
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "_build" / "html"
HOW = "no browser: install Debian's package chromium, or Google Chrome, or name one in CHROMIUM"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--no-first-run", "--disable-extensions"]  # fmt: skip


def find_browser(playwright):
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    own = Path(playwright.chromium.executable_path)
    return found or (str(own) if own.exists() else None)


@pytest.fixture(scope="session")
def browser():
    """A running Chromium; without one the test is skipped, or fails where REQUIRE_BROWSER is set."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail(HOW)
            pytest.skip(HOW)
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as GitHub Pages does: text gzipped."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".woff2": "font/woff2"}
    TEXT = {".html", ".js", ".css", ".svg", ".json", ".txt", ".xml", ".ipynb", ".md"}

    def log_message(self, *args):
        pass

    def send_head(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in self.TEXT or not path.is_file() or "gzip" not in self.headers.get("Accept-Encoding", ""):
            return super().send_head()
        body = gzip.compress(path.read_bytes(), 6, mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(str(path))}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="session")
def site():
    """The address of the built book, on loopback, with a slash at its end."""
    if not (BOOK / "index.html").exists():
        pytest.fail("there is no built book: make book")
    server = serve(BOOK)
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser, site):
    """Open a page of the book: `visit("chapters/…", width=360)`. The page has `.errors` and `.strangers`.

    Every console error, uncaught exception and failed request is in `errors`, every address on another host that the
    page asked for in `strangers`. A request to another host is stopped, so that all machines see the same.
    """
    contexts = []

    def visit(path, *, width=1280, height=900, dark=False, script=True, setup=None, **options):
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.errors, page.strangers = [], []

        def route(route):
            if route.request.url.startswith((site, "data:", "blob:")):
                route.continue_()
            else:
                page.strangers.append(route.request.url)
                route.abort()

        context.route("**/*", route)
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.errors.append(f"uncaught: {error}"))
        page.on("response", lambda r: page.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        if setup:
            page.add_init_script(setup)
        page.goto(site + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()
