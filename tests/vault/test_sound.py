"""Sound: told from its content, walked from the first byte to the last, and taken only where a voice is asked for."""

import io

import pytest

from portal.vault import scanning, services
from portal.vault.enums import RefusalCode, Scan
from portal.vault.errors import FileRefused
from portal.vault.inspection import inspect
from portal.vault.types import EXTENSIONS, SOUND, decide_type
from portal.vault.verdicts import PASSED, Order
from tests.vault import samples

pytestmark = pytest.mark.sqlite

GOOD = [
    (samples.mp3(), "a.mp3"),
    (samples.mp3(tag=400_000), "picture.mp3"),
    (samples.mp3() + b"TAG" + bytes(125), "old-tag.mp3"),
    (samples.mp3()[:-100], "cut.mp3"),
    (samples.m4a(), "a.m4a"),
    (samples.ogg(), "a.ogg"),
    (samples.ogg(b"\x01vorbis" + bytes(20)), "vorbis.ogg"),
]
# Whatever the name says, these never begin as sound.
DISGUISED = [
    (b"<html><script>alert(1)</script></html>" * 20, "page.mp3"),
    (b"ID3" + b"<script>alert(1)</script>" * 20, "tag.mp3"),
    (samples.pdf(), "brief.m4a"),
    (samples.heic(), "foto.m4a"),
    (samples.ogg(b"\x80theora" + bytes(30)), "film.ogg"),
    (samples.ogg(), "other.mp3"),
    (samples.mp3(), "other.ogg"),
    (bytes(5000), "zeros.mp3"),
    (samples.mp3(tag=3_000_000), "giant-tag.mp3"),
    (b"ID3\x03\0\0\0\x7f\x7f\x7f" + b"<html>" * 100_000, "page-in-tag.mp3"),
]
# These begin as sound; the inspecting process refuses them.
BAD = [
    (samples.mp3() + b"<html><script>" + bytes(300), "end.mp3", "disguised"),
    (samples.mp3() + samples.zipped({"a.html": b"<html>"}), "zip.mp3", "disguised"),
    (samples.mp3() + b"TAG" + bytes(200_000), "long-end.mp3", "disguised"),
    (samples.mp3(1), "one.mp3", "unreadable"),
    (samples.m4a(b"vide"), "film.m4a", "disguised"),
    (samples.m4a()[:-20], "cut.m4a", "unreadable"),
    (samples.m4a() + b"<html>" * 9, "end.m4a", "unreadable"),
    (samples.ogg()[:-9], "cut.ogg", "unreadable"),
    (samples.ogg() + b"<html>" * 9, "end.ogg", "disguised"),
    (samples.ogg() + samples.ogg(b"\x80theora" + bytes(30)), "two.ogg", "disguised"),
    (samples.ogg(pages=1), "head.ogg", "unreadable"),
]


def names(cases: list) -> list[str]:
    return [case[1] for case in cases]


def verdict(content: bytes, filename: str) -> str:
    media_type = decide_type(content[: 256 * 1024], filename=filename, complete=True, kinds=SOUND)
    order = Order(media_type=media_type, size=len(content), max_unpacked_bytes=1)
    return inspect(order, io.BytesIO(content))


@pytest.mark.parametrize(("content", "filename"), GOOD, ids=names(GOOD))
def test_sound_passes(content: bytes, filename: str) -> None:
    assert verdict(content, filename) == PASSED


@pytest.mark.parametrize(("content", "filename"), DISGUISED, ids=names(DISGUISED))
def test_what_does_not_begin_as_sound_is_not_taken(content: bytes, filename: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        decide_type(content, filename=filename, complete=True, kinds=SOUND)
    assert refusal.value.code is RefusalCode.DISGUISED


@pytest.mark.parametrize(("content", "filename", "reason"), BAD, ids=names(BAD))
def test_what_hides_behind_sound_is_refused(content: bytes, filename: str, reason: str) -> None:
    assert verdict(content, filename) == reason


def test_a_handover_takes_no_sound_and_a_recording_nothing_else() -> None:
    for content, filename, kinds in ((samples.mp3(), "a.mp3", EXTENSIONS), (samples.pdf(), "a.pdf", SOUND)):
        with pytest.raises(FileRefused) as refusal:
            decide_type(content, filename=filename, complete=True, kinds=kinds)
        assert refusal.value.code is RefusalCode.NOT_ALLOWED


@pytest.mark.django_db
def test_sound_is_inspected_and_scanned_and_read_in_part(container, clamd) -> None:
    content = samples.mp3(9000)
    with services.receive(container=container, filename="a.mp3", kinds=SOUND) as receiver:
        receiver.write(content)
        file = receiver.finish()
    assert scanning.scan_file(file) is Scan.CLEAN
    megabyte = 1024 * 1024
    for start, length in ((0, 10), (megabyte - 5, 10), (0, len(content)), (3 * megabyte, len(content))):
        assert b"".join(services.open_part(file=file, start=start, length=length)) == content[start : start + length]
