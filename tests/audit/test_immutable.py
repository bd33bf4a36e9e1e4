"""The database itself refuses every change to a row of the log."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from portal.audit import immutable
from portal.audit.models import Entry
from tests.audit.conftest import act

CHANGES: dict[str, Callable[[], object]] = {
    "update": lambda: Entry.objects.update(subject="x"),
    "save": lambda: Entry.objects.get(sequence=1).save(),
    "delete": lambda: Entry.objects.get(sequence=1).delete(),
    "delete all": lambda: Entry.objects.all().delete(),
    "raw update": lambda: connection.cursor().execute("UPDATE audit_entry SET at = at"),
    "raw delete": lambda: connection.cursor().execute("DELETE FROM audit_entry"),
}


def replace() -> None:
    columns = [field.column for field in Entry._meta.fields]
    values = ", ".join("'x'" if name == "subject" else name for name in columns)
    connection.cursor().execute(
        f"INSERT OR REPLACE INTO audit_entry ({', '.join(columns)}) SELECT {values} FROM audit_entry"
    )


def truncate() -> None:
    connection.cursor().execute("TRUNCATE audit_entry")


def truncate_as_replica() -> None:
    connection.cursor().execute("SET LOCAL session_replication_role = replica")
    truncate()


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()
    assert Entry.objects.get().subject == "person-1"


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_change_is_refused(name: str) -> None:
    act()
    refused(CHANGES[name])


@pytest.mark.sqlite
@pytest.mark.django_db
def test_replace_is_refused() -> None:
    act()
    refused(replace)


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("change", [truncate, truncate_as_replica])
def test_truncate_is_refused(change: Callable[[], object]) -> None:
    act()
    refused(change)


@pytest.mark.django_db
def test_all_triggers_are_there_and_can_be_made_twice() -> None:
    assert immutable.missing_triggers(connection, "audit_entry", key="sequence") == []
    assert len(immutable.missing_triggers(connection, "audit_treestate")) == 3
