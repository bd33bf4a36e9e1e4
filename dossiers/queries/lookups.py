"""Looking up is authorising: an object comes back for somebody who may see it, or not at all."""

from uuid import UUID

from django.utils import timezone

from consent.enums import DataCategory, Purpose
from consent.models import Person
from consent.queries import Coverage, is_covered
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind
from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Decision, Denied, deny
from portal.audit.enums import Event
from portal.vault.enums import FileState, Scan
from portal.vault.models import StoredFile

from ..kinds import Kind, kinds_sent_by
from ..models import Coupling, Package, PackageFile
from ..policy import ReleaseFacts, may_travel


def get_package_for(actor: Actor, public_id: UUID) -> Package:
    """The package, if the actor may know of it.

    Raises:
        Denied: absent and forbidden alike.
    """
    package = Package.objects.visible_to(actor).with_parties().filter(public_id=public_id).first()
    if package is None:
        hidden = Package.objects.filter(public_id=public_id).select_related("person").first()
        raise Denied(
            decision=deny("package_not_visible"),
            event=Event.PACKAGE_READ,
            subject=str(hidden.person.public_id) if hidden else "",
            object_type="package",
            object_id=str(public_id),
        )
    return package


def get_file_for(actor: Actor, package: Package, public_id: UUID) -> PackageFile:
    """A file of a package that the actor may know of.

    Raises:
        Denied: absent and forbidden alike.
    """
    file = current_files(package).filter(public_id=public_id).first()
    if file is None:
        raise Denied(
            decision=deny("file_not_visible"),
            event=Event.FILE_COLLECTED,
            subject=str(package.person.public_id),
            object_type="file",
            object_id=str(public_id),
        )
    return file


def current_files(package: Package):
    """The files that are in the package now, in order."""
    return package.files.filter(removed_at=None).select_related("stored")


def open_coupling_of(person: Person) -> Coupling | None:
    """The coupling that holds now."""
    return Coupling.objects.open().filter(person=person).select_related("municipality", "centre").first()


def possible_recipients(*, kind: Kind, coupling: Coupling):
    """The teams that may receive this kind for somebody coupled to this municipality."""
    return (
        Team.objects.active()
        .filter(
            serves=coupling.municipality,
            organisation__kind__in=kind.recipients,
            organisation__in=Organisation.objects.active(),
        )
        .select_related("organisation")
        .order_by("organisation__name", "name")
    )


def organisations_that_may_get(*, person: Person, purpose: Purpose, sender: Organisation) -> set[int]:
    """The keys of organisations to which the sender can hand over for this purpose, in the coupling of now."""
    coupling = open_coupling_of(person)
    if coupling is None:
        return set()
    kinds = [kind for kind in kinds_sent_by(OrganisationKind(sender.kind)) if kind.purpose == purpose]
    return {
        organisation
        for kind in kinds
        for organisation in possible_recipients(kind=kind, coupling=coupling).values_list("organisation", flat=True)
    }


def coverage_of(package: Package) -> Coverage:
    """Whether a consent covers this package now, and which decisions say so."""
    return is_covered(
        person=package.person,
        purpose=package.kind.purpose,
        sender=package.sender_team.organisation,
        recipient=package.recipient_team.organisation,
        categories=frozenset(DataCategory(category) for category in package.categories),
    )


def may_travel_now(package: Package, coverage: Coverage) -> Decision:
    """The first of the seven conditions, asked of the package as it is; ``coverage`` is that of this moment."""
    return may_travel(
        lawful_basis=package.lawful_basis,
        consent_covers=coverage.covered,
        consent_code=coverage.code,
        other_bases=package.kind.other_bases,
        has_written_ground=bool(package.sealed_ground),
    )


def team_serves_current_coupling(package: Package) -> bool:
    """Whether the recipient team, active itself, serves the municipality of the person's coupling of this moment."""
    return (
        Team.objects.active()
        .filter(
            pk=package.recipient_team_id,
            organisation__in=Organisation.objects.active(),
            serves__couplings__in=Coupling.objects.open().filter(person=package.person_id),
        )
        .exists()
    )


def recipients_known(person: Person) -> list[int]:
    """Keys of the organisations to which something sealed about the person goes or went."""
    sealed = Package.objects.filter(person=person, sealed_at__isnull=False).order_by()
    return list(sealed.values_list("recipient_team__organisation", flat=True).distinct())


def release_facts(*, actor: Actor, package: Package, audit_sequence: int | None) -> ReleaseFacts:
    """Everything that the seven conditions ask, read at this moment.

    Args:
        audit_sequence: number of the audit row of this release; ``None`` while there is none, and then nothing leaves.
    """
    stored = StoredFile.objects.filter(package_file__package=package, package_file__removed_at=None)
    coverage = coverage_of(package)
    return ReleaseFacts(
        consent_covers=coverage.covered,
        consent_code=coverage.code,
        lawful_basis=package.lawful_basis,
        has_written_ground=bool(package.sealed_ground),
        other_bases=package.kind.other_bases,
        roles_in_recipient_team=actor.roles_by_team.get(package.recipient_team_id, frozenset()),
        team_serves_coupling=team_serves_current_coupling(package),
        status=package.status,
        frozen=package.frozen_at is not None,
        collection_until=package.collection_until,
        now=timezone.now(),
        unclean_files=stored.exclude(scan=Scan.CLEAN, state=FileState.STORED).count(),
        proof=actor.proof,
        audit_sequence=audit_sequence,
    )
