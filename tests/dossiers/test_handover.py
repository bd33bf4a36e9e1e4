"""From a draft to the receipt at the other end, with the real vault, the real scanner and real consent."""

import hashlib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from consent.enums import DataCategory
from dossiers.enums import EndReason, KindCode, LawfulBasis, Status
from dossiers.kinds import KINDS
from dossiers.models import FileRelease, PackageFile
from dossiers.queries.lookups import get_package_for
from dossiers.services import drafts, ending, receiving, sealing
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.messages import deliver_due
from portal.accounts.policy import Denied
from portal.vault import tasks
from portal.vault.enums import FileState, Scan, ScanReason
from portal.vault.errors import Shredded
from portal.vault.models import ContainerKey, FileKey, StoredFile
from portal.vault.scanning import scan_file
from tests.consent_factories import actor_of, person
from tests.dossiers_factories import ANSWERS, CHILD, CONTENT, FILE_NAME, V_NUMBER, Handover, be_scanned, handover
from tests.factories import TeamFactory, member
from tests.vault import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def where() -> Handover:
    where = handover()
    where.draft()
    return where


def mailed() -> list[tuple[str, str]]:
    """To which mailbox, with which subject, in order; none of them says who it is about."""
    mail.outbox.clear()
    deliver_due()
    for message in mail.outbox:
        whole = message.subject + message.body + str(message.alternatives)
        assert not any(secret in whole for secret in (CHILD, "Amal", V_NUMBER, FILE_NAME))
    return [(message.to[0], message.subject) for message in mail.outbox]


def test_the_whole_way(where: Handover, clamd: object) -> None:
    where.consent()
    contents = {"brief.pdf": samples.pdf(1_500_000), "foto.jpg": samples.image("JPEG"), "brief.docx": samples.word()}
    files = [where.put(content, name) for name, content in contents.items()]
    assert where.close().status == Status.SCANNING
    assert mailed() == []
    for file in files:
        assert scan_file(file.stored) == Scan.CLEAN
    package = where.now()
    assert package.status == Status.OFFERED
    assert [entry["sha256"] for entry in package.manifest["files"]] == [
        hashlib.sha256(content).hexdigest() for content in contents.values()
    ]
    assert mailed() == [(where.receiver_team.mailbox, "Er wacht een overdracht op uw team")]

    package = receiving.accept_package(actor=where.receives, package=package)
    assert mailed() == [(where.sender_team.mailbox, "Er is een antwoord op uw overdracht")]
    package = receiving.collect_package(actor=where.receives, package=package)
    assert receiving.unreleased_files(package) == 3
    assert receiving.release_form(actor=where.receives, package=package) == ANSWERS
    for file, (name, content) in zip(files, contents.items(), strict=True):
        assert b"".join(receiving.release_file(actor=where.receives, package=package, file=file)) == content
        assert drafts.file_name(file) == name
    assert receiving.unreleased_files(package) == 0
    assert FileRelease.objects.filter(package=package, user=where.receiver).count() == 4

    package = receiving.confirm_package(actor=where.receives, package=package)
    assert (package.status, package.end_reason) == (Status.CONFIRMED, EndReason.DELIVERED)
    assert mailed() == [(where.sender_team.mailbox, "Een overdracht is ontvangen")]
    assert ending.shred_due() == 0
    retention_over = timezone.now() + package.kind.retention
    assert ending.shred_due(now=retention_over) == 1
    assert ending.shred_due(now=retention_over) == 0
    package = where.now()
    assert (package.status, package.ended_as) == (Status.SHREDDED, Status.CONFIRMED)
    assert not ContainerKey.objects.filter(container=package.container).exists()
    assert not FileKey.objects.filter(file__container=package.container).exists()
    assert package.manifest["files"][0]["sha256"] == hashlib.sha256(contents["brief.pdf"]).hexdigest()
    with pytest.raises(Denied) as refused:
        receiving.release_file(actor=where.receives, package=package, file=files[0])
    assert refused.value.decision.code == "wrong_state"
    with pytest.raises(Shredded):
        drafts.read_form(package)
    with pytest.raises(Shredded):
        drafts.file_name(PackageFile.objects.get(pk=files[0].pk))


def test_what_waits_for_consent_goes_when_it_comes(where: Handover, clamd: object) -> None:
    file = where.put()
    assert scan_file(file.stored) == Scan.CLEAN
    assert where.close().status == Status.AWAITING_CONSENT
    assert mailed() == []
    with pytest.raises(Denied):
        get_package_for(where.receives, where.package.public_id)
    where.consent(yes=set(where.package.kind.categories) - {DataCategory.GROWTH})
    assert where.now().status == Status.AWAITING_CONSENT
    where.consent()
    assert where.now().status == Status.OFFERED
    assert get_package_for(where.receives, where.package.public_id) == where.package
    assert mailed() == [(where.receiver_team.mailbox, "Er wacht een overdracht op uw team")]


