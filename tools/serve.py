"""Serve a folder on this machine alone, as a static host would: `python tools/serve.py _build/html 8000`."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(SimpleHTTPRequestHandler):
    """Static files; what is not there gets the book's own page for it."""

    def end_headers(self):
        # A rebuilt page must be seen at the next reload.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html")
        if code != 404 or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        """Say nothing of what went well."""
        if isinstance(code, int) and code >= 400:
            super().log_request(code, size)


def main(folder: str, port: str) -> int:
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), partial(Handler, directory=folder))
    except OSError as error:
        print(f"Port {port} cannot be used ({error.strerror}): choose another, as in make serve PORT=8001.")
        return 1
    with server:
        print(f"The book is at http://127.0.0.1:{server.server_port}/ (Ctrl-C stops it).", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
