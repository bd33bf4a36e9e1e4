"""One part of a copy, how its values are written, and where other apps add theirs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from ..models import Person

Line = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: ``records`` for JSON, the same in every language; ``entries`` of labels and values to read.

    ``entries`` are in the language that is active when the part is made.
    """

    name: str
    heading: str
    records: list[dict[str, Any]] = field(default_factory=list)
    entries: list[list[Line]] = field(default_factory=list)


Contributor = Callable[[Person], Part]
contributors: list[Contributor] = []


def on_copied(contributor: Contributor) -> Contributor:
    """Register a part of every copy. It leaves out what identifies anybody else (GDPR art. 15(4))."""
    if contributor not in contributors:
        contributors.append(contributor)
    return contributor


def moment(at: datetime | None) -> str:
    """A moment as it is read."""
    return date_format(localtime(at), "DATETIME_FORMAT") if at else ""


def day(on: date | None) -> str:
    """A date as it is read."""
    return date_format(on, "DATE_FORMAT") if on else ""


def iso(at: date | datetime | None) -> str | None:
    """The same for a machine."""
    return at.isoformat() if at else None


def filled(*lines: Line) -> list[Line]:
    """The lines that have a value."""
    return [(label, value) for label, value in lines if value]
