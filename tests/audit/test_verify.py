"""Whoever has the keys of the database server changes the log by SQL; the verification finds it and names the row."""

import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit import canonical, immutable, merkle, rows, witness
from portal.audit.findings import FindingKind
from portal.audit.heads import sign_head
from portal.audit.models import Entry, TreeState
from portal.audit.verify import verify_log
from tests.audit.conftest import act
from tests.triggers import without_triggers

Log = Callable[[int], list[Entry]]


def sql(statement: str, *parameters: Any) -> None:
    """Run one statement as somebody who lifted the triggers first."""
    with without_triggers(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            cursor.execute(statement, parameters)
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def found() -> set[tuple[FindingKind, int | None]]:
    return {(finding.kind, finding.sequence) for finding in verify_log().findings}


def rewrite(sequences: range, *, signed: bool) -> None:
    """Change the outcome of the first row and compute every hash behind it anew."""
    frontier = merkle.Frontier()
    for entry in Entry.objects.order_by("sequence"):
        if entry.sequence in sequences:
            entry.outcome = "denied" if entry.sequence == sequences.start else entry.outcome
            leaf = merkle.leaf_hash(canonical.entry_bytes(entry))
            root = frontier.grown(leaf).root()
            head = sign_head(size=entry.sequence, root=root, leaf=leaf)
            signature = head.signature.hex() if signed else entry.signature
            sql(
                "UPDATE audit_entry SET outcome = %s, leaf_hash = %s, root_hash = %s, signature = %s"
                " WHERE sequence = %s",
                *(entry.outcome, leaf.hex(), root.hex(), signature, entry.sequence),
            )
            frontier.append(leaf)
        else:
            frontier.append(bytes.fromhex(entry.leaf_hash))
    peaks = json.dumps([peak.hex() for peak in frontier.peaks])
    sql("UPDATE audit_treestate SET size = %s, frontier = %s", frontier.size, peaks)


def test_an_empty_log_verifies(transactional_db: None) -> None:
    report = verify_log()
    assert report.ok
    assert report.rows == 0


def test_an_untouched_log_verifies(log: Log) -> None:
    entries = log(20)
    report = verify_log()
    assert report.findings == []
    assert (report.rows, report.witnessed, report.root) == (20, 20, entries[-1].root_hash)


def test_more_rows_than_one_chunk(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 3)
    log(10)
    assert verify_log().rows == 10
    assert found() == set()


EDITS: dict[str, Any] = {
    **dict.fromkeys(canonical.TEXT_FIELDS, "x"),
    "at": "2020-01-01 00:00:00",
    "details": '{"number": 99}',
    "leaf_hash": "00" * 32,
    "root_hash": "00" * 32,
}


@pytest.mark.parametrize("column", EDITS)
@pytest.mark.parametrize("sequence", [1, 4, 7])
def test_each_column_edited(log: Log, column: str, sequence: int) -> None:
    log(7)
    sql(f"UPDATE audit_entry SET {column} = %s WHERE sequence = %s", EDITS[column], sequence)
    assert found() == {(FindingKind.EDITED, sequence)}


@pytest.mark.parametrize("sequence", [1, 4, 7])
def test_signature_edited(log: Log, sequence: int) -> None:
    log(7)
    sql("UPDATE audit_entry SET signature = %s WHERE sequence = %s", "00" * 64, sequence)
    assert found() == {(FindingKind.BAD_SIGNATURE, sequence)}


def test_content_edited_with_its_leaf_hash(log: Log) -> None:
    log(7)
    entry = Entry.objects.get(sequence=3)
    entry.actor_id = "somebody-else"
    leaf = merkle.leaf_hash(canonical.entry_bytes(entry)).hex()
    sql("UPDATE audit_entry SET actor_id = %s, leaf_hash = %s WHERE sequence = 3", entry.actor_id, leaf)
    assert found() == {(FindingKind.EDITED, 3)}


def test_two_rows_edited_are_both_named(log: Log) -> None:
    log(9)
    sql("UPDATE audit_entry SET actor_id = 'x', leaf_hash = %s WHERE sequence = 3", "00" * 32)
    sql("UPDATE audit_entry SET subject = 'x' WHERE sequence = 8")
    assert found() == {(FindingKind.EDITED, 3), (FindingKind.EDITED, 8)}


def test_rows_deleted_in_the_middle(log: Log) -> None:
    log(9)
    sql("DELETE FROM audit_entry WHERE sequence IN (4, 5)")
    [finding] = verify_log().findings
    assert (finding.kind, finding.sequence, finding.last) == (FindingKind.MISSING, 4, 5)
    assert str(finding) == "row 4: missing, up to row 5"


def test_first_row_deleted(log: Log) -> None:
    log(3)
    sql("DELETE FROM audit_entry WHERE sequence = 1")
    assert found() == {(FindingKind.MISSING, 1)}


def test_tail_deleted(log: Log) -> None:
    log(9)
    sql("DELETE FROM audit_entry WHERE sequence > 6")
    [finding] = verify_log().findings
    assert (finding.kind, finding.sequence, finding.last) == (FindingKind.TRUNCATED, 7, 9)


def test_tail_deleted_and_the_tree_wound_back(log: Log) -> None:
    log(6)
    state = TreeState.objects.get()
    log(3)
    sql("DELETE FROM audit_entry WHERE sequence > 6")
    sql("UPDATE audit_treestate SET size = %s, frontier = %s", state.size, json.dumps(state.frontier))
    assert found() == {(FindingKind.TRUNCATED, 7)}
    log(5)
    assert found() == {(FindingKind.TAIL_REWRITTEN, 7)}


@pytest.mark.parametrize("state", ["kept", "emptied", "reset"])
def test_whole_table_truncated(log: Log, state: str) -> None:
    log(5)
    sql("DELETE FROM audit_entry" if connection.vendor == "sqlite" else "TRUNCATE audit_entry")
    if state == "emptied":
        sql("DELETE FROM audit_treestate")
    if state == "reset":
        sql("UPDATE audit_treestate SET size = 0, frontier = '[]'")
    assert found() == {(FindingKind.TRUNCATED, 1)}


def test_two_rows_reordered(log: Log) -> None:
    log(9)
    for old, new in ((3, 1000), (6, 3), (1000, 6)):
        sql("UPDATE audit_entry SET sequence = %s WHERE sequence = %s", new, old)
    assert found() == {(FindingKind.REORDERED, 3), (FindingKind.REORDERED, 6)}


def test_row_moved_past_the_end(log: Log) -> None:
    log(5)
    sql("UPDATE audit_entry SET sequence = 1000000000 WHERE sequence = 2")
    assert found() == {(FindingKind.MISSING, 2), (FindingKind.REORDERED, 1000000000)}


def insert_copy(*, of: int, sequence: Any) -> None:
    columns = [field.column for field in Entry._meta.fields if field.column != "sequence"]
    names = ", ".join(columns)
    sql(
        f"INSERT INTO audit_entry (sequence, {names}) SELECT %s, {names} FROM audit_entry WHERE sequence = {of}",
        sequence,
    )


def test_row_inserted_at_the_end(log: Log) -> None:
    log(5)
    insert_copy(of=2, sequence=6)
    assert (FindingKind.REORDERED, 6) in found() or (FindingKind.INSERTED, 6) in found()
    sql("UPDATE audit_entry SET actor_id = 'forged' WHERE sequence = 6")
    assert found() == {(FindingKind.INSERTED, 6)}


def test_row_inserted_in_the_middle(log: Log) -> None:
    log(5)
    for sequence in (5, 4, 3):
        sql("UPDATE audit_entry SET sequence = %s WHERE sequence = %s", sequence + 1, sequence)
    insert_copy(of=1, sequence=3)
    sql("UPDATE audit_entry SET actor_id = 'forged' WHERE sequence = 3")
    moved = {(FindingKind.REORDERED, sequence) for sequence in (4, 5, 6)}
    assert found() == {(FindingKind.INSERTED, 3), *moved}


def test_tail_rewritten_without_the_key(log: Log) -> None:
    log(9)
    rewrite(range(5, 10), signed=False)
    [finding] = verify_log().findings
    assert (finding.kind, finding.sequence, finding.last) == (FindingKind.TAIL_REWRITTEN, 5, 9)


def test_tail_rewritten_with_the_key_meets_the_witness(log: Log) -> None:
    log(9)
    rewrite(range(5, 10), signed=True)
    assert found() == {(FindingKind.TAIL_REWRITTEN, 5)}


def test_everything_rewritten_without_the_key(log: Log, settings: Any) -> None:
    log(5)
    key = settings.AUDIT_SIGNING_KEY
    settings.AUDIT_SIGNING_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    rewrite(range(1, 6), signed=True)
    rewritten_by_another_key = verify_log().findings
    assert {finding.kind for finding in rewritten_by_another_key} >= {
        FindingKind.FORGED_WITNESS,
        FindingKind.WITNESS_EMPTY,
    }
    settings.AUDIT_SIGNING_KEY = key
    assert found() == {(FindingKind.TAIL_REWRITTEN, 1)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_treestate SET size = 3, frontier = '[]'",
        "UPDATE audit_treestate SET frontier = '[\"zz\"]'",
        "UPDATE audit_treestate SET frontier = '{\"a\": 1}'",
        "DELETE FROM audit_treestate",
    ],
)
def test_tree_state_changed(log: Log, statement: str) -> None:
    log(5)
    sql(statement)
    assert found() == {(FindingKind.TREE_STATE, None)}


