"""Schools compared: honest about small groups and about what is not known; the best follow from the figures."""

from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.blocks import StreamBlockValidationError

from pages.blocks.results import ResultsBlock
from pages.comparison import FEWEST_PARTICIPANTS, Figures, Row, best_of, in_order, newest_period
from pages.models import HomePage, ProviderPage, ProvidersPage
from tests.pages.naughty import NAUGHTY
from tests.pages.site import add, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db


def result(
    period: str, participants: int | None, passed: float | None, hours: float | None
) -> tuple[str, dict[str, Any]]:
    figures = {"participants": participants, "passed_exam": passed, "finished_600_hours": hours}
    return ("result", {"period": period, "source": "Bedacht", **figures})


def row(title: str, participants: int | None = 100, passed: float | None = None, hours: float | None = None) -> Row:
    figures = Figures(
        period="2025-2026",
        participants=participants,
        passed_exam=None if passed is None else Decimal(str(passed)),
        finished_600_hours=None if hours is None else Decimal(str(hours)),
        source="Bedacht",
    )
    return Row(page=ProviderPage(title=title), places=(), figures=figures)


def titles(rows: list[Row]) -> list[str]:
    return [one.page.title for one in rows]


def test_the_best_are_large_known_and_high() -> None:
    rows = [
        row("klein", FEWEST_PARTICIPANTS - 1, 100),
        row("net groot genoeg", FEWEST_PARTICIPANTS, 50),
        row("onbekend", 100, None),
        row("hoeveel?", None, 99),
        row("hoog", 100, 90),
        Row(page=ProviderPage(title="geen getallen"), places=(), figures=None),
    ]
    assert titles(best_of(rows)) == ["hoog", "net groot genoeg"]


def test_the_best_are_five_and_who_equals_the_fifth() -> None:
    rows = [row(f"s{number}", 100, 80 - number) for number in range(8)]
    assert titles(best_of(rows)) == ["s0", "s1", "s2", "s3", "s4"]
    rows.append(row("ook vierde", 100, 76))
    assert titles(best_of(rows)) == ["s0", "s1", "s2", "s3", "ook vierde", "s4"]
    assert titles(best_of([row("nul", 100, 0)])) == ["nul"]


@pytest.mark.parametrize(
    ("column", "turned", "expected"),
    [
        ("naam", False, ["Aa", "bb", "Cc", "dd"]),
        ("naam", True, ["dd", "Cc", "bb", "Aa"]),
        ("geslaagd", False, ["Cc", "bb", "Aa", "dd"]),
        ("geslaagd", True, ["bb", "Cc", "Aa", "dd"]),
        ("deelnemers", False, ["Aa", "bb", "Cc", "dd"]),
        ("uren", False, ["Aa", "bb", "Cc", "dd"]),
        ("hack", False, ["Aa", "bb", "Cc", "dd"]),
    ],
)
def test_what_is_not_known_is_last_either_way(column: str, turned: bool, expected: list[str]) -> None:
    rows = [row("bb", 30, 0), row("Cc", 20, 60), row("Aa", 40, None), row("dd", None, None)]
    assert titles(in_order(rows, column, turned=turned)) == expected


def test_the_newest_period_of_any_school() -> None:
    old, new = (
        Figures(period=p, participants=1, passed_exam=None, finished_600_hours=None, source="")
        for p in ("2024", "2025-2026")
    )
    assert newest_period([[old], [new, old], []]) == "2025-2026"
    assert newest_period([]) == ""


@shared
def home() -> HomePage:
    return make_site()


@shared
def schools(home: HomePage) -> ProvidersPage:
    page = add(home, ProvidersPage, title="Taalscholen", slug="taalscholen")
    add(
        page, ProviderPage, title="Noord", results=[result("2024-2025", 100, 99, 1), result("2025-2026", 100, 60.5, 20)]
    )
    add(page, ProviderPage, title="Zuid", results=[result("2025-2026", 8, 100, None)])
    add(page, ProviderPage, title="Oost", results=[result("2024-2025", 100, 98, 2)])
    add(page, ProviderPage, title="West", results=[result("2025-2026", 200, 71.25, 10)])
    return page  # type: ignore[no-any-return]


def table(client: Client, query: str = "") -> dict[str, list[str]]:
    response = client.get(f"/nl/taalscholen/{query}")
    assert response.status_code == 200
    rows = BeautifulSoup(response.content, "html.parser").select(".comparison tbody tr")
    return {
        one.th.get_text(strip=True): [" ".join(cell.get_text(" ").split()) for cell in one.select("td")] for one in rows
    }  # type: ignore[union-attr]


