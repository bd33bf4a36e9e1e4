"""The test run counts honestly: what is skipped, crashed or absent has failed."""

import sys
from pathlib import Path

import pytest

from tests import stages
from tests.catalogues import _broken_placeholders
from tests.stages import Result, Stage

REPORT = """<testsuites><testsuite>
<testcase name="one"/><testcase name="two"><failure message="no"/></testcase>
<testcase name="three"><error message="no"/></testcase>{extra}</testsuite></testsuites>"""


def counted(folder: Path, extra: str = "") -> Result:
    report = folder / "report.xml"
    report.write_text(REPORT.format(extra=extra), encoding="utf-8")
    return stages._counted(report)


def test_failures_and_errors_count(tmp_path: Path) -> None:
    result = counted(tmp_path)
    assert (result.passed, result.failed) == (1, 2)


def test_a_skipped_test_counts_as_failed(tmp_path: Path) -> None:
    result = counted(tmp_path, '<testcase name="four"><skipped message="no scanner"/></testcase>')
    assert (result.passed, result.failed) == (1, 3)
    assert "no scanner" in result.note


def test_a_skip_with_an_allowed_reason_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "ALLOWED_SKIPS", frozenset({"known"}))
    result = counted(tmp_path, '<testcase name="four"><skipped message="known"/></testcase>')
    assert (result.passed, result.failed) == (1, 2)


def test_a_program_that_is_not_there_fails_its_stage() -> None:
    assert stages.command("no-such-program-here").failed == 1


def test_a_command_counts_by_its_exit_code() -> None:
    assert stages.command(sys.executable, "-c", "").passed == 1
    assert stages.command(sys.executable, "-c", "raise SystemExit(3)").failed == 1


def test_an_exception_in_a_stage_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Result:
        raise ValueError("no reason")

    assert stages.timed(Stage("broken", broken)).failed == 1
    assert "FAILED" in capsys.readouterr().out


def test_the_last_line_is_the_sum(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    phases = (
        (Stage("first", lambda: Result(passed=1)),),
        (Stage("second", lambda: Result(passed=5, failed=1)), Stage("daily", Result, frozenset({"quick"}))),
    )
    monkeypatch.setattr(stages, "PHASES", phases)
    assert stages.main("all") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "6 passed, 1 failed"


def test_nothing_runs_when_the_installation_failed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    phases = ((Stage("installation", lambda: Result(failed=1)),), (Stage("tests", lambda: Result(passed=9)),))
    monkeypatch.setattr(stages, "PHASES", phases)
    assert stages.main("all") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


@pytest.mark.parametrize(
    ("source", "translation", "is_broken"),
    [
        ("Hallo %(name)s", "Hello %(name)s", False),
        ("Hallo %(name)s", "Hello", True),
        ("Hallo", "Hello {name}", True),
        ("100%% van {a}", "100%% of {a}", False),
    ],
)
def test_placeholders_are_compared(source: str, translation: str, is_broken: bool) -> None:
    import polib

    entry = polib.POEntry(msgid=source, msgstr=translation)
    assert bool(list(_broken_placeholders("en", entry))) is is_broken
