"""Database, catalogues, static files and demo content, in one Python process, and only what is not there yet.

Runs inside ``.venv``: ``python -m portal.launch.prepare STEPS_DONE STEPS_TOTAL ACCOUNTS_FILE``.
"""

import hashlib
import io
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import django
from django.core.management import call_command, get_commands

from .environment import ROOT
from .screen import Steps

STAMPS = "prepared.json"
CONTENT = ("portal", "consent", "dossiers", "pages")
CONTENT_SUFFIXES = {".py", ".json", ".html", ".md", ".yml", ".yaml", ".toml", ".po", ".csv"}


def main(done: int, total: int, accounts: Path) -> None:
    """Every command is idempotent; a stamp under ``var/`` spares the later starts the long ones."""
    steps = Steps(total, done)
    with steps.step("Setting up the database") as step:
        django.setup()
        make_folders()
        step.outcome = migrate()
    with steps.step("Building catalogues and static files") as step:
        call_command("compile_catalogues", verbosity=0, stdout=io.StringIO())
        step.outcome = collect_static()
    with steps.step("Loading pages, notices and the demo region") as step:
        step.outcome = load_content()
    answer = io.StringIO()
    call_command("demo_accounts", "--json", stdout=answer)
    accounts.touch(mode=0o600)
    accounts.write_text(answer.getvalue(), encoding="utf-8")


def make_folders() -> None:
    """What the settings point at, readable by the owner only."""
    from django.conf import settings

    for name in ("vault", "mail", "media", "witness"):
        (Path(settings.VAR_DIR) / name).mkdir(parents=True, exist_ok=True, mode=0o700)


def migrate() -> str:
    """Apply what is not applied yet; looking is much faster than Django's own empty run."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "up to date"
    call_command("migrate", verbosity=0, interactive=False)
    return f"{len(plan)} migrations"


def collect_static() -> str:
    """Gather, hash and compress static files when one of them changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    files = (Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list(["CVS", ".*", "*~"]))
    stamp = _stamp_of_times(files)
    if _stamps().get("static") == stamp and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return "up to date"
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)
    _keep("static", stamp)
    return ""


def load_content() -> str:
    """Run the loaders when their sources or the database are not the ones they last ran on."""
    sources = (
        path
        for folder in CONTENT
        for path in (ROOT / folder).rglob("*")
        if path.suffix in CONTENT_SUFFIXES and "static" not in path.parts
    )
    stamp = _stamp_of_contents(sources) + _database_identity()
    if _stamps().get("content") == stamp:
        return "up to date"
    known = get_commands()
    for command in ("load_pages", "load_notices", "load_demo"):
        if command in known:
            call_command(command, verbosity=0, stdout=io.StringIO())
    _keep("content", stamp)
    return ""


def _database_identity() -> str:
    """Tells a database from another one at the same address, such as after its file was removed."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    first = MigrationRecorder(connection).migration_qs.order_by("pk").values_list("applied", flat=True).first()
    return f" {connection.settings_dict['NAME']} {first}"


def _stamp_of_times(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        facts = path.stat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _stamp_of_contents(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _stamps_file() -> Path:
    from django.conf import settings

    return Path(settings.VAR_DIR) / STAMPS


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(_stamps_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _keep(name: str, stamp: str) -> None:
    path = _stamps_file()
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps({**_stamps(), name: stamp}), encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    os.chdir(ROOT)
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
