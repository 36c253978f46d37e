"""How much of the book travels when a page of it is opened."""


class Weighed:
    """A page opened from nothing, and the bytes that came over the wire for it, by address."""

    def __init__(self, visit, name):
        self.page, self._requests = visit("_static/favicon.svg"), []
        self.page.on("requestfinished", lambda request: self._requests.append(request))
        self.page.goto(self.page.url.replace("_static/favicon.svg", name))

    def parts(self):
        self.page.wait_for_load_state("networkidle")
        sizes = {request.url: request.sizes() for request in self._requests}
        return {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
