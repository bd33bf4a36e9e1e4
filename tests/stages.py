"""The test run: one stage after another, each with a line for its result; a stage that cannot run has failed.

``python3 -m tests.stages all|quick|lint|install [STAGE …]``; it needs the standard library alone, as the first stage
installs the rest.
The last line is ``N passed, N failed``: the tests that pytest ran, and one for each other stage.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

from portal.launch import debian, environment
from portal.launch.environment import PYTHON, ROOT
from portal.launch.scanner import find_clamd
from portal.launch.screen import LaunchError
from tests.html import checker
from tests.services import PrivatePostgres, ServiceMissingError, chromium_path, postgresql_binaries

BIN = PYTHON.parent
CODE = ("portal", "consent", "dossiers", "pages", "tests", "manage.py")
TEMPLATES = ("templates", "portal", "consent", "dossiers", "pages")
MINUTES = 60
STAGE_LIMIT = 80 * MINUTES
# Reasons for which a test may skip itself; everything else that is skipped counts as failed.
ALLOWED_SKIPS: frozenset[str] = frozenset()
# Written in pieces, so that this file does not find itself.
FORBIDDEN = "|".join(
    (
        *("/wo" + "rk/", "/fa" + "rm/", "/tmp/" + "bash_jobs"),
        *("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(org|com)", "deb" + r"\.debian\.org"),
    )
)


@dataclass
class Result:
    """How a stage ended; ``output`` is shown when it failed."""

    passed: int = 0
    failed: int = 0
    output: str = ""
    note: str = ""


@dataclass(frozen=True)
class Stage:
    """One check, and the kinds of run it belongs to."""

    name: str
    run: Callable[[], Result]
    kinds: frozenset[str] = field(default=frozenset({"all"}))


EVERY = frozenset({"all", "quick", "lint"})
LINT = frozenset({"all", "lint"})
DAILY = frozenset({"all", "quick"})
FULL = frozenset({"all"})


def command(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run a program from the virtual environment (or from PATH); its exit code is the result."""
    own = BIN / arguments[0]
    try:
        answer = subprocess.run(
            [own if own.exists() else arguments[0], *arguments[1:]],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=STAGE_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Result(failed=1, output=str(error))
    succeeded = answer.returncode == 0
    return Result(passed=int(succeeded), failed=int(not succeeded), output=answer.stdout)


def runs(*arguments: str) -> Callable[[], Result]:
    """A stage that is one command."""
    return lambda: command(*arguments)


def install() -> Result:
    """The locked packages with their hashes, and the Debian packages that the tests lean on."""
    try:
        environment.make()
        outcome = environment.install(environment.DEVELOPMENT)
        absent = debian.missing([*debian.FOR_PDF, *_programs_missing()])
        if absent and not debian.may_install():
            return Result(failed=1, output=f"Debian packages are missing. Install them: {debian.command(absent)}")
        if absent:
            debian.install(absent)
            outcome += f"; installed {' '.join(absent)}"
        checker.install()
    except (LaunchError, checker.CheckerMissingError) as error:
        return Result(failed=1, output=str(error))
    return Result(passed=1, note=outcome)


def _programs_missing() -> list[str]:
    packages = checker.programs_missing()
    for package, is_there in (
        ("chromium", chromium_path),
        ("postgresql", postgresql_binaries),
        ("clamav-daemon", find_clamd),
        ("gettext", lambda: shutil.which("xgettext") and shutil.which("msgmerge")),
    ):
        try:
            found = is_there()
        except ServiceMissingError:
            found = None
        if not found:
            packages.append(package)
    return packages


def lock_files() -> Result:
    """In line with pyproject.toml, and what is installed is what they say."""
    checked = command("python", "-m", "tests.locks", "check")
    if checked.failed:
        return checked
    lock = str(environment.DEVELOPMENT)
    return command(
        "python", "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--require-hashes", "-r", lock
    )


def production_check() -> Result:
    """``check --deploy`` on production settings, with keys for one use: not one warning."""
    code = "import json; from portal.settings.keys import make; print(json.dumps([make('django'), make('vault')]))"
    answer = subprocess.run([PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return Result(failed=1, output=answer.stderr)
    secret, keyset = json.loads(answer.stdout)
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder:
        env = dict.fromkeys(("SECRET_KEY", "AUDIT_SIGNING_KEY", "BLIND_INDEX_KEY", "ACCOUNTS_SECRETS_KEY"), secret)
        env |= {"SECRET_KEY": secret * 2}  # Django asks for more than fifty characters
        env |= {"VAULT_KEYS": keyset, "ALLOWED_HOSTS": "portal.example.org", "VAR_DIR": folder}
        env |= {"BASE_URL": "https://portal.example.org", "DJANGO_SETTINGS_MODULE": "portal.settings.production"}
        return command("python", "-W", "error::DeprecationWarning:portal", "manage.py", "check", "--deploy",
                       "--fail-level", "WARNING", env=env)  # fmt: skip


def forbidden_strings() -> Result:
    """No path of a developer's machine and no registry's host in a tracked file."""
    found = command("git", "grep", "-nIE", FORBIDDEN, "--", ".")
    if found.passed:
        return Result(failed=1, output=found.output)
    # git grep ends with 1 when it finds nothing, and complains when it cannot look
    return Result(passed=1) if not found.output.strip() else found


def pytest(name: str, *arguments: str, env: dict[str, str] | None = None) -> Result:
    """Run pytest and count from its own report; skipped tests count as failed unless their reason is allowed."""
    with tempfile.TemporaryDirectory(prefix="portal-junit-") as folder:
        report = Path(folder) / f"{name}.xml"
        ran = command("pytest", "--quiet", f"--junitxml={report}", *arguments, env=env)
        if not report.exists():
            return Result(failed=1, output=ran.output)
        result = _counted(report)
    result.output = ran.output
    if ran.failed and not result.failed:
        result.failed = 1
    if result.passed + result.failed == 0:
        result.failed = 1
    return result


def _counted(report: Path) -> Result:
    result = Result()
    reasons = []
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        fault = next((found for kind in ("failure", "error") if (found := case.find(kind)) is not None), None)
        name = f"{case.get('classname')}::{case.get('name')}"
        if fault is not None:
            result.failed += 1
            reasons.append(f"{name}: {_first_line(fault.get('message', ''))}")
        elif skipped is None:
            result.passed += 1
        elif skipped.get("message", "") not in ALLOWED_SKIPS:
            result.failed += 1
            reasons.append(f"skipped: {name}: {skipped.get('message')}")
    # before the output, which a reader of a log may see in part only
    result.note = "".join(f"\n    - {reason}" for reason in reasons[:20])
    return result


def _first_line(text: str, length: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def pytest_sqlite() -> Result:
    with tempfile.TemporaryDirectory(prefix="portal-sqlite-") as folder:
        env = {"DATABASE_URL": f"sqlite:///{folder}/base.sqlite3"}
        return pytest("sqlite", "-m", "not browser and not postgresql", env=env)


def pytest_postgresql() -> Result:
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(PrivatePostgres())
        except (ServiceMissingError, RuntimeError, OSError) as error:
            return Result(failed=1, output=str(error))
        return pytest("postgresql", "-m", "not browser and not sqlite", env={"DATABASE_URL": cluster.url})


def pytest_browser() -> Result:
    return pytest("browser", "-m", "browser", "-p", "no:randomly")


def pytest_quick() -> Result:
    """SQLite, without slow tests, on a database that is kept as long as the migrations stay the same."""
    digest = sha256()
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    folder = ROOT / "var" / "quick"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{digest.hexdigest()[:16]}.sqlite3"
    for old in folder.glob("*.sqlite3*"):
        if not old.name.startswith(kept.name):
            old.unlink()
    selection = "not slow and not browser and not postgresql"
    return pytest("quick", "--reuse-db", "-m", selection, env={"TEST_DATABASE_FILE": str(kept)})


# Stages of one phase may run beside each other, two at a time; the phases follow one another.
PHASES: Sequence[Sequence[Stage]] = (
    (Stage("installation", install, EVERY | {"install"}),),
    (
        Stage("compiled catalogues", runs("python", "manage.py", "compile_catalogues"), DAILY),
        Stage("ruff check", runs("ruff", "check", "--output-format=concise", "."), EVERY),
        Stage("ruff format", runs("ruff", "format", "--check", "--output-format=concise", "."), EVERY),
        Stage("mypy", runs("mypy"), EVERY),
        Stage("djlint", runs("djlint", "--lint", "--quiet", *TEMPLATES), LINT),
        Stage("djlint format", runs("djlint", "--check", "--quiet", *TEMPLATES), LINT),
        Stage("import rules", runs("lint-imports"), LINT),
        Stage("lock files", lock_files, LINT),
        Stage("forbidden strings", forbidden_strings, EVERY),
        Stage("migrations", runs("python", "manage.py", "makemigrations", "--check", "--dry-run"), DAILY),
        Stage("message catalogues", runs("python", "-m", "tests.catalogues", "check"), LINT),
        Stage("access table", runs("python", "manage.py", "access_table", "--check"), FULL),
        Stage("production settings", production_check, FULL),
    ),
    (
        # The longest first, and beside it the other two after one another: no core waits.
        Stage("tests on PostgreSQL", pytest_postgresql, FULL),
        Stage("tests on SQLite", pytest_sqlite, FULL),
        Stage("tests in the browser", pytest_browser, FULL),
        Stage("tests", pytest_quick, frozenset({"quick"})),
    ),
)


def timed(stage: Stage) -> Result:
    """Run one stage and print its line; an exception in a stage is a failed stage."""
    since = time.monotonic()
    try:
        result = stage.run()
    except Exception as error:
        result = Result(failed=1, output=f"{type(error).__name__}: {error}")
    seconds = time.monotonic() - since
    counts = f"{result.passed} passed, {result.failed} failed" if result.passed + result.failed != 1 else ""
    verdict = "FAILED" if result.failed else "ok"
    extra = "  ".join(part for part in (counts, result.note) if part)
    line = f"{verdict:<7} {stage.name:<24} {seconds:7.1f} s  {extra}".rstrip()
    if result.failed:
        line += "\n" + "\n".join(f"    {row}" for row in _tail(result.output))
    print(line, flush=True)
    return result


def _tail(output: str) -> list[str]:
    rows = re.sub(r"\x1b\[[0-9;]*m", "", output).rstrip().splitlines()
    return rows if len(rows) <= 150 else [*rows[:30], f"… {len(rows) - 150} lines left out …", *rows[-120:]]


def main(kind: str, *names: str) -> int:
    """Run all stages of a kind (or only the named ones) and print the sum."""
    if kind not in {"all", "quick", "lint", "install"}:
        print(__doc__, file=sys.stderr)
        return 2
    results: list[Result] = []
    for phase in PHASES:
        wanted = [stage for stage in phase if kind in stage.kinds and (not names or stage.name in names)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            results += pool.map(timed, wanted)
        if phase is PHASES[0] and any(result.failed for result in results):
            break  # nothing else can run, and each stage would only say so again
    failed = sum(result.failed for result in results)
    print(f"{sum(result.passed for result in results)} passed, {failed} failed", flush=True)
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or ["all"]))
