"""A person's data rest (GDPR art. 18): packages stay where they are, nothing leaves; afterwards they go on."""

from consent.models import Person
from portal.accounts.enums import MessageKind
from portal.accounts.messages import notify_team
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from ..enums import Status
from ..models import Package
from ..workflow import SEALED_OPEN, WITH_RECEIVER
from .moving import lock_package
from .sealing import advance


def rest(*, person: Person, who: Who) -> None:
    """Both sides are told that open packages are stopped for now; that bytes stay in is the answer of ``is_covered``.

    Runs in the transaction of the restriction, which holds the lock on the person.
    """
    for package in Package.objects.with_parties().filter(person=person, status__in=SEALED_OPEN).order_by("pk"):
        notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
        if package.status in WITH_RECEIVER:
            notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
        audit.record(
            event=Event.PACKAGE_FROZEN,
            action=Action.UPDATE,
            who=who,
            subject=str(person.public_id),
            object_type="package",
            object_id=str(package.public_id),
            reason="restricted",
        )


def go_on(*, person: Person, who: Who) -> None:
    """The rest is over: what waited is offered if a consent still covers it. Runs in the transaction of the lifting."""
    waiting = Package.objects.filter(person=person, status__in=[Status.READY, Status.AWAITING_CONSENT]).order_by("pk")
    for package in waiting:
        advance(package=lock_package(package))
