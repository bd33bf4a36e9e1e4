"""What a reader gets: every page in every language, in the right direction, light, and without being followed."""

import gzip
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from wagtail.models import Page

from pages.exporting import export
from pages.files import FOLDER, read
from pages.loading import Report, load
from pages.models import ArticlePage
from pages.queries import page_kinds
from pages.stylesheet import BUNDLE, bundle

pytestmark = pytest.mark.django_db
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)
# What every language has; the rest falls back to English or Dutch, with a notice.
EVERYWHERE = {
    *("home", "emergency", "road", "arrival", "centre", "assessment", "talk", "plan", "moving", "handover", "living"),
    *("housing", "health", "learning", "work", "glossary", "privacy", "accessibility", "about"),
}
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
        self.loaded: list[str] = []
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
        named = tag == "link" and found.get("rel") in {"canonical", "alternate"}
        fetched = found.get("src") or (found.get("href") if tag == "link" and not named else None)
        if fetched and re.match(r"(https?:)?//", fetched):
            self.loaded.append(fetched)
        if (
            tag == "style"
            or (tag == "script" and not found.get("src"))
            or "style" in found
            or any(name.startswith("on") for name in found)
        ):
            self.inline.append(tag)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PATHS)
def test_every_page_in_every_language(client: Client, site: Report, key: str, language: str) -> None:
    response = client.get(f"/{language}/{PATHS[key]}")

    assert response.status_code == 200
    outline = Outline(response.content.decode())
    assert outline.root["lang"] == language
    assert outline.root["dir"] == ("rtl" if language in ("ar", "fa", "prs") else "ltr")
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert outline.inline == []
    assert outline.loaded == []
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "no-store" not in response["Cache-Control"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_what_nobody_can_do_without(language: str) -> None:
    assert set(read(language)) >= EVERYWHERE


def test_english_is_complete() -> None:
    assert set(read("en")) == set(read("nl"))


def test_translations_were_made_from_the_dutch_text_as_it_is() -> None:
    sources = read("nl")
    for language in LANGUAGES[1:]:
        stale = [key for key, file in read(language).items() if file.data.get("made_from") != sources[key].words_hash]
        assert stale == [], language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_weighs_at_most_60_kilobytes(client: Client, site: Report, language: str) -> None:
    html = client.get(f"/{language}/gezondheid/medisch-dossier/", headers={"accept-encoding": "gzip"})
    assert html["Content-Encoding"] == "gzip"
    weight = len(html.content)
    for address in re.findall(r'(?:href|src)="/static/([^"]+)"', gzip.decompress(html.content).decode()):
        weight += len(gzip.compress(Path(finders.find(address)).read_bytes()))

    assert weight <= 60 * 1024


def test_a_missing_translation_is_said_and_the_dutch_text_shown(client: Client, site: Report) -> None:
    ArticlePage.objects.get(locale__language_code="ar", file_key="medical-file").unpublish()

    response = client.get("/ar/gezondheid/medisch-dossier/")

    html = response.content.decode()
    assert response.status_code == 200
    assert Outline(html).root == {"lang": "ar", "dir": "rtl"}
    assert '<article class="text" lang="en" dir="ltr">' in html
    assert ArticlePage.objects.get(locale__language_code="en", file_key="medical-file").title in html
    assert "utrecht-alert--warning" in html


def test_language_switch_stays_on_the_page(client: Client, site: Report) -> None:
    addresses = Outline(client.get("/nl/de-weg/verhuizen/").content.decode()).addresses

    for language in LANGUAGES:
        assert f"/{language}/de-weg/verhuizen/" in addresses


def test_reader_is_told_that_nobody_checked_the_translation(client: Client, site: Report) -> None:
    assert 'class="translation-notice"' in client.get("/en/").content.decode()
    assert 'class="translation-notice"' not in client.get("/nl/").content.decode()


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("ar,en;q=0.5", "ar"),
        ("de,en;q=0.5", "en"),
        ("ti-ER", "ti"),
        ("fa-AF,fa;q=0.9", "prs"),
        ("fa-IR", "fa"),
        ("sw", "nl"),
        ("", "nl"),
        ("@;q=x", "nl"),
    ],
)
def test_first_visit_follows_the_browser(client: Client, accepts: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": accepts})

    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize("path", ["/nl/bestaat-niet/", "/ar/bestaat/niet/"])
def test_unknown_page(client: Client, site: Report, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    html = response.content.decode()
    assert f'href="/{path.split("/")[1]}/zoeken/"' in html
    assert 'href="tel:112"' in html


def test_unknown_language_is_no_public_page(client: Client, site: Report) -> None:
    assert client.get("/xx/").status_code != 200


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_files_for_machines(client: Client, site: Report, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("path", ["/media/original_images/x.jpg", "/media/documents/x.pdf", "/media/../portal.sqlite3"])
def test_media_serves_renditions_only(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_bundle_is_made_from_its_parts() -> None:
    assert BUNDLE.read_text(encoding="utf-8") == bundle(), "run manage.py build_css"


def test_loading_twice_changes_nothing(site: Report) -> None:
    first = site
    before = list(Page.objects.order_by("pk").values())
    second = load()

    assert len(first.created) == sum(len(read(language)) for language in LANGUAGES)
    assert (second.created, second.updated, second.kept) == ([], [], [])
    assert list(Page.objects.order_by("pk").values()) == before


def test_every_kind_of_page_says_where_it_may_stand() -> None:
    for kind in page_kinds():
        assert "parent_page_types" in vars(kind)
        assert "subpage_types" in vars(kind)


def test_nothing_edited_nothing_written(site: Report, tmp_path: Path) -> None:
    """And if all is written all the same, it reads back as it was."""
    folder = tmp_path / "content"
    shutil.copytree(FOLDER, folder)
    assert export(folder=folder).written == []

    export(folder=folder, everything=True)

    for language in LANGUAGES:
        before, after = read(language), read(language, folder)
        assert set(after) == set(before)
        for key in before:
            assert _trimmed(after[key].data) == _trimmed(before[key].data), f"{language}/{key}"


def _trimmed(value: Any) -> Any:
    """Without white space at the ends and without what is empty: a file may spell out what a page leaves away."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_trimmed(item) for item in value]
    if isinstance(value, dict):
        return {name: _trimmed(item) for name, item in value.items() if item not in ("", [], None)}
    return value
