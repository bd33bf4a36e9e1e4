"""Reading aloud: a recording of this very text, the telephone's own voice, or the honest word that there is none."""

import re
import struct
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageLogEntry

from pages import sound
from pages.models import ArticlePage, HomePage, StoredAudio
from portal.accounts.enums import OrganisationKind, Role
from tests.factories import OrganisationFactory
from tests.pages.editing import editor, publisher, translator
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

# One frame of silence, as an MP3 begins.
SOUND = b"\xff\xfb\x90\x00" + struct.pack(">I", 0) * 103
ADDRESS = "/nl/gezondheid/huisarts/"


@shared
def home() -> HomePage:
    from pages.editors import grant_editing

    home = make_site(("nl", "en", "ar"))
    grant_editing()
    return home


@shared
def page(home: HomePage) -> ArticlePage:
    body = [("text", '<p>Bel <a href="https://example.org/a">de praktijk</a>.</p>')]
    return article(home, slug="huisarts", body=body)


@pytest.fixture
def recorded(page: ArticlePage) -> Iterator[ArticlePage]:
    client = publisher()
    response = client.post(
        f"/cms/voorlezen/{page.pk}/",
        {"store": "1", "spoken_by": "Ans", "recording": SimpleUploadedFile("stem.mp3", SOUND, "audio/mpeg")},
    )
    assert response.status_code == 302
    return page


def change(page: ArticlePage, **fields) -> None:
    page = ArticlePage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_a_recording_plays_without_a_script(client: Client, recorded: ArticlePage) -> None:
    html = client.get(ADDRESS).content.decode()
    source = re.search(r'<audio[^>]*controls[^>]*preload="none".*?<source src="([^"]+)"', html, re.DOTALL)
    assert source is not None
    assert "listen.js" not in html
    assert "de stem leest nog de oude tekst" not in html.lower()
    response = client.get(source.group(1))
    assert response.status_code == 200
    assert b"".join(response) == SOUND


@pytest.mark.parametrize(
    ("fields", "stale"),
    [
        ({"title": "Anders"}, True),
        ({"summary": "Anders."}, True),
        ({"body": [("text", "<p>Bel morgen de praktijk.</p>")]}, True),
        ({"body": [("text", '<p>Bel <a href="https://example.org/b">de praktijk</a>.</p>')]}, False),
        ({"body": [("text", '<p>Bel   <b><a href="https://example.org/a">de praktijk</a></b>.</p>')]}, False),
        ({"slug": "huisarts-2"}, False),
        ({"search_description": "Anders"}, False),
        ({}, False),
    ],
)
def test_it_is_stale_when_other_words_are_read(recorded: ArticlePage, fields: dict, stale: bool) -> None:
    change(recorded, **fields)
    found = sound.recording_of(ArticlePage.objects.get(pk=recorded.pk))
    assert found is not None
    assert found.stale == stale


def test_the_reader_is_told_and_gets_a_voice_beside_it(client: Client, recorded: ArticlePage) -> None:
    change(recorded, summary="Dit is nieuw.")
    html = client.get(ADDRESS).content.decode()
    assert "De stem leest nog de oude tekst" in html
    assert "<audio" in html
    assert "listen.js" in html
    # Put back as it was, the recording is right again: no clock is asked.
    change(recorded, summary=recorded.summary)
    assert "De stem leest nog de oude tekst" not in client.get(ADDRESS).content.decode()


def test_a_recording_is_of_one_language(client: Client, recorded: ArticlePage) -> None:
    translate(recorded, "ar", title="طبيب", summary="نص.")
    assert "<audio" not in client.get("/ar/gezondheid/huisarts/").content.decode()


@pytest.mark.parametrize(("language", "voices"), [("nl", "nl"), ("prs", "prs fa-AF fa"), ("ti", "ti"), ("ar", "ar")])
def test_which_voices_will_do(language: str, voices: str) -> None:
    assert sound.voices_for(language) == voices


def test_without_a_recording_and_without_a_script_it_is_said_honestly(client: Client, page: ArticlePage) -> None:
    html = client.get(ADDRESS).content.decode()
    said = re.search(r"<noscript>(.*?)</noscript>", html, re.DOTALL)
    assert said is not None
    assert "niet voorlezen" in said.group(1)
    assert "geen stem voor deze taal" in html


def test_it_costs_one_question(client: Client, recorded: ArticlePage) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get(ADDRESS)
    asked = [query["sql"] for query in captured.captured_queries if "pages_storedaudio" in query["sql"]]
    assert len(asked) == 1
    assert len(captured) <= 10


