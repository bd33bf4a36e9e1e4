"""What the database itself refuses: changes of what is sealed, and rows that cannot be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dossiers.enums import Status
from dossiers.models import Coupling, FileRelease, Package, PackageFile
from tests.dossiers_factories import Handover, handover, package_in

pytestmark = pytest.mark.django_db

# Every column of a package, and whether it is fixed once it is sealed. A new column has to be put on one side.
SEALED: dict[str, Any] = {
    "public_id": "'00000000000000000000000000000007'",
    "kind_code": "'risk_signal'",
    "person_id": "person_id + 1",
    "coupling_id": "coupling_id + 1",
    "sender_team_id": "recipient_team_id",
    "recipient_team_id": "sender_team_id",
    "container_id": "container_id + 1",
    "categories": "'[]'",
    "lawful_basis": "'legal_duty'",
    "sealed_ground": "sealed_form",
    "sealed_form": "sealed_ground",
    "version": "version + 1",
    "previous_id": "id",
    "manifest": "'{}'",
    "manifest_sha256": "''",
    "sealed_at": "offered_at",
}
MOVING = {
    *("id", "status", "created_by_id", "created_at", "offered_at", "collection_until", "accepted_at", "collected_at"),
    *("confirmed_at", "frozen_at", "ended_at", "ended_as", "end_reason", "shred_after", "shredded_at"),
}
FILE: dict[str, str] = {
    "public_id": "'00000000000000000000000000000007'",
    "package_id": "package_id + 1",
    "stored_id": "stored_id + 1",
    "sealed_name": "(SELECT sealed_form FROM dossiers_package LIMIT 1)",
    "position": "position + 1",
    "removed_at": "added_at",
}


def refused(statement: str, *, before: str = "", match: str = "immutable") -> None:
    """The database refuses a statement, after another that it takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        if before:
            cursor.execute(before)
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            cursor.execute(statement)


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


class TestSealed:
    def test_every_column_is_on_one_side(self) -> None:
        assert set(columns("dossiers_package")) == {*SEALED} | MOVING

    @pytest.mark.parametrize("column", SEALED)
    def test_a_package_keeps(self, offered: Handover, column: str) -> None:
        refused(f"UPDATE dossiers_package SET {column} = {SEALED[column]}")
        refused(f"UPDATE dossiers_package SET status = 'draft', {column} = {SEALED[column]}")

    @pytest.mark.parametrize("column", FILE)
    def test_a_file_keeps(self, offered: Handover, column: str) -> None:
        refused(f"UPDATE dossiers_packagefile SET {column} = {FILE[column]}")

    @pytest.mark.parametrize("column", sorted(set(FILE) - {"removed_at"}))
    def test_a_file_keeps_what_it_is_from_the_start(self, column: str) -> None:
        package_in(Status.DRAFT)
        refused(f"UPDATE dossiers_packagefile SET {column} = {FILE[column]}")

    def test_no_file_comes_in(self, offered: Handover) -> None:
        names = [name for name in columns("dossiers_packagefile") if name != "id"]
        values = ", ".join("position + 1" if name == "position" else name for name in names)
        refused(f"INSERT INTO dossiers_packagefile ({', '.join(names)}) SELECT {values} FROM dossiers_packagefile")

    @pytest.mark.parametrize("table", ["dossiers_packagefile", "dossiers_package"])
    def test_nothing_goes_away(self, offered: Handover, table: str) -> None:
        refused(f"DELETE FROM {table}")

    @pytest.mark.sqlite
    @pytest.mark.parametrize("table", ["dossiers_packagefile", "dossiers_package"])
    def test_nothing_is_replaced(self, offered: Handover, table: str) -> None:
        names = ", ".join(columns(table))
        refused(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}")

    @pytest.mark.postgresql
    @pytest.mark.parametrize("table", ["dossiers_packagefile", "dossiers_package"])
    def test_not_as_a_replica_either(self, offered: Handover, table: str) -> None:
        refused(f"DELETE FROM {table}", before="SET LOCAL session_replication_role = replica")

    @pytest.mark.postgresql
    @pytest.mark.parametrize("table", ["dossiers_packagefile", "dossiers_package", "dossiers_filerelease"])
    def test_nothing_is_truncated(self, offered: Handover, table: str) -> None:
        refused(f"TRUNCATE {table} CASCADE", before="SET CONSTRAINTS ALL IMMEDIATE", match="append-only")

    @pytest.mark.parametrize("status", [status for status in Status if status not in {Status.READY, Status.DRAFT}])
    def test_also_after_it_ended(self, status: Status) -> None:
        package = package_in(status).package
        change = "UPDATE dossiers_package SET version = version + 1"
        if package.manifest_sha256:
            refused(change)
        else:
            with connection.cursor() as cursor:
                cursor.execute(change)

    def test_a_draft_may_change_and_go(self) -> None:
        where = package_in(Status.DRAFT)
        Package.objects.filter(pk=where.package.pk).update(categories=["growth"])
        PackageFile.objects.all().delete()
        Package.objects.all().delete()

    def test_what_left_stays_written_down(self, collected: Handover) -> None:
        FileRelease.objects.create(package=collected.package, file=None, user=collected.receiver)
        refused("UPDATE dossiers_filerelease SET at = at", match="append-only")
        refused("DELETE FROM dossiers_filerelease", match="append-only")


def _sealed(**changes: object) -> dict[str, object]:
    return {"sealed_at": timezone.now(), "manifest_sha256": "0" * 64, **changes}


IMPOSSIBLE: list[tuple[str, Callable[[], dict[str, object]]]] = [
    ("package_status_known", lambda: _sealed(status="lost", ended_at=timezone.now(), end_reason="mistake")),
    ("package_kind_known", lambda: {"kind_code": "gossip"}),
    ("package_sealed_before_it_travels", lambda: {"status": Status.OFFERED}),
    ("package_sealed_before_it_travels", lambda: {"status": Status.READY, "sealed_at": timezone.now()}),
    ("package_end_has_a_reason", lambda: _sealed(status=Status.RECALLED)),
    ("package_end_has_a_reason", lambda: _sealed(status=Status.REFUSED, ended_at=timezone.now())),
    ("package_end_has_a_reason", lambda: _sealed(status=Status.CONFIRMED, end_reason="delivered")),
    (
        "package_shredded_has_a_time",
        lambda: {"status": Status.SHREDDED, "ended_at": timezone.now(), "end_reason": "mistake"},
    ),
]


@pytest.mark.parametrize(("name", "changes"), IMPOSSIBLE)
def test_a_package_that_cannot_be(name: str, changes: Callable[[], dict[str, object]]) -> None:
    package = handover().draft()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Package.objects.filter(pk=package.pk).update(**changes())


def test_a_package_leaves_its_team() -> None:
    where = handover()
    where.draft()
    with pytest.raises(IntegrityError, match="package_leaves_the_team"), transaction.atomic():
        Package.objects.update(recipient_team=where.sender_team)


def test_one_open_coupling() -> None:
    where = handover()
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupling.objects.create(person=where.child, municipality=where.elsewhere, coupled_on=timezone.localdate())


def test_one_next_version_and_one_container() -> None:
    where = package_in(Status.RECALLED)
    other = handover(v_number="V9999999999")
    first, second = other.draft(previous=where.package), other.draft()
    for changes in ({"previous": where.package}, {"container": first.container}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Package.objects.filter(pk=second.pk).update(**changes)
