"""The virtual environment ``.venv``, filled from the lock files and from nothing else."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import debian
from .screen import LaunchError

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "locks.json"
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
PIP_INSTALL = (
    *("-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"),
    *("--progress-bar=off", "--disable-pip-version-check"),
)


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def is_current(lock: Path) -> bool:
    """Whether ``.venv`` works and was filled to the end from this very lock file."""
    return _stamps().get(lock.name) == digest(lock) and _works()


def make() -> str:
    """Make ``.venv``, or keep the one that is there; one that was left half made is made again. Says which."""
    if _stamps() and _works():
        return "kept"
    if not _can_make_environments():
        _install_venv_module()
    shutil.rmtree(VENV, ignore_errors=True)
    answer = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise LaunchError(f"The virtual environment could not be made:\n{(answer.stdout + answer.stderr).strip()}")
    return "made"


def install(lock: Path) -> str:
    """Install every line of ``lock``, with hashes checked. Says what it did.

    Raises:
        LaunchError: the package registry cannot be reached, or a package is not what the lock says.
    """
    if is_current(lock):
        return "up to date"
    stamps = _stamps()
    STAMP.unlink(missing_ok=True)
    log = VENV / "install.log"
    with log.open("wb") as output:
        answer = subprocess.run(
            [PYTHON, *PIP_INSTALL, "-r", str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            env={**os.environ, "PIP_REQUIRE_VIRTUALENV": "1", "VIRTUAL_ENV": str(VENV)},
        )
    if answer.returncode != 0:
        raise LaunchError(_why_pip_failed(log.read_text(encoding="utf-8", errors="replace")))
    stamps[lock.name] = digest(lock)
    if lock == DEVELOPMENT:
        stamps[RUNTIME.name] = digest(RUNTIME)  # the development lock holds the whole runtime lock; a test says so
    else:
        stamps.pop(DEVELOPMENT.name, None)
    temporary = STAMP.with_suffix(".new")
    temporary.write_text(json.dumps(stamps), encoding="utf-8")
    temporary.replace(STAMP)
    return f"{lock.read_text(encoding='utf-8').count('==')} packages"


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _works() -> bool:
    try:
        answer = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def _can_make_environments() -> bool:
    # Debian keeps the halves apart: `venv` may be importable while `ensurepip` is not.
    answer = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return answer.returncode == 0


def _install_venv_module() -> None:
    if not debian.may_install():
        raise LaunchError(f"Python's venv module is missing. Install it with: {debian.command(['python3-venv'])}")
    debian.install(["python3-venv"])
    if not _can_make_environments():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        debian.install([f"python{version}-venv"])


def _why_pip_failed(log: str) -> str:
    if "DO NOT MATCH THE HASHES" in log:
        return "A downloaded package is not the one in the lock file; nothing was installed from it.\n" + _tail(log)
    signs = (
        "Temporary failure in name resolution",
        "NewConnectionError",
        "Connection refused",
        "timed out",
        "Network is",
    )
    if any(sign in log for sign in signs):
        return "The Python package registry cannot be reached. Check the network and start again."
    return f"pip could not install the locked packages:\n{_tail(log)}"


def _tail(log: str) -> str:
    return "\n".join(log.strip().splitlines()[-8:])
