"""A real gunicorn with the vault behind it, on a free port of the loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

PROJECT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """What a management command prints, run with the settings of this server."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=dict(environment), check=True, capture_output=True, text=True, timeout=120
    ).stdout


class VaultServer:
    """The vault's data in ``folder``; a web process that can be killed and started again."""

    def __init__(self, folder: Path, *, workers: int = 1, storage_url: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.workers = workers
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "STORAGE_"))},
            "DJANGO_SETTINGS_MODULE": "tests.vault.server.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'vault.sqlite3'}",
        }
        if storage_url:
            self.environment["STORAGE_URL"] = storage_url
        self._process: subprocess.Popen[bytes] | None = None
        manage(self.environment, "migrate", "--verbosity=0", "--skip-checks")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Starts the web process and waits until it answers."""
        command = [sys.executable, "-m", "gunicorn", "tests.vault.server.wsgi:application", "--log-level=error"]
        options = [f"--bind=127.0.0.1:{self.port}", f"--workers={self.workers}", "--timeout=120", "--no-control-socket"]
        self._process = subprocess.Popen(
            [*command, *options], cwd=PROJECT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        limit = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/memory/", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                if time.monotonic() > limit or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        """``kill -9`` of the whole web server: of the process group that this class started."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def peak_memory(self) -> int:
        """The most memory the (one) worker has held so far, in bytes."""
        with urllib.request.urlopen(f"{self.url}/memory/", timeout=10) as answer:
            return int(answer.read()) * 1024
