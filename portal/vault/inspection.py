"""Looks into one hostile file, in a process of its own: ``python -m portal.vault.inspection``.

Reads an ``Order`` (one line) and then the file from standard input, and answers one word: ``passed`` or a value of
``ScanReason``. It has limits on time and memory, may write no file, and gets no settings, no keys and no database.
What it does not answer, because it was killed or crashed, is for its parent to refuse.
"""

import codecs
import io
import json
import resource
import struct
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final

from .plain import is_plain
from .sound import MOST_BYTES, NoSound, require_sound
from .verdicts import PASSED, Order

CPU_SECONDS: Final = 60
MEMORY_BYTES: Final = 640 * 1024 * 1024
OPEN_FILES: Final = 32
READ_BYTES: Final = 256 * 1024
TAIL_BYTES: Final = 66 * 1024
RATIO_FROM_BYTES: Final = 32 * 1024 * 1024
JSON_PARSED_BYTES: Final = 16 * 1024 * 1024
END_OF_CENTRAL_DIRECTORY: Final = b"PK\x05\x06"

OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/document.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/workbook.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
}
ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Refused(Exception):
    """Inspection ends here, with this answer."""


class Source:
    """The file as it comes in: counts the bytes and remembers the last ones."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.tail = b""

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._stream.read(READ_BYTES):
            self.size += len(chunk)
            self.tail = (self.tail + chunk)[-TAIL_BYTES:]
            yield chunk

    def rest(self) -> None:
        """Reads on to the end, so that size and tail are known."""
        for _ in self:
            pass


def inspect(order: Order, stream: BinaryIO) -> str:
    """The answer for the file in ``stream``."""
    source = Source(stream)
    try:
        if order.media_type in OFFICE:
            _check_office(order, source)
        elif order.media_type.startswith("image/"):
            _check_image(order, source)
        elif order.media_type == "application/pdf":
            _check_pdf(source)
        elif order.media_type.startswith("audio/"):
            _check_sound(order, source)
        else:
            _check_text(order, source)
        source.rest()
        if source.size != order.size:
            raise Refused("unreadable")
        if order.media_type not in OFFICE and _ends_as_zip(source.tail):
            raise Refused("disguised")
    except Refused as refused:
        return str(refused)
    return PASSED


def _check_office(order: Order, source: Source) -> None:
    """Unpacks every member as a stream and counts; also that list and content of the archive tell the same story.

    A reader that trusts the list at the end would otherwise see another document than the one that was inspected.
    """
    from stream_unzip import MissingPasswordError, PasswordError, UnzipError, stream_unzip

    names: list[str] = []
    unpacked = 0
    try:
        for raw_name, _, chunks in stream_unzip(iter(source), chunk_size=READ_BYTES):
            names.append(raw_name.decode("utf-8", "replace"))
            if len(names) > order.max_members:
                raise Refused("bomb")
            beginning = b""
            for chunk in chunks:
                if len(beginning) < 8:
                    beginning += chunk[:8]
                unpacked += len(chunk)
                too_dense = unpacked > RATIO_FROM_BYTES and unpacked > order.max_ratio * source.size
                if unpacked > order.max_unpacked_bytes or too_dense:
                    raise Refused("bomb")
            _check_member(names[-1], beginning)
    except (PasswordError, MissingPasswordError) as error:
        raise Refused("encrypted") from error
    except UnzipError as error:
        raise Refused("unreadable") from error
    source.rest()
    if len(set(names)) != len(names) or _listed_members(source) != len(names):
        raise Refused("disguised")
    if OFFICE[order.media_type] not in names:
        raise Refused("disguised")


def _check_member(name: str, beginning: bytes) -> None:
    small = name.lower()
    if small.endswith("vbaproject.bin") or small.startswith("basic/"):
        raise Refused("macro")
    if beginning.startswith(OLE):
        raise Refused("nested_archive")
    if beginning.startswith(ARCHIVES):
        raise Refused("nested_archive")
    if beginning.startswith(PROGRAMS):
        raise Refused("disguised")


def _listed_members(source: Source) -> int:
    at = source.tail.rfind(END_OF_CENTRAL_DIRECTORY)
    if at == -1 or len(source.tail) - at < 22:
        raise Refused("unreadable")
    entries, _, start, comment = struct.unpack("<HIIH", source.tail[at + 10 : at + 22])
    if at + 22 + comment != len(source.tail) or start >= source.size:
        raise Refused("disguised")
    return int(entries)


def _ends_as_zip(tail: bytes) -> bool:
    at = tail.rfind(END_OF_CENTRAL_DIRECTORY)
    return (
        at != -1 and at + 22 <= len(tail) and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)
    )


def _check_image(order: Order, source: Source) -> None:
    """Only the header is read: how many points does it announce? Nothing is ever decoded."""
    chunks = iter(source)
    data = b""
    # A TIFF may keep its directory at the end; the others have theirs in front.
    wanted = order.size if order.media_type == "image/tiff" else 1024 * 1024
    parts: list[bytes] = []
    for chunk in chunks:
        parts.append(chunk)
        wanted -= len(chunk)
        if wanted <= 0:
            break
    data = b"".join(parts)
    del parts
    sizes = _heic_sizes(data) if order.media_type == "image/heic" else _pillow_sizes(order, data)
    if not sizes or any(width <= 0 or height <= 0 for width, height in sizes):
        raise Refused("unreadable")
    if any(width * height > order.max_pixels for width, height in sizes):
        raise Refused("bomb")


def _pillow_sizes(order: Order, data: bytes) -> list[tuple[int, int]]:
    import PIL.Image

    form = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF"}[order.media_type]
    PIL.Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter, and is an answer instead of a warning
    try:
        with PIL.Image.open(io.BytesIO(data), formats=[form]) as image:
            sizes = [image.size]
            if form == "TIFF":
                for page in range(1, min(getattr(image, "n_frames", 1), 2000)):
                    image.seek(page)
                    sizes.append(image.size)
            return sizes
    except Exception as error:  # whatever a hostile header makes the parser do
        raise Refused("unreadable") from error


def _heic_sizes(data: bytes) -> list[tuple[int, int]]:
    """The "image spatial extents" (``ispe``, ISO/IEC 23008-12, 6.5.3) of every image in the container."""
    sizes: list[tuple[int, int]] = []
    at = data.find(b"ispe")
    while at != -1 and at + 16 <= len(data):
        width, height = struct.unpack(">II", data[at + 8 : at + 16])
        sizes.append((width, height))
        at = data.find(b"ispe", at + 4)
    return sizes


def _check_pdf(source: Source) -> None:
    """Beginning and end only: a PDF is never parsed here."""
    for chunk in source:
        if not chunk.startswith(b"%PDF-"):
            raise Refused("disguised")
        break
    source.rest()
    if b"%%EOF" not in source.tail[-4096:]:
        raise Refused("unreadable")


def _check_sound(order: Order, source: Source) -> None:
    """Every byte must belong to the sound, or to a tag of modest size."""
    if order.size > MOST_BYTES:
        raise Refused("bomb")
    try:
        require_sound(order.media_type, b"".join(source))
    except NoSound as problem:
        raise Refused(str(problem)) from problem


def _check_text(order: Order, source: Source) -> None:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    parsed = order.media_type == "application/json" and order.size <= JSON_PARSED_BYTES
    parts: list[str] = []
    try:
        for chunk in source:
            text = decoder.decode(chunk)
            if not is_plain(text):
                raise Refused("disguised")
            if parsed:
                parts.append(text)
        decoder.decode(b"", final=True)
        if parsed:
            json.loads("".join(parts))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refused("unreadable") from error


def limit_resources() -> None:
    """Takes away from this process what it does not need. For ever: the hard limits are set too."""
    for kind, amount in [
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(kind, (amount, amount))


def main() -> None:
    """Reads the order and the file, writes the answer."""
    limit_resources()
    order = Order.parse(sys.stdin.buffer.readline(4096))
    sys.stdout.write(inspect(order, sys.stdin.buffer))


if __name__ == "__main__":
    main()
