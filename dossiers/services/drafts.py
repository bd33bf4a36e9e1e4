"""Making a package: form, files, closing it for the virus check."""

import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from consent.enums import DataCategory
from consent.models import Person
from consent.queries import get_person_for
from consent.services.acting import lock_person, user_of
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Team, User
from portal.accounts.policy import Denied, deny
from portal.audit import services as audit
from portal.audit.enums import Action, Event
from portal.vault import services as vault
from portal.vault.enums import Scan
from portal.vault.models import StoredFile

from ..enums import LawfulBasis, Status
from ..kinds import Kind
from ..models import Package, PackageFile
from ..policy import can_create_package, can_edit_package, can_move_as_sender
from ..queries.lookups import current_files, open_coupling_of, possible_recipients
from ..workflow import Party
from .moving import acting_for, lock_package, move, require
from .sealing import advance, record_scan

FORM = "form"
GROUND = "ground"
MAX_FILES = 50


class TooManyFiles(Exception):
    """A package holds at most :data:`MAX_FILES` files."""


class Incomplete(Exception):
    """A package cannot be closed yet; ``missing`` names the questions without an answer."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


@transaction.atomic
def create_package(
    *,
    actor: Actor,
    person: Person,
    kind: Kind,
    sender_team: Team,
    recipient_team: Team,
    categories: frozenset[DataCategory],
    lawful_basis: LawfulBasis = LawfulBasis.CONSENT,
    ground: str = "",
    previous: Package | None = None,
) -> Package:
    """A new draft for the municipality that the person is coupled to.

    Raises:
        Denied: if no team of the actor has to do with the person, the actor may not send this kind, or the recipient
            does not serve the person's municipality.
    """
    lock_person(person)
    get_person_for(actor, person.public_id)  # under the lock: an erasure that was first leaves nobody to see
    decision = can_create_package(actor, kind=kind, sender_team_pk=sender_team.pk)
    coupling = open_coupling_of(person)
    if decision and coupling is None:
        decision = deny("not_coupled")
    if decision and coupling and not possible_recipients(kind=kind, coupling=coupling).filter(pk=recipient_team.pk):
        decision = deny("recipient_not_possible")
    if decision and not (categories and categories <= frozenset(kind.categories)):
        decision = deny("categories_not_of_kind")
    if decision and lawful_basis != LawfulBasis.CONSENT and not (lawful_basis in kind.other_bases and ground.strip()):
        decision = deny("basis_not_allowed")
    if not decision or coupling is None:
        raise Denied(decision=decision, event=Event.PACKAGE_CREATED, subject=str(person.public_id))
    container = vault.create_container()
    package = Package.objects.create(
        kind_code=kind.code,
        person=person,
        coupling=coupling,
        sender_team=sender_team,
        recipient_team=recipient_team,
        container=container,
        categories=sorted(category.value for category in categories),
        lawful_basis=lawful_basis,
        sealed_ground=vault.seal_text(container=container, text=ground, context=GROUND) if ground.strip() else b"",
        version=previous.version + 1 if previous else 1,
        previous=previous,
        created_by=User.objects.get(pk=user_of(actor)),
    )
    audit.record(
        event=Event.PACKAGE_CREATED,
        action=Action.CREATE,
        who=acting_for(actor, sender_team, Role.SENDER),
        subject=str(person.public_id),
        object_type="package",
        object_id=str(package.public_id),
        details={"kind": kind.code.value, "version": package.version, "recipient": str(recipient_team.public_id)},
    )
    return package


@transaction.atomic
def save_form(*, actor: Actor, package: Package, answers: Mapping[str, str]) -> Package:
    """Keeps the answers of the form, sealed with the package's key.

    Raises:
        Denied: if the actor may not edit, or the package is closed.
    """
    package = lock_package(package)
    require(can_edit_package(actor, package), event=Event.PACKAGE_EDITED, package=package)
    known = {question.key for question in package.kind.questions}
    text = json.dumps({key: value for key, value in answers.items() if key in known}, ensure_ascii=False)
    package.sealed_form = vault.seal_text(container=package.container, text=text, context=FORM)
    package.save(update_fields=["sealed_form"])
    _record(actor, package, Event.PACKAGE_EDITED, Action.UPDATE)
    return package


def read_form(package: Package) -> dict[str, str]:
    """The answers of the form; who may read them is decided by the caller's policy.

    Raises:
        Shredded: if the package's key is gone.
    """
    if not package.sealed_form:
        return {}
    text = vault.open_text(container=package.container, sealed=bytes(package.sealed_form), context=FORM)
    answers: dict[str, str] = json.loads(text)
    return answers


def file_name(file: PackageFile) -> str:
    """The name that the sender gave the file; who may read it is decided by the caller's policy.

    Raises:
        Shredded: if the package's key is gone.
    """
    return vault.open_text(
        container=file.package.container, sealed=bytes(file.sealed_name), context=f"name:{file.public_id}"
    )


@transaction.atomic
def add_files(*, actor: Actor, package: Package, files: Sequence[tuple[StoredFile, str]]) -> list[PackageFile]:
    """Puts files that the vault has received into the package, all or none.

    Args:
        files: each with the name that people know it by.

    Raises:
        Denied: if the actor may not edit, the package was closed meanwhile, or a file belongs to another container.
        TooManyFiles: if the package would hold too many.
    """
    # The files' rows before the person's, as a scan that ends now takes them; and so its result is seen here or there.
    arrived = (
        StoredFile.objects.select_for_update().filter(pk__in=[stored.pk for stored, _name in files]).order_by("pk")
    )
    scanned = {stored.pk for stored in arrived if stored.scan != Scan.PENDING}
    package = lock_package(package)
    decision = can_edit_package(actor, package)
    if decision and any(stored.container_id != package.container_id for stored, _name in files):
        decision = deny("other_container")
    require(decision, event=Event.PACKAGE_FILE_ADDED, package=package)
    if current_files(package).count() + len(files) > MAX_FILES:
        raise TooManyFiles
    position = package.files.count()
    user = User.objects.get(pk=user_of(actor))
    added = []
    for offset, (stored, name) in enumerate(files, start=1):
        file = PackageFile(package=package, stored=stored, position=position + offset, added_by=user)
        file.sealed_name = vault.seal_text(container=package.container, text=name, context=f"name:{file.public_id}")
        file.save()
        added.append(file)
    for file in added:
        _record(actor, package, Event.PACKAGE_FILE_ADDED, Action.CREATE, file=file)
    for file in added:
        if file.stored_id in scanned:
            file.stored.refresh_from_db()
            record_scan(package=package, file=file)
    return added


@transaction.atomic
def remove_file(*, actor: Actor, package: Package, file: PackageFile) -> None:
    """Takes a file out of a draft; its key is destroyed.

    Raises:
        Denied: if the actor may not edit, or the package is closed.
    """
    # The file's row before the person's: a scan that ends now takes them in the same order.
    vault.discard(file=file.stored)
    package = lock_package(package)
    require(can_edit_package(actor, package), event=Event.PACKAGE_FILE_REMOVED, package=package)
    file.removed_at = timezone.now()
    file.save(update_fields=["removed_at"])
    _record(actor, package, Event.PACKAGE_FILE_REMOVED, Action.DELETE, file=file)


@transaction.atomic
def close_package(*, actor: Actor, package: Package) -> Package:
    """The sender is done: the package waits for its last scan, is sealed, and offered once a consent covers it.

    Raises:
        Denied: if the actor may not.
        Incomplete: if a required question has no answer.
    """
    package = lock_package(package)
    require(can_move_as_sender(actor, package, "close"), event=Event.PACKAGE_CLOSED, package=package)
    answers = read_form(package)
    missing = tuple(
        question.key
        for question in package.kind.questions
        if question.required and not answers.get(question.key, "").strip()
    )
    if missing:
        raise Incomplete(missing)
    who = acting_for(actor, package.sender_team, Role.SENDER)
    package = move(package=package, name="close", party=Party.SENDER, who=who)
    return advance(package=package)


@transaction.atomic
def reopen_package(*, actor: Actor, package: Package) -> Package:
    """Back to the draft, for instance to take out a file that was stopped.

    Raises:
        Denied: if the actor may not, or the package is sealed.
    """
    package = lock_package(package)
    require(can_move_as_sender(actor, package, "reopen"), event=Event.PACKAGE_REOPENED, package=package)
    return move(
        package=package,
        name="reopen",
        party=Party.SENDER,
        who=acting_for(actor, package.sender_team, Role.SENDER),
    )


@transaction.atomic
def new_version(*, actor: Actor, package: Package, recipient_team: Team) -> Package:
    """A new draft after one that ended: the form is taken over, files are added anew. Sealed content never changes.

    Raises:
        Denied: if the actor may not, or the old one has not ended, or has a newer version already.
    """
    package = lock_package(package)
    decision = can_move_as_sender(actor, package, "shred")
    if decision and Package.objects.filter(previous=package).exists():
        decision = deny("newer_version_exists")
    require(decision, event=Event.PACKAGE_CREATED, package=package)
    draft = create_package(
        actor=actor,
        person=package.person,
        kind=package.kind,
        sender_team=package.sender_team,
        recipient_team=recipient_team,
        categories=frozenset(DataCategory(category) for category in package.categories),
        lawful_basis=LawfulBasis(package.lawful_basis),
        ground=vault.open_text(container=package.container, sealed=bytes(package.sealed_ground), context=GROUND)
        if package.sealed_ground
        else "",
        previous=package,
    )
    if package.sealed_form and package.status != Status.SHREDDED:
        draft = save_form(actor=actor, package=draft, answers=read_form(package))
    return draft


def _record(actor: Actor, package: Package, event: Event, action: Action, file: PackageFile | None = None) -> None:
    audit.record(
        event=event,
        action=action,
        who=acting_for(actor, package.sender_team, Role.SENDER),
        subject=str(package.person.public_id),
        object_type="file" if file else "package",
        object_id=str(file.public_id if file else package.public_id),
        details={"package": str(package.public_id), "sha256": file.stored.sha256} if file else None,
    )