def test_a_virus_stops_it_and_nothing_else_is_lost(where: Handover, clamd: object) -> None:
    where.consent()
    good, bad = where.put(), where.put(samples.EICAR.encode(), "notities.txt")
    where.close()
    for file in (good, bad):
        scan_file(file.stored)
    package = where.now()
    assert package.status == Status.QUARANTINED
    assert mailed() == [(where.sender_team.mailbox, "Een bestand is tegengehouden")]
    with pytest.raises(Denied):
        drafts.remove_file(actor=where.sends, package=package, file=bad)
    assert StoredFile.objects.get(pk=bad.stored_id).state == FileState.STORED
    package = drafts.reopen_package(actor=where.sends, package=package)
    assert package.status == Status.DRAFT
    assert drafts.read_form(package) == ANSWERS
    drafts.remove_file(actor=where.sends, package=package, file=bad)
    assert StoredFile.objects.get(pk=bad.stored_id).state == FileState.SHREDDED
    assert where.close().status == Status.OFFERED
    assert [entry["file"] for entry in where.package.manifest["files"]] == [str(good.public_id)]


def test_closing_again_with_the_virus_stops_it_again(where: Handover) -> None:
    be_scanned(where.put(), Scan.INFECTED, ScanReason.VIRUS)
    assert where.now().status == Status.DRAFT
    for _ in range(2):
        assert where.close().status == Status.QUARANTINED
        drafts.reopen_package(actor=where.sends, package=where.package)


@pytest.mark.parametrize("scan", [Scan.INFECTED, Scan.REFUSED, Scan.FAILED])
def test_only_a_clean_file_goes_on(where: Handover, scan: Scan) -> None:
    where.consent()
    file = where.put()
    where.close()
    be_scanned(file, scan)
    assert where.now().status == Status.QUARANTINED
    sealing.advance_due()
    assert where.now().status == Status.QUARANTINED


def test_without_a_scanner_it_waits_and_then_goes_on(where: Handover, no_clamd: None, request) -> None:
    where.consent()
    file = where.put()
    where.close()
    assert scan_file(file.stored) == Scan.PENDING
    sealing.advance_due()
    assert where.now().status == Status.SCANNING
    with pytest.raises(Denied):
        get_package_for(where.receives, where.package.public_id)
    request.getfixturevalue("clamd")
    StoredFile.objects.update(scan_due_at=timezone.now())
    assert tasks.scan_due() == 1
    assert where.now().status == Status.OFFERED


def test_what_a_killed_worker_left_is_taken_up(where: Handover) -> None:
    """The result is stored, but nobody was told: as if the process had died between the two."""
    where.consent()
    file = where.put()
    where.close()
    now = timezone.now()
    StoredFile.objects.filter(pk=file.stored_id).update(scan=Scan.CLEAN, scanned_at=now, inspected_at=now)
    sealing.advance_due()
    assert where.now().status == Status.OFFERED


