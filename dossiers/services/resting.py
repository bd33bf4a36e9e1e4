"""Packages stay where they are and nothing leaves: the data rest (GDPR art. 18), or others have to decide first."""

from consent.enums import Purpose
from consent.models import Person
from portal.accounts.enums import MessageKind
from portal.accounts.messages import notify_team
from portal.accounts.models import Organisation
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from ..enums import LawfulBasis
from ..models import Package
from ..queries.lookups import coverage_of
from ..workflow import SEALED_OPEN, WITH_RECEIVER
from . import sealing
from .moving import lock_package


def rest(*, person: Person, who: Who) -> None:
    """Both sides are told that open packages are stopped for now; that bytes stay in is the answer of ``is_covered``.

    Runs in the transaction of the restriction, which holds the lock on the person.
    """
    for package in Package.objects.with_parties().filter(person=person, status__in=SEALED_OPEN).order_by("pk"):
        _stand_still(package, who=who, reason="restricted")


def wait_for_others(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
) -> None:
    """Others decide now and have not decided: packages that went by the former consent stand still, teams are told.

    Nothing was taken back, so nothing ends: a consent of those who decide now lets them go on. Runs in the transaction
    of the change, which holds the lock on the person.
    """
    packages = Package.objects.with_parties().filter(
        person=person,
        status__in=SEALED_OPEN,
        lawful_basis=LawfulBasis.CONSENT,
        sender_team__organisation=sender,
        recipient_team__organisation=recipient,
    )
    for package in packages.order_by("pk"):
        if package.kind.purpose == purpose and coverage_of(package).code == "capacity_changed":
            _stand_still(package, who=who, reason="capacity_changed")


def _stand_still(package: Package, *, who: Who, reason: str) -> None:
    notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
    if package.status in WITH_RECEIVER:
        notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
    audit.record(
        event=Event.PACKAGE_FROZEN,
        action=Action.UPDATE,
        who=who,
        subject=str(package.person.public_id),
        object_type="package",
        object_id=str(package.public_id),
        reason=reason,
    )


def go_on(*, person: Person, who: Who) -> None:
    """The rest is over: what a consent still covers goes on. Runs in the transaction of the lifting."""
    for package in Package.objects.filter(person=person, status__in=SEALED_OPEN).order_by("pk"):
        sealing.go_on(package=lock_package(package))
