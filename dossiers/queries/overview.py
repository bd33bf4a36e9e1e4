"""What a person sees: everything that was shared about them, with whom, and who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from consent.enums import Purpose
from consent.models import Person
from consent.queries import dossiers_of
from portal.accounts.models import Organisation
from portal.audit.enums import Action, Outcome
from portal.audit.queries import timeline

from ..enums import Status
from ..models import FileRelease, Package
from ..presentation import LETTER, LOOKED, TONES, end_text, looked_text, status_text

LOOKS_READ = 500


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One package in the person's words; ``contact`` is the mail address of who received it."""

    kind: str
    purpose: Purpose
    sender: str
    recipient: str
    recipient_pk: int
    team: str
    contact: str
    status: str
    tone: str
    end: str
    offered_at: datetime | None
    collected: tuple[datetime, ...]
    files: int


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


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What one person's page shows."""

    person: Person
    handovers: tuple[Handover, ...]
    looks: tuple[Look, ...]


def persons_read_by(reader: Person) -> list[Person]:
    """The reader first, then those about whose data the reader decides at this moment."""
    return sorted(dossiers_of(reader), key=lambda person: person.pk != reader.pk)


def dossier_of(person: Person) -> Dossier:
    """Everything about one person."""
    return Dossier(
        person=person,
        handovers=tuple(handovers_of(person)),
        looks=tuple(_looks(person)),
    )


def handovers_of(person: Person) -> list[Handover]:
    """Every package that was sealed, newest first."""
    packages = (
        Package.objects.with_parties()
        .filter(person=person, sealed_at__isnull=False)
        .prefetch_related("files", "releases")
        .order_by("-sealed_at", "-pk")
    )
    return [
        Handover(
            kind=package.kind.label,
            purpose=package.kind.purpose,
            sender=package.sender_team.organisation.name,
            recipient=package.recipient_team.organisation.name,
            recipient_pk=package.recipient_team.organisation_id,
            team=package.recipient_team.name,
            contact=package.recipient_team.organisation.contact_email,
            status=status_text(package),
            tone=TONES[Status(package.status)],
            end=end_text(package),
            offered_at=package.offered_at,
            collected=_days(package.releases.all()),
            files=sum(file.removed_at is None for file in package.files.all()),
        )
        for package in packages
    ]


def _days(releases: Iterable[FileRelease]) -> tuple[datetime, ...]:
    """The first release of each day, in the time zone of the installation."""
    first: dict[object, datetime] = {}
    for release in releases:
        first.setdefault(timezone.localtime(release.at).date(), release.at)
    return tuple(first.values())


def _looks(person: Person) -> list[Look]:
    entries = list(
        timeline(subject=str(person.public_id))
        .filter(
            (Q(action=Action.READ) & ~Q(organisation_id=""))
            | (Q(outcome=Outcome.DENIED, event__in=LOOKED) & ~Q(organisation_id=""))
            | Q(event__in=LETTER)
        )
        .order_by("-sequence")[:LOOKS_READ]
    )
    names = dict(
        Organisation.objects.filter(
            public_id__in={entry.organisation_id for entry in entries if entry.organisation_id}
        ).values_list("public_id", "name")
    )
    named = {str(public_id): name for public_id, name in names.items()}
    looks: dict[tuple[date, str, str, bool], Look] = {}
    for entry in entries:
        denied = entry.outcome == Outcome.DENIED
        key = (timezone.localtime(entry.at).date(), entry.organisation_id, entry.event, denied)
        earlier = looks.get(key)
        looks[key] = Look(
            at=earlier.at if earlier else entry.at,
            times=earlier.times + 1 if earlier else 1,
            organisation=named.get(entry.organisation_id, ""),
            what=looked_text(entry.event),
            denied=denied,
        )
    return list(looks.values())
