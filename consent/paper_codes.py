"""The code on each page of a printed form: which form, which page, and a check. It tells nothing about a person."""

import base64
import hmac
import uuid
from dataclasses import dataclass

from portal.vault.crypto import blind_index

MARK = "TF"
CHECK = 12
LOOK_ALIKE = str.maketrans("018", "OIB")
"""Digits that the name of a form never has, and the letters for which a reader takes them."""


@dataclass(frozen=True, kw_only=True)
class PageCode:
    """What a genuine code says."""

    form: uuid.UUID
    page: int


def code_of(form: uuid.UUID, page: int) -> str:
    """The code as printed: capitals, digits and dashes only, for a small QR code and a typing hand."""
    name = base64.b32encode(form.bytes).decode().rstrip("=")
    return f"{MARK}-{name}-{page:02d}-{_check(form, page)}"


def read_code(text: str) -> PageCode | None:
    """What a code says; ``None`` for anything that this installation did not print."""
    parts = text.strip().upper().replace(" ", "").split("-")
    if len(parts) != 4 or parts[0] != MARK or len(parts[1]) != 26 or not parts[2].isdecimal():
        return None
    try:
        form = uuid.UUID(bytes=base64.b32decode(parts[1].translate(LOOK_ALIKE) + "======"))
        page = int(parts[2])
    except ValueError:
        return None
    good = hmac.compare_digest(_check(form, page).encode(), parts[3].encode())
    return PageCode(form=form, page=page) if good else None


def _check(form: uuid.UUID, page: int) -> str:
    return blind_index(f"{form}|{page}", "consent.paper.page")[:CHECK].upper()
