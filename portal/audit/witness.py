"""The witness outside the database: a folder of signed tree heads, one JSON line each, only ever added to.

Whoever can rewrite the database cannot make it forget a head that was seen here: a shorter or another log shows. Put
the folder on another machine or on write-once storage, or carry ``manage.py export_tree_head`` there.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from .heads import BadHead, TreeHead
from .models import Entry

logger = logging.getLogger(__name__)

PATTERN = "heads-*.jsonl"
LINE_LIMIT = 4096

# The head written last by this process to each folder: an act with several rows has one callback for each, and one
# line is enough.
_written: dict[Path, TreeHead] = {}


def newest_head() -> TreeHead | None:
    """The signed head of the newest committed row; ``None`` for an empty log."""
    row = Entry.objects.order_by("-sequence").values_list("sequence", "root_hash", "leaf_hash", "signature").first()
    if row is None:
        return None
    sequence, root, leaf, signature = row
    return TreeHead(
        origin=settings.AUDIT_ORIGIN,
        size=sequence,
        root=bytes.fromhex(root),
        leaf=bytes.fromhex(leaf),
        signature=bytes.fromhex(signature),
    )


def export_newest() -> bool:
    """Show the newest head to the witness; whether that worked.

    Never raises for want of a disk or a database: the act is committed. It logs, and :func:`export_due` tries again.
    """
    folder = Path(settings.AUDIT_WITNESS_DIR)
    try:
        head = newest_head()
        if head is not None and head != _written.get(folder):
            append(head, folder=folder)
            _written[folder] = head
    except (OSError, DatabaseError, ValueError):
        logger.exception("The tree head could not be shown to the witness in %s; it will be tried again", folder)
        return False
    return True


def export_due() -> None:
    """Repeat an export that failed or was cut off: do nothing if the witness has the newest head already."""
    folder = Path(settings.AUDIT_WITNESS_DIR)
    try:
        head = newest_head()
        if head is not None and head.to_json() != _last_line(folder):
            append(head, folder=folder)
    except (OSError, DatabaseError, ValueError):
        logger.exception("The tree head could not be shown to the witness in %s; it will be tried again", folder)


def append(head: TreeHead, *, folder: Path) -> None:
    """Add one head to the file of this month: one ``write`` on an ``O_APPEND`` handle, on disk before it returns.

    Raises:
        OSError: if the folder or the disk does not take it.
    """
    new = not folder.is_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = folder / timezone.now().strftime("heads-%Y-%m.jsonl")
    new = new or not path.exists()
    line = head.to_json() + b"\n"
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        if _is_torn(handle):
            line = b"\n" + line
        if os.write(handle, line) != len(line):
            raise OSError(f"{path}: the line was cut short")
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        _sync_folder(folder)


def _is_torn(handle: int) -> bool:
    """Whether the file ends in half a line, left by a process that was killed."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _last_line(folder: Path) -> bytes:
    """The last whole line of the newest file, or nothing."""
    paths = sorted(folder.glob(PATTERN))
    if not paths:
        return b""
    with paths[-1].open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2 * LINE_LIMIT))
        lines = file.read().split(b"\n")
    return lines[-2] if len(lines) > 1 and lines[-1] == b"" else b""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the witness. ``head`` is ``None`` for anything else; ``torn`` says that a write was cut off there."""

    file: str
    number: int
    head: TreeHead | None
    torn: bool = False


def read(folder: Path) -> Iterator[Line]:
    """All lines of a witness folder, file by file, never a whole file in memory.

    Raises:
        OSError: if the folder or a file cannot be read; a folder that is not there included.
    """
    for path in sorted(folder.iterdir()):
        if not path.match(PATTERN):
            continue
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(LINE_LIMIT):
                number += 1
                line = raw.strip(b"\r\n")
                if line:
                    yield _parse(line, file=path.name, number=number)


def _parse(line: bytes, *, file: str, number: int) -> Line:
    head: TreeHead | None = None
    with suppress(BadHead):
        head = TreeHead.from_json(line)
    # A cut-off write never reaches the closing brace; anything else that is no head was put there.
    return Line(file=file, number=number, head=head, torn=head is None and not line.endswith(b"}"))
