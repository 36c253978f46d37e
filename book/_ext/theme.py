"""What a page of the theme carries and this book does not need is taken out; what it lacks is put in."""

import re
import shutil
from pathlib import Path

from docutils import nodes

# Runs before the first paint, so that a dark page never flashes white. The tag itself says "light":
# the theme has no rules for "auto", and without JavaScript links would have no colour.
MODE = """(root => {
  let read = key => { try { return localStorage.getItem(key) } catch { return null } };
  root.mode = read("mode") || "auto";
  let system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.theme = root.mode === "auto" ? system : root.mode;
})(document.documentElement.dataset)"""

FACES = "source-serif", "source-sans"   # what the first screen is set in

DESCRIPTION = "An interactive textbook on attention: ideas you can move by hand, claims that meet a test."


def description(doctree):
    """The first paragraph of a page as one line of at most 155 characters."""
    paragraphs = doctree.findall(nodes.paragraph) if doctree else ()
    text = " ".join(next((p.astext() for p in paragraphs if len(p.astext()) > 40), DESCRIPTION).split())
    return text if len(text) <= 155 else re.sub(r"\W+\w*$", "", text[:154]) + "…"


# In the book's own style sheet, which also covers the one thing of sphinx_design that chapters use: a
# dropdown. What else of it a page holds brings its own style along.
REPLACED = ("sphinx-book-theme", "pydata-sphinx-theme", "mystnb", "pygments", "basic.css")


def wanted(asset, context):
    name = str(asset.filename or "")
    if "sphinx-design" in name or "design-tabs" in name:
        return re.search(r'class="[^"]*\bsd-(tab|row|col|btn|badge)', context.get("body", ""))
    return name and not any(word in name for word in REPLACED)


def edit_page(app, pagename, templatename, context, doctree):
    context["default_mode"] = "light"
    context["inline_scripts"] = [MODE]
    context["preload_fonts"] = [context["pathto"](f"_static/fonts/{name}.woff2", 1) for name in FACES]
    context["description"] = description(doctree)
    if (source := context.get("sourcename", "")).endswith(".ipynb"):
        context["ipynb_download"] = context["pathto"](f"_sources/{source}", 1)

    # The theme sets names in inline scripts that only its version menu and search as you type read.
    # The search page's own scripts follow at once and cannot wait for deferred ones.
    scripts = [script for script in context["script_files"] if wanted(script, context)]
    for script in scripts:
        script.attributes.pop("defer", None)   # pages share these objects
        if pagename != "search" and script.attributes.get("type") != "module":
            script.attributes["defer"] = "defer"
    context["script_files"] = scripts
    context["css_files"] = [css for css in context["css_files"] if wanted(css, context)]


# Neither these nor anything like them is asked for by a page, and they are most of a site's megabytes.
UNUSED = (
    "styles", "vendor", "locales", "images", "sbt-webpack-macros.html", "webpack-macros.html",
    "scripts/bootstrap.js", "scripts/fontawesome.js", "scripts/sphinx-book-theme.js",
    "basic.css", "mystnb.*.css", "pygments.css", "*.png", "scripts/*.map", "scripts/*.LICENSE.txt",
)


def remove_unused(app, error):
    for pattern in UNUSED if app.builder.format == "html" and not error else ():
        for path in Path(app.outdir, "_static").glob(pattern):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def write_root(app, error):
    """The root sends to the front page; it is a valid page of its own, for readers without refresh."""
    if error or app.builder.format != "html":
        return
    title, home = app.config.html_title, app.builder.get_target_uri(app.config.root_doc)
    (Path(app.outdir) / "index.html").write_text(
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Refresh" content="0; url={home}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body><p><a href="{home}">{title}</a></p></body>
</html>
"""
    )


def setup(app):
    app.connect("html-page-context", edit_page, priority=950)
    app.connect("build-finished", remove_unused, priority=900)   # the theme rewrites a style there
    app.connect("build-finished", write_root)
    # Jupyter Book always passes this value, for an extension that is not loaded.
    app.add_config_value("comments_config", {}, "")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
