"""Tasks and periodic work for the tests of the worker; an app of its own in a worker process under test."""

import os
import time
from pathlib import Path

from django_tasks import task

noted: list[str] = []


@task()
def note() -> None:
    noted.append("noted")


@task()
def break_down() -> None:
    raise RuntimeError("broken on purpose")


@task()
def wait_for_go() -> None:
    """Says that it has started, and ends when it is told."""
    folder = _folder()
    (folder / "started").touch()
    for _ in range(1200):
        if (folder / "go").exists():
            (folder / "finished").touch()
            return
        time.sleep(0.05)


def tick() -> None:
    """Periodic work: leave a trace, and queue one task when asked to."""
    folder = _folder()
    (folder / "tick").touch()
    wish = folder / "enqueue"
    if wish.exists():
        wish.unlink()
        wait_for_go.enqueue()


def _folder() -> Path:
    return Path(os.environ["WORKER_TEST_FOLDER"])


PERIODIC = [tick]
