"""Reading is an act as well: one audit row for each person whose data came on a screen (NEN 7513)."""

from collections.abc import Iterable

from django.db import transaction

from consent.models import Person
from portal.accounts.actor import Actor
from portal.accounts.policy import Denied
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..models import Package


def record_list(*, actor: Actor, packages: Iterable[Package]) -> None:
    """A list showed these packages with the names of their persons."""
    with transaction.atomic():
        for subject in sorted({str(package.person.public_id) for package in packages}):
            audit.record(event=Event.PACKAGE_LISTED, action=Action.READ, who=actor.who, subject=subject)


def record_package_read(*, actor: Actor, package: Package) -> None:
    """Somebody opened the page of a package."""
    with transaction.atomic():
        audit.record(
            event=Event.PACKAGE_READ,
            action=Action.READ,
            who=actor.who,
            subject=str(package.person.public_id),
            object_type="package",
            object_id=str(package.public_id),
            details={"kind": package.kind_code, "status": package.status},
        )


def record_late_move(*, actor: Actor, denied: Denied) -> None:
    """Somebody pressed a button that the package has left behind: answered with a sentence, recorded as a denial."""
    audit.record_denial(
        event=denied.event,
        who=actor.who,
        subject=denied.subject,
        object_type=denied.object_type,
        object_id=denied.object_id,
        reason=denied.decision.code,
    )


def record_receipt_read(*, actor: Actor, package: Package) -> None:
    """Somebody fetched the receipt of a package."""
    with transaction.atomic():
        audit.record(
            event=Event.RECEIPT_READ,
            action=Action.READ,
            who=actor.who,
            subject=str(package.person.public_id),
            object_type="package",
            object_id=str(package.public_id),
        )


def record_receipt_check(*, actor: Actor, package_id: str, valid: bool) -> None:
    """Somebody checked a receipt."""
    with transaction.atomic():
        audit.record(
            event=Event.RECEIPT_CHECKED,
            action=Action.EXECUTE,
            who=actor.who,
            object_type="package",
            object_id=package_id,
            reason="valid" if valid else "invalid",
        )


def record_person_read(*, actor: Actor, person: Person) -> None:
    """Somebody opened the page of a person."""
    with transaction.atomic():
        audit.record(event=Event.PERSON_READ, action=Action.READ, who=actor.who, subject=str(person.public_id))


def record_overview_read(*, actor: Actor, persons: Iterable[Person], reader: Person) -> None:
    """A person looked, alone or at a desk, at what was shared about them and about the children they decide for."""
    with transaction.atomic():
        for person in persons:
            audit.record(
                event=Event.MY_DOSSIER_READ,
                action=Action.READ,
                who=actor.who,
                subject=str(person.public_id),
                details={"reader": str(reader.public_id)},
            )
