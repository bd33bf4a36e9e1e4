"""Events: when they happen next, and as a calendar that a telephone can follow (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from icalendar import Calendar, Event, vRecur

from pages.directory import map_address, municipality_options
from pages.enums import Repeats
from pages.families import Member, address_of
from pages.forms import NarrowForm
from pages.models.chances import EventPage, EventsPage
from pages.queries import children_for

FREQUENCY = {Repeats.WEEKLY: WEEKLY, Repeats.MONTHLY: MONTHLY}
LOOK_AHEAD_DAYS = 366
PRODUCT = "-//Doorlopende lijn//Agenda//NL"
REFRESH_HOURS = 12


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One time that an event takes place."""

    page: EventPage
    starts_at: datetime
    ends_at: datetime
    places: tuple[str, ...] = ()


def occasions(event: EventPage, *, since: datetime, limit: int = 1) -> list[Occasion]:
    """The first times of an event that have not ended at ``since``, at most a year ahead.

    A repeat keeps the time on the clock when summer time begins or ends, as people do. An event on the 31st does not
    take place in a shorter month; RFC 5545 counts alike.
    """
    lasts = event.ends_at - event.starts_at
    found = []
    for start in _starts(event, since=since - lasts, until=since + timedelta(days=LOOK_AHEAD_DAYS)):
        if start + lasts > since:
            found.append(Occasion(page=event, starts_at=start, ends_at=start + lasts))
        if len(found) == limit:
            break
    return found


def _starts(event: EventPage, *, since: datetime, until: datetime) -> Iterable[datetime]:
    zone = timezone.get_default_timezone()
    first = event.starts_at.astimezone(zone)
    if not event.repeats:
        return [first]
    on_the_clock = first.replace(tzinfo=None)
    last = _clock(until)
    if event.repeats_until:
        last = min(last, datetime.combine(event.repeats_until, time.max))
    rule = rrule(FREQUENCY[Repeats(event.repeats)], dtstart=on_the_clock, until=last)
    return [moment.replace(tzinfo=zone) for moment in rule.between(_clock(since), last, inc=True)]


def _clock(moment: datetime) -> datetime:
    return moment.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)


def agenda_context(page: EventsPage, request: HttpRequest, family: Iterable[Member], reader: str) -> dict[str, Any]:
    """The template variables of the agenda: what is coming, soonest first; ``calendar`` and ``subscribe`` addresses."""
    names = dict(municipality_options())
    form = NarrowForm(request.GET, municipalities=names, themes=False)
    form.is_valid()
    wanted = form.cleaned_data.get("gemeente") or ""
    now = timezone.now()
    coming = [
        occasion
        for event in children_for(family, reader, EventPage)
        if not wanted or not event.municipalities or wanted in event.municipalities
        for occasion in occasions(event, since=now)
    ]
    coming.sort(key=lambda one: (one.starts_at, one.page.title))
    shown = [
        Occasion(
            page=one.page,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            places=tuple(names[code] for code in one.page.municipalities if code in names),
        )
        for one in coming
    ]
    found = {"form": form, "entries": shown, "total": len(shown), "previous_leaf": "", "next_leaf": ""}
    return {**found, **calendar_addresses(page, reader, wanted)}


def event_context(event: EventPage, request: HttpRequest, reader: str) -> dict[str, Any]:
    """The template variables of one event."""
    from pages.directory import names_of

    return {
        "coming": occasions(event, since=timezone.now(), limit=4),
        "places": names_of(event),
        "map_address": map_address(event.address_lines),
        **calendar_addresses(event, reader),
    }


def calendar_addresses(page: EventsPage | EventPage, reader: str, municipality: str = "") -> dict[str, str]:
    """Where the calendar file is, and the same as ``webcal:``, which asks a telephone to follow it."""
    path = address_of(page.url_path, reader).rstrip("/") + ".ics"
    query = "?" + urlencode({"gemeente": municipality}) if municipality else ""
    base = urlsplit(settings.BASE_URL)
    return {"calendar": path + query, "subscribe": f"webcal://{base.netloc}{base.path}{path}{query}"}


def calendar_of(events: Iterable[EventPage], *, name: str, reader: str) -> bytes:
    """An iCalendar file of these events, with the rules of the time zone in it.

    Args:
        name: what a telephone calls the calendar.
        reader: the language of the addresses.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", timedelta(hours=REFRESH_HOURS), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_component(event, reader))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _component(event: EventPage, reader: str) -> Event:
    zone = timezone.get_default_timezone()
    component = Event()
    # The same event in another language is the same event: a telephone that follows both shows it once.
    component.add("uid", f"{event.translation_key}@{urlsplit(settings.BASE_URL).hostname}")
    component.add("dtstamp", (event.last_published_at or event.starts_at).astimezone(UTC))
    component.add("dtstart", event.starts_at.astimezone(zone))
    component.add("dtend", event.ends_at.astimezone(zone))
    component.add("summary", event.title)
    component.add("description", event.summary)
    component.add("url", settings.BASE_URL + address_of(event.url_path, reader))
    if where := ", ".join(part for part in (event.place, *event.address_lines) if part):
        component.add("location", where)
    if event.repeats:
        rule: dict[str, Any] = {"freq": event.repeats.upper()}
        if event.repeats_until:
            last = datetime.combine(event.repeats_until, time(23, 59, 59), tzinfo=zone)
            rule["until"] = last.astimezone(UTC)
        component.add("rrule", vRecur(rule))
    return component
