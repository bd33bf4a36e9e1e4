"""Plays the scenarios through the real services: what the demo shows is what the product did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from consent.enums import DataCategory
from consent.models import Decision, LookUp, Person
from consent.services import look_up_person, withdraw
from portal.accounts.models import Team, User
from portal.vault import services as vault
from portal.vault.models import StoredFile
from portal.vault.scanning import scan_file

from ..enums import EndReason, Status
from ..kinds import KINDS
from ..models import Package, PackageFile
from ..queries.lookups import current_files
from ..services.drafts import add_files, close_package, create_package, save_form
from ..services.ending import discard_draft, expire_due, recall_package, shred_due
from ..services.receiving import (
    accept_package,
    collect_package,
    confirm_package,
    refuse_package,
    release_file,
    release_form,
)
from .acting import actor_of
from .consents import record_consent
from .families import Family
from .files import DemoFile
from .ids import demo_id, derived_ids
from .people import Desk, desks, subject_of
from .region import MAIL_DOMAIN, MUNICIPALITIES, Region
from .scenarios import ANSWERS, RECEIVERS, SCENARIOS, Scenario

PIECE: Final = 512 * 1024
LONG_AGO: Final = timedelta(days=40)
KEPT_FOR_SHOW: Final = timedelta(days=30)
AFTER_ACCEPTING: Final = frozenset({Status.ACCEPTED, Status.COLLECTED, Status.CONFIRMED, Status.SHREDDED})
AFTER_COLLECTING: Final = AFTER_ACCEPTING - {Status.ACCEPTED}
AFTER_CONFIRMING: Final = AFTER_COLLECTING - {Status.COLLECTED}


@dataclass(kw_only=True)
class Played:
    """What came of the scenarios: packages made now, and those that wait because no scanner answers."""

    made: int = 0
    waiting: list[str] = field(default_factory=list)


def package_id(scenario: Scenario, *, seed: int):
    """The public id of a scenario's package."""
    return demo_id(seed, f"package/{scenario.key}", Package._meta.label_lower, 0)


