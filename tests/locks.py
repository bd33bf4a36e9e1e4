"""The lock files: made by uv for every Python that the project allows, and checked without a network.

``python -m tests.locks check`` ends with 0 when both are in line with ``pyproject.toml``; ``update`` makes them anew.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
PROJECT = "doorlopende-lijn (pyproject.toml"
UV_OPTIONS = (
    *("--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-header", "--quiet", "--no-config"),
)


@dataclass(frozen=True)
class Pin:
    """One locked package."""

    requirement: Requirement
    hashes: int
    is_direct: bool

    @property
    def key(self) -> tuple[str, str]:
        return canonicalize_name(self.requirement.name), str(self.requirement.specifier)


def pins(lock: Path) -> Iterator[Pin]:
    """The entries of a lock file: a requirement line, its hashes, and comments about who asked for it."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8")):
        first, _, rest = block.partition("\n")
        yield Pin(Requirement(first.rstrip(" \\")), rest.count("--hash=sha256:"), PROJECT in rest)


def faults() -> Iterator[str]:
    """What is wrong, one sentence each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = [Requirement(line) for line in project["project"]["dependencies"]]
    development = [*runtime, *(Requirement(line) for line in project["dependency-groups"]["dev"])]
    runtime_pins, development_pins = list(pins(RUNTIME)), list(pins(DEVELOPMENT))
    for lock, locked, wanted in ((RUNTIME, runtime_pins, runtime), (DEVELOPMENT, development_pins, development)):
        if re.search(r"https?://|file:|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8")):
            yield f"{lock.name} holds an address"
        yield from (f"{lock.name}: {pin.requirement.name} has no hash" for pin in locked if not pin.hashes)
        yield from (f"{lock.name}: {fault}" for fault in _differences(locked, wanted))
    for key in {pin.key for pin in runtime_pins} - {pin.key for pin in development_pins}:
        yield f"{DEVELOPMENT.name} lacks {key[0]}{key[1]} of {RUNTIME.name}"


def _differences(locked: list[Pin], wanted: list[Requirement]) -> Iterator[str]:
    by_name: dict[str, list[Pin]] = {}
    for pin in locked:
        by_name.setdefault(canonicalize_name(pin.requirement.name), []).append(pin)
    names = {canonicalize_name(requirement.name) for requirement in wanted}
    for requirement in wanted:
        found = by_name.get(canonicalize_name(requirement.name), [])
        if not found:
            yield f"{requirement.name} is in pyproject.toml and not locked"
        for pin in found:
            version = next(iter(pin.requirement.specifier)).version
            if not requirement.specifier.contains(version, prereleases=True):
                yield f"{requirement.name} {version} is not what pyproject.toml asks: {requirement.specifier}"
    for name, found in by_name.items():
        if name not in names and any(pin.is_direct for pin in found):
            yield f"{name} is locked for the project and not in pyproject.toml"


def update(*options: str) -> int:
    """Resolve both locks; versions stay as they are unless ``--upgrade`` is given."""
    uv = Path(sys.executable).parent / "uv"
    for arguments in (["-o", RUNTIME.name], ["--group", "dev", "-c", RUNTIME.name, "-o", DEVELOPMENT.name]):
        command = [uv, "pip", "compile", "pyproject.toml", *UV_OPTIONS, *options, *arguments]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code != 0:
            return code
    return check()


def check() -> int:
    """Print the faults; 0 when there is none."""
    found = list(faults())
    print("\n".join(found) or "the lock files are in line with pyproject.toml")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(update(*sys.argv[2:]) if sys.argv[1:2] == ["update"] else check())
