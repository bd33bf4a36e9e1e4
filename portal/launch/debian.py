"""Debian packages that the portal leans on: which are missing, and installing them."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from .screen import LaunchError

FOR_PDF = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core")
FOR_SCANNING = ("clamav-daemon",)
LOCK_WAIT_SECONDS = 120


def missing(packages: Sequence[str]) -> list[str]:
    """Those that are not installed; all of them on a system without dpkg."""
    if shutil.which("dpkg-query") is None:
        return list(packages)
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package}\t${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split("\t")[0] for line in answer.stdout.splitlines() if line.endswith("\tinstalled")}
    return [package for package in packages if package not in installed]


def command(packages: Sequence[str]) -> str:
    """What a person types to install them."""
    return f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"


def may_install() -> bool:
    """Whether this process can use apt at all."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> None:
    """Install ``packages`` without recommended ones and without questions.

    Raises:
        LaunchError: apt is busy, the package archive cannot be reached, or a package does not exist here.
    """
    _apt("update", "--quiet")
    _apt("install", "--quiet", "--yes", "--no-install-recommends", *packages)


def _apt(verb: str, *arguments: str) -> None:
    command = ["apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_WAIT_SECONDS}", verb, *arguments]
    code, output = _run(command)
    if code != 0 and "dpkg --configure -a" in output:  # an earlier installation was interrupted
        _run(["dpkg", "--configure", "-a"])
        code, output = _run(command)
    if code == 0:
        return
    if "Could not get lock" in output or "Unable to lock" in output:
        raise LaunchError("Another program is using apt (dpkg is locked). Wait until it is ready and start again.")
    offline = ("Could not resolve", "Could not connect", "Temporary failure", "timed out")
    if any(sign in output for sign in offline):
        raise LaunchError("The Debian package archive cannot be reached. Check the network and start again.")
    tail = "\n".join(output.strip().splitlines()[-8:])
    raise LaunchError(f"apt-get {verb} did not succeed:\n{tail}")


def _run(command: Sequence[str]) -> tuple[int, str]:
    process = subprocess.Popen(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        process.terminate()  # never SIGKILL: that leaves half-configured packages
        process.wait()
        raise
    return process.returncode, output