def test_the_comparison(client: Client, schools: ProvidersPage) -> None:
    found = table(client)
    assert list(found) == ["Zuid", "West", "Noord", "Oost"]
    assert found["Noord"][:3] == ["60,5 %".replace(" ", ""), "20,0%", "100"]
    assert found["Zuid"][:3] == ["100,0% kleine groep", "niet bekend", "8"]
    assert found["Oost"][:3] == ["niet bekend"] * 3  # its figures are of another period
    assert list(table(client, "?sorteer=naam")) == ["Noord", "Oost", "West", "Zuid"]
    assert list(table(client, "?sorteer=deelnemers&om=1")) == ["Zuid", "Noord", "West", "Oost"]


def test_the_best_on_the_page_are_derived(client: Client, schools: ProvidersPage) -> None:
    def best() -> list[str]:
        soup = BeautifulSoup(client.get("/nl/taalscholen/").content, "html.parser")
        return [one.get_text(strip=True).split(":")[0] for one in soup.select(".card")[0].select("li")]

    assert best() == ["West", "Noord"]
    noord = ProviderPage.objects.get(title="Noord")
    noord.results = [result("2025-2026", 100, 90, 20)]
    noord.save_revision().publish()
    assert best() == ["Noord", "West"]
    noord.results = [result("2026-2027", 50, 10, 20)]
    noord.save_revision().publish()
    assert best() == ["Noord"]


def test_sorting_is_said_and_needs_no_script(client: Client, schools: ProvidersPage) -> None:
    soup = BeautifulSoup(client.get("/nl/taalscholen/?sorteer=uren").content, "html.parser")
    heads = {head.get_text(strip=True): head for head in soup.select(".comparison thead th")}
    assert heads["600 uur"]["aria-sort"] == "descending"
    assert heads["600 uur"].a["href"] == "?sorteer=uren&om=1"  # type: ignore[index]
    assert heads["Geslaagd"].a["href"] == "?sorteer=geslaagd"  # type: ignore[index]
    assert not heads["Geslaagd"].has_attr("aria-sort")


def test_naughty_columns(client: Client, schools: ProvidersPage) -> None:
    for value in NAUGHTY:
        assert client.get("/nl/taalscholen/", {"sorteer": value[:5_000], "om": value[:50]}).status_code == 200


def test_one_school(client: Client, schools: ProvidersPage) -> None:
    soup = BeautifulSoup(client.get("/nl/taalscholen/noord/").content, "html.parser")
    assert [head.get_text(strip=True) for head in soup.select(".comparison tbody th")] == ["2025-2026", "2024-2025"]
    assert "Bedacht" in soup.get_text()


def test_without_figures(client: Client, home: HomePage) -> None:
    page = add(home, ProvidersPage, title="Taalscholen", slug="taalscholen")
    assert client.get("/nl/taalscholen/").status_code == 200
    add(page, ProviderPage, title="Nieuw")
    assert table(client)["Nieuw"][:3] == ["niet bekend"] * 3
    assert "Er zijn nog geen getallen bekend." in client.get("/nl/taalscholen/nieuw/").content.decode()


def test_figures_are_the_same_in_every_language(client: Client, schools: ProvidersPage) -> None:
    translate(schools, "ar", title="مدارس")
    noord = ProviderPage.objects.get(title="Noord")
    translate(noord, "ar", title="شمال")
    noord.results = [result("2025-2026", 100, 33.3, 20)]
    noord.save_revision().publish()
    assert "33.3%" in client.get("/ar/taalscholen/").content.decode().replace(",", ".")


def test_many_schools_cost_as_much_as_few(client: Client, schools: ProvidersPage) -> None:
    counts = []
    made = 0
    for upto in (5, 200):
        for number in range(made, upto):
            page = ProviderPage(
                title=f"N {number}", slug=f"n{number}", summary="x", results=[result("2025", 50, 50, 5)]
            )
            schools.add_child(instance=page)
        made = upto
        client.get("/nl/taalscholen/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/nl/taalscholen/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (result("2025-2026", 120, 61.5, 22.0), True),
        (result("2025", None, None, None), True),
        (result("2025-2026", 120, 100.1, 22.0), False),
        (result("2025-2026", 120, -1, 22.0), False),
        (result("2025-2026", -5, 50, 22.0), False),
        (result("vorig jaar", 120, 50, 22.0), False),
    ],
)
def test_figures_that_cannot_be(value: tuple[str, dict[str, Any]], right: bool) -> None:
    block = ResultsBlock()
    content = block.to_python([{"type": value[0], "value": value[1]}])
    if right:
        assert len(block.clean(content)) == 1
    else:
        with pytest.raises(StreamBlockValidationError):
            block.clean(content)
