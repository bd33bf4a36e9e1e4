"""Blocks: what each shows, what editors cannot get wrong, and how files are taken in and handed out."""

import io
import zipfile
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.test import Client
from wagtail.blocks import StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pages.blocks import BodyBlock
from pages.blocks.opening import OpeningBlock
from pages.enums import Pictogram
from pages.models import HomePage
from pages.uploads import KINDS, require_what_it_says
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 64
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\x00" * 64
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 64
OGG = b"OggS\x00\x02" + b"\x00" * 64
M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom" + b"\x00" * 64
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 64
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelkom\n"


def office(first: str, main: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(first, "<Types/>")
        archive.writestr("_rels/.rels", "<x/>")
        archive.writestr(main, "<x/>")
    return buffer.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
SCRIPT = b"<html><script>alert(1)</script></html>"
PROGRAM = b"MZ" + b"\x00" * 100

UPLOADS: list[tuple[str, bytes, str]] = [
    # name, content, code of the refusal; none if it is taken
    ("film.mp4", MP4, ""),
    ("FILM.MP4", MP4, ""),
    ("film.webm", WEBM, ""),
    ("stem.mp3", MP3, ""),
    ("stem.ogg", OGG, ""),
    ("stem.m4a", M4A, ""),
    ("folder.pdf", PDF, ""),
    ("brief.docx", DOCX, ""),
    ("nl.vtt", VTT, ""),
    ("nl.vtt", b"\xef\xbb\xbf" + VTT, ""),
    ("leeg.vtt", b"WEBVTT", ""),
    ("film.mp4", PDF, "disguised"),
    ("film.mp4", PROGRAM, "disguised"),
    ("film.mp4", WEBM, "disguised"),
    ("film.webm", SCRIPT, "disguised"),
    ("stem.mp3", MP4, "disguised"),
    ("folder.pdf", SCRIPT, "disguised"),
    ("folder.pdf", b" " * 50 + PDF, "disguised"),
    ("brief.docx", PDF, "disguised"),
    ("brief.docx", b"PK\x03\x04" + b"\x00" * 30, "disguised"),
    ("nl.vtt", SCRIPT, "subtitles"),
    ("nl.vtt", b"WEBVTTX", "subtitles"),
    ("nl.vtt", VTT + b"\xff\xfe", "subtitles"),
    ("nl.vtt", VTT + b"\x00", "subtitles"),
    ("nl.vtt", b"WEBVTT\n" + b"a" * 1024 * 1024, "subtitles"),
    ("film.mp4", b"", "empty"),
    ("nl.vtt", b"", "empty"),
    ("page.html", SCRIPT, "kind"),
    ("page.svg", b"<svg/>", "kind"),
    ("film.mp4.exe", PROGRAM, "kind"),
    ("mp4", MP4, "kind"),
    ("film.", MP4, "kind"),
    ("bom.zip", DOCX, "kind"),
]


@pytest.mark.parametrize(("name", "content", "code"), UPLOADS)
def test_a_file_is_what_its_name_says(name: str, content: bytes, code: str) -> None:
    file = io.BytesIO(content)
    if not code:
        require_what_it_says(name=name, content=file, size=len(content))
        assert file.tell() == 0
        return
    with pytest.raises(ValidationError) as raised:
        require_what_it_says(name=name, content=file, size=len(content))
    assert raised.value.code == code
    assert raised.value.messages[0]


def test_the_form_of_the_admin_looks_inside() -> None:
    form_class = get_document_form(get_document_model())
    good = form_class(data={"title": "Film", "tags": ""}, files={"file": _uploaded("film.mp4", MP4)})
    bad = form_class(data={"title": "Film", "tags": ""}, files={"file": _uploaded("film.mp4", PROGRAM)})
    assert "file" not in good.errors
    assert "er zit iets anders in" in str(bad.errors["file"])
    other = form_class(data={"title": "Film", "tags": ""}, files={"file": _uploaded("film.html", SCRIPT)})
    assert "file" in other.errors


def _uploaded(name: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def document(name: str, content: bytes) -> Any:
    found = get_document_model()(title=name, file=ContentFile(content, name=name))
    found._set_document_file_metadata()
    found.save()
    return found


RANGES: list[tuple[dict[str, str], int, bytes, str]] = [
    ({}, 200, b"0123456789", ""),
    ({"Range": "bytes=0-3"}, 206, b"0123", "bytes 0-3/10"),
    ({"Range": "bytes=4-"}, 206, b"456789", "bytes 4-9/10"),
    ({"Range": "bytes=-3"}, 206, b"789", "bytes 7-9/10"),
    ({"Range": "bytes=-99"}, 206, b"0123456789", "bytes 0-9/10"),
    ({"Range": "bytes=8-99"}, 206, b"89", "bytes 8-9/10"),
    ({"Range": "bytes=10-"}, 416, b"", "bytes */10"),
    ({"Range": "bytes=-0"}, 416, b"", "bytes */10"),
    ({"Range": "bytes=5-2"}, 416, b"", "bytes */10"),
    ({"Range": "bytes=-"}, 200, b"0123456789", ""),
    ({"Range": "bytes=0-1,4-5"}, 200, b"0123456789", ""),
    ({"Range": "lines=0-1"}, 200, b"0123456789", ""),
    ({"Range": "bytes=0x1-2"}, 200, b"0123456789", ""),
    ({"Range": "bytes=" + "9" * 400 + "-"}, 200, b"0123456789", ""),
    ({"Range": "bytes=0-3", "If-Range": '"other"'}, 200, b"0123456789", ""),
]


@pytest.mark.parametrize(("headers", "status", "body", "content_range"), RANGES)
def test_a_part_of_a_file(
    client: Client, headers: dict[str, str], status: int, body: bytes, content_range: str
) -> None:
    response = client.get(document("film.mp4", b"0123456789").url, headers=headers)
    assert response.status_code == status
    assert b"".join(response) == body
    assert response.get("Content-Range", "") == content_range
    if status == 206:
        assert response["Content-Length"] == str(len(body))
        assert response["Accept-Ranges"] == "bytes"
        assert response["Content-Type"] == "video/mp4"


def test_a_part_of_an_unchanged_file(client: Client) -> None:
    address = document("film.mp4", b"0123456789").url
    whole = client.get(address)
    assert b"".join(whole) == b"0123456789"
    for condition in (whole["ETag"], whole["Last-Modified"]):
        part = client.get(address, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert (part.status_code, b"".join(part)) == (206, b"01")
    same = client.get(address, headers={"If-None-Match": whole["ETag"]})
    assert same.status_code == 304


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("nl.vtt", VTT, "text/vtt"),
        ("film.webm", WEBM, "video/webm"),
        ("stem.m4a", M4A, "audio/mp4"),
        ("a.mp3", MP3, "audio/mpeg"),
    ],
)
def test_files_have_the_right_type(client: Client, name: str, content: bytes, kind: str) -> None:
    response = client.get(document(name, content).url)
    assert response["Content-Type"].split(";")[0] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response) == content


