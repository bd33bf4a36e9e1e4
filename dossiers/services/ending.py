"""How a package ends before or after its arrival: recall, withdrawal, expiry, shredding."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from consent.enums import Purpose
from consent.models import Erasure, Person
from consent.queries import is_restricted
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, Role
from portal.accounts.messages import notify_team
from portal.accounts.models import Organisation
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Event
from portal.vault import services as vault

from ..enums import EndReason, LawfulBasis, Status
from ..models import FileRelease, Package
from ..policy import can_move_as_sender
from ..workflow import ENDED, SEALED_OPEN, UNSEALED, WITH_RECEIVER, Party
from .moving import acting_for, lock_package, move, require

# A draft that nobody closes is health data without a destination.
FORGOTTEN_AFTER = timedelta(days=60)


@transaction.atomic
def recall_package(*, actor: Actor, package: Package, reason: EndReason) -> Package:
    """The sender takes it back, as long as it is not collected.

    Raises:
        Denied: if the actor may not.
    """
    package = lock_package(package)
    require(can_move_as_sender(actor, package, "recall"), event=Event.PACKAGE_RECALLED, package=package)
    was_with_receiver = package.status in WITH_RECEIVER
    who = acting_for(actor, package.sender_team, Role.SENDER)
    package = move(package=package, name="recall", party=Party.SENDER, who=who, reason=reason)
    if was_with_receiver:
        _tell_receiver(package)
    return package


@transaction.atomic
def discard_draft(*, actor: Actor, package: Package) -> Package:
    """The sender throws away what was never sealed.

    Raises:
        Denied: if the actor may not.
    """
    package = lock_package(package)
    require(can_move_as_sender(actor, package, "enter_in_error"), event=Event.PACKAGE_MARKED_WRONG, package=package)
    return move(
        package=package,
        name="enter_in_error",
        party=Party.SENDER,
        who=acting_for(actor, package.sender_team, Role.SENDER),
        reason=EndReason.UNSAFE_FILE if package.status == Status.QUARANTINED else EndReason.MISTAKE,
    )


def stop_for_withdrawal(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
) -> None:
    """A consent was taken back: open packages end, the copy of what was received goes at once, the receiver is told.

    Whoever has received something keeps it, and is told as well, once a team: also after the copy here was destroyed.
    Runs in the transaction of the withdrawal, which holds the lock on the person.
    """
    packages = (
        Package.objects.with_parties()
        .filter(
            person=person,
            lawful_basis=LawfulBasis.CONSENT,
            sender_team__organisation=sender,
            recipient_team__organisation=recipient,
        )
        .order_by("pk")
    )
    about = [package for package in packages if package.kind.purpose == purpose]
    _stop_all(about, who=who, reason=EndReason.CONSENT_WITHDRAWN)


def stop_for_objection(*, person: Person, purpose: Purpose | None, recipient: Organisation | None, who: Who) -> None:
    """An objection was accepted: what it is about stops, whatever its lawful basis, and both sides are told.

    The copy of what was received goes at once and the receiver is told, as after a withdrawal (GDPR art. 17(1)(c)).
    Runs in the transaction of the decision, which holds the lock on the person.
    """
    packages = Package.objects.with_parties().filter(person=person)
    if recipient is not None:
        packages = packages.filter(recipient_team__organisation=recipient)
    about = [row for row in packages.order_by("pk") if purpose is None or row.kind.purpose == purpose]
    _stop_all(about, who=who, reason=EndReason.OBJECTED)


def _stop_all(packages: list[Package], *, who: Who, reason: EndReason) -> None:
    """Open packages end, the copy of what was received goes at once, and whoever received something is told once."""
    received = _received(packages)
    told: dict[int, Package] = {}
    kept = []
    for package in packages:
        if package.status in SEALED_OPEN:
            _stop(package, who=who, reason=reason)
        elif package.pk in received:
            told[package.recipient_team_id] = package
            kept.append(package.pk)
    _let_go(kept)
    for package in told.values():
        _tell_receiver(package)


def erase_packages(*, person: Person, who: Who) -> None:
    """The person is erased: open packages end, every key is destroyed at once, receivers are told (GDPR art. 19).

    Whoever received something is told, also if it was never confirmed or the copy here is gone; once, so not again when
    the person is erased again. Manifests and history rows stay: hashes, ids and times. Idempotent; runs in the
    transaction of the erasure, which writes its :class:`~consent.models.Erasure` after this.
    """
    packages = list(Package.objects.with_parties().filter(person=person).order_by("pk"))
    told_before = Erasure.objects.filter(person_id=person.public_id).exists()
    received = set() if told_before else _received(packages)
    for package in packages:
        if package.status in UNSEALED:
            move(package=package, name="enter_in_error", party=Party.SYSTEM, who=who, reason=EndReason.ERASED)
        elif package.status in SEALED_OPEN:
            _stop(package, who=who, reason=EndReason.ERASED)
        elif package.pk in received:
            _tell_receiver(package)
        vault.shred(container=package.container)
        if package.status != Status.SHREDDED:
            move(package=package, name="shred", party=Party.SYSTEM, who=SYSTEM, shredded_at=timezone.now())


def _received(packages: list[Package]) -> set[int]:
    """Those of which the receiver has something: it collected the form or a file, or confirmed. One query."""
    released = FileRelease.objects.filter(package__in=packages).order_by().values_list("package", flat=True)
    return {package.pk for package in packages if package.ended_as == Status.CONFIRMED} | set(released.distinct())


def _stop(package: Package, *, who: Who, reason: EndReason) -> Package:
    was_with_receiver = package.status in WITH_RECEIVER
    stopped = move(package=package, name="withdraw", party=Party.PERSON, who=who, reason=reason)
    if was_with_receiver:
        _tell_receiver(stopped)
    notify_team(team=stopped.sender_team, kind=MessageKind.HANDOVER_STOPPED, path=stopped.path)
    return stopped


def _let_go(packages: list[int]) -> None:
    """The portal's copies of what receivers have are destroyed at the next round, not when their time is over."""
    now = timezone.now()
    kept = list(Package.objects.filter(pk__in=packages, status__in=ENDED - {Status.SHREDDED}, shred_after__gt=now))
    for package in kept:
        package.shred_after = now
    Package.objects.bulk_update(kept, ["shred_after"])
    Package.history.bulk_history_create(kept, update=True)


