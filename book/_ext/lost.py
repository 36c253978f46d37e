"""A page for addresses that lead nowhere. A host shows it at any depth, under any folder: it fetches no
file of its own, and finds the book by asking each folder above for the book's inventory.
"""

from html import escape
from pathlib import Path

from book._ext.policy import policy

FIND = """(async () => {
  const steps = location.pathname.split("/");
  for (let n = steps.length - 1; n > 0; n--) {
    const folder = steps.slice(0, n).join("/") + "/";
    const found = await fetch(folder + "objects.inv", { method: "HEAD" });
    if (found.ok) { const link = document.querySelector("a"); link.href = folder; link.hidden = false; return; }
  }
})()"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>No page here — {title}</title>
<style>
html {{ background: Canvas; color: CanvasText; }}
body {{ max-width: 42rem; margin: 15vh auto; padding: 0 1.25rem; font: 1.125rem/1.6 Georgia, serif; }}
a {{ color: inherit; }}
h1 {{ font: 700 2.05rem/1.25 system-ui, sans-serif; }}
</style>
</head>
<body>
<main>
<h1>No page here</h1>
<p>Every key scores nothing against this query. <a href="." hidden>Back to the front page of {title}.</a></p>
</main>
<script>{find}</script>
</body>
</html>
"""


def write(app, error):
    if not error and app.builder.format == "html":
        title = escape(app.config.html_title)
        Path(app.outdir, "404.html").write_text(PAGE.format(policy=policy([FIND]), title=title, find=FIND))


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