def load_packages(*, wanted: list[Family], region: Region, users: Mapping[str, User], seed: int) -> Played:
    """Make the packages that are not there yet. What exists is left alone: somebody may have gone on with it."""
    ids = {package_id(scenario, seed=seed): scenario for scenario in SCENARIOS}
    known = set(Package.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    missing = [scenario for public_id, scenario in ids.items() if public_id not in known]
    played = Played()
    if not missing:
        return played
    at_centre = {kind: desks(region, users, kind) for kind in ("jgz", "gca", "coa", "vluchtelingenwerk")}
    families = {family.key: family for family in wanted}
    for scenario in missing:
        family = families[scenario.family]
        place = slugify(MUNICIPALITIES[family.household.municipality])
        package = _Play(
            scenario=scenario,
            family=family,
            desk=at_centre[scenario.sender][family.household.centre],
            team=region.teams[f"{scenario.recipient}-{place}"],
            receiver=users.get(f"{RECEIVERS.get(scenario.recipient, scenario.recipient)}-{place}@{MAIL_DOMAIN}"),
            seed=seed,
        ).run()
        played.made += 1
        if package.status == Status.SCANNING and scenario.status != Status.SCANNING:
            played.waiting.append(scenario.key)
    # The look-ups above would count against whoever signs in with these accounts in the next ten minutes.
    LookUp.objects.filter(user__in=users.values()).delete()
    return played


@dataclass(kw_only=True)
class _Play:
    scenario: Scenario
    family: Family
    desk: Desk
    team: Team
    receiver: User | None
    seed: int

    def run(self) -> Package:
        scope = f"package/{self.scenario.key}"
        with derived_ids(self.seed, scope, Package, PackageFile, Decision):
            package = self._draft(scope)
            if self.scenario.status == Status.DRAFT:
                return package
            if self.scenario.status == Status.ENTERED_IN_ERROR:
                package = discard_draft(actor=self.desk.actor, package=package)
                _keep_for_show(package)
                return package
            package = close_package(actor=self.desk.actor, package=package)
            if package.status == Status.OFFERED:
                package = self._after_the_offer(package)
            return package

    def _draft(self, scope: str) -> Package:
        scenario, desk, kind = self.scenario, self.desk, KINDS[self.scenario.kind]
        member = self.family.member(scenario.member)
        person = look_up_person(
            actor=desk.actor, team=desk.team, v_number=member.v_number, birth_date=member.birth_date
        )
        if person is None:
            raise Person.DoesNotExist(scenario.key)
        if scenario.consent is not None:
            record_consent(
                desk=desk,
                person=person,
                kind=kind,
                recipient=self.team.organisation,
                given=scenario.consent,
                scope=scope,
                seed=self.seed,
            )
        package = create_package(
            actor=desk.actor,
            person=person,
            kind=kind,
            sender_team=desk.team,
            recipient_team=self.team,
            categories=frozenset(DataCategory(category) for category in kind.categories),
            lawful_basis=scenario.lawful_basis,
            ground=scenario.ground,
        )
        answers = {question.key: ANSWERS[question.key] for question in kind.questions}
        package = save_form(actor=desk.actor, package=package, answers=answers)
        subject = subject_of(self.family, member)
        scan = scenario.status != Status.SCANNING
        made = [maker(subject) for maker in scenario.makers]
        received = [(_receive(package, file, may_be_scanned=scan), file.name) for file in made]
        if received:
            add_files(actor=desk.actor, package=package, files=received)
        if scan:
            for stored, _name in received:
                scan_file(stored)
        return package

    def _after_the_offer(self, package: Package) -> Package:
        target = self.scenario.status
        if target == Status.RECALLED:
            return recall_package(
                actor=self.desk.actor, package=package, reason=self.scenario.reason or EndReason.MISTAKE
            )
        if target == Status.EXPIRED:
            return _let_expire(package)
        if target == Status.OFFERED or self.receiver is None:
            return package
        actor = actor_of(self.receiver)
        if target == Status.REFUSED:
            return refuse_package(actor=actor, package=package, reason=self.scenario.reason or EndReason.INCOMPLETE)
        package = accept_package(actor=actor, package=package)
        if target == Status.WITHDRAWN:
            withdraw(
                actor=self.desk.actor,
                person=package.person,
                purpose=package.kind.purpose,
                recipient=self.team.organisation,
                reason="De ouders gaan zelf met het nieuwe team praten.",
                team=self.desk.team,
            )
            package.refresh_from_db()
            _keep_for_show(package)
            return package
        if target in AFTER_COLLECTING:
            package = collect_package(actor=actor, package=package)
            release_form(actor=actor, package=package)
            for file in current_files(package):
                for _piece in release_file(actor=actor, package=package, file=file):
                    pass
        if target in AFTER_CONFIRMING:
            package = confirm_package(actor=actor, package=package)
        if target == Status.SHREDDED:
            package = _let_shred(package)
        return package


def _receive(package: Package, file: DemoFile, *, may_be_scanned: bool) -> StoredFile:
    """Into the vault, as an upload would go."""
    with vault.receive(container=package.container, filename=file.name) as receiver:
        for start in range(0, len(file.content), PIECE):
            receiver.write(file.content[start : start + PIECE])
        if may_be_scanned:
            return receiver.finish()
        # One transaction, so that nobody scans the file before it says that its turn comes much later.
        with transaction.atomic():
            stored = receiver.finish()
            StoredFile.objects.filter(pk=stored.pk).update(scan_due_at=timezone.now() + KEPT_FOR_SHOW)
            return stored


def _let_expire(package: Package) -> Package:
    """As if it had lain there for weeks. Only this package is due at the moment that is passed on."""
    long_ago = timezone.now() - LONG_AGO
    Package.objects.filter(pk=package.pk).update(collection_until=long_ago)
    expire_due(now=long_ago + timedelta(minutes=1))
    package.refresh_from_db()
    return package


def _let_shred(package: Package) -> Package:
    """As if its retention were over. Only this package is due at the moment that is passed on."""
    long_ago = timezone.now() - LONG_AGO
    Package.objects.filter(pk=package.pk).update(shred_after=long_ago)
    shred_due(now=long_ago + timedelta(minutes=1))
    package.refresh_from_db()
    return package


def _keep_for_show(package: Package) -> None:
    """The product destroys such files at once; then nobody could look at a package in this state."""
    Package.objects.filter(pk=package.pk).update(shred_after=timezone.now() + KEPT_FOR_SHOW)
    package.refresh_from_db()
