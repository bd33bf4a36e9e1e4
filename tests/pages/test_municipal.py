"""A regional text in sixteen versions: never copied, always the newest, in the best language, at the same cost."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.blocks import StreamBlockValidationError
from wagtail.models import PageViewRestriction

from pages.blocks.local import InsertsBlock
from pages.models import ArticlePage, HomePage, MunicipalitiesPage, MunicipalityPage, StepPage
from tests.factories import MunicipalityFactory
from tests.pages.site import add, article, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

REGIONAL = [
    ("text", "<p>Zo gaat het.</p>"),
    ("local", {"slot": "waste", "title": "Afval", "text": "<p>Vraag het uw gemeente.</p>"}),
    ("local", {"slot": "library", "title": "Bibliotheek", "text": "<p>Er is er een in de buurt.</p>"}),
]


def insert(slot: str, title: str, text: str) -> tuple[str, dict[str, str]]:
    return ("insert", {"slot": slot, "title": title, "text": text})


@shared
def home() -> HomePage:
    home = make_site()
    index = add(home, MunicipalitiesPage, title="Gemeenten", slug="gemeenten")
    for name in ("Utrecht", "Zeist", "Houten"):
        row = MunicipalityFactory(name=name, slug=name.lower())
        inserts = [insert("waste", f"Afval in {name}", f"<p>De bak van {name}.</p>")] if name != "Houten" else []
        add(index, MunicipalityPage, title=name, municipality=row, inserts=inserts)
    return home


@shared
def page(home: HomePage) -> ArticlePage:
    return article(topic(home, title="Wonen", slug="wonen"), title="Afval weggooien", slug="afval", body=REGIONAL)


def soup_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def test_the_regional_page_has_the_regional_words_and_all_versions(client: Client, page: ArticlePage) -> None:
    soup = soup_of(client, "/nl/wonen/afval/")
    first = soup.select(".local")[0]
    assert first.h2 is not None
    assert first.h2.get_text(strip=True) == "Afval"
    assert "Vraag het uw gemeente." in first.get_text()
    links = [(link.get_text(strip=True), link["href"]) for link in first.select("details a")]
    assert links == [
        ("Houten", "/nl/gemeenten/houten/wonen/afval/"),
        ("Utrecht", "/nl/gemeenten/utrecht/wonen/afval/"),
        ("Zeist", "/nl/gemeenten/zeist/wonen/afval/"),
    ]


def test_a_version_has_the_words_of_the_municipality_where_it_has_any(client: Client, page: ArticlePage) -> None:
    soup = soup_of(client, "/nl/gemeenten/utrecht/wonen/afval/")
    waste, library = soup.select(".local")
    assert "De bak van Utrecht." in waste.get_text()
    assert "Vraag het uw gemeente." not in waste.get_text()
    assert "Er is er een in de buurt." in library.get_text()
    assert "Zo gaat het." in soup.get_text()
    canonical = soup.select_one('link[rel="canonical"]')
    assert canonical is not None
    assert str(canonical["href"]).endswith("/nl/wonen/afval/")
    current = soup.select_one('.local a[aria-current="page"]')
    assert current is not None
    assert current.get_text(strip=True) == "Utrecht"
    assert soup.select_one('.notices a[href="/nl/wonen/afval/"]') is not None


def test_the_language_switch_stays_with_the_municipality(client: Client, page: ArticlePage) -> None:
    soup = soup_of(client, "/nl/gemeenten/utrecht/wonen/afval/")
    english = soup.select_one('nav a[lang="en"][hreflang="en"]')
    assert english is not None
    assert english["href"] == "/en/gemeenten/utrecht/wonen/afval/"
    assert client.get(english["href"]).status_code == 200
    assert soup.select('link[rel="alternate"][hreflang]') == []


def test_one_edit_reaches_all_versions(client: Client, page: ArticlePage) -> None:
    page.body = [("text", "<p>Sinds vandaag anders.</p>"), *REGIONAL[1:]]
    page.save_revision().publish()
    for name in ("utrecht", "zeist", "houten"):
        assert "Sinds vandaag anders." in soup_of(client, f"/nl/gemeenten/{name}/wonen/afval/").get_text()
    assert ArticlePage.objects.count() == 1


def test_an_insert_that_changes_is_shown_at_once(client: Client, page: ArticlePage) -> None:
    utrecht = MunicipalityPage.objects.get(title="Utrecht")
    utrecht.inserts = [insert("waste", "Nieuw", "<p>De nieuwe bak.</p>")]
    utrecht.save_revision().publish()
    assert "De nieuwe bak." in soup_of(client, "/nl/gemeenten/utrecht/wonen/afval/").get_text()


def test_in_the_best_language_with_its_direction(client: Client, page: ArticlePage) -> None:
    translate(page, "ar", title="النفايات")
    soup = soup_of(client, "/ar/gemeenten/utrecht/wonen/afval/")
    block = soup.select_one(".local [lang]")
    assert block is not None
    assert (block["lang"], block["dir"]) == ("nl", "ltr")
    translated = [insert("waste", "في أوترخت", "<p>صندوق.</p>")]
    translate(MunicipalityPage.objects.get(title="Utrecht"), "ar", title="أوترخت", inserts=translated)
    block = soup_of(client, "/ar/gemeenten/utrecht/wonen/afval/").select_one(".local [lang]")
    assert block is not None
    assert (block["lang"], block["dir"]) == ("ar", "rtl")
    assert "صندوق" in block.get_text()


def test_a_regional_text_that_is_not_translated_stands_in(client: Client, page: ArticlePage) -> None:
    soup = soup_of(client, "/ar/gemeenten/utrecht/wonen/afval/")
    assert soup.html is not None
    assert soup.html["lang"] == "ar"
    assert "De bak van Utrecht." in soup.get_text()


@pytest.mark.parametrize(
    "address",
    [
        "/nl/gemeenten/utrecht/wonen/",  # a page without a place for municipalities
        "/nl/gemeenten/utrecht/wonen/niets/",
        "/nl/gemeenten/amsterdam/wonen/afval/",
        "/nl/wonen/afval/wonen/afval/",  # what stands before is no municipality
        "/nl/gemeenten/utrecht/gemeenten/utrecht/wonen/afval/",
        "/nl/gemeenten/utrecht/gemeenten/zeist/",
        "/nl/gemeenten/wonen/afval/",
    ],
)
def test_other_addresses_do_not_exist(client: Client, page: ArticlePage, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_is_private_or_a_draft_has_no_versions(client: Client, page: ArticlePage) -> None:
    restriction = PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert client.get("/nl/gemeenten/utrecht/wonen/afval/").status_code == 404
    restriction.delete()
    utrecht = MunicipalityPage.objects.get(title="Utrecht")
    restriction = PageViewRestriction.objects.create(page=utrecht.page_ptr, restriction_type="login")
    assert client.get("/nl/gemeenten/utrecht/wonen/afval/").status_code == 404
    assert "Utrecht" not in soup_of(client, "/nl/wonen/afval/").select(".local")[0].get_text()
    restriction.delete()
    page.unpublish()
    assert client.get("/nl/gemeenten/utrecht/wonen/afval/").status_code == 404


def test_links_of_an_insert_lead_to_the_page_in_the_readers_language(client: Client, page: ArticlePage) -> None:
    target = article(page.get_parent().specific, title="Meer", slug="meer")
    translate(target, "ar", title="المزيد")
    utrecht = MunicipalityPage.objects.get(title="Utrecht")
    text = f'<p><a linktype="page" id="{target.pk}">meer</a></p>'
    utrecht.inserts = [insert("waste", "Afval", text)]
    utrecht.save_revision().publish()
    link = soup_of(client, "/ar/gemeenten/utrecht/wonen/afval/").select_one(".local .prose a")
    assert link is not None
    assert link["href"] == "/ar/wonen/meer/"
    # They are looked up with the links of the regional text, not after them.
    page.body = [("text", text), *REGIONAL]
    page.save_revision().publish()
    queries = queries_of(client, "/nl/gemeenten/utrecht/wonen/afval/")
    assert queries == queries_of(client, "/nl/wonen/afval/") <= 10


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/nl/wonen/afval/", "/nl/gemeenten/utrecht/wonen/afval/"])
def test_more_municipalities_cost_no_more(client: Client, page: ArticlePage, address: str) -> None:
    before = queries_of(client, address)
    index: Any = MunicipalitiesPage.objects.get()
    for _number in range(13):
        row = MunicipalityFactory()
        add(index, MunicipalityPage, title=row.name, slug=row.slug, municipality=row)
    assert queries_of(client, address) == before <= 10


def test_a_municipality_says_one_thing_at_a_place() -> None:
    block = InsertsBlock()
    twice = [insert("waste", "A", "<p>a</p>"), insert("waste", "B", "<p>b</p>")]
    with pytest.raises(StreamBlockValidationError):
        block.clean(block.normalize(twice))
    once = [insert("waste", "A", "<p>a</p>"), insert("library", "B", "<p>b</p>")]
    assert len(block.clean(block.normalize(once))) == 2


def test_a_page_of_a_municipality_tells_its_own(client: Client, page: ArticlePage) -> None:
    assert "De bak van Utrecht." in soup_of(client, "/nl/gemeenten/utrecht/").get_text()


def test_steps_have_versions_too(client: Client, home: HomePage) -> None:
    from pages.models import JourneyPage

    road = add(home, JourneyPage, title="De weg", slug="de-weg")
    add(road, StepPage, title="Wonen", slug="wonen", number=1, what_happens="<p>x</p>", body=REGIONAL)
    assert "De bak van Zeist." in soup_of(client, "/nl/gemeenten/zeist/de-weg/wonen/").get_text()
