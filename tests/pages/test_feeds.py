"""Files and marks for machines: the site map, feeds, what stands in the head of a page."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import PageViewRestriction

from pages.models import ArticlePage, KnowledgeBasePage, KnowledgePage
from tests.pages.site import add, article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
BASE = settings.BASE_URL


@shared
def page() -> ArticlePage:
    home = make_site(("nl", "en", "ar", "prs"))
    page = article(home)
    for language in ("ar", "prs"):
        translate(page, language, title=f"Titel {language}")
    hidden = article(home, title="Geheim", slug="geheim")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    article(home, title="Concept", slug="concept", publish=False)
    base = add(home, KnowledgeBasePage, title="Kennis", slug="kennis")
    add(base, KnowledgePage, title="Geheime kennis", slug="vak")
    return page


def parsed(client: Client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "max-age" in response["Cache-Control"]
    return ElementTree.fromstring(response.content)


def test_the_map_names_each_public_page_with_its_translations(client: Client, page: ArticlePage) -> None:
    tree = parsed(client, "/sitemap.xml")
    found = {
        url.findtext("s:loc", namespaces=MAP): {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", MAP)
        }
        for url in tree.findall("s:url", MAP)
    }

    path = "/gezondheid/huisarts/"
    alternates = {code: f"{BASE}/{code}{path}" for code in ("nl", "ar", "prs")}
    assert found[f"{BASE}/ar{path}"] == {**alternates, "x-default": f"{BASE}/nl{path}"}
    assert found[f"{BASE}/nl/"]["x-default"] == f"{BASE}/en/"
    assert not [address for address in found if re.search("geheim|concept|kennis|vak", str(address))]


def test_the_map_costs_the_same_for_many_pages(
    client: Client, page: ArticlePage, django_assert_num_queries: Any
) -> None:
    client.get("/sitemap.xml")
    with django_assert_num_queries(1):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("query", ["p=2", "p=x", "p=-1", "p=" + "9" * 300, "p=\x00"])
def test_a_part_of_the_map_that_is_not_there(client: Client, page: ArticlePage, query: str) -> None:
    assert client.get(f"/sitemap.xml?{query}").status_code == 404


@pytest.mark.parametrize("ending", ["rss", "atom"])
@pytest.mark.parametrize("language", ["nl", "ar", "prs", "uk"])
def test_a_feed_tells_what_changed_in_its_language(
    client: Client, page: ArticlePage, language: str, ending: str
) -> None:
    tree = parsed(client, f"/{language}/wijzigingen.{ending}")
    text = ElementTree.tostring(tree, encoding="unicode")

    titles = {"nl": "Een huisarts zoeken", "ar": "Titel ar", "prs": "Titel prs"}
    for code, title in titles.items():
        assert (title in text) is (code == language)
    assert "Geheim" not in text
    assert "Concept" not in text
    assert ("Een korte zin." in text) is (language in titles)
    if language in titles:
        assert f"{BASE}/{language}/gezondheid/huisarts/" in text


def test_a_feed_asks_little(client: Client, page: ArticlePage, django_assert_max_num_queries: Any) -> None:
    client.get("/nl/wijzigingen.rss")
    with django_assert_max_num_queries(3):
        client.get("/nl/wijzigingen.rss")


def test_the_head_of_a_page(client: Client, page: ArticlePage) -> None:
    html = client.get("/ar/gezondheid/huisarts/").content.decode()
    links = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', html))

    path = "/gezondheid/huisarts/"
    assert links == {
        **{code: f"{BASE}/{code}{path}" for code in ("nl", "ar", "prs")},
        "x-default": f"{BASE}/nl{path}",
    }
    assert f'<link rel="canonical" href="{BASE}/ar{path}">' in html
    assert '<meta property="og:title" content="Titel ar">' in html
    assert f'<meta property="og:url" content="{BASE}/ar{path}">' in html


def test_a_stand_in_points_to_the_page_itself(client: Client, page: ArticlePage) -> None:
    html = client.get("/en/gezondheid/huisarts/").content.decode()

    assert '<meta name="robots" content="noindex">' in html
    assert f'<link rel="canonical" href="{BASE}/nl/gezondheid/huisarts/">' in html


def test_robots_and_security(client: Client, page: ArticlePage) -> None:
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").content.decode()
    assert "Contact: mailto:" in client.get("/.well-known/security.txt").content.decode()