@shared
def home() -> HomePage:
    return make_site()


def shown(client: Client, home: HomePage, *body: Any) -> BeautifulSoup:
    page = article(home, body=list(body))
    response = client.get(page.url)
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").select_one("article")
    assert found is not None
    return found


def video(**changes: Any) -> tuple[str, dict[str, Any]]:
    value = {
        "title": "Welkom",
        "video": document("film.mp4", MP4).pk,
        "poster": None,
        "subtitles": [
            {"language": "nl", "file": document("nl.vtt", VTT).pk},
            {"language": "ar", "file": document("ar.vtt", VTT).pk},
        ],
        "transcript": "<p>Welkom in Nederland.</p>",
        **changes,
    }
    return ("video", BodyBlock().child_blocks["video"].to_python(value))  # type: ignore[return-value]


def test_a_film(client: Client, home: HomePage) -> None:
    soup = shown(client, home, video())
    player = soup.select_one("video")
    assert player is not None
    assert player["preload"] == "none"
    assert not player.has_attr("autoplay")
    assert player.source is not None
    assert player.source["type"] == "video/mp4"
    tracks = [(track["srclang"], track["label"], track.has_attr("default")) for track in soup.select("track")]
    assert tracks == [("nl", "Nederlands", True), ("ar", "العربية", False)]
    assert all(str(track["src"]).startswith("/documents/") for track in soup.select("track"))
    assert "Welkom in Nederland." in soup.select_one(".media details").get_text()  # type: ignore[union-attr]
    assert not [tag for tag in soup.select("[src]") if "//" in str(tag["src"])]


def test_subtitles_in_the_language_of_the_reader_begin(client: Client, home: HomePage) -> None:
    page = article(home, body=[video()])
    translate(page, "ar", title="أهلا")
    soup = BeautifulSoup(client.get("/ar/gezondheid/huisarts/").content, "html.parser")
    assert [track["srclang"] for track in soup.select("track[default]")] == ["ar"]


def test_sound(client: Client, home: HomePage) -> None:
    value = {"title": "Luister", "audio": document("a.mp3", MP3).pk, "transcript": "<p>Zo klinkt het.</p>"}
    soup = shown(client, home, ("audio", BodyBlock().child_blocks["audio"].to_python(value)))
    player = soup.select_one("audio")
    assert player is not None
    assert player["preload"] == "none"
    assert player.source is not None
    assert player.source["type"] == "audio/mpeg"
    assert "Zo klinkt het." in soup.get_text()


