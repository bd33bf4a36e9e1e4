"""An act and its row stand or fall together, in a tree without gaps."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from portal.audit import queries, signing, witness
from portal.audit.actor import ANONYMOUS, SYSTEM, Who
from portal.audit.enums import Action, Event, Outcome
from portal.audit.models import Entry, TreeState
from portal.audit.services import AuditBroken, NotAuditable, record, record_denial
from portal.audit.verify import verify_log
from tests.audit.conftest import NURSE, act
from tests.triggers import without_triggers


@pytest.mark.django_db
def test_row_holds_who_did_what_to_whom() -> None:
    details = {"count": 3, "media_type": "application/pdf", "again": False, "nothing": None}
    entry = act(basis="decision-1 decision-2", reason="allowed", object_type="package", object_id="p", details=details)
    entry.refresh_from_db()
    assert (entry.sequence, entry.event, entry.action, entry.outcome) == (1, "dossiers:package:read", "R", "success")
    assert (entry.actor_id, entry.actor_role, entry.address) == (NURSE.user_id, "sender", "192.0.2.7")
    assert entry.details == details
    assert list(queries.timeline(subject="person-1")) == [entry]


@pytest.mark.django_db
def test_append_takes_three_queries(django_assert_num_queries: Any) -> None:
    act()
    with transaction.atomic(), django_assert_num_queries(3):
        record(event=Event.PACKAGE_READ, action=Action.READ, who=NURSE)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(event=Event.PACKAGE_READ, action=Action.READ, who=SYSTEM)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rolled_back_act_leaves_no_row_and_no_gap() -> None:
    act()
    with transaction.atomic():
        record(event=Event.PACKAGE_READ, action=Action.READ, who=SYSTEM)
        transaction.set_rollback(True)
    assert act().sequence == 2
    assert verify_log().ok


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("key", signing.KeyUnreadable),
        ("state garbage", AuditBroken),
        ("state gone", AuditBroken),
        ("state behind", IntegrityError),
    ],
)
def test_write_that_fails_blocks_the_act(broken: str, error: type[Exception], settings: Any) -> None:
    act()
    act()
    if broken == "key":
        settings.AUDIT_SIGNING_KEY = ""
    elif broken == "state garbage":
        TreeState.objects.update(frontier=["zz"])
    elif broken == "state gone":
        TreeState.objects.all().delete()
    else:
        TreeState.objects.update(size=0, frontier=[])

    def change_and_record() -> None:
        with transaction.atomic():
            connection.cursor().execute("CREATE TABLE audit_test_act (id integer)")
            record(event=Event.PACKAGE_READ, action=Action.READ, who=SYSTEM)

    with pytest.raises(error):
        change_and_record()
    assert "audit_test_act" not in connection.introspection.table_names()


@pytest.mark.django_db(transaction=True)
def test_denial_outlives_the_rolled_back_act() -> None:
    entry = record_denial(event=Event.ROUTE_DENIED, who=ANONYMOUS, reason="wrong_role", object_id="/dossiers/")
    assert Entry.objects.get() == entry
    assert (entry.outcome, entry.reason) == (Outcome.DENIED.value, "wrong_role")


@pytest.mark.django_db(transaction=True)
def test_denial_inside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record_denial(event=Event.ROUTE_DENIED, who=ANONYMOUS, reason="wrong_role")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Amina Yusuf"},
        {"reason": "because she asked"},
        {"reason": "x" * 101},
        {"subject": None},
        {"object_id": 3},
        {"basis": "mail\n"},
        {"who": Who(kind="user", address="a b")},
        {"details": {"mail": "amina@example.org"}},
        {"details": {"name": "Amina Yusuf"}},
        {"details": {"name": "أمينة"}},
        {"details": {"nul": "\x00"}},
        {"details": {"long": "x" * 501}},
        {"details": {"list": ["a"]}},
        {"details": {"dict": {}}},
        {"details": {"float": 1.5}},
        {"details": {"large": 2**60}},
        {"details": {"Free Text": "x"}},
        {"details": {3: "x"}},
        {"event": "no:such:event"},
        {"outcome": "fine"},
    ],
)
def test_what_could_be_about_a_person_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        act(**changes)
    assert not Entry.objects.exists()


def test_refusal_does_not_repeat_the_value(db: None) -> None:
    with pytest.raises(NotAuditable) as caught:
        act(subject="Amina Yusuf")
    assert "Amina" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_rows_of_one_transaction_are_witnessed_once(settings: Any) -> None:
    with transaction.atomic():
        for _ in range(3):
            record(event=Event.PACKAGE_READ, action=Action.READ, who=SYSTEM)
        assert not settings.AUDIT_WITNESS_DIR.exists()
    [line] = witness.read(settings.AUDIT_WITNESS_DIR)
    assert line.head is not None
    assert line.head.size == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_tree_without_gaps() -> None:
    def work(worker: int) -> None:
        try:
            for number in range(10):
                act(object_id=f"{worker}-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert list(Entry.objects.values_list("sequence", flat=True)) == list(range(1, 81))
    assert Entry.objects.values("object_id").distinct().count() == 80
    report = verify_log()
    assert (report.findings, report.rows) == ([], 80)
    assert report.witnessed == 80


@pytest.mark.django_db(transaction=True)
def test_two_that_read_the_same_state_cannot_both_append(monkeypatch: pytest.MonkeyPatch) -> None:
    act()
    stale = TreeState.objects.get()
    act()
    monkeypatch.setattr("portal.audit.services._lock_state", lambda: stale)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE sequence = 2")
    with pytest.raises(AuditBroken):
        act()
    assert Entry.objects.count() == 1
