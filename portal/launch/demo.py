"""``make demo``: from a bare machine to a running portal with a demo region, in one foreground process group."""

import contextlib
import errno
import fcntl
import http.client
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from . import debian, environment
from .children import spawn, stop
from .environment import PYTHON, ROOT
from .scanner import Clamd, find_clamd
from .screen import LaunchError, Steps, complain

VAR = ROOT / "var"
ACCOUNTS = VAR / "demo-accounts.json"
STEPS = 8
START_SECONDS = 60
STOP_SECONDS = 8


class StoppedError(Exception):
    """SIGINT or SIGTERM arrived."""


def main() -> int:
    """Prepare, start, wait; 0 after a clean stop, 1 when something did not work."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _raise_stopped)
    try:
        host = loopback(os.environ.get("HOST", "127.0.0.1"))
        port = free_port(host, os.environ.get("PORT", "8000"))
        with only_one():
            return run(host, port)
    except StoppedError:
        print("\nStopped.", flush=True)
        return 0
    except LaunchError as error:
        complain(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        complain(f"A step did not succeed (exit code {error.returncode}); see the lines above.")
        return 1


def loopback(host: str) -> str:
    """``host`` if it is an address of the loopback, which is all that demo accounts are good for.

    Raises:
        LaunchError: it is any other address or name.
    """
    name = host.strip("[]")
    if name == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise LaunchError(
            f"HOST={host} is not a loopback address. The demo has known passwords, so it listens on this machine only: "
            "leave HOST out, or use 127.0.0.1 or ::1."
        )
    return str(address)


def free_port(host: str, text: str) -> int:
    """The port in ``text`` if it can be listened on now.

    Raises:
        LaunchError: it is no port number, or another program has it.
    """
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LaunchError(f"PORT={text} is not a port number (1 to 65535).")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(text)))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
                raise
            why = {errno.EADDRINUSE: "is in use by another program", errno.EACCES: "is not allowed for this user"}
            reason = why.get(error.errno, "cannot be used here")
            raise LaunchError(f"Port {text} on {host} {reason}. Choose another one: make demo PORT=8001") from None
    return int(text)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two demos over one ``var/`` would share a database and a scanner; the second one is told so."""
    VAR.mkdir(exist_ok=True, mode=0o755)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LaunchError("The demo of this folder is running already. Stop it first (Ctrl-C).") from None
        yield


def run(host: str, port: int) -> int:
    """All steps, then wait for the end."""
    steps = Steps(STEPS)
    install(steps)
    env = demo_environment(host, port)
    scanner = Clamd(VAR / "clamd", system_signatures=True)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with steps.step("Starting the virus scanner") as step:
            step.outcome = start_scanner(scanner, children)
        env["CLAMD_URL"] = scanner.url
        prepare(steps, env)
        with steps.step("Starting worker and web server"):
            children["worker"] = spawn([PYTHON, "manage.py", "worker", "--verbosity=0"], env=env, cwd=ROOT)
            children["web server"] = spawn([PYTHON, *gunicorn_arguments(host, port)], env=env, cwd=ROOT)
            wait_for_answer(host, port, children)
        print(welcome(host, port), flush=True)
        return watch(children)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut the clean stop short
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop(list(children.values()), seconds=STOP_SECONDS)
        scanner.tidy()


def install(steps: Steps) -> None:
    """Environment, Python packages, Debian packages."""
    with steps.step("Making the virtual environment .venv") as step:
        step.outcome = environment.make()
    with steps.step("Installing the locked Python packages") as step:
        step.outcome = environment.install(environment.RUNTIME)
    with steps.step("Looking for Debian packages") as step:
        step.outcome = install_debian_packages()


def install_debian_packages() -> str:
    """Install what PDF and scanning need; without the rights for that, say what is missing and go on."""
    wanted = [*debian.FOR_PDF, *debian.FOR_SCANNING]
    if find_clamd() is not None:
        wanted.remove("clamav-daemon")
    absent = debian.missing(wanted)
    if not absent:
        return "all there"
    if not debian.may_install():
        return f"everything but PDF and scanning works without: {debian.command(absent)}\n     "
    try:
        debian.install(absent)
    except LaunchError as error:
        return f"not installed, PDF or scanning will be absent: {error}\n     "
    return f"installed {', '.join(absent)}"


def demo_environment(host: str, port: int) -> dict[str, str]:
    """The environment of the children."""
    shown = f"[{host}]" if ":" in host else host
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "BASE_URL": f"http://{shown}:{port}",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{PYTHON.parent}:{os.environ.get('PATH', os.defpath)}",
    }