def test_tree_state_with_another_root(log: Log) -> None:
    log(4)
    sql("UPDATE audit_treestate SET frontier = %s", json.dumps(["ab" * 32]))
    assert found() == {(FindingKind.TREE_STATE, None)}


@pytest.mark.parametrize("act_name", ["update", "delete"])
def test_trigger_dropped(log: Log, act_name: str) -> None:
    log(2)
    name = f"audit_entry{immutable.SUFFIX}_{act_name}"
    with connection.schema_editor(atomic=connection.vendor != "sqlite") as editor:
        editor.execute(f'DROP TRIGGER "{name}"' + (" ON audit_entry" if connection.vendor != "sqlite" else ""))
    try:
        [finding] = verify_log().findings
        assert (finding.kind, finding.what) == (FindingKind.MISSING_TRIGGER, name)
    finally:
        with connection.schema_editor(atomic=connection.vendor != "sqlite") as editor:
            immutable.append_only("audit_entry", key="sequence").code(None, editor)
    assert found() == set()


def test_trigger_switched_off(log: Log) -> None:
    log(2)
    with without_triggers():
        assert {finding.kind for finding in verify_log().findings} == {FindingKind.MISSING_TRIGGER}


GARBAGE = {
    "sqlite": [
        ("details", "{not json"),
        ("details", '{"number": 3, "number": 3}'),
        ("details", "[" * 100_000),
        ("details", b"\x00\xff"),
        ("at", "yesterday"),
        ("at", 12),
        ("at", "9999-99-99 99:99:99"),
        ("subject", b"\xff\xfe\x00"),
        ("subject", 7),
        ("leaf_hash", "not hex"),
        ("root_hash", b"\x00"),
    ],
    "postgresql": [
        ("details", "[1e400]"),
        ("details", "[" * 5000 + "]" * 5000),
        ("details", '"text"'),
        ("at", "infinity"),
        ("at", "0044-03-15 12:00:00 BC"),
        ("at", "294276-01-01"),
        ("leaf_hash", "not hex"),
        ("root_hash", ""),
    ],
}


