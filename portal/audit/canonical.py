"""The bytes of one row that go into its leaf: the same on every database, for ever."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .models import Entry

VERSION = 1

TEXT_FIELDS = (
    "event",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_role",
    "organisation_id",
    "team_id",
    "on_behalf_of",
    "session",
    "address",
    "request_id",
    "subject",
    "object_type",
    "object_id",
    "basis",
    "reason",
)


def time_text(moment: datetime) -> str:
    """A moment in UTC with microseconds, as both databases keep it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_bytes(*, sequence: int, at: str, texts: Mapping[str, str], details: Mapping[str, Any]) -> bytes:
    """JSON with sorted names, no spaces, ASCII only; ``at`` as :func:`time_text` writes it.

    Raises:
        ValueError: for what JSON cannot hold (not a number, infinity).
    """
    row = {"version": VERSION, "sequence": sequence, "at": at, "details": details, **texts}
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def entry_bytes(entry: Entry) -> bytes:
    """The leaf of a row that is about to be written."""
    return leaf_bytes(
        sequence=entry.sequence,
        at=time_text(entry.at),
        texts={name: getattr(entry, name) for name in TEXT_FIELDS},
        details=entry.details,
    )
