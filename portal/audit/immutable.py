"""Tables that only grow: database triggers that refuse UPDATE, DELETE and TRUNCATE, on SQLite and on PostgreSQL.

A migration writes ``operations = [append_only("audit_entry", key="sequence")]``. SQLite rebuilds a table when a later
migration alters it and loses its triggers: such a migration repeats the operation at its end
(``tests/audit/test_immutable.py`` and ``manage.py verify_audit`` notice when it does not).
"""

from functools import partial

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

SUFFIX = "_append_only"
FUNCTION = "refuse_change"

POSTGRESQL_BODY = """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""


class UnsupportedDatabase(RuntimeError):
    """A database for which there are no triggers: better no installation than one without."""


def append_only(table: str, *, key: str = "id") -> RunPython:
    """A migration operation that makes ``table`` append-only; every refused statement raises ``IntegrityError``.

    It can be repeated, and reversing it drops the triggers.

    Args:
        key: the column of the primary key.
    """
    return RunPython(partial(_install, table=table, key=key), partial(_remove, table=table))


def missing_triggers(connection: BaseDatabaseWrapper, table: str, *, key: str = "id") -> list[str]:
    """The names of the triggers of ``table`` that are absent, switched off or not as :func:`append_only` made them."""
    if connection.vendor == "sqlite":
        expected = _sqlite_triggers(table, key)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            present = dict(cursor.fetchall())
        return [name for name, sql in expected.items() if present.get(name) != sql]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = to_regclass(%s) AND t.tgenabled = 'A' AND p.proname = %s AND p.prosrc = %s"
            " AND t.tgtype = ANY (%s) AND t.tgqual IS NULL AND t.tgattr = ''",
            [table, FUNCTION, POSTGRESQL_BODY, list(POSTGRESQL_TYPES)],
        )
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in _postgresql_triggers(table) if name not in found]


def _install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor, *, table: str, key: str) -> None:
    _remove(apps, schema_editor, table=table)
    if schema_editor.connection.vendor == "sqlite":
        for statement in _sqlite_triggers(table, key).values():
            schema_editor.execute(statement, params=None)
        return
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $body${POSTGRESQL_BODY}$body$",
        params=None,
    )
    for name, statement in _postgresql_triggers(table).items():
        schema_editor.execute(statement, params=None)
        # ALWAYS: "SET session_replication_role = replica" does not walk past it.
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"', params=None)


def _remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor, *, table: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name in _sqlite_triggers(table, ""):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"', params=None)
    elif schema_editor.connection.vendor == "postgresql":
        for name in _postgresql_triggers(table):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"', params=None)
    else:
        raise UnsupportedDatabase(schema_editor.connection.vendor)


def _sqlite_triggers(table: str, key: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    # "INSERT OR REPLACE" deletes the old row without firing the DELETE trigger.
    replace = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")'
    return {
        f"{table}{SUFFIX}_update": f'CREATE TRIGGER "{table}{SUFFIX}_update" BEFORE UPDATE ON "{table}" {refuse}',
        f"{table}{SUFFIX}_delete": f'CREATE TRIGGER "{table}{SUFFIX}_delete" BEFORE DELETE ON "{table}" {refuse}',
        f"{table}{SUFFIX}_replace": (
            f'CREATE TRIGGER "{table}{SUFFIX}_replace" BEFORE INSERT ON "{table}" {replace} {refuse}'
        ),
    }


# pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32.
POSTGRESQL_TYPES = (1 | 2 | 16, 1 | 2 | 8, 2 | 32)


def _postgresql_triggers(table: str) -> dict[str, str]:
    return {
        f"{table}{SUFFIX}_{act.lower()}": (
            f'CREATE TRIGGER "{table}{SUFFIX}_{act.lower()}" BEFORE {act} ON "{table}"'
            f" FOR EACH {level} EXECUTE FUNCTION {FUNCTION}()"
        )
        for act, level in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    }
