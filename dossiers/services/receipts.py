"""The receipt of a package: what was sealed, who had it when, on which consent; signed, so that it can be checked."""

import base64
import binascii
import json
from typing import Any

from django.utils import timezone

from portal.audit import signing
from portal.audit.canonical import time_text

from ..models import Package
from ..queries.lookups import current_files
from .sealing import canonical

TYPE = "handover-receipt"
MAX_BYTES = 1_000_000
MOMENTS = ("sealed_at", "offered_at", "accepted_at", "collected_at", "confirmed_at", "ended_at", "shredded_at")


def receipt_of(package: Package) -> dict[str, Any]:
    """The receipt as data, signed with the installation's Ed25519 key over its canonical JSON.

    It holds ids, hashes and times and no name, so that it may be kept after the files are destroyed.
    """
    times = {name: time_text(moment) for name in MOMENTS if (moment := getattr(package, name)) is not None}
    document: dict[str, Any] = {
        "type": TYPE,
        "version": 1,
        "manifest": package.manifest,
        "manifest_sha256": package.manifest_sha256,
        "status": package.status,
        "ended_as": package.ended_as,
        "end_reason": package.end_reason,
        "times": times,
        "released": [
            {
                "file": str(release.file.public_id) if release.file else "form",
                "by": str(release.user.public_id),
                "at": time_text(release.at),
            }
            for release in package.releases.select_related("file", "user")
        ],
        "issued_at": time_text(timezone.now()),
        "public_key": signing.public_key_text(),
    }
    signature = signing.sign(canonical(document))
    return {**document, "signature": base64.b64encode(signature).decode()}


def is_genuine(text: bytes) -> tuple[bool, str]:
    """Whether this installation issued exactly this receipt, and the id of its package (empty if it is none)."""
    try:
        document = json.loads(text)
        written = document.pop("signature")
        signature = base64.b64decode(written, validate=True)
        if document["type"] != TYPE:
            return False, ""
        package_id = str(document["manifest"]["package"])
        # Base64 leaves bits over: several texts decode to the same signature, and only one was issued.
        genuine = base64.b64encode(signature).decode() == written and signing.verify(canonical(document), signature)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError):
        return False, ""
    return genuine, package_id if genuine else ""


def receipt_context(package: Package) -> dict[str, Any]:
    """What the printed receipt shows."""
    return {
        "package": package,
        "kind": package.kind,
        "files": [file.stored for file in current_files(package)],
        "releases": package.releases.select_related("file", "user"),
        "now": timezone.now(),
    }
