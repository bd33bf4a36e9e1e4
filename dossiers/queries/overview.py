"""What a person sees: everything that was shared about them, with whom, and who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from consent.enums import Purpose
from consent.models import Person
from consent.queries import dossiers_of

from ..enums import Status
from ..models import FileRelease, Package
from ..presentation import TONES, end_text, status_text
from .looks import Look, looks_of


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One package in the person's words; ``contact`` is the mail address of who received it.

    ``object_ids`` are the public ids of the package and its files, as the log names them.
    """

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
    object_ids: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What one person's page shows."""

    person: Person
    handovers: tuple[Handover, ...]
    looks: tuple[Look, ...]
    has_older_looks: bool


def persons_read_by(reader: Person) -> list[Person]:
    """The reader first, then those about whose data the reader decides at this moment."""
    return sorted(dossiers_of(reader), key=lambda person: person.pk != reader.pk)


def dossier_of(person: Person) -> Dossier:
    """Everything about one person."""
    looks, has_older_looks = looks_of(person)
    return Dossier(
        person=person,
        handovers=tuple(handovers_of(person)),
        looks=tuple(looks),
        has_older_looks=has_older_looks,
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
            object_ids=frozenset(map(str, (package.public_id, *(file.public_id for file in package.files.all())))),
        )
        for package in packages
    ]


def _days(releases: Iterable[FileRelease]) -> tuple[datetime, ...]:
    """The first release of each day, in the time zone of the installation."""
    first: dict[object, datetime] = {}
    for release in releases:
        first.setdefault(timezone.localtime(release.at).date(), release.at)
    return tuple(first.values())
