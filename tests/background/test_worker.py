"""The background worker: stops cleanly, frees what a dead worker left, and no callable stops another."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from portal import background
from portal.background import ATTEMPTS, Background, periodic_callables, prune, reap
from portal.launch.children import spawn, stop
from tests.background.tasks import noted

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def task_row(**fields: Any) -> DBTaskResult:
    defaults = {
        "status": TaskResultStatus.RUNNING,
        "started_at": timezone.now(),
        "args_kwargs": {"args": [], "kwargs": {}},
        "task_path": "tests.background.tasks.note",
        "backend_name": "default",
        "run_after": get_date_max(),
        "worker_ids": [f"elsewhere:1:{'0' * 8}"],
        "exception_class_path": "",
        "traceback": "",
    }
    return DBTaskResult.objects.create(**{**defaults, **fields})


@pytest.fixture
def dead_process() -> str:
    """The worker id of a process of this machine that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return f"{socket.gethostname()[:30]}:{process.pid}:00000000"


@pytest.fixture(autouse=True)
def database_queue(settings: Any) -> Iterator[None]:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    noted.clear()
    yield
    noted.clear()


@pytest.fixture
def worker() -> Background:
    return Background(reap_after=HOUR)


@pytest.mark.django_db(transaction=True)
def test_a_queued_task_runs(worker: Background) -> None:
    row = task_row(status=TaskResultStatus.READY, worker_ids=[], started_at=None)
    assert worker.run_queue() is False
    row.refresh_from_db()
    assert row.status == TaskResultStatus.SUCCESSFUL
    assert noted == ["noted"]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_raises_does_not_stop_the_next(worker: Background) -> None:
    failing = task_row(
        status=TaskResultStatus.READY, worker_ids=[], started_at=None, task_path="tests.background.tasks.break_down"
    )
    task_row(status=TaskResultStatus.READY, worker_ids=[], started_at=None)
    worker.run_queue()
    failing.refresh_from_db()
    assert failing.status == TaskResultStatus.FAILED
    assert noted == ["noted"]


def test_a_task_of_a_dead_worker_is_queued_again(dead_process: str) -> None:
    row = task_row(worker_ids=[dead_process])
    assert reap(older_than=HOUR) == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


def test_a_task_of_a_living_worker_is_left_alone() -> None:
    row = task_row(worker_ids=[background.new_worker_id()])
    assert reap(older_than=HOUR) == 0
    row.refresh_from_db()
    assert row.status == TaskResultStatus.RUNNING


def test_a_task_that_runs_too_long_is_queued_again_whoever_has_it() -> None:
    task_row(started_at=timezone.now() - 2 * HOUR)
    assert reap(older_than=HOUR) == 1


def test_a_task_that_was_left_too_often_fails(dead_process: str) -> None:
    row = task_row(worker_ids=[dead_process] * ATTEMPTS)
    assert reap(older_than=HOUR) == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED
    assert row.finished_at is not None


def test_old_results_are_removed_and_new_ones_kept() -> None:
    old = task_row(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now() - timedelta(days=8))
    new = task_row(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    prune()
    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [new.pk]
    assert old.pk != new.pk


def test_periodic_work_that_raises_is_logged_and_does_not_stop_the_others(
    worker: Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise RuntimeError("no reason")

    monkeypatch.setattr(background, "periodic_callables", lambda: [broken, lambda: done.append("after")])
    worker.periodic()
    assert done == ["after"]
    assert "periodic work failed" in caplog.text
    assert "no reason" in caplog.text


def test_periodic_work_is_found_through_the_app_registry() -> None:
    found = periodic_callables()
    assert found
    assert all(callable(work) for work in found)


def test_a_stopped_worker_does_no_more_periodic_work(worker: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(background, "periodic_callables", lambda: [worker.stop, lambda: done.append("after")])
    worker.periodic()
    assert done == []


def start_worker(folder: Path) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.background.settings",
        "DATABASE_URL": f"sqlite:///{folder / 'worker.sqlite3'}",
        "WORKER_TEST_FOLDER": str(folder),
    }
    arguments = ["manage.py", "worker", "--interval=0.05", "--periodic-seconds=0.1"]
    with (folder / "worker.log").open("ab") as log:
        return spawn([sys.executable, *arguments], env=env, output=log)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if path.exists():
            return
        assert process.poll() is None, "the worker ended"
        time.sleep(0.05)
    raise AssertionError(f"{path.name} did not come")


@pytest.fixture
def worker_folder(tmp_path: Path, django_db_setup: None) -> Path:
    """A folder with a copy of the (empty, migrated) test database, for a worker process of its own."""
    source = sqlite3.connect(connection.settings_dict["NAME"])
    copy = sqlite3.connect(tmp_path / "worker.sqlite3")
    source.backup(copy)
    copy.close()
    source.close()
    return tmp_path


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly(worker_folder: Path, number: int) -> None:
    process = start_worker(worker_folder)
    try:
        wait_for(worker_folder / "tick", process)
        process.send_signal(number)
        assert process.wait(10) == 0
    finally:
        stop([process])


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_a_killed_worker_had_at_hand_is_done_by_the_next(worker_folder: Path) -> None:
    (worker_folder / "enqueue").touch()
    first = start_worker(worker_folder)
    try:
        wait_for(worker_folder / "started", first)
        first.kill()
        first.wait()
    finally:
        stop([first])
    assert not (worker_folder / "finished").exists()
    (worker_folder / "go").touch()
    second = start_worker(worker_folder)
    try:
        wait_for(worker_folder / "finished", second)
    finally:
        stop([second])


def test_the_command_runs_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "periodic_callables", list)
    monkeypatch.setattr(Background, "run_queue", lambda worker: worker.stop() or False)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("worker", verbosity=0)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
