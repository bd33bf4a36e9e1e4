"""Reads the log past the ORM, cell by cell: somebody who writes by SQL may have left anything at all."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from . import canonical, merkle
from .models import Entry, TreeState

CHUNK = 500
TABLE = Entry._meta.db_table
KEY = "sequence"
HASHES = {"leaf_hash": 32, "root_hash": 32, "signature": 64}


class _Garbage(ValueError):
    pass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row as found. ``content`` is ``None`` when a cell holds what no row can hold, and a hash is then empty."""

    sequence: int
    content: tuple[str, dict[str, str], Any] | None
    leaf_hash: bytes
    root_hash: bytes
    signature: bytes

    def leaf_at(self, sequence: int) -> bytes:
        """The leaf hash of this content at some place in the log; empty for garbage."""
        if self.content is None:
            return b""
        at, texts, details = self.content
        try:
            return merkle.leaf_hash(canonical.leaf_bytes(sequence=sequence, at=at, texts=texts, details=details))
        except (ValueError, TypeError, RecursionError):
            return b""

    @property
    def leaf(self) -> bytes:
        """The leaf hash of this content at its own place."""
        return self.leaf_at(self.sequence)


def stream(*, after: int | None) -> Iterator[Row]:
    """All rows that have a whole number, in order, :data:`CHUNK` at a time."""
    while True:
        chunk = _chunk(after)
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].sequence


def unnumbered() -> list[str]:
    """The numbers of rows whose number is none: SQLite keeps text in a column of integers."""
    if connection.vendor != "sqlite":
        return []
    found = _query(f'SELECT CAST("{KEY}" AS BLOB) FROM "{TABLE}" WHERE typeof("{KEY}") <> \'integer\' LIMIT 100')
    return [ascii(bytes(cell or b"").decode(errors="replace")[:40]) for (cell,) in found]


def count(*, last: int) -> int:
    """How many rows lie between the first and this one."""
    return int(_query(f'SELECT COUNT(*) FROM "{TABLE}" WHERE "{KEY}" BETWEEN 1 AND %s', [last])[0][0])


def stored_roots(sequences: list[int]) -> dict[int, bytes]:
    """The root hashes of some rows, by number; rows that are not there are left out."""
    if not sequences:
        return {}
    marks = ", ".join(["%s"] * len(sequences))
    found = _query(
        f'SELECT "{KEY}", {_cell("root_hash")} FROM "{TABLE}" WHERE "{KEY}" IN ({marks})',
        [min(sequence, 2**63 - 1) for sequence in sequences],
    )
    return {number: _hash(cell, 32) for number, cell in found}


def tree_state() -> merkle.Frontier | None:
    """The tree as the next act would find it; ``None`` when there is no row for it.

    Raises:
        merkle.BadFrontier: if it is garbage.
    """
    found = _query(f'SELECT {_cell("size", "text")}, {_cell("frontier", "text")} FROM "{TreeState._meta.db_table}"')
    if not found:
        return None
    try:
        (size, frontier), *others = found
        if others:
            raise _Garbage
        return merkle.Frontier(int(_text(size)), [bytes.fromhex(peak) for peak in json.loads(_text(frontier))])
    except (ValueError, TypeError, RecursionError) as error:
        raise merkle.BadFrontier("the tree state is garbage") from error


def _chunk(after: int | None) -> list[Row]:
    columns = [f'"{KEY}"', _time(), _cell("details", "text"), *map(_cell, canonical.TEXT_FIELDS), *map(_cell, HASHES)]
    conditions = [f"typeof(\"{KEY}\") = 'integer'"] if connection.vendor == "sqlite" else []
    conditions += [f'"{KEY}" > %s'] if after is not None else []
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = _query(
        f'SELECT {", ".join(columns)} FROM "{TABLE}" {where} ORDER BY "{KEY}" LIMIT {CHUNK}',
        [] if after is None else [after],
    )
    return [_row(*cells) for cells in found]


def _row(sequence: int, at: Any, details: Any, *cells: Any) -> Row:
    texts = cells[: len(canonical.TEXT_FIELDS)]
    leaf, root, signature = (
        _hash(cell, length) for cell, length in zip(cells[len(texts) :], HASHES.values(), strict=True)
    )
    content: tuple[str, dict[str, str], Any] | None
    try:
        named = {name: _text(cell) for name, cell in zip(canonical.TEXT_FIELDS, texts, strict=True)}
        content = (_moment(_text(at)), named, _details(_text(details)))
    except (ValueError, TypeError, RecursionError, OverflowError):
        content = None
    return Row(sequence=sequence, content=content, leaf_hash=leaf, root_hash=root, signature=signature)


def _query(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or [])
        return cursor.fetchall()


def _cell(column: str, cast: str = "") -> str:
    """A cell without conversion by the driver; on SQLite ``NULL`` unless it is what its column is declared to be."""
    if connection.vendor == "sqlite":
        kind = "integer" if column == "size" else "text"
        return f'CASE WHEN typeof("{column}") = \'{kind}\' THEN CAST("{column}" AS BLOB) END'
    return f'"{column}"::{cast}' if cast else f'"{column}"'


def _time() -> str:
    if connection.vendor == "sqlite":
        return _cell("at")
    return """to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"""


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        raise _Garbage
    return bytes(cell).decode()


def _hash(cell: Any, length: int) -> bytes:
    try:
        text = _text(cell)
        value = bytes.fromhex(text)
    except ValueError:
        return b""
    return value if len(value) == length and value.hex() == text else b""


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None or (connection.vendor == "sqlite" and str(moment) != text):
        raise _Garbage
    return canonical.time_text(moment.replace(tzinfo=UTC))


def _details(text: str) -> Any:
    details = json.loads(text)
    # SQLite keeps the text as it was given: a name twice, or spaces, would read the same and yet be another text.
    if connection.vendor == "sqlite" and json.dumps(details) != text:
        raise _Garbage
    return details