def test_a_recording_in_a_private_collection_is_not_offered(client: Client, recorded: ArticlePage) -> None:
    private = Collection.get_first_root_node().add_child(name="Besloten")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    get_document_model().objects.update(collection=private)
    assert "<audio" not in client.get(ADDRESS).content.decode()


def test_listening_again_and_saying_that_it_holds(recorded: ArticlePage) -> None:
    change(recorded, summary="Dit is nieuw.")
    client = publisher()
    assert client.post(f"/cms/voorlezen/{recorded.pk}/", {"confirm": "1"}).status_code == 302
    assert not sound.recording_of(ArticlePage.objects.get(pk=recorded.pk)).stale
    said = PageLogEntry.objects.filter(action="pages.recording").order_by("pk").values_list("data", flat=True)
    assert [entry["what"] for entry in said] == ["stored", "confirmed"]


def test_a_new_recording_takes_the_place_and_the_old_file_goes(recorded: ArticlePage) -> None:
    before = StoredAudio.objects.get().recording
    name, storage = before.file.name, before.file.storage
    sound.store_recording(
        page=recorded, file=ContentFile(SOUND, name="nieuw.mp3"), spoken_by="", user=editor(Role.PUBLISHER)[1]
    )
    assert StoredAudio.objects.get().recording_id != before.pk
    assert get_document_model().objects.count() == 1
    client = publisher()
    assert client.get(f"/cms/voorlezen/{recorded.pk}/").status_code == 200
    assert client.post(f"/cms/voorlezen/{recorded.pk}/", {"remove": "1"}).status_code == 302
    assert not StoredAudio.objects.exists()
    assert not get_document_model().objects.exists()
    assert storage is not None
    assert name


def test_who_may_not(client: Client, sign_in, page: ArticlePage) -> None:
    address = f"/cms/voorlezen/{page.pk}/"
    assert client.get(address).status_code == 302
    assert client.post(address, {"remove": "1"}).status_code == 302
    other = OrganisationFactory(kind=OrganisationKind.MUNICIPALITY)
    for stranger in (editor(Role.PUBLISHER, organisation=other)[0], translator("ar"), editor(Role.RECEIVER)[0]):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"remove": "1"}).status_code == 404


def test_a_translator_records_the_own_language(page: ArticlePage) -> None:
    arabic = translate(page, "ar", title="طبيب", summary="نص.")
    client = translator("ar")
    response = client.post(
        f"/cms/voorlezen/{arabic.pk}/", {"recording": SimpleUploadedFile("صوت.mp3", SOUND, "audio/mpeg")}
    )
    assert response.status_code == 302
    assert StoredAudio.objects.get().page_id == arabic.pk


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stem.mp3", b""),
        ("stem.mp3", b"<script>alert(1)</script>"),
        ("stem.mp3", b"%PDF-1.7 niets"),
        ("stem.exe", SOUND),
        ("stem", SOUND),
        ("stem.pdf", b"%PDF-1.7"),
        ("stem.html", SOUND),
        ("../../stem.mp3", b"PK\x03\x04"),
    ],
)
def test_what_is_not_sound_is_refused_with_a_word(page: ArticlePage, name: str, content: bytes) -> None:
    response = publisher().post(f"/cms/voorlezen/{page.pk}/", {"recording": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not StoredAudio.objects.exists()


def test_a_sound_that_is_too_large(page: ArticlePage, monkeypatch) -> None:
    monkeypatch.setattr("pages.sound_forms.MOST_BYTES", 10)
    response = publisher().post(f"/cms/voorlezen/{page.pk}/", {"recording": SimpleUploadedFile("a.mp3", SOUND)})
    assert response.status_code == 422


def test_a_draft_and_what_is_no_page_have_none(home: HomePage) -> None:
    draft = article(home, title="Concept", slug="concept", publish=False)
    client = publisher()
    assert client.get(f"/cms/voorlezen/{draft.pk}/").status_code == 404
    assert client.get("/cms/voorlezen/999999/").status_code == 404


def test_names_that_break_things(page: ArticlePage) -> None:
    client = publisher()
    for text in NAUGHTY:
        file = SimpleUploadedFile("stem.mp3", SOUND)
        assert client.post(f"/cms/voorlezen/{page.pk}/", {"spoken_by": text, "recording": file}).status_code in (
            302,
            422,
        )
