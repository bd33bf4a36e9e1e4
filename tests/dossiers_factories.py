"""One handover with everything around it: two municipalities, two teams, a family, and a package in any state.

Packages go their way through the services. Only the verdict of a scan is written down here, where a test is not about
scanning; ``tests/dossiers/test_handover.py`` has the real scanner.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from consent.enums import DataCategory, Purpose
from consent.models import Person
from consent.policy import CATEGORIES
from consent.services import withdraw
from dossiers.enums import EndReason, KindCode, Status
from dossiers.kinds import KINDS
from dossiers.models import Coupling, Package, PackageFile
from dossiers.services import drafts, ending, receiving, sealing
from dossiers.services.couplings import record_coupling
from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.models import Municipality, Team, User
from portal.audit.actor import SYSTEM
from portal.vault import services as vault
from portal.vault.enums import FileState, Scan, ScanReason
from portal.vault.models import StoredFile

from .consent_factories import actor_of, decide, family
from .factories import CentreFactory, MembershipFactory, MunicipalityFactory, TeamFactory, UserFactory, member
from .vault import samples

CHILD = "Amal Haddad"
V_NUMBER = "V2345678901"
FILE_NAME = "vaccinaties-amal.pdf"
ANSWER = "Let op de tweede vaccinatie"
ANSWERS = {"summary": ANSWER, "contact": "Jet de Wit, 030 123 45 67"}
KIND = KINDS[KindCode.YOUTH_HEALTH_FILE]
CONTENT = samples.pdf(3_000)
TO_SHREDDING = KIND.retention + timedelta(minutes=1)
# The way that the services walk; every other state branches off somewhere.
ROAD = (
    Status.DRAFT,
    Status.SCANNING,
    Status.AWAITING_CONSENT,
    Status.OFFERED,
    Status.ACCEPTED,
    Status.COLLECTED,
    Status.CONFIRMED,
    Status.SHREDDED,
)
BRANCHES = {
    Status.QUARANTINED: Status.SCANNING,
    Status.ENTERED_IN_ERROR: Status.DRAFT,
    Status.REFUSED: Status.OFFERED,
    Status.RECALLED: Status.OFFERED,
    Status.WITHDRAWN: Status.ACCEPTED,
    Status.EXPIRED: Status.OFFERED,
}


@dataclass(kw_only=True)
class Handover:
    """A child at the centre, coupled to a municipality; the team that has its file and the team that should get it."""

    sender_team: Team
    sender: User
    receiver_team: Team
    receiver: User
    child: Person
    parents: tuple[Person, Person]
    coupling: Coupling
    elsewhere: Municipality
    package: Package = field(init=False)

    @property
    def sends(self) -> Actor:
        """The sender, with a second factor of this moment."""
        return actor_of(self.sender, self.sender_team)

    @property
    def receives(self) -> Actor:
        """The receiver, with a second factor of this moment."""
        return actor_of(self.receiver, self.receiver_team)

    def stale(self, minutes: int = 16) -> Actor:
        """The receiver, whose second factor is some time ago."""
        return actor_of(self.receiver, self.receiver_team, factor_age=timedelta(minutes=minutes))

    def draft(self, *, answers: bool = True, **fields: object) -> Package:
        """A draft with a filled-in form."""
        values = {
            "person": self.child,
            "kind": KIND,
            "sender_team": self.sender_team,
            "recipient_team": self.receiver_team,
            "categories": frozenset(KIND.categories),
            **fields,
        }
        self.package = drafts.create_package(actor=self.sends, **values)  # type: ignore[arg-type]
        if answers:
            self.package = drafts.save_form(actor=self.sends, package=self.package, answers=ANSWERS)
        return self.package

    def put(self, content: bytes = CONTENT, name: str = FILE_NAME) -> PackageFile:
        """A file through the vault into the draft, not scanned yet."""
        with vault.receive(container=self.package.container, filename=name) as receiver:
            receiver.write(content)
            stored = receiver.finish()
        return drafts.add_files(actor=self.sends, package=self.package, files=[(stored, name)])[0]

    def close(self) -> Package:
        self.package = drafts.close_package(actor=self.sends, package=self.package)
        return self.package

    def consent(
        self,
        *,
        yes: Iterable[DataCategory] | None = None,
        purpose: Purpose = KIND.purpose,
        deciders: Iterable[Person] | None = None,
    ) -> None:
        """Both parents decide about every category: yes to all of them, or to ``yes`` alone."""
        decide(
            actor=self.sends,
            team=self.sender_team,
            child=self.child,
            deciders=self.parents if deciders is None else deciders,
            recipient=self.receiver_team.organisation,
            purpose=purpose,
            yes=CATEGORIES[purpose] if yes is None else yes,
        )

    def withdraw(self) -> None:
        withdraw(
            actor=self.sends,
            person=self.child,
            purpose=KIND.purpose,
            recipient=self.receiver_team.organisation,
            reason="",
            team=self.sender_team,
        )

    def move_away(self) -> Coupling:
        """COA couples the child to another municipality."""
        return record_coupling(
            who=SYSTEM,
            person=self.child,
            municipality=self.elsewhere,
            centre=self.coupling.centre,
            coupled_on=timezone.localdate(),
        )

    def now(self) -> Package:
        """The package as it is stored."""
        self.package = Package.objects.with_parties().get(pk=self.package.pk)
        return self.package


def handover(*, name: str = CHILD, v_number: str = V_NUMBER, **fields: object) -> Handover:
    """A handover before there is a package."""
    municipality, elsewhere = MunicipalityFactory(), MunicipalityFactory()
    sender_team = TeamFactory(organisation__kind=OrganisationKind.JGZ_CENTRE)
    receiver_team = TeamFactory(
        organisation__kind=OrganisationKind.JGZ_MUNICIPALITY, organisation__municipality=municipality
    )
    child, mother, father = family(team=sender_team, name=name, v_number=v_number, **fields)  # type: ignore[arg-type]
    return Handover(
        sender_team=sender_team,
        sender=member(Role.SENDER, team=sender_team),
        receiver_team=receiver_team,
        receiver=member(Role.RECEIVER, team=receiver_team),
        child=child,
        parents=(mother, father),
        coupling=record_coupling(
            who=SYSTEM,
            person=child,
            municipality=municipality,
            centre=CentreFactory(municipality=municipality),
            coupled_on=timezone.localdate(),
        ),
        elsewhere=elsewhere,
    )


def be_scanned(file: PackageFile, scan: Scan = Scan.CLEAN, reason: ScanReason = ScanReason.NONE) -> None:
    """The vault comes to a result, as ``portal.vault.scanning`` would store and tell it."""
    now = timezone.now()
    with transaction.atomic():
        StoredFile.objects.filter(pk=file.stored_id, state=FileState.STORED).update(
            scan=scan, scan_reason=reason, scanned_at=now, inspected_at=now
        )
        file.stored.refresh_from_db()
        sealing.after_scan(file.stored)


def package_in(status: Status, *, where: Handover | None = None) -> Handover:
    """A handover whose package, with one file, stands in this state."""
    where = where or handover()
    last = BRANCHES.get(status, status)
    if last not in {Status.DRAFT, Status.SCANNING, Status.AWAITING_CONSENT}:
        where.consent()
    where.draft()
    file = where.put()
    for station in ROAD[1 : ROAD.index(last) + 1]:
        _walk(where, station, file)
    _branch(where, status, file)
    assert where.now().status == status
    return where


def _walk(where: Handover, station: Status, file: PackageFile) -> None:
    if station == Status.SCANNING:
        where.close()
    elif station in {Status.AWAITING_CONSENT, Status.OFFERED} and file.stored.scan == Scan.PENDING:
        be_scanned(file)
    elif station == Status.ACCEPTED:
        receiving.accept_package(actor=where.receives, package=where.now())
    elif station == Status.COLLECTED:
        receiving.collect_package(actor=where.receives, package=where.now())
    elif station == Status.CONFIRMED:
        receiving.confirm_package(actor=where.receives, package=where.now())
    elif station == Status.SHREDDED:
        ending.shred_due(now=timezone.now() + TO_SHREDDING)


def _branch(where: Handover, status: Status, file: PackageFile) -> None:
    if status == Status.QUARANTINED:
        be_scanned(file, Scan.INFECTED, ScanReason.VIRUS)
    elif status == Status.ENTERED_IN_ERROR:
        ending.discard_draft(actor=where.sends, package=where.now())
    elif status == Status.REFUSED:
        receiving.refuse_package(actor=where.receives, package=where.now(), reason=EndReason.INCOMPLETE)
    elif status == Status.RECALLED:
        ending.recall_package(actor=where.sends, package=where.now(), reason=EndReason.MISTAKE)
    elif status == Status.WITHDRAWN:
        where.withdraw()
    elif status == Status.EXPIRED:
        ending.expire_due(now=timezone.now() + KIND.collection + timedelta(minutes=1))


def colleague(team: Team, role: Role, *, ended: bool = False, **user: object) -> User:
    """Somebody more in a team; whose membership has ended already, if asked."""
    now = timezone.now()
    row = MembershipFactory(
        user=UserFactory(**user),
        team=team,
        role=role,
        active_from=now - timedelta(days=10),
        active_until=now - timedelta(minutes=1) if ended else None,
    )
    return row.user


def absent_id() -> uuid.UUID:
    """An id that nothing has."""
    return uuid.uuid4()