@pytest.mark.parametrize("index", range(max(map(len, GARBAGE.values()))))
def test_garbage_is_a_finding_not_a_crash(log: Log, index: int) -> None:
    cases = GARBAGE[connection.vendor]
    column, value = cases[index % len(cases)]
    log(4)
    sql(f"UPDATE audit_entry SET {column} = %s WHERE sequence = 3", value)
    assert found() == {(FindingKind.EDITED, 3)}


@pytest.mark.sqlite  # PostgreSQL refuses such a number
@pytest.mark.parametrize("number", ["abc", 2.5, b"\x00\xff"])
def test_row_number_that_is_no_number(log: Log, number: Any) -> None:
    log(4)
    sql("UPDATE audit_entry SET sequence = %s WHERE sequence = 3", number)
    assert found() == {(FindingKind.MISSING, 3), (FindingKind.INSERTED, None)}


@pytest.mark.parametrize("key", ["", "short", "no base64 at all!", "é"])
def test_without_a_key_nothing_is_proven(log: Log, settings: Any, key: str) -> None:
    log(2)
    settings.AUDIT_SIGNING_KEY = key
    assert found() == {(FindingKind.KEY_UNREADABLE, None)}


def test_without_a_witness_nothing_is_proven(log: Log, tmp_path: Path) -> None:
    log(2)
    assert [finding.kind for finding in verify_log(folder=tmp_path / "nowhere").findings] == [FindingKind.WITNESS_EMPTY]
    (tmp_path / "file").touch()
    assert [finding.kind for finding in verify_log(folder=tmp_path / "file").findings] == [
        FindingKind.WITNESS_UNREADABLE
    ]


