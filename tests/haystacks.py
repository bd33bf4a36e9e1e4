"""Everything that the product stores, as bytes, and the ways in which a word may lie in it."""

import base64
import json
import pickle
import subprocess
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.cache import caches
from django.db import connection

from tests.services import postgresql_binaries


def haystacks() -> dict[str, bytes]:
    """Each table by name, a dump of the database and its files, opened sessions, the cache, and every file kept."""
    found: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = b"\n".join(_bytes(value) for row in cursor.fetchall() for value in row)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found["iterdump"] = "\n".join(connection.connection.iterdump()).encode()
            name = str(connection.settings_dict["NAME"])
            for path in Path(name).parent.glob(f"{Path(name).name}*"):
                found[str(path.name)] = path.read_bytes()
    if connection.vendor == "postgresql":
        found["pg_dump"] = _pg_dump()
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    for row in sessions.get_model_class().objects.all():
        found[f"session {row.pk}"] = json.dumps(row.get_decoded(), default=str).encode()
    found["cache"] = b"\n".join(_cached())
    for folder in (Path(settings.VAR_DIR), Path(settings.STORAGE_URL.removeprefix("file://"))):
        for path in folder.rglob("*"):
            found[f"file {path.name}"] = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
    return found


def written(word: str) -> set[bytes]:
    """A word in small letters, as text, JSON, a web address, base64 and hexadecimals would have it.

    Of base64 the middle, in each of its three positions; small letters there too, as the search makes of everything.
    """
    raw = {word.encode(), word.lower().encode(), word.upper().encode(), word.encode("utf-16-le")}
    ways = {*raw, json.dumps(word)[1:-1].encode(), quote(word).encode(), quote(word, safe="").encode()}
    for form in raw:
        ways.add(form.hex().encode())
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + form)
            middle = coded[(shift * 8 + 5) // 6 :].rstrip(b"=")[:-1]
            if len(middle) >= 8:
                ways |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return {way.lower() for way in ways}


def traces(needles: Iterable[str]) -> set[tuple[str, str]]:
    """Which needle lies where, however it is written."""
    places = {place: content.lower() for place, content in haystacks().items()}
    ways = {needle: written(needle) for needle in needles}
    return {
        (place, needle)
        for place, content in places.items()
        for needle, forms in ways.items()
        if any(form in content for form in forms)
    }


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _cached() -> Iterator[bytes]:
    for cache in caches.all(initialized_only=True):
        for key, stored in getattr(cache, "_cache", {}).items():
            yield str(key).encode()
            yield stored
            yield _bytes(pickle.loads(stored))


def _pg_dump() -> bytes:
    where = connection.settings_dict
    command = [
        postgresql_binaries() / "pg_dump",
        "--host",
        where["HOST"],
        "--username",
        where["USER"] or "portal",
        where["NAME"],
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout
