"""What the demo's launcher refuses, and what it leaves alone."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.launch import debian, demo, environment
from portal.launch.children import spawn, stop
from portal.launch.scanner import Clamd
from portal.launch.screen import LaunchError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "portal.example.org", "", "127.0.0.1.example.org"])
def test_another_address_than_the_loopback_is_refused(host: str) -> None:
    with pytest.raises(LaunchError, match="not a loopback address"):
        demo.loopback(host)


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("[::1]", "::1"), ("127.8.8.8", "127.8.8.8")],
)
def test_the_loopback_is_allowed(host: str, address: str) -> None:
    assert demo.loopback(host) == address


def test_the_command_refuses_before_it_does_anything(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "portal.launch.demo"],
        cwd=ROOT,
        env={**os.environ, "HOST": "0.0.0.0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "not a loopback address" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_that_is_taken_is_refused_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LaunchError, match=r"in use by another program.*make demo PORT=") as caught:
            demo.free_port("127.0.0.1", str(taken.getsockname()[1]))
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(LaunchError, match="not a port number"):
        demo.free_port("127.0.0.1", port)


def test_two_demos_over_one_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "VAR", tmp_path / "var")
    with demo.only_one(), pytest.raises(LaunchError, match="running already"), demo.only_one():
        pass


def test_a_child_that_ends_by_itself_is_named() -> None:
    child = spawn([sys.executable, "-c", "raise SystemExit(7)"])
    child.wait()
    with pytest.raises(LaunchError, match=r"worker ended by itself \(exit code 7\)"):
        demo.raise_if_ended({"worker": child})


def test_a_child_dies_with_its_parent_even_after_kill(tmp_path: Path) -> None:
    script = (
        "import sys, os, time; from portal.launch.children import spawn\n"
        "child = spawn([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        subprocess.run(["sleep", "0.05"], check=True)
    raise AssertionError("the child lives on")


def test_a_child_that_ignores_the_signal_is_ended() -> None:
    child = spawn([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
    stop([child], seconds=0.5)
    assert child.returncode is not None


def test_the_account_table_shows_each_kind_once() -> None:
    account = {"email": "a@example.org", "password": "x", "roles": ["sender"], "organisation": "JGZ", "kind": "jgz"}
    text = demo.table([account, {**account, "email": "b@example.org"}, {**account, "kind": "gp"}])
    assert text.count("@example.org") == 2
    assert "1 more" in text


def test_an_environment_that_was_left_half_made_is_not_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1\n", encoding="utf-8")
    monkeypatch.setattr(environment, "STAMP", tmp_path / "locks.json")
    assert not environment.is_current(lock)
    environment.STAMP.write_text("{half", encoding="utf-8")
    assert not environment.is_current(lock)
    environment.STAMP.write_text(json.dumps({lock.name: environment.digest(lock)}), encoding="utf-8")
    assert environment.is_current(lock)
    lock.write_text("a==2\n", encoding="utf-8")
    assert not environment.is_current(lock)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one in the lock file"),
        ("NewConnectionError('…')", "registry cannot be reached"),
        ("error: something else", "something else"),
    ],
)
def test_pip_failures_become_a_sentence(log: str, sentence: str) -> None:
    assert sentence in environment._why_pip_failed(log)


def test_a_package_that_does_not_exist_is_missing() -> None:
    assert debian.missing(["no-such-package-anywhere"]) == ["no-such-package-anywhere"]


def test_a_socket_path_that_is_too_long_moves_to_the_temporary_folder(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    assert len(str(Clamd(folder).socket)) <= 100


def test_the_scanner_answers_and_ends(clamd_process: Clamd) -> None:
    assert clamd_process.is_ready()
    assert clamd_process.process is not None
    assert clamd_process.process.poll() is None
