"""From closed to offered: scans, seal, manifest, consent."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from consent.enums import Purpose
from consent.models import Person
from portal.accounts.enums import MessageKind
from portal.accounts.messages import last_told, notify_team
from portal.accounts.models import Organisation
from portal.audit import services as audit
from portal.audit.actor import SYSTEM, Who
from portal.audit.canonical import time_text
from portal.audit.enums import Action, Event, Outcome
from portal.vault.enums import FileState, Scan
from portal.vault.models import StoredFile

from ..enums import Status
from ..models import Package, PackageFile
from ..queries.lookups import coverage_of, current_files, may_travel_now, team_serves_current_coupling
from ..workflow import WITH_RECEIVER, Party
from .moving import lock_package, move

# A failed check is final as well (the file cannot be read any more): the sender is told, and takes it out.
UNSAFE = frozenset({Scan.INFECTED, Scan.REFUSED, Scan.FAILED})


def canonical(document: dict[str, Any]) -> bytes:
    """JSON with sorted names and no spaces: the bytes that a manifest's hash and a receipt's signature cover."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def manifest_of(package: Package, files: list[PackageFile]) -> dict[str, Any]:
    """What is sealed, without a name: hashes and sizes of the files and the form, parties, purpose, basis, time."""
    return {
        "type": "handover-manifest",
        "version": 1,
        "package": str(package.public_id),
        "package_version": package.version,
        "previous": str(package.previous.public_id) if package.previous else None,
        "kind": package.kind_code,
        "subject": str(package.person.public_id),
        "sender": {
            "organisation": str(package.sender_team.organisation.public_id),
            "team": str(package.sender_team.public_id),
        },
        "recipient": {
            "organisation": str(package.recipient_team.organisation.public_id),
            "team": str(package.recipient_team.public_id),
        },
        "municipality": package.coupling.municipality_id,
        "purpose": package.kind.purpose.value,
        "categories": package.categories,
        "lawful_basis": package.lawful_basis,
        "consent": [str(decision) for decision in coverage_of(package).decision_ids],
        "form_sha256": hashlib.sha256(bytes(package.sealed_form)).hexdigest(),
        "files": [
            {
                "file": str(file.public_id),
                "sha256": file.stored.sha256,
                "size": file.stored.size,
                "media_type": file.stored.media_type,
            }
            for file in files
        ],
        "created_at": time_text(package.created_at),
        "sealed_at": time_text(timezone.now()),
    }


def advance(*, package: Package) -> Package:
    """Moves a closed package on as far as it may go now: sealed when every file is clean, offered when consent covers.

    Call it inside a transaction, after ``lock_package``. Idempotent.
    """
    if package.status == Status.SCANNING:
        files = list(current_files(package))
        scans = {file.stored.scan for file in files}
        stopped = [file for file in files if file.stored.scan in UNSAFE]
        if stopped:
            package = move(
                package=package,
                name="quarantine",
                party=Party.SYSTEM,
                who=SYSTEM,
                details={"file": str(stopped[0].public_id)},
            )
            notify_team(team=package.sender_team, kind=MessageKind.FILE_QUARANTINED, path=package.path)
            return package
        if scans - {Scan.CLEAN} or any(file.stored.state != FileState.STORED for file in files):
            return package
        package = _seal(package, files)
    if package.status in {Status.READY, Status.AWAITING_CONSENT}:
        package = _offer_or_wait(package)
    return package


def _seal(package: Package, files: list[PackageFile]) -> Package:
    manifest = manifest_of(package, files)
    digest = hashlib.sha256(canonical(manifest)).hexdigest()
    return move(
        package=package,
        name="seal",
        party=Party.SYSTEM,
        who=SYSTEM,
        details={"manifest_sha256": digest, "files": len(files)},
        manifest=manifest,
        manifest_sha256=digest,
        sealed_at=timezone.now(),
        collection_until=timezone.now() + package.collection_days,
    )


def _offer_or_wait(package: Package) -> Package:
    coverage = coverage_of(package)
    if may_travel_now(package, coverage) and package.frozen_at is None and team_serves_current_coupling(package):
        now = timezone.now()
        package = move(
            package=package,
            name="offer",
            party=Party.SYSTEM,
            who=SYSTEM,
            basis=" ".join(str(decision) for decision in coverage.decision_ids),
            offered_at=now,
            collection_until=now + package.collection_days,
        )
        notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_WAITING, path=package.path)
    elif package.status == Status.READY:
        package = move(
            package=package,
            name="await_consent",
            party=Party.SYSTEM,
            who=SYSTEM,
            details={"consent": coverage.code},
        )
    return package


def after_scan(stored: StoredFile) -> None:
    """The vault has a result for a file: recorded, and the package goes on. Runs in the transaction of the result."""
    file = PackageFile.objects.filter(stored=stored).select_related("package__person", "stored").first()
    if file is None or file.removed_at is not None:
        return
    package = lock_package(file.package)
    record_scan(package=package, file=file)
    advance(package=package)


def record_scan(*, package: Package, file: PackageFile) -> None:
    """Writes down what inspection and scanner said of a file of a package. Runs in the caller's transaction."""
    stored = file.stored
    audit.record(
        event=Event.FILE_SCANNED,
        action=Action.EXECUTE,
        who=SYSTEM,
        subject=str(package.person.public_id),
        object_type="file",
        object_id=str(file.public_id),
        outcome=Outcome.SUCCESS if stored.scan == Scan.CLEAN else Outcome.FAILED,
        details={"scan": stored.scan, "reason": stored.scan_reason, "sha256": stored.sha256},
    )


def after_consent(*, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who) -> None:
    """A consent counts: what waited for it is offered, and who was told that a handover stood still hears of it again.

    Runs in the transaction of the decision.
    """
    packages = Package.objects.filter(
        person=person,
        status__in=[Status.AWAITING_CONSENT, *WITH_RECEIVER],
        sender_team__organisation=sender,
        recipient_team__organisation=recipient,
    ).order_by("pk")
    for package in packages:
        if package.kind.purpose == purpose:
            go_on(package=lock_package(package))


def go_on(*, package: Package) -> None:
    """What stood still goes on if a consent covers it now: it is offered, or its receiver hears of it again.

    Call it inside a transaction, after ``lock_package``.
    """
    if package.status in {Status.READY, Status.AWAITING_CONSENT}:
        advance(package=package)
    elif package.status in WITH_RECEIVER and may_travel_now(package, coverage_of(package)):
        receiver = package.recipient_team
        if last_told(team=receiver, path=package.path) == MessageKind.HANDOVER_STOPPED:
            notify_team(team=receiver, kind=MessageKind.HANDOVER_WAITING, path=package.path)


def advance_due() -> None:
    """Moves on what a killed worker left behind: closed packages whose files all have a result."""
    for package in Package.objects.filter(status__in=[Status.SCANNING, Status.READY]).order_by("pk"):
        with transaction.atomic():
            advance(package=lock_package(package))