def start_scanner(scanner: Clamd, children: dict[str, subprocess.Popen[bytes]]) -> str:
    """Start clamd if it is installed; a scanner that is still loading does not hold up the rest."""
    try:
        process = scanner.start()
    except FileNotFoundError:
        return "absent: files wait until there is one"
    if scanner.has_system_signatures:
        outcome = "loading the machine's signatures"
    elif scanner.wait(10):
        outcome = "knows the EICAR test file only"
    else:
        return "did not start, see var/clamd/clamd.log: files wait"
    children["virus scanner"] = process
    return outcome


def prepare(steps: Steps, env: dict[str, str]) -> None:
    """Database, catalogues, static files and demo content, in one process that continues the step lines."""
    sys.stdout.flush()
    arguments = ["-m", "portal.launch.prepare", str(steps.done), str(steps.total), str(ACCOUNTS)]
    preparation = spawn([PYTHON, *arguments], env=env, cwd=ROOT)
    try:
        code = preparation.wait()
    except BaseException:
        stop([preparation], seconds=STOP_SECONDS)
        raise
    if code != 0:
        raise subprocess.CalledProcessError(code, "prepare")
    steps.done = steps.total - 1


def gunicorn_arguments(host: str, port: int) -> list[str]:
    """Two processes of four threads; heartbeats in memory, no access log."""
    shown = f"[{host}]" if ":" in host else host
    arguments = ["-m", "gunicorn", "portal.wsgi:application", "--bind", f"{shown}:{port}", "--no-control-socket"]
    arguments += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "120"]
    arguments += ["--graceful-timeout", "5", "--log-level", "warning"]
    if Path("/dev/shm").is_dir():  # noqa: S108
        arguments += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return arguments


def wait_for_answer(host: str, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait until the first page answers.

    Raises:
        LaunchError: a child ended, or a minute went by.
    """
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        raise_if_ended(children)
        connection = http.client.HTTPConnection(host, port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/nl/")
            status = connection.getresponse().status
        except OSError:
            time.sleep(0.1)
            continue
        finally:
            connection.close()
        if status >= 500:
            raise LaunchError(f"The web server answers with an error ({status}) on /nl/; see the lines above.")
        return
    raise LaunchError(f"The web server did not answer within {START_SECONDS} seconds.")


def raise_if_ended(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raises LaunchError when one of the children is gone."""
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            raise LaunchError(f"The {name} ended by itself (exit code {code}), so the demo stops.")


def watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until somebody stops the demo or a child ends."""
    while True:
        raise_if_ended(children)
        time.sleep(0.3)


def welcome(host: str, port: int) -> str:
    """Address, accounts and warning."""
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    lines = ["", table(json.loads(ACCOUNTS.read_text(encoding="utf-8"))), ""]
    lines += [f"The portal runs on {address}/nl/ (also /en/ and /ar/); sign in on {address}/accounts/"]
    lines += ["Codes for the second factor: python manage.py demo_accounts --json gives each account's TOTP secret."]
    lines += ["Demo accounts have known passwords: not for production. Ctrl-C stops everything."]
    return "\n".join(lines)


def table(accounts: list[dict[str, Any]]) -> str:
    """The accounts as aligned columns; one line for each kind of organisation and role, the rest counted."""
    rows = [("E-MAIL", "PASSWORD", "ROLES", "ORGANISATION")]
    seen: set[tuple[str, str]] = set()
    for account in accounts:
        roles = ", ".join(account["roles"])
        if (account["kind"], roles) not in seen:
            seen.add((account["kind"], roles))
            name = account["email"] or f"{account['first_page']} and {account['birth_date']}"
            rows.append((name, account["password"], roles, account["organisation"]))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    text = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in rows
    ]
    left = len(accounts) - len(rows) + 1
    if left > 0:
        text.append(f"… and {left} more: python manage.py demo_accounts --json")
    return "\n".join(text)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise StoppedError


def clean() -> int:
    """Undo ``make``: remove the environment, the demo's data and every cache; not while the demo runs."""
    try:
        with only_one():
            remove_all()
    except LaunchError as error:
        complain(str(error))
        return 1
    return 0


def remove_all() -> None:
    """Everything that ``.gitignore`` names."""
    caches = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")
    for name in (".venv", "var", *caches, "tests/html/node_modules"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for pattern in ("**/__pycache__", "locale/*/LC_MESSAGES/*.mo"):
        for path in ROOT.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    sys.exit(clean() if sys.argv[1:] == ["clean"] else main())
