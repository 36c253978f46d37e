"""The pages of the built book, read as text, for tests that need no browser; and a copy of it to change."""

import os
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build/html"
GENERATED = {"index.html", "404.html", "search.html"}


def names(generated=False):
    """Paths of the pages, relative to the site."""
    found = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    return [name for name in found if generated or name not in GENERATED]


class Page(HTMLParser):
    """A page's ids, links, scripts and text of inline scripts."""

    def __init__(self, name):
        super().__init__()
        self.name, self.ids, self.links, self.metas, self.scripts = name, [], [], [], []
        self._script = None
        self.text = (HTML / name).read_text()
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "meta":
            self.metas.append(attrs)
        if tag == "script":
            self._script = attrs
        self.links += [attrs[key] for key in ("href", "src") if attrs.get(key)]

    def handle_data(self, data):
        if self._script is not None and "src" not in self._script:
            self.scripts.append((self._script.get("type", "text/javascript"), data))

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = None

    def targets(self):
        """The local files that the page refers to, each with the anchor in it."""
        for link in self.links:
            parts = urlsplit(link)
            if not parts.scheme and not link.startswith("//"):
                file = (HTML / self.name).parent / unquote(parts.path) if parts.path else HTML / self.name
                yield link, (file / "index.html" if file.is_dir() else file).resolve(), unquote(parts.fragment)


PARTS = ["_config.yml", "_toc.yml", "book", "chapters", "attn_core"]


class Copy:
    """A copy of the book's sources that a test may change."""

    def __init__(self, folder):
        self.folder, self.html = folder, folder / "_build/html"
        skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part, **({"ignore": skip} if copy is shutil.copytree else {}))

    def build(self):
        # from the copy's folder, so that its own attn_core is imported
        environment = {**os.environ, "PYTHONHASHSEED": "random", "NO_COLOR": "1"}
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
        command += ["build", ".", "-W", "-n", "--keep-going"]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    def files(self):
        return {path.relative_to(self.html): path.read_bytes() for path in self.html.rglob("*") if path.is_file()}

    def change(self, path, old, new):
        text = (self.folder / path).read_text()
        assert old in text
        (self.folder / path).write_text(text.replace(old, new, 1))
