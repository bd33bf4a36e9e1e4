"""The real services that tests start for themselves, in a temporary folder, and end again: PostgreSQL, clamd, Chromium.

``python -m tests.services postgresql COMMAND …`` runs a command with ``DATABASE_URL`` set to a cluster of its own.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from portal.launch.children import spawn, stop, unprivileged_user
from portal.launch.scanner import Clamd

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class ServiceMissingError(Exception):
    """A program that a test needs is not installed; the message names it."""


def postgresql_binaries() -> Path:
    """The folder with the newest installed ``initdb`` and ``postgres``.

    Raises:
        ServiceMissingError: there is none.
    """
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name), reverse=True
    )
    if places:
        return places[0].parent
    found = shutil.which("initdb")
    if found is None:
        raise ServiceMissingError("PostgreSQL's initdb is not installed (Debian: postgresql)")
    return Path(found).resolve().parent


class PrivatePostgres:
    """A PostgreSQL cluster in a temporary folder, reached over a Unix socket only, thrown away at the end.

    It runs as an unprivileged user when the tests run as root, never touches a server that somebody else started, and
    does not outlive the process that made it. ``fsync`` is off: it holds nothing worth keeping.
    """

    def __init__(self) -> None:
        self.binaries = postgresql_binaries()
        self.user = unprivileged_user("postgres")
        self.folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For ``DATABASE_URL``."""
        return f"postgres://portal@{quote(str(self.folder), safe='')}/portal"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        if self.user is not None:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        login = ("--username=portal", "--auth=trust")
        self._run("initdb", "--pgdata", self._data, *login, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "40",
            "shared_buffers": "64MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "server.log").open("wb") as log:
            self._process = spawn(
                [self.binaries / "postgres", "-D", self._data, *options],
                user=self.user,
                last_signal=signal.SIGINT,
                output=log,
                cwd=self.folder,
            )
        limit = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "server.log").read_text())
            time.sleep(0.1)
        self._run("createdb", "--host", str(self.folder), "--username=portal", "portal")

    def _end(self) -> None:
        if self._process is not None:
            stop([self._process], number=signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _answers(self) -> bool:
        return (
            subprocess.run(
                [self.binaries / "pg_isready", "--quiet", "--host", self.folder, "--username=portal"],
                check=False,
            ).returncode
            == 0
        )

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / f"{program}.log").open("w+b") as log:
            process = spawn([self.binaries / program, *arguments], user=self.user, output=log, cwd=self.folder)
            if process.wait(120) != 0:
                log.seek(0)
                raise RuntimeError(f"{program} failed:\n{log.read().decode(errors='replace')}")


def start_clamd(folder: Path) -> Clamd:
    """A running clamd that knows one signature: EICAR.

    Raises:
        ServiceMissingError: clamd is not installed.
    """
    scanner = Clamd(folder)
    try:
        scanner.start()
    except FileNotFoundError:
        raise ServiceMissingError("clamd is not installed (Debian: clamav-daemon)") from None
    if not scanner.wait(20):
        scanner.stop()
        raise RuntimeError(f"clamd did not start:\n{scanner.log()}")
    return scanner


def chromium_path() -> str:
    """Where Chromium is.

    Raises:
        ServiceMissingError: it is not installed.
    """
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    raise ServiceMissingError("Chromium is not installed (Debian: chromium)")


def main(arguments: Sequence[str]) -> int:
    """Run a command against a private PostgreSQL cluster."""
    if len(arguments) < 2 or arguments[0] != "postgresql":
        print(__doc__, file=sys.stderr)
        return 2
    with PrivatePostgres() as cluster:
        return subprocess.run(arguments[1:], env={**os.environ, "DATABASE_URL": cluster.url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
