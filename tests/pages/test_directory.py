"""The directory: what a reader finds, narrowed or not, what stands on a page about a place, and at what cost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.signal_handlers import disable_reference_index_auto_update

from pages.directory import map_address
from pages.fields import CodesField
from pages.hours import week
from pages.models import (
    DirectoryPage,
    HomePage,
    InitiativePage,
    InitiativesPage,
    MunicipalitiesPage,
    MunicipalityPage,
    OpportunitiesPage,
    OpportunityPage,
    OrganisationPage,
)
from tests.factories import MunicipalityFactory
from tests.pages.naughty import NAUGHTY
from tests.pages.site import add, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


@shared
def home() -> HomePage:
    MunicipalityFactory(code="GM0344", name="Utrecht", slug="utrecht")
    MunicipalityFactory(code="GM0355", name="Zeist", slug="zeist")
    return make_site()


@shared
def directory(home: HomePage) -> DirectoryPage:
    page = add(home, DirectoryPage, title="Hulp", slug="hulp")
    add(page, OrganisationPage, title="Taalhuis", municipalities=["GM0344"], themes=["language"])
    add(page, OrganisationPage, title="Sociaal team", municipalities=["GM0355"], themes=["guidance", "money"])
    add(page, OrganisationPage, title="Kinderhulp", themes=["children"])
    return page  # type: ignore[no-any-return]


def names(response: Any) -> list[str]:
    soup = BeautifulSoup(response.content, "html.parser")
    return [link.get_text(strip=True) for link in soup.select(".tiles h3 a")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["Taalhuis", "Sociaal team", "Kinderhulp"]),
        ("gemeente=GM0344", ["Taalhuis", "Kinderhulp"]),
        ("gemeente=GM0355", ["Sociaal team", "Kinderhulp"]),
        ("onderwerp=money", ["Sociaal team"]),
        ("gemeente=GM0344&onderwerp=money", []),
        ("gemeente=GM0355&onderwerp=guidance", ["Sociaal team"]),
        ("gemeente=GM9999", ["Taalhuis", "Sociaal team", "Kinderhulp"]),
        ("gemeente=&onderwerp=", ["Taalhuis", "Sociaal team", "Kinderhulp"]),
        ("onderwerp=mon", ["Taalhuis", "Sociaal team", "Kinderhulp"]),
    ],
)
def test_narrowing(client: Client, directory: DirectoryPage, asked: str, expected: list[str]) -> None:
    response = client.get(f"/nl/hulp/?{asked}")
    assert response.status_code == 200
    assert names(response) == expected


def test_the_form_needs_no_script_and_remembers(client: Client, directory: DirectoryPage) -> None:
    soup = BeautifulSoup(client.get("/nl/hulp/?gemeente=GM0355").content, "html.parser")
    form = soup.select_one("form.narrowing")
    assert form is not None
    assert form["method"] == "get"
    chosen = form.select_one("select[name=gemeente] option[selected]")
    assert chosen is not None
    assert chosen["value"] == "GM0355"
    assert [option.get_text() for option in form.select("select[name=gemeente] option")] == [
        "Alle gemeenten",
        "Utrecht",
        "Zeist",
    ]


@pytest.mark.parametrize("field", ["gemeente", "onderwerp", "soort", "blad"])
def test_naughty_values_narrow_nothing(client: Client, directory: DirectoryPage, field: str) -> None:
    for value in NAUGHTY:
        assert client.get("/nl/hulp/", {field: value[:5_000]}).status_code == 200, value[:80]


def test_a_reader_of_another_language_gets_the_list_with_stand_ins(client: Client, directory: DirectoryPage) -> None:
    translate(directory, "ar", title="مساعدة")
    translate(OrganisationPage.objects.get(title="Taalhuis"), "ar", title="بيت اللغة")
    soup = BeautifulSoup(client.get("/ar/hulp/?gemeente=GM0344").content, "html.parser")
    heads = soup.select(".tiles h3")
    found = [(head.get_text(strip=True), head["lang"], head["dir"]) for head in heads]
    assert found == [("بيت اللغة", "ar", "rtl"), ("Kinderhulp", "nl", "ltr")]


def test_a_fact_that_changes_in_dutch_changes_everywhere(client: Client, directory: DirectoryPage) -> None:
    page = OrganisationPage.objects.get(title="Taalhuis")
    other = translate(page, "ar", title="بيت اللغة", services="كلام")
    page.telephone, page.municipalities, page.services = "030 000 00 00", ["GM0355"], "Praten"
    page.save_revision().publish()
    other.refresh_from_db()
    assert (other.telephone, other.municipalities) == ("030 000 00 00", ["GM0355"])
    assert (other.title, other.services) == ("بيت اللغة", "كلام")


def test_one_organisation(client: Client, directory: DirectoryPage) -> None:
    add(
        directory,
        OrganisationPage,
        title="De Brug",
        slug="de-brug",
        street="Voorbeeldstraat 1 & 2",
        postcode="1234 AB",
        city="Utrecht",
        telephone="030 000 00 00",
        email="brug@example.org",
        languages_spoken=["nl", "ti"],
        wheelchair=True,
        accessibility="Geen drempel <hoog>",
        example=True,
        municipalities=["GM0344"],
        hours=[
            ("opening", {"day": "2", "opens": "13:00", "closes": "20:00"}),
            ("opening", {"day": "2", "opens": "09:00", "closes": "12:00"}),
        ],
    )
    response = client.get("/nl/hulp/de-brug/")
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    text = soup.select_one("article").get_text(" ", strip=True)  # type: ignore[union-attr]
    for expected in ("ትግርኛ", "Geen drempel <hoog>", "Dit is een voorbeeld", "Utrecht", "Ja, u kunt naar binnen"):
        assert expected in text
    assert soup.select_one('a[href="tel:0300000000"]') is not None
    on_map = soup.select_one('a[href^="https://www.openstreetmap.org/"]')
    assert on_map is not None
    assert parse_qs(urlsplit(str(on_map["href"])).query) == {"query": ["Voorbeeldstraat 1 & 2, 1234 AB Utrecht"]}
    assert not soup.select("iframe, object, embed")
    days = {row.th.get_text(strip=True): " ".join(row.td.get_text().split()) for row in soup.select(".hours tbody tr")}
    assert days["dinsdag"] == "09:00–12:00, 13:00–20:00"
    assert days["maandag"] == "gesloten"
    assert len(days) == 7


def test_nothing_known_shows_nothing(client: Client, directory: DirectoryPage) -> None:
    soup = BeautifulSoup(client.get("/nl/hulp/kinderhulp/").content, "html.parser")
    assert soup.select(".hours, address, a[href^='tel:0']") == []
    assert "De hele regio" in soup.select_one("article").get_text()  # type: ignore[union-attr]


def test_chances_by_sort_and_not_when_over(client: Client, home: HomePage) -> None:
    page = add(home, OpportunitiesPage, title="Kansen", slug="kansen")
    add(page, OpportunityPage, title="Stage", sort="language_internship", ends_on="2099-01-01")
    add(page, OpportunityPage, title="Cursus", sort="course")
    add(page, OpportunityPage, title="Oud", slug="oud", sort="course", ends_on="2020-01-01")
    assert names(client.get("/nl/kansen/")) == ["Stage", "Cursus"]
    assert names(client.get("/nl/kansen/?soort=course")) == ["Cursus"]
    assert "Dit is voorbij" in client.get("/nl/kansen/oud/").content.decode()


def test_a_chance_does_not_end_before_it_begins(home: HomePage) -> None:
    page = OpportunityPage(
        title="x", slug="x", summary="x", sort="course", starts_on="2027-02-01", ends_on="2027-01-01"
    )
    page.clean_fields(exclude=["path", "depth", "content_type", "locale", "translation_key"])
    with pytest.raises(ValidationError) as raised:
        page.clean()
    assert "ends_on" in raised.value.message_dict


def test_an_initiative_for_the_whole_region_is_in_every_list(client: Client, home: HomePage) -> None:
    page = add(home, InitiativesPage, title="Ontmoeten", slug="ontmoeten")
    add(page, InitiativePage, title="Zwemmen", municipalities=["GM0355"], when="Elke dag", for_whom="Vrouwen")
    add(page, InitiativePage, title="Wandelen", municipalities=["GM0355"], whole_region=True)
    assert names(client.get("/nl/ontmoeten/?gemeente=GM0344")) == ["Wandelen"]
    response = client.get("/nl/ontmoeten/zwemmen/")
    assert "Elke dag" in response.content.decode()
    assert "Vrouwen" in response.content.decode()


def test_municipalities(client: Client, home: HomePage) -> None:
    page = add(home, MunicipalitiesPage, title="Gemeenten", slug="gemeenten")
    add(page, MunicipalityPage, title="Utrecht", municipality_id="GM0344")
    assert names(client.get("/nl/gemeenten/")) == ["Utrecht"]
    assert client.get("/nl/gemeenten/utrecht/").status_code == 200


def test_a_municipality_leads_to_what_there_is_in_it(client: Client, home: HomePage, directory: DirectoryPage) -> None:
    add(home, InitiativesPage, title="Ontmoeten", slug="ontmoeten")
    page = add(home, MunicipalitiesPage, title="Gemeenten", slug="gemeenten")
    add(page, MunicipalityPage, title="Utrecht", municipality_id="GM0344")
    soup = BeautifulSoup(client.get("/nl/gemeenten/utrecht/").content, "html.parser")
    doors = [link["href"] for link in soup.select(".door")]
    assert doors == ["/nl/hulp/?gemeente=GM0344", "/nl/ontmoeten/?gemeente=GM0344"]
    assert names(client.get(doors[0])) == ["Taalhuis", "Kinderhulp"]


LISTS: list[tuple[type[Any], type[Any], Callable[[int], dict[str, Any]]]] = [
    (DirectoryPage, OrganisationPage, lambda number: {"municipalities": ["GM0344"], "themes": ["work"]}),
    (InitiativesPage, InitiativePage, lambda number: {"municipalities": ["GM0344"]}),
    (OpportunitiesPage, OpportunityPage, lambda number: {"sort": "course"}),
    (MunicipalitiesPage, MunicipalityPage, lambda number: {"municipality": MunicipalityFactory()}),
]


@pytest.mark.parametrize(("index", "kind", "fields"), LISTS)
def test_a_long_list_costs_as_much_as_a_short_one(
    client: Client, home: HomePage, index: type[Any], kind: type[Any], fields: Callable[[int], dict[str, Any]]
) -> None:
    page = add(home, index, title="Lijst", slug="lijst")
    counts = []
    made = 0
    for upto in (5, 200):
        for number in range(made, upto):
            child = kind(title=f"Nummer {number}", slug=f"n{number}", summary="x", locale=page.locale, **fields(number))
            with disable_reference_index_auto_update():
                page.add_child(instance=child)
        made = upto
        client.get("/nl/lijst/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/nl/lijst/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_leaves_of_a_long_list(client: Client, directory: DirectoryPage) -> None:
    for number in range(30):
        directory.add_child(instance=OrganisationPage(title=f"N {number}", slug=f"n{number}", summary="x"))
    first, second = client.get("/nl/hulp/?onderwerp="), client.get("/nl/hulp/?blad=2")
    assert (len(names(first)), len(names(second))) == (24, 9)
    assert 'href="?blad=2"' in first.content.decode()
    assert not set(names(first)) & set(names(second))
    assert names(client.get("/nl/hulp/?blad=999")) == names(second)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ""),
        (["Straat 1", "1234 AB Zeist"], "https://www.openstreetmap.org/search?query=Straat+1%2C+1234+AB+Zeist"),
        (["a&b=c#d"], "https://www.openstreetmap.org/search?query=a%26b%3Dc%23d"),
    ],
)
def test_address_on_the_map(lines: list[str], expected: str) -> None:
    assert map_address(lines) == expected


def test_a_week_without_hours_is_not_a_closed_week() -> None:
    assert week([]) == []


@pytest.mark.parametrize(
    ("stored", "value"),
    [("", []), (None, []), ("|work|", ["work"]), ("|work|work_experience|", ["work", "work_experience"])],
)
def test_codes_in_a_column(stored: str | None, value: list[str]) -> None:
    field = CodesField(options=lambda: [("work", "Werk"), ("work_experience", "Plek")])
    assert field.from_db_value(stored) == value
    assert field.get_prep_value(value) == (stored or "")
    assert field.clean(value, None) == value


def test_an_unknown_code_is_refused() -> None:
    field = CodesField(options=lambda: [("work", "Werk")])
    with pytest.raises(ValidationError):
        field.clean(["home"], None)
