"""What the receiving team does: accept, refuse, collect, release of bytes, confirm."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from consent.services.acting import user_of
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, Role
from portal.accounts.messages import notify_team
from portal.accounts.models import User
from portal.accounts.policy import deny
from portal.audit import services as audit
from portal.audit.enums import Action, Event
from portal.vault import services as vault

from ..enums import EndReason
from ..models import FileRelease, Package, PackageFile
from ..policy import can_move_as_receiver, can_release_bytes
from ..queries.lookups import coverage_of, release_facts
from ..workflow import Party
from .drafts import read_form
from .moving import acting_for, lock_package, move, require


@transaction.atomic
def accept_package(*, actor: Actor, package: Package) -> Package:
    """The team takes the handover on.

    Raises:
        Denied: if the actor may not.
    """
    package = lock_package(package)
    require(can_move_as_receiver(actor, package, "accept"), event=Event.PACKAGE_ACCEPTED, package=package)
    who = acting_for(actor, package.recipient_team, Role.RECEIVER)
    package = move(package=package, name="accept", party=Party.RECEIVER, who=who, accepted_at=timezone.now())
    notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_ANSWERED, path=package.path)
    return package


@transaction.atomic
def refuse_package(*, actor: Actor, package: Package, reason: EndReason) -> Package:
    """The team cannot take it, and says why; the sender is told.

    Raises:
        Denied: if the actor may not.
    """
    package = lock_package(package)
    require(can_move_as_receiver(actor, package, "refuse"), event=Event.PACKAGE_REFUSED, package=package)
    who = acting_for(actor, package.recipient_team, Role.RECEIVER)
    package = move(package=package, name="refuse", party=Party.RECEIVER, who=who, reason=reason)
    notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_ANSWERED, path=package.path)
    return package


@transaction.atomic
def collect_package(*, actor: Actor, package: Package) -> Package:
    """Opens the package for its receiver. All seven conditions hold from here on at every file.

    Raises:
        Denied: if one of them does not hold.
    """
    package = lock_package(package)
    require(can_move_as_receiver(actor, package, "collect"), event=Event.PACKAGE_COLLECTED, package=package)
    # The audit row of the collection is the one that move() writes at the end of this same transaction.
    facts = release_facts(actor=actor, package=package, audit_sequence=0)
    require(can_release_bytes(facts), event=Event.PACKAGE_COLLECTED, package=package)
    return move(
        package=package,
        name="collect",
        party=Party.RECEIVER,
        who=acting_for(actor, package.recipient_team, Role.RECEIVER),
        basis=_basis(package),
        collected_at=timezone.now(),
    )


def release_file(*, actor: Actor, package: Package, file: PackageFile) -> Iterator[bytes]:
    """The bytes of one file, for its receiver. The only way from the vault to somebody outside the sender's team.

    The release is recorded and committed before the vault is opened. A withdrawal waits for the lock on the person, or
    comes first: no release commits after it.

    Raises:
        Denied: if one of the seven conditions does not hold.
        portal.vault.errors.VaultError: if the bytes cannot be had any more.
    """
    _commit_release(actor=actor, package=package, file=file)
    return vault.open_stream(file=file.stored)


def release_form(*, actor: Actor, package: Package) -> dict[str, str]:
    """The answers of the form, for its receiver; the same conditions and record as for a file.

    Raises:
        Denied: if one of the seven conditions does not hold.
    """
    _commit_release(actor=actor, package=package, file=None)
    return read_form(package)


def _commit_release(*, actor: Actor, package: Package, file: PackageFile | None) -> None:
    with transaction.atomic(durable=True):
        package = lock_package(package)
        if file is not None and (file.package_id != package.pk or file.removed_at is not None):
            require(deny("file_not_of_package"), event=Event.FILE_COLLECTED, package=package)
        FileRelease.objects.create(package=package, file=file, user=User.objects.get(pk=user_of(actor)))
        entry = audit.record(
            event=Event.FILE_COLLECTED,
            action=Action.READ,
            who=acting_for(actor, package.recipient_team, Role.RECEIVER),
            subject=str(package.person.public_id),
            object_type="file" if file else "form",
            object_id=str(file.public_id if file else package.public_id),
            basis=_basis(package),
            details={"package": str(package.public_id), "sha256": file.stored.sha256 if file else ""},
        )
        facts = release_facts(actor=actor, package=package, audit_sequence=entry.sequence)
        require(can_release_bytes(facts), event=Event.FILE_COLLECTED, package=package)


@transaction.atomic
def confirm_package(*, actor: Actor, package: Package) -> Package:
    """The receiver has everything in its own system; from now on the portal's copy waits for its destruction.

    Raises:
        Denied: if the actor may not.
    """
    package = lock_package(package)
    require(can_move_as_receiver(actor, package, "confirm"), event=Event.PACKAGE_CONFIRMED, package=package)
    now = timezone.now()
    package = move(
        package=package,
        name="confirm",
        party=Party.RECEIVER,
        who=acting_for(actor, package.recipient_team, Role.RECEIVER),
        reason=EndReason.DELIVERED,
        confirmed_at=now,
        shred_after=now + package.kind.retention,
    )
    notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_CONFIRMED, path=package.path)
    return package


def unreleased_files(package: Package) -> int:
    """How many files the receiver has not collected yet; shown before a confirmation."""
    return package.files.filter(removed_at=None, releases=None).count()


def _basis(package: Package) -> str:
    return " ".join(str(decision) for decision in coverage_of(package).decision_ids)
