"""Sealed content never changes: the database refuses it, whoever asks."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.audit.immutable import SUFFIX, append_only

# What is fixed once a manifest stands in the row.
SEALED = (
    "public_id",
    "kind_code",
    "person_id",
    "coupling_id",
    "sender_team_id",
    "recipient_team_id",
    "container_id",
    "categories",
    "lawful_basis",
    "sealed_ground",
    "sealed_form",
    "version",
    "previous_id",
    "manifest",
    "manifest_sha256",
    "sealed_at",
)
FIXED_OF_FILE = ("public_id", "package_id", "stored_id", "sealed_name", "position")


def _install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _remove(apps, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in SEALED)
        changed_file = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in FIXED_OF_FILE)
        schema_editor.execute(
            "CREATE TRIGGER package_is_sealed BEFORE UPDATE ON dossiers_package "
            f"WHEN OLD.manifest_sha256 <> '' AND ({changed}) "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        schema_editor.execute(
            "CREATE TRIGGER package_file_is_fixed BEFORE UPDATE ON dossiers_packagefile "  # noqa: S608 - names of this module
            f"WHEN {changed_file} OR (NEW.removed_at IS NOT OLD.removed_at AND EXISTS "
            "(SELECT 1 FROM dossiers_package p WHERE p.id = OLD.package_id AND p.manifest_sha256 <> '')) "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        # "INSERT OR REPLACE" deletes the row that is in its way without firing the DELETE trigger.
        schema_editor.execute(
            "CREATE TRIGGER package_file_comes_before_sealing BEFORE INSERT ON dossiers_packagefile WHEN EXISTS "
            "(SELECT 1 FROM dossiers_package p WHERE p.id = NEW.package_id AND p.manifest_sha256 <> '') OR EXISTS "
            "(SELECT 1 FROM dossiers_packagefile f JOIN dossiers_package p ON p.id = f.package_id "
            "WHERE p.manifest_sha256 <> '' AND NEW.id = f.id) "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        schema_editor.execute(
            "CREATE TRIGGER package_is_not_replaced BEFORE INSERT ON dossiers_package WHEN EXISTS "
            "(SELECT 1 FROM dossiers_package p WHERE p.manifest_sha256 <> '' AND NEW.id = p.id) "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {_STAYS} BEFORE DELETE ON dossiers_package WHEN OLD.manifest_sha256 <> '' "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {_FILE_STAYS} BEFORE DELETE ON dossiers_packagefile WHEN EXISTS "  # noqa: S608 - names of this module
            "(SELECT 1 FROM dossiers_package p WHERE p.id = OLD.package_id AND p.manifest_sha256 <> '') "
            "BEGIN SELECT RAISE(ABORT, 'sealed content is immutable'); END"
        )
        return
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in SEALED)
    changed_file = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in FIXED_OF_FILE)
    refuse = "RAISE EXCEPTION 'sealed content is immutable' USING ERRCODE = 'restrict_violation'"
    sealed = "EXISTS (SELECT 1 FROM dossiers_package p WHERE p.id = NEW.package_id AND p.manifest_sha256 <> '')"
    for name, body in {
        "package_is_sealed": f"IF OLD.manifest_sha256 <> '' AND ({changed}) THEN {refuse}; END IF;",
        "package_file_is_fixed": (
            f"IF {changed_file} OR (NEW.removed_at IS DISTINCT FROM OLD.removed_at AND {sealed}) THEN {refuse}; END IF;"
        ),
        "package_file_comes_before_sealing": f"IF {sealed} THEN {refuse}; END IF;",
        _STAYS: f"IF OLD.manifest_sha256 <> '' THEN {refuse}; END IF;",
        _FILE_STAYS: f"IF {sealed.replace('NEW.', 'OLD.')} THEN {refuse}; END IF;",
    }.items():
        row = "OLD" if _TRIGGERS[name][0] == "DELETE" else "NEW"
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$"
            f"BEGIN {body} RETURN {row}; END$body$",
            params=None,
        )
    for name, (event, table) in _TRIGGERS.items():
        if name == "package_is_not_replaced":
            continue  # PostgreSQL knows no REPLACE
        schema_editor.execute(
            f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()', params=None
        )
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name}', params=None)


# Named as the triggers of append-only tables are, which the flush between tests lifts.
_STAYS = f"sealed_package{SUFFIX}_delete"
_FILE_STAYS = f"sealed_package_file{SUFFIX}_delete"
_TRIGGERS = {
    "package_is_sealed": ("UPDATE", "dossiers_package"),
    "package_file_is_fixed": ("UPDATE", "dossiers_packagefile"),
    "package_file_comes_before_sealing": ("INSERT", "dossiers_packagefile"),
    "package_is_not_replaced": ("INSERT", "dossiers_package"),
    _STAYS: ("DELETE", "dossiers_package"),
    _FILE_STAYS: ("DELETE", "dossiers_packagefile"),
}


def _remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, (_event, table) in _TRIGGERS.items():
        suffix = "" if schema_editor.connection.vendor == "sqlite" else f' ON "{table}"'
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}", params=None)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [
        migrations.RunPython(_install, _remove),
        append_only("dossiers_filerelease"),
    ]
