"""One line per step, with the time it took."""

import contextlib
import sys
import time
from collections.abc import Iterator


class LaunchError(Exception):
    """Something that the person at the keyboard can mend; the message says how. Shown without a traceback."""


class Steps:
    """Numbers the steps of a longer job: ``[2/8] Installing … 14.2 s``."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.total = total
        self.done = done

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Show ``title`` at once and its time at the end; the body may say how it went with ``outcome``."""
        self.done += 1
        step = Step(f"[{self.done}/{self.total}] {title}")
        step.begin()
        try:
            yield step
        except BaseException:
            step.end("failed")
            raise
        step.end(step.outcome)


class Step:
    """One running step."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.outcome = ""
        self._broken = False
        self._since = time.monotonic()

    def begin(self) -> None:
        print(f"{self.title} … ", end="", flush=True)

    def note(self, text: str) -> None:
        """A line of its own below the step."""
        print(f"\n      {text}", end="", flush=True)
        self._broken = True

    def end(self, outcome: str) -> None:
        seconds = f"{time.monotonic() - self._since:.1f} s"
        lead = "\n      " if self._broken else ""
        print(f"{lead}{outcome + ', ' if outcome else ''}{seconds}", flush=True)


def complain(message: str) -> None:
    """Say on the error stream what is wrong."""
    sys.stdout.flush()
    print(f"\n{message}", file=sys.stderr, flush=True)
