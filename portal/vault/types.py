"""Which kinds of file are taken, told from their content; the name only has to agree."""

import codecs
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import filetype

from .enums import RefusalCode
from .errors import FileRefused
from .names import extension_of
from .plain import is_plain
from .sound import M4A, MP3, OGG, type_of

HEAD_BYTES: Final = 256 * 1024
"""How much of the beginning is looked at before the first byte is stored."""

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
TIFF: Final = "image/tiff"
HEIC: Final = "image/heic"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT: Final = "application/vnd.oasis.opendocument.text"
TEXT: Final = "text/plain"
CSV: Final = "text/csv"
JSON: Final = "application/json"

EXTENSIONS: Final[dict[str, str]] = {
    "pdf": PDF,
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "tif": TIFF,
    "tiff": TIFF,
    "heic": HEIC,
    "heif": HEIC,
    "docx": DOCX,
    "xlsx": XLSX,
    "odt": ODT,
    "txt": TEXT,
    "csv": CSV,
    "json": JSON,
}
"""The allow-list: each extension that is taken, and what its content must be."""

SOUND: Final[dict[str, str]] = {"mp3": MP3, "m4a": M4A, "ogg": OGG}
"""What is taken instead where somebody's voice is asked for; no handover holds sound."""

ZIP_BASED: Final = frozenset({DOCX, XLSX, ODT})
IMAGES: Final = frozenset({JPEG, PNG, TIFF, HEIC})
TEXTUAL: Final = frozenset({TEXT, CSV, JSON})
AUDIBLE: Final = frozenset(SOUND.values())

ZIP_LOCAL_HEADER: Final = b"PK\x03\x04"
# Brands of ISO 23008-12: HEIC and its image sequences.
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# What a browser or a shell would run, whatever the name says.
ACTIVE_STARTS: Final = (
    b"#!",
    b"<?xml",
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<svg",
    b"<?php",
    b"<%",
)
ACTIVE_PARTS: Final = (b"<script", b"<svg", b"<html", b"<iframe")


@dataclass(frozen=True, kw_only=True)
class Zipped:
    """The members that a zip file begins with."""

    names: frozenset[str]
    mimetype: str = ""


def decide_type(head: bytes, *, filename: str, complete: bool, kinds: Mapping[str, str] = EXTENSIONS) -> str:
    """The media type of a file whose first bytes are ``head`` (at most ``HEAD_BYTES``; all of it if ``complete``).

    Args:
        kinds: which extensions are taken here, and what their content must be.

    Raises:
        FileRefused: ``empty``; ``not_allowed`` if this kind of file is never taken; ``disguised`` if the name says a
            kind that is taken and the content is another.
    """
    if not head:
        raise FileRefused(RefusalCode.EMPTY)
    expected = kinds.get(extension_of(filename))
    if expected is None:
        raise FileRefused(RefusalCode.NOT_ALLOWED)
    if expected in TEXTUAL:
        matches = _is_text(head, complete=complete) and (expected != JSON or _starts_as_json(head))
    elif expected in AUDIBLE:
        matches = type_of(head) == expected
    else:
        matches = _binary_type(head) == expected
    if not matches:
        raise FileRefused(RefusalCode.DISGUISED)
    return expected


def _binary_type(head: bytes) -> str | None:
    if head.startswith(ZIP_LOCAL_HEADER):
        return _office_type(_first_members(head))
    if head[4:8] == b"ftyp":
        return HEIC if _is_heic(head) else None
    kind = filetype.guess(head[:8192])
    return kind.mime if kind is not None and kind.mime in {PDF, JPEG, PNG, TIFF} else None


def _is_heic(head: bytes) -> bool:
    size = min(struct.unpack(">I", head[:4])[0], 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    return bool(brands & HEIC_BRANDS) and bool(brands & {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})


def _first_members(head: bytes) -> Zipped:
    names: set[str] = set()
    mimetype = ""
    at = head.find(ZIP_LOCAL_HEADER)
    while at != -1 and at + 30 <= len(head):
        method, packed, name_length, extra_length = struct.unpack("<H", head[at + 8 : at + 10]) + struct.unpack(
            "<I4xHH", head[at + 18 : at + 30]
        )
        name = head[at + 30 : at + 30 + name_length].decode("utf-8", "replace")
        names.add(name)
        if name == "mimetype" and method == 0:
            start = at + 30 + name_length + extra_length
            mimetype = head[start : start + packed].decode("ascii", "replace")
        at = head.find(ZIP_LOCAL_HEADER, at + 30)
    return Zipped(names=frozenset(names), mimetype=mimetype)


def _office_type(zipped: Zipped) -> str | None:
    if zipped.mimetype == ODT:
        return ODT
    if "[Content_Types].xml" not in zipped.names:
        return None
    if any(name.startswith("word/") for name in zipped.names):
        return DOCX
    if any(name.startswith("xl/") for name in zipped.names):
        return XLSX
    return None


def _is_text(head: bytes, *, complete: bool) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=complete)
    except UnicodeDecodeError:
        return False
    if not is_plain(text):
        return False
    beginning = head.removeprefix(codecs.BOM_UTF8).lstrip()[:4096].lower()
    return not beginning.startswith(ACTIVE_STARTS) and not any(part in beginning for part in ACTIVE_PARTS)


def _starts_as_json(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in {b"{", b"["}