@pytest.mark.parametrize("missing", ["transcript", "video", "title"])
def test_a_film_without_words_is_refused(missing: str) -> None:
    block = BodyBlock().child_blocks["video"]
    _name, value = video()
    value[missing] = block.child_blocks[missing].normalize("") if missing == "transcript" else None
    with pytest.raises(StructBlockValidationError) as raised:
        block.clean(value)
    assert missing in raised.value.block_errors


def test_a_film_without_subtitles_or_with_another_file_is_refused() -> None:
    block = BodyBlock().child_blocks["video"]
    _name, value = video(subtitles=[])
    with pytest.raises(StructBlockValidationError) as raised:
        block.clean(value)
    assert "subtitles" in raised.value.block_errors
    _name, value = video(video=document("folder.pdf", PDF).pk)
    with pytest.raises(StructBlockValidationError) as raised:
        block.clean(value)
    assert "video" in raised.value.block_errors
    _name, value = video()
    assert block.clean(value)["title"] == "Welkom"


def test_a_download_says_kind_and_size(client: Client, home: HomePage) -> None:
    found = document("folder.pdf", PDF + b"0" * 5_000)
    soup = shown(client, home, ("download", {"document": found, "text": "De folder"}))
    link = soup.select_one(".download a")
    assert link is not None
    assert link["href"] == found.url
    assert "PDF, 5,0" in link.get_text().replace("\xa0", " ")
    get_document_model().objects.update(file_size=None)
    soup = BeautifulSoup(client.get("/nl/gezondheid/huisarts/").content, "html.parser")
    assert "(PDF)" in soup.select_one(".download a").get_text()  # type: ignore[union-attr]
    assert get_document_model().objects.get().file_size is None  # looking writes nothing


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_has_a_text_or_is_decoration(client: Client, home: HomePage) -> None:
    image = get_image_model().objects.create(title="Balie", file=get_test_image_file())
    block = BodyBlock().child_blocks["picture"]

    def picture(**changes: Any) -> Any:
        content = {"image": image.pk, "alt_text": "Een balie", "decorative": False, **changes}
        return block.to_python({"image": content, "caption": "De <balie>"})

    soup = shown(client, home, ("picture", picture()), ("picture", picture(alt_text="", decorative=True)))
    first, second = soup.select("figure img")
    assert (first["alt"], second["alt"]) == ("Een balie", "")
    assert first["width"]
    assert soup.figcaption is not None
    assert soup.figcaption.get_text() == "De <balie>"
    with pytest.raises(StructBlockValidationError):
        block.clean(picture(alt_text="", decorative=False))


def test_a_contact(client: Client, home: HomePage) -> None:
    block = BodyBlock().child_blocks["contact"]
    value = block.to_python({"name": "Loket", "text": "", "telephone": "030 000 00 00", "email": "a@example.org"})
    soup = shown(client, home, ("contact", value))
    assert [link["href"] for link in soup.select(".contact a")] == ["tel:0300000000", "mailto:a@example.org"]
    bare = BeautifulSoup(block.render(block.to_python({"name": "Loket"})), "html.parser")
    assert bare.select("a") == []


@pytest.mark.parametrize("telephone", ["bel mij", "030-0000000", "javascript:x", "1"])
def test_a_telephone_number_is_one(telephone: str) -> None:
    block = BodyBlock().child_blocks["contact"]
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"name": "Loket", "telephone": telephone}))


def test_hours_in_words(client: Client, home: HomePage) -> None:
    rows = [{"days": "Maandag", "hours": "9.00 tot 17.00 uur"}]
    soup = shown(client, home, ("hours", {"title": "Open", "rows": rows, "note": "Niet met Kerst"}))
    assert [" ".join(row.get_text(" ").split()) for row in soup.select(".facts > div")] == [
        "Maandag 9.00 tot 17.00 uur"
    ]
    assert "Niet met Kerst" in soup.get_text()


@pytest.mark.parametrize("name", Pictogram.values)
def test_every_pictogram_is_drawn(name: str) -> None:
    html = render_to_string("blocks/pictogram.html", {"value": {"name": name, "text": "Een regel"}})
    drawing = BeautifulSoup(html, "html.parser").svg
    assert drawing is not None
    assert drawing["aria-hidden"] == "true"
    assert drawing.find(["path", "circle", "rect"]) is not None
    assert "Een regel" in html


@pytest.mark.parametrize(
    ("opens", "closes", "right"),
    [("09:00", "17:00", True), ("09:00", "09:00", False), ("17:00", "09:00", False)],
)
def test_a_door_closes_after_it_opens(opens: str, closes: str, right: bool) -> None:
    block = OpeningBlock()
    value = block.to_python({"day": "1", "opens": opens, "closes": closes})
    if right:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_what_may_be_uploaded_is_what_the_admin_admits(settings: Any) -> None:
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == set(KINDS)
