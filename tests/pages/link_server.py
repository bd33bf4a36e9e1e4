"""A web server on this machine with two hundred addresses that behave as the web does, well and badly."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Behaviour, how many such addresses, and whether the page is gone for good.
CASES = {
    "fine": (40, False),
    "gone": (20, True),
    "gone-410": (10, True),
    "head-405": (15, False),
    "head-404": (10, False),
    "head-501": (5, False),
    "head-hangs-up": (5, False),
    "moved": (15, False),
    "moved-twice": (5, False),
    "moved-to-gone": (10, True),
    "flaky-503": (10, False),
    "flaky-404": (10, False),
    "slow": (5, False),
    "never": (3, False),
    "drips": (2, False),
    "forbidden": (10, False),
    "wants-login": (5, False),
    "too-many": (5, False),
    "error": (5, False),
    "circle": (3, False),
    "says-not-found": (4, False),
    "large": (3, False),
}
FIRST_WORDS = b"<html><head><title>Hulp</title></head>"


class Handler(BaseHTTPRequestHandler):
    """``/<behaviour>/<number>``."""

    protocol_version = "HTTP/1.1"
    visits: Counter[str] = Counter()
    stopping = threading.Event()

    def log_message(self, *args: object) -> None:
        """Silence."""

    def do_HEAD(self) -> None:
        self.answer(head=True)

    def do_GET(self) -> None:
        self.answer(head=False)

    def answer(self, *, head: bool) -> None:
        kind = self.path.split("/")[1]
        Handler.visits[self.path] += 1
        visit = Handler.visits[self.path]
        number = self.path.rsplit("/", 1)[-1]
        refuses_head = {"head-405": 405, "head-404": 404, "head-501": 501}
        statuses = {"gone": 404, "gone-410": 410, "forbidden": 403, "wants-login": 401, "error": 500, "too-many": 429}
        moved = {"moved": "fine", "moved-twice": "moved", "moved-to-gone": "gone", "circle": "circle"}
        if head and kind == "head-hangs-up":
            self.close_connection = True
        elif head and kind in refuses_head:
            self.send(refuses_head[kind])
        elif kind in statuses:
            self.send(statuses[kind])
        elif kind in moved:
            self.send(302, Location=f"/{moved[kind]}/{number}")
        elif kind in ("flaky-503", "flaky-404") and visit <= 2:  # one look: HEAD, then GET
            self.send(int(kind[-3:]))
        elif kind == "slow":
            time.sleep(0.15)
            self.send(200, FIRST_WORDS)
        elif kind in ("never", "drips"):
            self.stall(kind)
        elif kind == "says-not-found":
            self.send(200, b"<html><title>404: niet gevonden</title>", head=head)
        elif kind == "large":
            self.send(200, FIRST_WORDS + b"x" * 3_000_000, head=head)
        else:
            self.send(200, FIRST_WORDS, head=head)

    def stall(self, kind: str) -> None:
        """Say nothing, or a letter now and then, until the asker gives up."""
        if kind == "drips":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(40):
            if Handler.stopping.wait(0.1):
                break
            if kind == "drips":
                try:
                    self.wfile.write(b"z")
                except OSError:
                    break
        self.close_connection = True

    def send(self, status: int, body: bytes = b"", *, head: bool = False, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status == 429:
            self.send_header("Retry-After", "120")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not head and self.command != "HEAD":
            try:
                self.wfile.write(body)
            except OSError:  # the asker has read enough
                self.close_connection = True


@contextmanager
def running() -> Iterator[str]:
    """The base address of a running server."""
    Handler.visits.clear()
    Handler.stopping.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # type: ignore[method-assign, assignment]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        Handler.stopping.set()
        server.shutdown()
        server.server_close()


def addresses() -> dict[str, bool]:
    """Path to whether the page is gone for good; two hundred of them."""
    return {f"/{kind}/{number}": gone for kind, (count, gone) in CASES.items() for number in range(count)}
