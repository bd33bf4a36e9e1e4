"""What a sound file consists of: MP3, MP4 with sound only, Ogg with Opus or Vorbis. Nothing is decoded.

For the web process, which sees the beginning, and for the inspecting one, which walks the whole file and goes without
Django: a file that is sound from its first byte to its last has no room for anything else.
"""

from collections.abc import Iterator
from typing import Final

MP3: Final = "audio/mpeg"
M4A: Final = "audio/mp4"
OGG: Final = "audio/ogg"

MOST_BYTES: Final = 64 * 1024 * 1024
"""More than this is not walked."""
MOST_TAG_BYTES: Final = 2 * 1024 * 1024
"""How much of an MP3 may be about it (ID3: a title, a small picture) instead of sound."""
MOST_END_BYTES: Final = 128 * 1024
FEWEST_FRAMES: Final = 2

# ISO/IEC 11172-3 and 13818-3, layer III: kilobits a second and samples a second, by the fields of a frame's header.
BIT_RATES: Final = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLE_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
ENDS: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"\0")
# What telephones and recorders write into a file named .m4a (ISO/IEC 14496-12, 4.3).
BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"})
MOST_MOVIE_BYTES: Final = 8 * 1024 * 1024
OGG_CODECS: Final = (b"OpusHead", b"\x01vorbis")


class NoSound(ValueError):
    """The file is something else than sound; its text is a value of ``ScanReason``."""


def type_of(head: bytes) -> str | None:
    """The media type of a file that begins with ``head``, if it begins as sound does."""
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        return M4A if size >= 16 and _brands(head[8:size]) & BRANDS else None
    if head.startswith(b"OggS"):
        return OGG if _first_codec(head) else None
    at = _after_tags(head)
    if at is None:
        return None
    if at >= len(head):  # a picture in front of the sound: the whole file will tell
        return MP3 if head.startswith(b"ID3") else None
    length = _frame_length(head, at)
    follows = length is not None and (at + length >= len(head) or _frame_length(head, at + length) is not None)
    return MP3 if follows else None


def require_sound(media_type: str, content: bytes) -> None:
    """Walk the whole file.

    Raises:
        NoSound: ``unreadable`` if it breaks off or is too short to be sound, ``disguised`` if something else is in it.
    """
    if len(content) > MOST_BYTES:
        raise NoSound("bomb")
    {MP3: _require_mp3, M4A: _require_m4a, OGG: _require_ogg}[media_type](content)


def _after_tags(data: bytes) -> int | None:
    """Where the sound begins, after tags and the zeros behind them; ``None`` if a tag is no tag."""
    at = 0
    while data.startswith(b"ID3", at):
        header = data[at : at + 10]
        if len(header) < 10 or not 2 <= header[3] <= 4 or any(byte & 0x80 for byte in header[6:10]):
            return None
        size = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
        at += 10 + size + (10 if header[5] & 0x10 else 0)
        if at > MOST_TAG_BYTES:
            return None
    while at < len(data) and data[at] == 0 and at < MOST_TAG_BYTES:
        at += 1
    return at


def _frame_length(data: bytes, at: int) -> int | None:
    """How many bytes the frame of layer III has that begins here; ``None`` if none does."""
    if len(data) - at < 4 or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bits, samples, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version == 1 or layer != 1 or bits in {0, 15} or samples == 3:
        return None
    rate = BIT_RATES[3 if version == 3 else 2][bits - 1] * 1000
    return (144 if version == 3 else 72) * rate // SAMPLE_RATES[version][samples] + padding


def _require_mp3(content: bytes) -> None:
    at = _after_tags(content)
    if at is None:
        raise NoSound("disguised")
    frames = 0
    while at < len(content) and (length := _frame_length(content, at)) is not None:
        at += length
        frames += 1
    end = content[at:]
    if frames < FEWEST_FRAMES:
        raise NoSound("unreadable" if not end else "disguised")
    if len(end) > MOST_END_BYTES or (end and not end.startswith(ENDS)):
        raise NoSound("disguised")


def _brands(box: bytes) -> set[bytes]:
    return {box[:4], *(box[at : at + 4] for at in range(8, min(len(box), 256), 4))}


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of an MP4 file side by side, each with its kind; together they are the whole file."""
    at = 0
    while at < len(content):
        size, start = int.from_bytes(content[at : at + 4], "big"), 8
        if size == 1:
            size, start = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(content) - at
        if size < start or at + size > len(content):
            raise NoSound("unreadable")
        kind = content[at + 4 : at + 8]
        yield kind, content[at + start : at + min(size, MOST_MOVIE_BYTES)] if kind in {b"ftyp", b"moov"} else b""
        at += size


def _require_m4a(content: bytes) -> None:
    found = dict(_boxes(content))
    if not _brands(found.get(b"ftyp", b"")) & BRANDS or not {b"moov", b"mdat"} <= set(found):
        raise NoSound("unreadable")
    tracks, movie = set(), found[b"moov"]
    at = movie.find(b"hdlr")
    while at != -1:  # ISO/IEC 14496-12, 8.4.3: version and flags, a zero, then what the track is
        tracks.add(movie[at + 12 : at + 16])
        at = movie.find(b"hdlr", at + 4)
    if b"soun" not in tracks or b"vide" in tracks:
        raise NoSound("disguised")


def _first_codec(page: bytes) -> bytes | None:
    """What a first page of an Ogg stream (RFC 3533) carries, if it is one of ours."""
    if len(page) < 28 or page[4] != 0 or not page[5] & 2:
        return None
    start = 27 + page[26]
    return next((codec for codec in OGG_CODECS if page.startswith(codec, start)), None)


def _require_ogg(content: bytes) -> None:
    at = pages = 0
    while at < len(content):
        header = content[at : at + 27]
        if len(header) < 27 or not header.startswith(b"OggS") or header[4] != 0:
            raise NoSound("disguised")
        segments = content[at + 27 : at + 27 + header[26]]
        length = 27 + len(segments) + sum(segments)
        if len(segments) < header[26] or at + length > len(content):
            raise NoSound("unreadable")
        begins = bool(header[5] & 2)
        if (begins and _first_codec(content[at : at + length]) is None) or (not pages and not begins):
            raise NoSound("disguised")
        at, pages = at + length, pages + 1
    if pages < FEWEST_FRAMES:
        raise NoSound("unreadable")
