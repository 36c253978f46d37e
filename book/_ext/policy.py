"""A Content-Security-Policy in every page, because a static host sends no headers.

Only the page's own host, and the inline scripts known by their hash; inline styles stay allowed.
"""

from base64 import b64encode
from hashlib import sha256


def source(body):
    """How a policy names an inline script.

    >>> source("let x = 1")
    "'sha256-+9RIDzvx0TGl4PMcwUdjIf3oi5QYiuHS1C+f52uNBBc='"
    """
    return f"'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'"


def policy(bodies):
    """The policy of a page with these inline scripts."""
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *map(source, bodies)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


def add_policy(app, pagename, templatename, context, doctree):
    scripts = [js.attributes["body"] for js in context["script_files"] if "body" in js.attributes]
    context["policy"] = policy(context["inline_scripts"] + scripts)


def setup(app):
    app.connect("html-page-context", add_policy, priority=960)   # after theme.py chose the scripts
    return {"parallel_read_safe": True, "parallel_write_safe": True}
