"""Handing a page on: addresses that others open, nothing that is loaded from others, and a page that prints."""

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import segno
from django.conf import settings
from django.test import Client

from pages.models import ArticlePage, HomePage, KnowledgeBasePage
from pages.stylesheet import FOLDER, bundle
from portal.accounts.enums import Role
from tests.factories import member
from tests.pages.site import add, article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

PATH = "gezondheid/huisarts/"


@shared
def home() -> HomePage:
    return make_site(("nl", "en", "ar", "ti"))


@shared
def page(home: HomePage) -> ArticlePage:
    return article(home, title="Huisarts & <tandarts> 100%", slug="huisarts", body=[("text", "<p>Tekst.</p>")])


def read(client: Client, language: str) -> str:
    response = client.get(f"/{language}/{PATH}")
    assert response.status_code == 200
    return response.content.decode()


def links(html: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'href="([^"]+)"', html)]


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_whatsapp_and_mail_carry_title_and_address(client: Client, page: ArticlePage, language: str) -> None:
    if language == "ar":
        translate(page, "ar", title="طبيب & <x>", summary="نص.")
    title = ArticlePage.objects.get(locale__language_code=language).title
    html = read(client, language)
    address = f"{settings.BASE_URL}/{language}/{PATH}"
    whatsapp = next(link for link in links(html) if link.startswith("https://wa.me/"))
    assert parse_qs(urlsplit(whatsapp).query) == {"text": [f"{title}\n{address}"]}
    mail = parse_qs(urlsplit(next(link for link in links(html) if link.startswith("mailto:?"))).query)
    assert mail == {"subject": [title], "body": [f"{title}\n{address}"]}
    assert f'data-address="{address}"' in html


def test_the_code_says_the_address(client: Client, page: ArticlePage) -> None:
    html = read(client, "nl")
    drawn = re.search(r'<symbol id="qr".*?</symbol>', html, re.DOTALL)
    assert drawn is not None
    shape = ElementTree.fromstring(drawn.group())
    wanted = segno.make(f"{settings.BASE_URL}/nl/{PATH}", error="m", micro=False)
    side = wanted.symbol_size(border=4)[0]
    assert shape.get("viewBox") == f"-4 -4 {side} {side}"  # four modules of quiet around it
    (path,) = [element for element in shape if element.tag == "path"]
    assert path.get("d") == re.search(r' d="([^"]+)"', wanted.svg_inline(border=0)).group(1)
    # Shown on the screen when asked for, and on paper.
    assert html.count('<use href="#qr"') == 2


def test_nothing_is_loaded_from_elsewhere(client: Client, page: ArticlePage) -> None:
    html = read(client, "nl")
    for tag in re.findall(r"<(?:script|img|link|iframe|source|audio|video)\b[^>]*>", html):
        for address in re.findall(r'(?:src|srcset|href)="([^"]+)"', tag):
            if 'rel="canonical"' in tag or 'rel="alternate"' in tag:
                continue
            assert address.startswith("/"), tag
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert " style=" not in html


def test_buttons_that_need_a_script_are_not_there_without(client: Client, page: ArticlePage) -> None:
    html = read(client, "nl")
    for tool in ("copy", "print"):
        assert re.search(rf'<li hidden>\s*<button type="button"\s+data-tool="{tool}"', html)
    assert re.search(r'class="listen__device"[^>]*\bhidden\b', html, re.DOTALL)


def test_leaflets_that_a_page_has(client: Client, home: HomePage, page: ArticlePage) -> None:
    def leaflets(language: str) -> set[str]:
        return {link for link in links(read(client, language)) if link.endswith(".pdf")}

    base = f"/nl/{PATH}folder"
    assert leaflets("nl") == {f"{base}.pdf", f"{base}-a5.pdf"}
    translate(page, "ar", title="طبيب", summary="نص.")
    base = f"/ar/{PATH}folder"
    assert leaflets("ar") == {f"{base}.pdf", f"{base}-a5.pdf", f"{base}-nl.pdf", "/ar/tolk.pdf"}
    # A text that stands in for a translation: its own leaflets, the card of the reader.
    base = f"/nl/{PATH}folder"
    assert leaflets("ti") == {f"{base}.pdf", f"{base}-a5.pdf", "/ti/tolk.pdf"}
    for address in (*leaflets("ar"), *leaflets("ti")):
        response = client.get(address)
        assert response.status_code == 200
        assert b"".join(response).startswith(b"%PDF")
    assert "folder.pdf" not in client.get("/nl/").content.decode()


def test_what_is_private_is_not_handed_on(client: Client, sign_in, home: HomePage) -> None:
    add(home, KnowledgeBasePage, title="Kennisbank", slug="kennisbank")
    sign_in(client, member(Role.RECEIVER))
    html = client.get("/nl/kennisbank/").content.decode()
    assert "wa.me" not in html
    assert 'id="qr"' not in html


def test_the_code_on_paper_is_in_the_style_sheet(page: ArticlePage) -> None:
    assert (FOLDER / "print.css").read_text(encoding="utf-8").lstrip().startswith("/*")
    sheet = bundle()
    on_paper = sheet[sheet.rindex("@media print") :]
    assert ".on-paper" in on_paper
    assert "attr(href)" in on_paper
