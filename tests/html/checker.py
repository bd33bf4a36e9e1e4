"""The Nu Html Checker: the judge of what is valid HTML, as a program that runs here and asks nobody."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIMIT_SECONDS = 300


class CheckerMissingError(Exception):
    """Java or the checker is not installed."""


def install() -> None:
    """Put the locked version of the checker beside this file; its own install script, which fetches a Java, stays out.

    Raises:
        CheckerMissingError: npm could not do it.
    """
    if JAR.exists() and _installed() == _locked():
        return
    arguments = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise CheckerMissingError(answer.stderr or answer.stdout)


def programs_missing() -> list[str]:
    """The Debian packages without which nothing can be installed or checked."""
    return [
        package for program, package in (("npm", "npm"), ("java", "default-jre-headless")) if not shutil.which(program)
    ]


def faults(pages: Sequence[Path]) -> list[str]:
    """What is wrong in these HTML files, a line each: ``name:line: message``. Warnings count.

    Raises:
        CheckerMissingError: it is not installed, or did not look at the files.
    """
    java = shutil.which("java")
    if java is None or not JAR.exists():
        raise CheckerMissingError("python -m tests.stages install puts the HTML checker in its place")
    answer = subprocess.run(
        [java, "-Xss2m", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always", *map(str, pages)],
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    try:
        messages = json.loads(answer.stdout)["messages"]
    except (ValueError, KeyError):
        raise CheckerMissingError(answer.stderr or answer.stdout) from None
    return [_line(message) for message in messages]


def _line(message: dict[str, object]) -> str:
    name = str(message.get("url", "")).rsplit("/", 1)[-1]
    near = str(message.get("extract", "")).strip().replace("\n", " ")[:120]
    return f"{name}:{message.get('lastLine', 0)}: {message['message']} [{near}]"


def _installed() -> str:
    return str(json.loads((JAR.parents[2] / "package.json").read_text(encoding="utf-8"))["version"])


def _locked() -> str:
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    return str(lock["packages"]["node_modules/vnu-jar"]["version"])
