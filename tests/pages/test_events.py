"""Events: when they are next, and the calendar that a telephone follows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import PageViewRestriction
from wagtail.signal_handlers import disable_reference_index_auto_update

from pages.agenda import occasions
from pages.models import EventPage, EventsPage, HomePage
from pages.templatetags.words import clock, day, short_day
from tests.factories import MunicipalityFactory
from tests.pages.naughty import NAUGHTY
from tests.pages.site import add, article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def event(starts: str, *, hours: float = 2, repeats: str = "", until: str | None = None) -> EventPage:
    page = EventPage(title="Taalcafé", summary="Praten.", slug="taalcafe", repeats=repeats)
    page.starts_at = at(starts)
    page.ends_at = page.starts_at + timedelta(hours=hours)
    page.repeats_until = datetime.fromisoformat(until).date() if until else None
    return page


CASES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"starts": "2027-01-12T10:00"}, "2027-01-01T00:00", ["2027-01-12T10:00"]),
    ({"starts": "2027-01-12T10:00"}, "2027-01-12T11:59", ["2027-01-12T10:00"]),
    ({"starts": "2027-01-12T10:00"}, "2027-01-12T12:00", []),
    ({"starts": "2027-01-12T10:00", "repeats": "weekly"}, "2027-01-13T00:00", ["2027-01-19T10:00", "2027-01-26T10:00"]),
    (
        {"starts": "2027-01-12T10:00", "repeats": "weekly", "until": "2027-01-19"},
        "2027-01-13T00:00",
        ["2027-01-19T10:00"],
    ),
    ({"starts": "2027-01-12T10:00", "repeats": "weekly", "until": "2027-01-19"}, "2027-01-20T00:00", []),
    # The clock goes forward on 28 March 2027: ten o'clock stays ten o'clock.
    ({"starts": "2027-03-23T10:00", "repeats": "weekly"}, "2027-03-24T00:00", ["2027-03-30T10:00", "2027-04-06T10:00"]),
    # No 31 February, no 31 April.
    (
        {"starts": "2027-01-31T10:00", "repeats": "monthly"},
        "2027-02-01T00:00",
        ["2027-03-31T10:00", "2027-05-31T10:00"],
    ),
    # While it goes on it is still to come.
    (
        {"starts": "2027-01-12T22:00", "hours": 5, "repeats": "weekly"},
        "2027-01-20T01:00",
        ["2027-01-19T22:00", "2027-01-26T22:00"],
    ),
    # Far ahead: not shown in repeats.
    ({"starts": "2030-01-12T10:00", "repeats": "weekly"}, "2027-01-01T00:00", []),
    ({"starts": "2020-01-07T10:00", "repeats": "weekly"}, "2027-01-01T00:00", ["2027-01-05T10:00", "2027-01-12T10:00"]),
]


@pytest.mark.parametrize(("page", "since", "expected"), CASES)
def test_next_times(page: dict[str, Any], since: str, expected: list[str]) -> None:
    found = occasions(event(**page), since=at(since), limit=2)
    assert [one.starts_at for one in found] == [at(moment) for moment in expected]
    assert all(one.ends_at > at(since) for one in found)


@shared
def home() -> HomePage:
    MunicipalityFactory(code="GM0344", name="Utrecht", slug="utrecht")
    MunicipalityFactory(code="GM0355", name="Zeist", slug="zeist")
    return make_site()


@shared
def agenda(home: HomePage) -> EventsPage:
    page = add(home, EventsPage, title="Agenda", slug="agenda")
    soon = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=3)
    times = {"starts_at": soon, "ends_at": soon + timedelta(hours=2)}
    later = {name: moment + timedelta(days=4) for name, moment in times.items()}
    past = {name: moment - timedelta(days=30) for name, moment in times.items()}
    add(page, EventPage, title="Feest", summary="Eten; drinken, dansen", municipalities=["GM0355"], **later)
    add(
        page,
        EventPage,
        title="Taalcafé",
        slug="taalcafe",
        municipalities=["GM0344"],
        place="Huis",
        repeats="weekly",
        **times,
    )
    add(page, EventPage, title="Voorbij", **past)
    return page  # type: ignore[no-any-return]


def titles(response: Any) -> list[str]:
    return [link.get_text(strip=True) for link in BeautifulSoup(response.content, "html.parser").select(".tiles h3 a")]


def test_what_is_coming_soonest_first(client: Client, agenda: EventsPage) -> None:
    assert titles(client.get("/nl/agenda/")) == ["Taalcafé", "Feest"]
    assert titles(client.get("/nl/agenda/?gemeente=GM0355")) == ["Feest"]
    for value in NAUGHTY:
        assert client.get("/nl/agenda/", {"gemeente": value[:5_000]}).status_code == 200


def test_what_is_over_says_so(client: Client, agenda: EventsPage) -> None:
    text = client.get("/nl/agenda/voorbij/").content.decode()
    assert "Dit is voorbij." in text
    assert ".ics" not in text


def test_one_event(client: Client, agenda: EventsPage) -> None:
    soup = BeautifulSoup(client.get("/nl/agenda/taalcafe/").content, "html.parser")
    assert len(soup.select(".plain-list li")) == 4
    follow = soup.select_one('a[href^="webcal://"]')
    assert follow is not None
    assert str(follow["href"]).endswith("/nl/agenda/taalcafe.ics")


def calendar_at(client: Client, address: str) -> Calendar:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    return Calendar.from_ical(response.content)


def test_the_calendar_of_all_events(client: Client, agenda: EventsPage) -> None:
    calendar = calendar_at(client, "/nl/agenda.ics")
    found = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    assert set(found) == {"Taalcafé", "Feest", "Voorbij"}
    page = EventPage.objects.get(title="Taalcafé")
    one = found["Taalcafé"]
    assert one["dtstart"].dt == page.starts_at
    assert one["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert one["rrule"]["FREQ"] == ["WEEKLY"]
    assert str(one["location"]) == "Huis"
    assert str(one["url"]).endswith("/nl/agenda/taalcafe/")
    assert str(found["Feest"]["description"]) == "Eten; drinken, dansen"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert len({str(event["uid"]) for event in found.values()}) == 3


def test_the_calendar_of_one_municipality_and_of_one_event(client: Client, agenda: EventsPage) -> None:
    part = calendar_at(client, "/nl/agenda.ics?gemeente=GM0355").walk("VEVENT")
    assert [str(one["summary"]) for one in part] == ["Feest", "Voorbij"]
    (one,) = calendar_at(client, "/nl/agenda/taalcafe.ics").walk("VEVENT")
    assert str(one["summary"]) == "Taalcafé"


def test_a_last_day_is_in_the_rule_in_universal_time(client: Client, agenda: EventsPage) -> None:
    page = EventPage.objects.get(title="Taalcafé")
    page.repeats_until = (page.starts_at + timedelta(days=14)).date()
    page.save_revision().publish()
    (one,) = calendar_at(client, "/nl/agenda/taalcafe.ics").walk("VEVENT")
    (until,) = one["rrule"]["UNTIL"]
    assert until.tzinfo is not None
    assert until.utcoffset() == timedelta(0)
    assert until.astimezone(HERE).date() == page.repeats_until
    assert until > page.starts_at.astimezone(UTC) + timedelta(days=14)


def test_the_same_event_in_another_language_is_the_same_event(client: Client, agenda: EventsPage) -> None:
    translate(EventPage.objects.get(title="Taalcafé"), "ar", title="مقهى")
    (dutch,) = calendar_at(client, "/nl/agenda/taalcafe.ics").walk("VEVENT")
    (arabic,) = calendar_at(client, "/ar/agenda/taalcafe.ics").walk("VEVENT")
    assert dutch["uid"] == arabic["uid"]
    assert str(arabic["summary"]) == "مقهى"
    assert {str(one["summary"]) for one in calendar_at(client, "/ar/agenda.ics").walk("VEVENT")} == {
        "مقهى",
        "Feest",
        "Voorbij",
    }


@pytest.mark.parametrize("address", ["/nl/niets.ics", "/nl/agenda/niets.ics", "/nl/onderwerp.ics", "/xx/agenda.ics"])
def test_no_other_calendars(client: Client, agenda: EventsPage, address: str) -> None:
    article(agenda.get_parent().specific)
    response = client.get(address)
    assert response.status_code in (302, 404)
    assert response.get("Location", "/accounts/").startswith("/accounts/")


def test_what_is_private_or_a_draft_is_in_no_calendar(client: Client, agenda: EventsPage) -> None:
    page = EventPage.objects.get(title="Taalcafé")
    EventPage.objects.get(title="Feest").unpublish()
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert [str(one["summary"]) for one in calendar_at(client, "/nl/agenda.ics").walk("VEVENT")] == ["Voorbij"]
    assert client.get("/nl/agenda/taalcafe.ics").status_code == 404
    PageViewRestriction.objects.create(page=agenda.page_ptr, restriction_type="login")
    assert client.get("/nl/agenda.ics").status_code == 404


@pytest.mark.parametrize("address", ["/nl/agenda/", "/nl/agenda.ics"])
def test_many_events_cost_as_much_as_few(client: Client, agenda: EventsPage, address: str) -> None:
    counts = []
    made = 0
    soon = timezone.now() + timedelta(days=1)
    for upto in (5, 200):
        for number in range(made, upto):
            event = EventPage(
                title=f"N {number}", slug=f"n{number}", summary="x", starts_at=soon, ends_at=soon + timedelta(hours=1)
            )
            with disable_reference_index_auto_update():
                agenda.add_child(instance=event)
        made = upto
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize(
    ("ends", "until", "field"),
    [
        ("2027-01-12T09:00", None, "ends_at"),
        ("2027-02-12T09:00", None, "ends_at"),
        ("2027-01-12T12:00", "2026-01-01", "repeats_until"),
    ],
)
def test_times_that_cannot_be(ends: str, until: str | None, field: str) -> None:
    page = event("2027-01-12T10:00", until=until)
    page.ends_at = at(ends)
    with pytest.raises(ValidationError) as raised:
        page.clean()
    assert field in raised.value.message_dict


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "dinsdag 12 januari 2027"),
        ("ti", "ሰሉስ 12 ጥሪ 2027"),
        ("prs", "سه‌شنبه 12 جنوری 2027"),
        ("fa", "سه‌شنبه 12 ژانویهٔ 2027"),
        ("so", "Talaado 12 Janaayo 2027"),
        ("ar", "الثلاثاء 12 يناير 2027"),
    ],
)
def test_dates_in_words(language: str, expected: str) -> None:
    assert day(at("2027-01-12T23:30"), language) == expected
    assert day(None, language) == ""


def test_times_and_short_dates() -> None:
    assert clock(datetime(2027, 7, 1, 8, 5, tzinfo=UTC)) == "10:05"
    assert clock(at("2027-01-12T09:00").time()) == "09:00"
    assert short_day(at("2027-01-12T09:00").date(), "nl") == "12 januari 2027"
