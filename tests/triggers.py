"""A way past the triggers of append-only tables, for tests alone.

The product has none. Django empties tables between tests that commit (DELETE on SQLite, TRUNCATE on PostgreSQL), and
the tests of the audit log do what somebody with the keys of the database server could do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from portal.audit.immutable import SUFFIX


@contextmanager
def without_triggers() -> Iterator[None]:
    """Lift the triggers of every append-only table of the test database, whichever app has it, and put them back.

    On SQLite they are dropped and made again from their own text; on PostgreSQL they are switched off and on.
    """
    lift, restore = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    _run(lift)
    try:
        yield
    finally:
        _run(restore)


def _sqlite() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for name, sql in cursor.fetchall() if SUFFIX in name]
    return [f'DROP TRIGGER "{name}"' for name, _ in triggers], [sql for _, sql in triggers]


def _postgresql() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND strpos(t.tgname, %s) > 0 AND t.tgenabled <> 'D'",
            [SUFFIX],
        )
        triggers = cursor.fetchall()
    return (
        # What is deferred is checked first: a table with checks that wait cannot be altered.
        [
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"' for table, name in triggers),
        ],
        [
            *(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"' for table, name in triggers),
            "SET CONSTRAINTS ALL DEFERRED",
        ],
    )


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
