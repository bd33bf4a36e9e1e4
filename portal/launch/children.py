"""Child processes that never outlive the process that started them."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def dies_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn`` that asks Linux to send ``number`` when the parent is gone, even after ``kill -9``."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, int(number))

    return ask


def spawn(
    arguments: Sequence[str | os.PathLike[str]],
    *,
    user: str | None = None,
    last_signal: int = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in the same process group, as ``user`` if given (root only)."""
    identity: dict[str, Any] = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        [os.fspath(argument) for argument in arguments],
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        preexec_fn=dies_with_parent(last_signal),  # noqa: PLW1509 (it makes one system call)
        **identity,
    )


def stop(children: Sequence[subprocess.Popen[bytes]], *, number: int = signal.SIGTERM, seconds: float = 8) -> None:
    """Ask all to stop, wait together at most ``seconds``, then end what is left."""
    for child in children:
        if child.poll() is None:
            child.send_signal(number)
    limit = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.05, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def unprivileged_user(*candidates: str) -> str | None:
    """For root the first of ``candidates`` that exists, else ``nobody``; for anybody else ``None``: no change."""
    if os.geteuid() != 0:
        return None
    for name in (*candidates, "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None
