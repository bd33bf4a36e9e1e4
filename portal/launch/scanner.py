"""A clamd of our own: on a socket in a folder, with the signatures that are there, without freshclam."""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

from .children import spawn, stop, unprivileged_user

SYSTEM_SIGNATURES = Path("/var/lib/clamav")
# The EICAR test file, which is harmless, as hexadecimal text in ClamAV's extended signature format (.ndb).
EICAR_SIGNATURE = (
    "Eicar-Test-Signature:0:*:"
    "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d54455354"
    "2d46494c452124482b482a\n"
)
LONGEST_SOCKET_PATH = 100  # sockaddr_un holds 108 bytes
CONFIG = """\
Foreground yes
LocalSocket {socket}
LocalSocketMode 660
FixStaleSocket yes
DatabaseDirectory {signatures}
TemporaryDirectory {temporary}
LogTime yes
MaxThreads 4
CommandReadTimeout 60
ReadTimeout 120
SelfCheck 0
ConcurrentDatabaseReload no
StreamMaxLength 400M
MaxFileSize 400M
MaxScanSize 1000M
AlertExceedsMax yes
"""


class Clamd:
    """One clamd process that lives in ``folder`` and ends with the process that started it.

    clamd keeps what it scans in its temporary folder for a moment; that folder is in memory where there is room.
    """

    def __init__(self, folder: Path, *, system_signatures: bool = False) -> None:
        self.folder = _short(folder.absolute())
        self.socket = self.folder / "clamd.sock"
        self.has_system_signatures = system_signatures and any(
            path.suffix in {".cvd", ".cld"} for path in _listing(SYSTEM_SIGNATURES)
        )
        self.process: subprocess.Popen[bytes] | None = None
        self._temporary: Path | None = None
        self._log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it; it answers within a second, or after half a minute with the full set of signatures.

        Raises:
            FileNotFoundError: clamd is not installed.
        """
        binary = find_clamd()
        if binary is None:
            raise FileNotFoundError("clamd")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        user = unprivileged_user("clamav")
        if user is not None and not _reachable_by_others(self.folder):
            user = None
        signatures = SYSTEM_SIGNATURES if self.has_system_signatures else self._own_signatures()
        self._temporary = _scratch_folder(self.folder)
        config = self.folder / "clamd.conf"
        config.write_text(
            CONFIG.format(socket=self.socket, signatures=signatures, temporary=self._temporary), encoding="utf-8"
        )
        self.socket.unlink(missing_ok=True)
        if user is not None:
            owner = pwd.getpwnam(user)
            for path in (self.folder, self._temporary):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self._log = (self.folder / "clamd.log").open("wb")
        self.process = spawn([binary, f"--config-file={config}"], user=user, output=self._log)
        return self.process

    def is_ready(self) -> bool:
        """Whether it answers a PING now."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"zPING\0")
                return connection.recv(16).startswith(b"PONG")
        except OSError:
            return False

    def wait(self, seconds: float) -> bool:
        """Wait until it answers; ``False`` when it ended or the time is over."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self.is_ready():
                return True
            if self.process is None or self.process.poll() is not None:
                return False
            time.sleep(0.05)
        return False

    def log(self) -> str:
        """What clamd wrote so far."""
        try:
            return (self.folder / "clamd.log").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def tidy(self) -> None:
        """After the end: remove what it kept in memory and its socket."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
        if self._log is not None:
            self._log.close()
        self.socket.unlink(missing_ok=True)

    def stop(self) -> None:
        """End it and clear up."""
        if self.process is not None:
            stop([self.process])
        self.tidy()

    def _own_signatures(self) -> Path:
        signatures = self.folder / "db"
        signatures.mkdir(exist_ok=True)
        (signatures / "demo.ndb").write_text(EICAR_SIGNATURE, encoding="ascii")
        return signatures


def find_clamd() -> str | None:
    """Where clamd is; Debian keeps it in ``sbin``, which is often not in PATH."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/sbin")


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _short(folder: Path) -> Path:
    """``folder``, or one under the system's temporary folder when a socket's path would not fit."""
    if len(os.fsencode(folder / "clamd.sock")) <= LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"portal-clamd-{os.getuid()}-{digest}"


def _reachable_by_others(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _scratch_folder(folder: Path) -> Path:
    memory = Path("/dev/shm")  # noqa: S108 (a folder of our own in it, made by mkdtemp)
    try:
        roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    except OSError:
        roomy = False
    if not roomy:
        (folder / "scratch").mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="portal-clamd-", dir=memory if roomy else folder / "scratch"))
