"""Names made harmless; kinds told from content."""

import pytest
from hypothesis import given, strategies

from portal.vault import types
from portal.vault.enums import RefusalCode
from portal.vault.errors import FileRefused
from portal.vault.names import MAX_NAME_LENGTH, clean_name
from tests.vault import samples


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("brief.pdf", "brief.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\nurse\\groei curve.xlsx", "groei curve.xlsx"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("دفتر التطعيم.pdf", "دفتر التطعيم.pdf"),
        ("ክታበት.jpg", "ክታበት.jpg"),
        ("می‌روم.txt", "می‌روم.txt"),
        ('x"; filename="y.pdf', "x; filename=y.pdf"),
        ("...", "bestand"),
        ("", "bestand"),
        (".pdf", "pdf"),
        ("a" * 400 + ".docx", "a" * 145 + ".docx"),
    ],
)
def test_names(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@given(strategies.text(max_size=400))
def test_any_name_becomes_safe_and_stays_so(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= MAX_NAME_LENGTH
    assert not set(cleaned) & set('/\\\0\r\n"\u202e<>:|?*')
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("content", "filename", "media_type"),
    [
        (samples.pdf(), "formulier.PDF", types.PDF),
        (samples.image("JPEG"), "kaart.jpg", types.JPEG),
        (samples.image("PNG"), "kaart.png", types.PNG),
        (samples.image("TIFF"), "scan.tif", types.TIFF),
        (samples.heic(), "IMG_0001.HEIC", types.HEIC),
        (samples.word(), "brief.docx", types.DOCX),
        (samples.sheet(), "groei.xlsx", types.XLSX),
        (samples.open_document(), "brief.odt", types.ODT),
        ("Beste collega,\r\n\tمرحبا\n".encode(), "brief.txt", types.TEXT),
        (b"\xef\xbb\xbfdatum;lengte\n2026-01-01;98\n", "groei.csv", types.CSV),
        (samples.bundle(), "bundle.json", types.JSON),
    ],
)
def test_kinds_that_are_taken(content: bytes, filename: str, media_type: str) -> None:
    assert types.decide_type(content, filename=filename, complete=True) == media_type


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "leeg.pdf", RefusalCode.EMPTY),
        (samples.program(), "setup.exe", RefusalCode.NOT_ALLOWED),
        (samples.program(), "brief.pdf", RefusalCode.DISGUISED),
        (samples.program(), "brief.txt", RefusalCode.DISGUISED),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "foto.jpg", RefusalCode.DISGUISED),
        (b"#!/bin/sh\nrm -rf /\n", "brief.txt", RefusalCode.DISGUISED),
        (b"L\0\0\0\x01\x14\x02\0" + bytes(60), "brief.lnk", RefusalCode.NOT_ALLOWED),
        (b"<!DOCTYPE html><html><script>1</script>", "pagina.html", RefusalCode.NOT_ALLOWED),
        (b"<!DOCTYPE html><html>", "brief.txt", RefusalCode.DISGUISED),
        (b"hallo <script>alert(1)</script>", "brief.txt", RefusalCode.DISGUISED),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "foto.svg", RefusalCode.NOT_ALLOWED),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "foto.png", RefusalCode.DISGUISED),
        (b"alert(1)", "script.js", RefusalCode.NOT_ALLOWED),
        (samples.image("PNG"), "foto.jpg", RefusalCode.DISGUISED),
        (samples.image("GIF"), "foto.gif", RefusalCode.NOT_ALLOWED),
        (samples.zipped({"a.txt": b"a"}), "alles.zip", RefusalCode.NOT_ALLOWED),
        (samples.zipped({"a.txt": b"a"}), "brief.docx", RefusalCode.DISGUISED),
        (samples.sheet(), "brief.docx", RefusalCode.DISGUISED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "brief.doc", RefusalCode.NOT_ALLOWED),
        (b"GIF89a%PDF-1.4", "brief.pdf", RefusalCode.DISGUISED),
        (b"tekst \xff\xfe", "brief.txt", RefusalCode.DISGUISED),
        (b"geen json", "bundle.json", RefusalCode.DISGUISED),
        (b"rij\0kolom", "groei.csv", RefusalCode.DISGUISED),
        (samples.pdf(), "zonder-extensie", RefusalCode.NOT_ALLOWED),
    ],
)
def test_kinds_that_are_refused(content: bytes, filename: str, code: RefusalCode) -> None:
    with pytest.raises(FileRefused) as refused:
        types.decide_type(content, filename=filename, complete=True)
    assert refused.value.code == code


def test_a_letter_may_be_cut_in_two_at_the_end_of_the_head() -> None:
    head = "é".encode() * 100
    assert types.decide_type(head[:-1], filename="brief.txt", complete=False) == types.TEXT
    with pytest.raises(FileRefused):
        types.decide_type(head[:-1], filename="brief.txt", complete=True)
