"""Empties the tables after a test that committed.

Django's own way (TRUNCATE of every table, then ``post_migrate``) takes over a second on PostgreSQL.
Foreign keys are deferred, so rows may go in any order within one transaction; content types and permissions, which
``post_migrate`` would make anew, stay.
"""

from functools import cache

from django.db import connection, transaction

from tests.triggers import without_triggers

KEPT = frozenset({"django_content_type", "auth_permission"})


def empty_tables() -> None:
    """Delete every row of every table of the project but those in :data:`KEPT`."""
    with without_triggers(), transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _tables() -> tuple[str, ...]:
    return tuple(sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT))
