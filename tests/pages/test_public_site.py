"""What a reader gets: every page in every language, in the right direction, light, and without being followed."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from wagtail.models import Page

from pages.files import read
from pages.loading import load
from pages.models import ArticlePage, BasePage, HomePage
from pages.stylesheet import BUNDLE, bundle

pytestmark = pytest.mark.django_db
LANGUAGES = ("nl", "en", "ar")
PATHS = {
    "home": "",
    "road": "de-weg/",
    "moving": "de-weg/verhuizen/",
    "health": "gezondheid/",
    "medical-file": "gezondheid/medisch-dossier/",
    "privacy": "privacy/",
    "accessibility": "toegankelijkheid/",
    "about": "over/",
}


class Outline(HTMLParser):
    """Collects what a checker would ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.root = found
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.addresses += [str(found[name]) for name in ("href", "src") if found.get(name)]
        if tag in ("style", "script") or "style" in found or any(name.startswith("on") for name in found):
            self.inline.append(tag)


@pytest.fixture
def site() -> None:
    load()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PATHS)
def test_every_page_in_every_language(client: Client, site: None, key: str, language: str) -> None:
    response = client.get(f"/{language}/{PATHS[key]}")

    assert response.status_code == 200
    outline = Outline(response.content.decode())
    assert outline.root["lang"] == language
    assert outline.root["dir"] == ("rtl" if language == "ar" else "ltr")
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert outline.inline == []
    assert [address for address in outline.addresses if re.match(r"(https?:)?//", address)] == []
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "no-store" not in response["Cache-Control"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_files_and_paths_agree() -> None:
    for language in LANGUAGES:
        assert set(read(language)) == set(PATHS)


def test_translations_were_made_from_the_dutch_text_as_it_is() -> None:
    sources = read("nl")
    for language in ("en", "ar"):
        stale = [key for key, file in read(language).items() if file.data["made_from"] != sources[key].words_hash]
        assert stale == [], language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_weighs_at_most_60_kilobytes(client: Client, site: None, language: str) -> None:
    html = client.get(f"/{language}/gezondheid/medisch-dossier/", headers={"accept-encoding": "gzip"})
    assert html["Content-Encoding"] == "gzip"
    weight = len(html.content)
    for address in re.findall(r'(?:href|src)="/static/([^"]+)"', gzip.decompress(html.content).decode()):
        weight += len(gzip.compress(Path(finders.find(address)).read_bytes()))

    assert weight <= 60 * 1024


def test_number_of_queries_does_not_grow(client: Client, site: None, django_assert_max_num_queries) -> None:
    client.get("/ar/gezondheid/")
    with django_assert_max_num_queries(24):
        client.get("/ar/gezondheid/medisch-dossier/")


def test_a_missing_translation_is_said_and_the_dutch_text_shown(client: Client, site: None) -> None:
    ArticlePage.objects.get(locale__language_code="ar").unpublish()

    response = client.get("/ar/gezondheid/medisch-dossier/")

    html = response.content.decode()
    assert response.status_code == 200
    assert Outline(html).root == {"lang": "ar", "dir": "rtl"}
    assert '<article class="text" lang="nl" dir="ltr">' in html
    assert "Wat gebeurt er met mijn medisch dossier?" in html
    assert "utrecht-alert--warning" in html


def test_language_switch_stays_on_the_page(client: Client, site: None) -> None:
    addresses = Outline(client.get("/nl/de-weg/verhuizen/").content.decode()).addresses

    for language in LANGUAGES:
        assert f"/{language}/de-weg/verhuizen/" in addresses


def test_reader_is_told_that_nobody_checked_the_translation(client: Client, site: None) -> None:
    assert 'class="translation-notice"' in client.get("/en/").content.decode()
    assert 'class="translation-notice"' not in client.get("/nl/").content.decode()


@pytest.mark.parametrize(
    ("accepts", "language"), [("ar,en;q=0.5", "ar"), ("fr,en;q=0.5", "en"), ("ti", "nl"), ("", "nl"), ("@;q=x", "nl")]
)
def test_first_visit_follows_the_browser(client: Client, accepts: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": accepts})

    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


def test_fresh_database_answers(client: Client) -> None:
    assert client.get("/nl/").status_code == 404


@pytest.mark.parametrize("path", ["/nl/bestaat-niet/", "/ar/bestaat/niet/"])
def test_unknown_page(client: Client, site: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_unknown_language_is_no_public_page(client: Client, site: None) -> None:
    assert client.get("/xx/").status_code != 200


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_files_for_machines(client: Client, site: None, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("path", ["/media/original_images/x.jpg", "/media/documents/x.pdf", "/media/../portal.sqlite3"])
def test_media_serves_renditions_only(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_bundle_is_made_from_its_parts() -> None:
    assert BUNDLE.read_text(encoding="utf-8") == bundle(), "run manage.py build_css"


def test_loading_twice_changes_nothing() -> None:
    first = load()
    before = list(Page.objects.order_by("pk").values())
    second = load()

    assert len(first.created) == len(PATHS) * len(LANGUAGES)
    assert (second.created, second.updated, second.kept) == ([], [], [])
    assert list(Page.objects.order_by("pk").values()) == before


def test_what_an_editor_changed_is_kept() -> None:
    load()
    page = HomePage.objects.get(locale__language_code="nl")
    page.title = "Anders"
    page.loaded_file_hash = "an older file"
    page.save_revision().publish()

    report = load()

    assert report.kept == ["nl/home"]
    assert HomePage.objects.get(locale__language_code="nl").title == "Anders"


def test_translation_is_older_only_when_the_source_text_changed(site: None) -> None:
    source = ArticlePage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    translated = ArticlePage.objects.get(locale__language_code="en")
    source.save_revision().publish()
    assert not translated.is_outdated()

    source.summary = "Andere woorden."
    source.save_revision().publish()
    assert translated.is_outdated()


def test_every_kind_of_page_says_where_it_may_stand() -> None:
    for kind in BasePage.__subclasses__():
        assert "parent_page_types" in vars(kind)
        assert "subpage_types" in vars(kind)
