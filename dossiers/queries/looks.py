"""Who looked at what about a person, from the log: organisations and acts, in the person's words."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from consent.models import Person
from portal.accounts.models import Organisation
from portal.audit.enums import Action, Outcome
from portal.audit.models import Entry
from portal.audit.queries import timeline

from ..presentation import LETTER, LOOKED, looked_text

LOOKS_READ = 500
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody of an organisation read something, or tried to; the same on one day is told once, with how often.

    What happened to a letter that gives access is told here too; without an organisation it was whoever held it.
    """

    at: datetime
    times: int
    organisation: str
    what: str
    denied: bool


def looks_of(person: Person) -> tuple[list[Look], bool]:
    """The looks at anything about this person, newest first, and whether older ones were left out.

    It reads :data:`LOOKS_READ` rows of the log at the most; all of them are in the copy.
    """
    entries = list(_entries(person, Q(event__in=LETTER))[: LOOKS_READ + 1])
    shown = entries[:LOOKS_READ]
    return _told(shown, _names(shown)), len(entries) > LOOKS_READ


def looks_under(person: Person, groups: Mapping[Key, Collection[str]]) -> dict[Key, list[Look]]:
    """All looks at these objects, newest first, for each group; two queries, however many groups.

    Args:
        groups: public ids as the log names them: of packages, files, conversations.
    """
    wanted = {public_id for ids in groups.values() for public_id in ids}
    entries = list(_entries(person).filter(object_id__in=wanted)) if wanted else []
    names = _names(entries)
    return {key: _told((entry for entry in entries if entry.object_id in ids), names) for key, ids in groups.items()}


def _entries(person: Person, more: Q | None = None) -> QuerySet[Entry]:
    looked = (Q(action=Action.READ) | Q(outcome=Outcome.DENIED, event__in=LOOKED)) & ~Q(organisation_id="")
    wanted = looked | more if more is not None else looked
    return timeline(subject=str(person.public_id)).filter(wanted).order_by("-sequence")


def _names(entries: Iterable[Entry]) -> dict[str, str]:
    ids = {entry.organisation_id for entry in entries if entry.organisation_id}
    named = Organisation.objects.filter(public_id__in=ids).values_list("public_id", "name") if ids else ()
    return {str(public_id): name for public_id, name in named}


def _told(entries: Iterable[Entry], names: Mapping[str, str]) -> list[Look]:
    looks: dict[tuple[date, str, str, bool], Look] = {}
    for entry in entries:
        denied = entry.outcome == Outcome.DENIED
        key = (timezone.localtime(entry.at).date(), entry.organisation_id, entry.event, denied)
        earlier = looks.get(key)
        looks[key] = Look(
            at=earlier.at if earlier else entry.at,
            times=earlier.times + 1 if earlier else 1,
            organisation=names.get(entry.organisation_id, ""),
            what=looked_text(entry.event),
            denied=denied,
        )
    return list(looks.values())
