"""Questions on the pages: the script that lets them answer back, on the pages that hold one."""


def add_script(app, pagename, templatename, context, doctree):
    if 'class="predict"' in context.get("body", ""):
        app.add_js_file("predict.js", defer="defer")


def setup(app):
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