class TestMaking:
    def test_a_required_answer_is_asked_for(self) -> None:
        where = handover()
        where.draft(answers=False)
        with pytest.raises(drafts.Incomplete) as incomplete:
            where.close()
        assert incomplete.value.missing == ("summary", "contact")
        assert where.now().status == Status.DRAFT

    def test_an_unknown_answer_is_not_kept(self, where: Handover) -> None:
        drafts.save_form(actor=where.sends, package=where.package, answers={**ANSWERS, "hidden": "x"})
        assert drafts.read_form(where.now()) == ANSWERS

    def test_not_more_files_than_fit(self, where: Handover, monkeypatch) -> None:
        monkeypatch.setattr(drafts, "MAX_FILES", 1)
        where.put()
        with pytest.raises(drafts.TooManyFiles):
            where.put()
        assert where.package.files.count() == 1

    def test_a_file_of_another_container_is_not_taken(self, where: Handover) -> None:
        stored = where.put().stored
        other = handover(v_number="V3333333333")
        other.draft()
        with pytest.raises(Denied) as refused:
            drafts.add_files(actor=other.sends, package=other.package, files=[(stored, "x.pdf")])
        assert refused.value.decision.code == "other_container"

    def test_names_and_answers_are_nowhere_in_plain_text(self, where: Handover) -> None:
        file = where.put()
        package = where.now()
        kept = [bytes(package.sealed_form), bytes(file.sealed_name)]
        kept += [bytes(row.sealed_form) for row in package.history.all()]
        for secret in (*ANSWERS.values(), FILE_NAME):
            assert not any(secret.encode() in blob for blob in kept)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"categories": frozenset()}, "categories_not_of_kind"),
            ({"categories": frozenset({DataCategory.WORK})}, "categories_not_of_kind"),
            ({"kind": KINDS[KindCode.MEDICAL_FILE]}, "kind_not_sent_here"),
            ({"lawful_basis": LawfulBasis.VITAL_INTEREST, "ground": "Levensgevaar"}, "basis_not_allowed"),
        ],
    )
    def test_what_does_not_fit_the_kind_is_refused(self, changes: dict, code: str) -> None:
        with pytest.raises(Denied) as refused:
            handover().draft(**changes)
        assert refused.value.decision.code == code

    def test_only_a_team_that_serves_the_municipality_can_receive(self) -> None:
        where = handover()
        other_kind = TeamFactory(
            organisation__kind=OrganisationKind.GP, organisation__municipality=where.coupling.municipality
        )
        elsewhere = TeamFactory(organisation__municipality=where.elsewhere)
        for team in (other_kind, elsewhere):
            with pytest.raises(Denied) as refused:
                where.draft(recipient_team=team)
            assert refused.value.decision.code == "recipient_not_possible"

    def test_not_for_somebody_without_a_coupling(self) -> None:
        where = handover()
        with pytest.raises(Denied) as refused:
            where.draft(person=person(name="Zonder Koppeling", team=where.sender_team))
        assert refused.value.decision.code == "not_coupled"

    def test_not_by_a_receiver_nor_for_another_team(self) -> None:
        where = handover()
        receiver = member(Role.RECEIVER, team=where.sender_team)
        where.sender = receiver
        with pytest.raises(Denied) as refused:
            where.draft()
        assert refused.value.decision.code == "not_a_sender"

    def test_another_basis_goes_with_a_written_ground_and_never_over_a_no(self) -> None:
        for refused_before in (False, True):
            where = handover(v_number=f"V444444444{int(refused_before)}")
            kind = KINDS[KindCode.MEDICAL_FILE]
            where.sender_team = TeamFactory(organisation__kind=OrganisationKind.GCA)
            where.sender = member(Role.SENDER, team=where.sender_team)
            where.receiver_team = TeamFactory(
                organisation__kind=OrganisationKind.GP, organisation__municipality=where.coupling.municipality
            )
            where.child.involvements.create(team=where.sender_team, reason="looked_up")
            if refused_before:
                where.consent(purpose=kind.purpose, yes=())
            where.draft(
                kind=kind,
                categories=frozenset(kind.categories),
                lawful_basis=LawfulBasis.VITAL_INTEREST,
                ground="Levensgevaar, niemand kan beslissen",
            )
            assert where.close().status == (Status.AWAITING_CONSENT if refused_before else Status.OFFERED)


class TestRelease:
    def test_a_file_goes_with_its_own_package_only(self, collected: Handover) -> None:
        other = handover(v_number="V5555555555")
        other.draft()
        file = other.put(CONTENT, "ander.pdf")
        with pytest.raises(Denied) as refused:
            receiving.release_file(actor=collected.receives, package=collected.package, file=file)
        assert refused.value.decision.code == "file_not_of_package"
        assert not FileRelease.objects.exists()

    @pytest.mark.parametrize(
        ("actor", "code"),
        [
            (lambda where: where.sends, "not_in_recipient_team"),
            (lambda where: where.stale(), "second_factor_too_old"),
            (lambda where: actor_of(member(Role.RECEIVER), where.receiver_team), "not_in_recipient_team"),
            (
                lambda where: actor_of(
                    member(Role.ORGANISATION_ADMINISTRATOR, team=where.receiver_team), where.receiver_team
                ),
                "not_in_recipient_team",
            ),
        ],
    )
    def test_the_rest_gets_nothing(self, collected: Handover, actor, code: str) -> None:
        file = collected.package.files.get()
        for release in (
            lambda: receiving.release_file(actor=actor(collected), package=collected.package, file=file),
            lambda: receiving.release_form(actor=actor(collected), package=collected.package),
        ):
            with pytest.raises(Denied) as refused:
                release()
            assert refused.value.decision.code == code
        assert not FileRelease.objects.exists()

    def test_not_a_minute_after_its_time(self, collected: Handover, later) -> None:
        later(collected.package.kind.collection + timedelta(minutes=1))
        with pytest.raises(Denied) as refused:
            receiving.release_form(actor=collected.receives, package=collected.package)
        assert refused.value.decision.code == "collection_period_over"

    def test_not_with_a_file_that_turned_out_unsafe(self, collected: Handover) -> None:
        StoredFile.objects.update(scan=Scan.INFECTED)
        with pytest.raises(Denied) as refused:
            receiving.release_form(actor=collected.receives, package=collected.package)
        assert refused.value.decision.code == "file_not_clean"