def witness_file(settings: Any) -> Path:
    [path] = Path(settings.AUDIT_WITNESS_DIR).glob(witness.PATTERN)
    return path


def test_torn_line_of_a_killed_process_is_healed(log: Log, settings: Any) -> None:
    log(3)
    path = witness_file(settings)
    os.truncate(path, path.stat().st_size - 20)
    report = verify_log()
    assert (report.findings, report.witnessed, report.torn_lines) == ([], 2, 1)
    witness.export_due()
    report = verify_log()
    assert (report.findings, report.witnessed, report.torn_lines) == ([], 3, 1)


@pytest.mark.parametrize("field", ["size", "root", "leaf", "signature", "origin", "all"])
def test_forged_witness_line(log: Log, settings: Any, field: str) -> None:
    log(3)
    path = witness_file(settings)
    forged = json.loads(path.read_bytes().splitlines()[1])
    forged[field] = 9 if field == "size" else "ab" * 32
    line = json.dumps(forged) if field != "all" else '{"size": []}'
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")
    [finding] = verify_log().findings
    assert (finding.kind, finding.what) == (FindingKind.FORGED_WITNESS, f"{path.name} line 4")


def test_failed_export_is_repeated(log: Log, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    log(1)
    folder = settings.AUDIT_WITNESS_DIR
    settings.AUDIT_WITNESS_DIR = Path("/dev/null/nowhere")
    entry = act()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert "could not be shown to the witness" in caplog.text
    settings.AUDIT_WITNESS_DIR = folder
    witness.export_due()
    assert verify_log().witnessed == 2
    size = witness_file(settings).stat().st_size
    witness.export_due()
    assert witness_file(settings).stat().st_size == size


def test_command(log: Log, tmp_path: Path) -> None:
    log(20)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "20 rows verified" in out.getvalue()
    call_command("export_tree_head", to=tmp_path, stdout=out)
    call_command("verify_audit", "--witness", str(tmp_path), stdout=out)
    sql("UPDATE audit_entry SET subject = 'x' WHERE sequence = 17")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out)
    assert "row 17: edited" in out.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue())["findings"][0]["sequence"] == 17
