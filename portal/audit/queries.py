"""Which rows the privacy officer asks for. All rows are ids and codes; who may ask is in :mod:`portal.audit.policy`."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from .enums import Event, Outcome
from .models import Entry

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """What to look for; an empty field means: any. Days are whole days in the time zone of the installation."""

    subject: str = ""
    actor_id: str = ""
    event: Event | None = None
    outcome: Outcome | None = None
    since: date | None = None
    until: date | None = None

    def as_details(self) -> dict[str, str]:
        """The filter as the audit row of the reading keeps it; the person is that row's subject."""
        named = {
            "actor": self.actor_id,
            "event": self.event.value if self.event else "",
            "outcome": self.outcome.value if self.outcome else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A screen of rows; ``next_sequence`` is where the following screen goes on, ``None`` at the end."""

    entries: list[Entry]
    next_sequence: int | None


def timeline(*, subject: str) -> QuerySet[Entry]:
    """Everything that happened around one person, newest last."""
    return Entry.objects.filter(subject=subject).order_by("sequence")


def done_by_people(event: Event) -> set[str]:
    """The objects of the acts of this kind that a user did, and not the system by itself."""
    done = Entry.objects.filter(event=event.value, outcome=Outcome.SUCCESS).exclude(actor_kind="system")
    return set(done.values_list("object_id", flat=True))


def details_of(event: Event) -> list[tuple[str, dict[str, Any]]]:
    """The object and the details of each act of this kind that was done, oldest first."""
    done = Entry.objects.filter(event=event.value, outcome=Outcome.SUCCESS).order_by("sequence")
    return list(done.values_list("object_id", "details"))


def newest_first(*, wanted: LogFilter, before: int | None) -> Page:
    """The rows that fit the filter, newest first, from just before ``before``. One query, however long the log is."""
    rows = Entry.objects.order_by("-sequence")
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.actor_id:
        rows = rows.filter(actor_id=wanted.actor_id)
    if wanted.event:
        rows = rows.filter(event=wanted.event.value)
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome.value)
    if wanted.since:
        rows = rows.filter(at__gte=_moment(wanted.since, time.min))
    if wanted.until:
        rows = rows.filter(at__lte=_moment(wanted.until, time.max))
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    return _page(rows)


def timeline_page(*, subject: str, after: int | None) -> Page:
    """A screen of :func:`timeline`, from just after ``after``."""
    rows = timeline(subject=subject)
    if after is not None:
        rows = rows.filter(sequence__gt=after)
    return _page(rows)


def _page(rows: QuerySet[Entry]) -> Page:
    entries = list(rows[: PAGE_SIZE + 1])
    more = len(entries) > PAGE_SIZE
    entries = entries[:PAGE_SIZE]
    return Page(entries=entries, next_sequence=entries[-1].sequence if more else None)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE))