def expire_due(*, now: datetime | None = None) -> int:
    """Ends what was not collected or confirmed in time, and tells both sides: never silently. Returns how many."""
    now = now or timezone.now()
    count = 0
    for due in Package.objects.overdue(now).with_parties().order_by("pk"):
        with transaction.atomic():
            package = lock_package(due)
            if not Package.objects.overdue(now).filter(pk=package.pk).exists():
                continue
            collected = package.status == Status.COLLECTED
            package = move(
                package=package,
                name="expire",
                party=Party.SYSTEM,
                who=SYSTEM,
                reason=EndReason.NOT_CONFIRMED_IN_TIME if collected else EndReason.NOT_COLLECTED_IN_TIME,
            )
            notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_EXPIRED, path=package.path)
            if package.offered_at is not None:
                notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_EXPIRED, path=package.path)
            count += 1
    return count


def discard_forgotten_drafts(*, now: datetime | None = None) -> int:
    """Throws away what was not closed within :data:`FORGOTTEN_AFTER`, and tells the sender. Returns how many."""
    before = (now or timezone.now()) - FORGOTTEN_AFTER
    count = 0
    for due in Package.objects.filter(status__in=UNSEALED, created_at__lte=before).with_parties().order_by("pk"):
        with transaction.atomic():
            package = lock_package(due)
            if package.status not in UNSEALED:
                continue
            package = move(
                package=package, name="enter_in_error", party=Party.SYSTEM, who=SYSTEM, reason=EndReason.MISTAKE
            )
            notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_EXPIRED, path=package.path)
            count += 1
    return count


def shred_due(*, now: datetime | None = None) -> int:
    """Destroys the keys of what ended long enough ago; manifest, receipts and log stay. Returns how many.

    What rests (GDPR art. 18) is kept until the rest is over: that may be why it was asked.
    """
    now = now or timezone.now()
    count = 0
    for due in Package.objects.due_for_shredding(now).with_parties().order_by("pk"):
        with transaction.atomic():
            package = lock_package(due)
            if package.status == Status.SHREDDED or is_restricted(package.person):
                continue
            vault.shred(container=package.container)
            move(package=package, name="shred", party=Party.SYSTEM, who=SYSTEM, shredded_at=timezone.now())
            count += 1
    return count


def _tell_receiver(package: Package) -> None:
    notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
