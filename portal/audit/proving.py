"""Rows of the log with what proves them to somebody outside: their bytes, a signed head, and the way up the tree."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from . import canonical, merkle
from .heads import TreeHead
from .models import Entry
from .signing import public_key_text


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """``rows`` is JSON with each row and its path, ``head`` the signed head (C2SP checkpoint) to which they lead."""

    rows: bytes
    head: bytes
    count: int


def entries_about(*, object_ids: Iterable[str]) -> QuerySet[Entry]:
    """The rows about these objects, oldest first."""
    return Entry.objects.filter(object_id__in=list(object_ids)).order_by("sequence")


def evidence(entries: Iterable[Entry]) -> Evidence:
    """What proves that these rows stand in the log now, unchanged, for whoever knows the public key.

    The leaf of a row is SHA-256 over a zero byte and the row's bytes (RFC 9162 section 2.1.1); ``path`` are the hashes
    of section 2.1.3.1. Reads the hash of each row of the log once (32 bytes a row in memory).
    """
    rows = list(entries)
    newest = Entry.objects.order_by("-sequence").first()
    if newest is None:
        return Evidence(rows=b"[]", head=b"", count=0)
    hashes = Entry.objects.filter(sequence__lte=newest.sequence).order_by("sequence")
    leaves = [bytes.fromhex(leaf) for leaf in hashes.values_list("leaf_hash", flat=True).iterator()]
    places = [row.sequence - 1 for row in rows]
    paths = merkle.inclusion_proofs(leaves, places) if max(places, default=-1) < len(leaves) else {}
    head = TreeHead(
        origin=settings.AUDIT_ORIGIN,
        size=newest.sequence,
        root=bytes.fromhex(newest.root_hash),
        leaf=bytes.fromhex(newest.leaf_hash),
        signature=bytes.fromhex(newest.signature),
    )
    document = {
        "algorithm": "RFC 9162, SHA-256",
        "tree_size": newest.sequence,
        "root": newest.root_hash,
        "signed_text": head.text().decode(),
        "signature": newest.signature,
        "public_key": public_key_text(),
        "rows": [
            {
                "sequence": row.sequence,
                "leaf": canonical.entry_bytes(row).decode("ascii"),
                "leaf_hash": row.leaf_hash,
                "path": [node.hex() for node in paths.get(row.sequence - 1, [])],
            }
            for row in rows
        ],
    }
    return Evidence(rows=json.dumps(document, indent=2).encode(), head=head.to_note().encode(), count=len(rows))
