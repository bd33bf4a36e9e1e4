"""A web server under load: many visitors at once, each asking again as soon as it has an answer."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.vault.server.running import PROJECT

VISITORS = 4
START_SECONDS = 60
# As a reader's, so that the visit counts in the statistics too.
BROWSER = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile) Firefox/140.0", "Accept": "text/html,*/*"}


@dataclass
class Taken:
    """What a number of requests took, in seconds."""

    each: list[float] = field(default_factory=list)
    together: float = 0.0

    def add(self, other: "Taken") -> None:
        self.each += other.each
        self.together += other.together

    @property
    def per_second(self) -> float:
        return len(self.each) / self.together

    def milliseconds(self, percent: int) -> float:
        """The time within which this share of the requests was answered."""
        return percentile(self.each, percent) * 1000


def percentile(times: Sequence[float], percent: int) -> float:
    """The smallest of the times that at least ``percent`` of them do not exceed."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@contextlib.contextmanager
def running(arguments: Sequence[str], port: int, path: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A server as long as the block lasts; it answers on ``path`` before the block begins."""
    process = subprocess.Popen(arguments, cwd=PROJECT, env=dict(environment), start_new_session=True)
    try:
        limit = time.monotonic() + START_SECONDS
        while True:
            try:
                ask(port, path)
                break
            except OSError:
                if time.monotonic() > limit or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def ask(port: int, path: str, *, encodings: str = "gzip, br") -> tuple[bytes, http.client.HTTPMessage]:
    """One request of a browser on a connection of its own; the body as it came over the line, and the headers.

    Raises:
        RuntimeError: the answer is another than 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        return _ask(connection, path, encodings)
    finally:
        connection.close()


def _ask(
    connection: http.client.HTTPConnection, path: str, encodings: str = "gzip, br"
) -> tuple[bytes, http.client.HTTPMessage]:
    connection.request("GET", path, headers={**BROWSER, "Accept-Encoding": encodings})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body, answer.headers


def load(port: int, path: str, *, requests: int) -> Taken:
    """So many requests by :data:`VISITORS` visitors, on connections that stay open."""

    def visit(number: int) -> list[float]:
        times = []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(requests // VISITORS):
            start = time.perf_counter()
            _ask(connection, path)
            times.append(time.perf_counter() - start)
        connection.close()
        return times

    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=VISITORS) as visitors:
        each = [times for one in visitors.map(visit, range(VISITORS)) for times in one]
    return Taken(each=each, together=time.perf_counter() - start)
