"""What editors upload: bombs, disguises and odd names get a clear answer, and nothing of them is kept."""

import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from pages.editors import grant_editing
from pages.models import HomePage
from pages.uploads import UNPACKED_MAX_BYTES
from portal.print.engine import typeset
from tests.pages.editing import publisher
from tests.pages.site import make_site
from tests.shared import shared

pytestmark = pytest.mark.django_db
WORD = "word/document.xml"


@shared
def home() -> HomePage:
    home = make_site()
    grant_editing()
    return home


@pytest.fixture
def editing(home: HomePage) -> Client:
    return publisher()


def office(*, size: int = 10, files: int = 1) -> bytes:
    """A Word document whose text is that many zeros, in that many files."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("_rels/.rels", "<Relationships/>")
        for number in range(files):
            packed.writestr(WORD if number == 0 else f"word/{number}.xml", b"0" * size)
    return content.getvalue()


def picture(width: int = 40, height: int = 40, kind: str = "PNG") -> bytes:
    content = BytesIO()
    Picture.new("RGB", (width, height), "navy").save(content, kind)
    return content.getvalue()


def noise(kind: str) -> bytes:
    """A picture that no format makes small."""
    content = BytesIO()
    Picture.frombytes("L", (120, 120), random.Random(1).randbytes(120 * 120)).save(content, kind)
    return content.getvalue()


def picture_that_claims(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes whose head says that it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PROGRAM = b"MZ" + b"\0" * 200
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"

BAD_DOCUMENTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("leeg.pdf", lambda: b""),
    "page as pdf": ("folder.pdf", lambda: HTML),
    "program as pdf": ("folder.pdf", lambda: PROGRAM),
    "program by name": ("folder.exe", lambda: PROGRAM),
    "page by name": ("folder.html", lambda: HTML),
    "picture with script": ("folder.svg", lambda: SVG),
    "two names": ("folder.pdf.exe", lambda: PDF),
    "no name": ("folder", lambda: PDF),
    "turned name": ("folder\u202efdp.exe", lambda: PROGRAM),
    "pdf as word": ("brief.docx", lambda: PDF),
    "bare zip as word": ("brief.docx", lambda: b"PK\x05\x06" + b"\0" * 18),
    "cut off": ("brief.docx", lambda: office(size=50_000)[:400]),
    "bomb": ("brief.docx", lambda: office(size=UNPACKED_MAX_BYTES + 1)),
    "bomb of many": ("brief.docx", lambda: office(files=2_100)),
    "page as subtitles": ("film.vtt", lambda: HTML),
    "film that is a page": ("film.mp4", lambda: HTML),
}
BAD_PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("leeg.png", lambda: b""),
    "page as picture": ("foto.png", lambda: HTML),
    "program as picture": ("foto.jpg", lambda: PROGRAM),
    "script in a picture": ("foto.svg", lambda: SVG),
    "script named picture": ("foto.png", lambda: SVG),
    "pdf as picture": ("foto.png", lambda: PDF),
    "picture of another kind": ("foto.jpg", lambda: picture(kind="PNG")),
    "claims to be huge": ("foto.png", lambda: picture_that_claims(100_000, 100_000)),
    "claims to be very large": ("foto.png", lambda: picture_that_claims(20_000, 20_000)),
    "cut off": ("foto.png", lambda: picture(2_000, 2_000)[:200]),
    "cut off in the middle": ("foto.png", lambda: noise("PNG")[:-5_000]),
    "cut off jpeg": ("foto.jpg", lambda: noise("JPEG")[:-2_000]),
    "cut off webp": ("foto.webp", lambda: noise("WEBP")[:-2_000]),
    "cut off gif": ("foto.gif", lambda: noise("GIF")[:-2_000]),
    "another extension": ("foto.tiff", lambda: picture(kind="TIFF")),
}


def send(client: Client, address: str, name: str, content: bytes) -> Any:
    """As the page for many files sends one."""
    file = SimpleUploadedFile(name, content)
    return client.post(address, {"title": "Stuk", "files[]": file}, headers={"X-Requested-With": "XMLHttpRequest"})


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_no_document(editing: Client, case: str) -> None:
    name, content = BAD_DOCUMENTS[case]
    answer = send(editing, "/cms/documents/multiple/add/", name, content())
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["success"] is False
        assert answer.json()["error_message"]
    assert not get_document_model().objects.exists()


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_no_document_by_the_other_form(editing: Client, case: str) -> None:
    """The one without a script, and the one in which a document is chosen for a page."""
    name, content = BAD_DOCUMENTS[case]
    for address, prefix in (
        ("/cms/documents/add/", ""),
        ("/cms/documents/chooser/create/", "document-chooser-upload-"),
    ):
        file = SimpleUploadedFile(name, content())
        answer = editing.post(address, {f"{prefix}title": "Stuk", f"{prefix}file": file})
        assert answer.status_code in (200, 302, 400, 404), address
        assert not get_document_model().objects.exists(), address


@pytest.mark.parametrize("case", BAD_PICTURES)
def test_no_picture(editing: Client, case: str) -> None:
    """Also where leaflets are made: what sets them must not make the process kinder to broken pictures."""
    typeset(
        "<!doctype html><html lang=nl><title>Folder</title><p>Folder</p></html>", base_url="https://portal.example/"
    )
    name, content = BAD_PICTURES[case]
    answer = send(editing, "/cms/images/multiple/add/", name, content())
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["success"] is False
        assert answer.json()["error_message"]
    assert not get_image_model().objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "a" * 300 + ".pdf", "naam\u202e.pdf", "<b>x</b>.pdf", "مستند.pdf"]
)
def test_odd_names_become_harmless(editing: Client, name: str) -> None:
    answer = send(editing, "/cms/documents/multiple/add/", name, PDF)
    assert answer.status_code in (200, 400)
    for document in get_document_model().objects.all():
        assert document.file.name.startswith("documents/")
        assert ".." not in document.file.name
        assert not set(document.file.name) & set("\u202e<>")


def test_what_is_sound_is_kept(editing: Client) -> None:
    assert send(editing, "/cms/documents/multiple/add/", "folder.pdf", PDF).json()["success"] is True
    assert send(editing, "/cms/documents/multiple/add/", "brief.docx", office()).json()["success"] is True
    assert send(editing, "/cms/images/multiple/add/", "foto.png", picture()).json()["success"] is True
    for kind in ("JPEG", "WEBP", "GIF", "PNG"):
        assert send(editing, "/cms/images/multiple/add/", f"foto.{kind.lower()}", noise(kind)).json()["success"] is True
    assert get_document_model().objects.count() == 2
    assert get_image_model().objects.count() == 5
