"""The background worker: runs queued tasks and, every few seconds, what the apps' own tables say is due.

The queue is a hint, the domain tables are the truth: each app lists callables without arguments as ``PERIODIC`` in its
``tasks.py``, and each of them does what is due by its own rows. So a worker that is killed loses nothing.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

from django.apps import apps
from django.db import close_old_connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

ATTEMPTS = 3
KEEP_FINISHED = timedelta(days=7)
TASKS_PER_TURN = 20


def periodic_callables() -> list[Callable[[], object]]:
    """What the installed apps want done every few seconds, in the order of ``INSTALLED_APPS``."""
    found: list[Callable[[], object]] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.tasks"
        if find_spec(name) is not None:
            found.extend(getattr(import_module(name), "PERIODIC", ()))
    return found


def new_worker_id() -> str:
    """Machine, process and a random part: enough to tell whether the worker of a task is still alive."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def reap(*, older_than: timedelta) -> int:
    """Free tasks that were left RUNNING by a worker that is gone; returns how many.

    A task counts as left when its worker was a process of this machine that no longer exists, or when it runs longer
    than ``older_than``. It is queued again until it was tried three times, then it is marked as failed. Tasks are
    idempotent, so running one twice does no harm.
    """
    limit = timezone.now() - older_than
    reaped = 0
    for row in DBTaskResult.objects.running().order_by("started_at"):
        worker_id = row.worker_ids[-1] if row.worker_ids else ""
        if not _is_gone(worker_id) and row.started_at is not None and row.started_at > limit:
            continue
        unchanged = DBTaskResult.objects.running().filter(pk=row.pk, started_at=row.started_at)
        if len(row.worker_ids) < ATTEMPTS:
            reaped += unchanged.update(status=TaskResultStatus.READY, started_at=None)
        else:
            reaped += unchanged.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                traceback=f"left by its worker {len(row.worker_ids)} times",
            )
    return reaped


def prune() -> int:
    """Remove the results of tasks that ended more than a week ago; returns how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_FINISHED).delete()[0]


def _is_gone(worker_id: str) -> bool:
    host, _, rest = worker_id.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname()[:30] or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Background:
    """One worker process: queue, periodic work and reaper in one loop, in one thread."""

    def __init__(self, *, interval: float = 0.5, periodic_seconds: float = 5, reap_after: timedelta) -> None:
        self.interval = interval
        self.periodic_seconds = periodic_seconds
        self.reap_after = reap_after
        self.stopping = threading.Event()
        self.queue = Worker(
            queue_names=["*"],
            interval=0.2,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=TASKS_PER_TURN,
            worker_id=new_worker_id(),
            excluded_queue_names=[],
        )

    def stop(self, number: int | None = None, frame: FrameType | None = None) -> None:
        """End after the task or callable at hand."""
        self.stopping.set()
        self.queue.running = False

    def run(self) -> None:
        """Work until :meth:`stop`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        next_turn = 0.0
        while not self.stopping.is_set():
            if time.monotonic() >= next_turn:
                self.periodic()
                next_turn = time.monotonic() + self.periodic_seconds
            if not self.run_queue():
                self.stopping.wait(self.interval)

    def run_queue(self) -> bool:
        """Run some queued tasks; whether there may be more at once."""
        self.queue._run_tasks = 0
        try:
            self.queue.run()
        except Exception:
            logger.exception("the task queue could not be read")
            close_old_connections()
            return False
        return self.queue._run_tasks >= TASKS_PER_TURN

    def periodic(self) -> None:
        """Everything that is due now; what raises is logged and does not stop the others."""
        for work in (self.reap, prune, *periodic_callables()):
            if self.stopping.is_set():
                return
            close_old_connections()
            try:
                work()
            except Exception:
                logger.exception("periodic work failed: %s", getattr(work, "__qualname__", work))
        close_old_connections()

    def reap(self) -> None:
        """See :func:`reap`."""
        reap(older_than=self.reap_after)
