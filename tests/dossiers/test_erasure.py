"""Somebody with everything is erased; afterwards every table, file and log is searched for what named them."""

import base64
import json
import logging
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.enums import Right, RightChannel, RightDecision, RightGround
from consent.errors import NotRecorded
from consent.identity import Erased, lookup_index, v_number_index
from consent.models import (
    ConsentDraft,
    Conversation,
    Erasure,
    Guardianship,
    Involvement,
    PaperScan,
    Person,
    PersonMessage,
    Signature,
    SubjectKey,
)
from consent.queries import get_person_for, is_covered, open_requests
from consent.services.erasing import erase_person
from consent.services.rights import Wish, decide, write_down
from dossiers.enums import Status
from dossiers.kinds import KINDS
from dossiers.models import Package
from dossiers.services.drafts import create_package
from dossiers.services.ending import expire_due, shred_due
from dossiers.services.receiving import release_form
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, User
from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.audit.models import Entry
from portal.vault.enums import FileState
from portal.vault.models import ContainerKey, FileKey, StoredFile
from tests.consent_factories import privacy_officer
from tests.dossiers_factories import KIND, TO_SHREDDING, V_NUMBER, Handover, handover, package_in
from tests.haystacks import haystacks, traces
from tests.signing_in import sign_in

from .somebody import BORN, EMAIL, NAME, NATIVE, PHONE, PLAIN, STATES, WORDS, everything


def erasure_of(where: Handover) -> None:
    request = where.child.rights_requests.get(right=Right.ERASURE)
    decide(
        actor=privacy_officer(),
        request=request,
        decision=RightDecision.PARTLY,
        ground=RightGround.LEGAL_DUTY,
        reason="Wij wissen alles. Alleen het logboek blijft: daarin staat geen naam.",
    )


def pages_go_on(where: Handover) -> None:
    """Whoever worked with the person finds lists without them, and an address from before leads nowhere."""
    officer = User.objects.get(pk=privacy_officer().user_pk)
    for user in (where.sender, officer):
        browser = sign_in(Client(), user)
        assert browser.get(reverse("consent:questions")).status_code == 200
        assert browser.get(reverse("dossiers:start"), follow=True).status_code == 200
    assert browser.get(reverse("consent:rights")).status_code == 200
    for request in where.child.rights_requests.all():
        assert browser.get(reverse("consent:right", args=[request.public_id])).status_code == 200
    at_the_desk = sign_in(Client(), where.sender)
    assert at_the_desk.get(reverse("consent:rectifications")).status_code == 200
    for name in ("dossiers:person", "consent:family", "consent:papers", "consent:access_letter"):
        assert at_the_desk.get(reverse(name, args=[where.child.public_id])).status_code == 404, name
    for message in PersonMessage.objects.filter(person=where.child):
        assert at_the_desk.get(reverse("consent:question", args=[message.public_id])).status_code == 404
    for package in where.child.packages.all():
        assert at_the_desk.get(package.path).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_what_is_there() -> None:
    user = privacy_officer().user_pk
    User.objects.filter(pk=user).update(name=NATIVE)
    session = sign_in(Client(), User.objects.get(pk=user)).session
    session["kept"] = {"name": NATIVE}
    session.save()
    cache.set("kept", {"mail": EMAIL.upper()})
    Path(settings.VAR_DIR, "export.json").write_text(json.dumps({"name": NATIVE, "words": WORDS.encode().hex()}))
    Path(settings.VAR_DIR, "blob").write_bytes(base64.b64encode(b"ab" + PHONE.encode()))
    found = traces((NATIVE, EMAIL, WORDS, PHONE))
    dump = "iterdump" if connection.vendor == "sqlite" else "pg_dump"
    assert {
        ("accounts_user", NATIVE),
        (dump, NATIVE),
        (f"session {session.session_key}", NATIVE),
        ("cache", EMAIL),
        ("file export.json", NATIVE),
        ("file export.json", WORDS),
        ("file blob", PHONE),
    } <= found
    assert {needle for _place, needle in found} == {NATIVE, EMAIL, WORDS, PHONE}


@pytest.mark.django_db(transaction=True)
def test_nothing_that_names_somebody_is_left(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    where = everything()
    subject = where.child
    indexes = (v_number_index(V_NUMBER), lookup_index(V_NUMBER, BORN))
    assert {needle for _place, needle in traces(indexes)} == set(indexes)
    keys = [bytes(key) for key in SubjectKey.objects.filter(person=subject).values_list("wrapped", flat=True)]
    keys += [bytes(key) for key in ContainerKey.objects.values_list("wrapped", flat=True)]
    # One of a package was shredded already; the paper has one.
    assert len(keys) == len(STATES) + 1
    signature = Signature.objects.exclude(conversation__person=subject).get()
    assert signature.content["native"] == NATIVE
    erasure_of(where)

    posted = b"".join(message.message().as_bytes() for message in mail.outbox).decode()
    assert mail.outbox
    assert not any(needle in posted for needle in PLAIN)
    assert traces(PLAIN + indexes) == set()
    for place, content in haystacks().items():
        assert not any(key in content or key.hex().encode() in content.lower() for key in keys), place
    assert not any(needle in caplog.text for needle in PLAIN)
    with pytest.raises(Erased):
        Person.objects.get(pk=subject.pk).name  # noqa: B018
    assert all(not row.words for row in Conversation.objects.filter(person=subject))
    assert {bytes(row.identity) for row in Person.history.filter(id=subject.pk)} == {b""}
    packages = Package.objects.filter(person=subject)
    assert {package.status for package in packages} == {Status.SHREDDED}
    containers = packages.values("container")
    assert not ContainerKey.objects.filter(container__in=containers).exists()
    assert not FileKey.objects.filter(file__container__in=containers).exists()
    user = User.objects.get(person_id=subject.public_id)
    assert not user.is_active
    assert not OutgoingMessage.objects.filter(user=user).exists()
    assert not subject.access_letters.filter(used_at=None, revoked_at=None).exists()
    assert not subject.assisted_sessions.filter(closed_at=None).exists()
    assert not Guardianship.objects.active().filter(child=subject).exists()
    assert not Involvement.objects.active().filter(person=subject).exists()
    assert not ConsentDraft.objects.exists()
    signature = Signature.objects.get(pk=signature.pk)
    assert (signature.content, len(signature.sha256)) == ({}, 64)
    assert not any(sign.content for sign in Signature.objects.filter(conversation__person=subject))
    assert [(row.question_text, row.answer_text) for row in PersonMessage.objects.all()] == [("", "")] * 2
    assert not open_requests().exists()
    assert not StoredFile.objects.filter(
        container__in=PaperScan.objects.values("container"), state=FileState.STORED
    ).exists()
    assert Erasure.objects.get().person_id == subject.public_id
    assert Entry.objects.filter(event=Event.PERSON_ERASED, subject=str(subject.public_id)).count() == 1
    pages_go_on(where)
    assert traces(PLAIN + indexes) == set()
    call_command("verify_audit")


@pytest.mark.django_db
class TestAfterwards:
    def test_nothing_goes_on(self) -> None:
        where = handover(name=NAME)
        where.consent()
        erase_person(person=where.child)
        coverage = is_covered(
            person=where.child,
            purpose=KIND.purpose,
            sender=where.sender_team.organisation,
            recipient=where.receiver_team.organisation,
            categories=frozenset(KIND.categories),
        )
        assert coverage.code == "erased"
        with pytest.raises(Denied):
            get_person_for(where.sends, where.child.public_id)
        with pytest.raises(Denied):
            where.consent()
        with pytest.raises(Denied):
            create_package(
                actor=where.sends,
                person=where.child,
                kind=KINDS[KIND.code],
                sender_team=where.sender_team,
                recipient_team=where.receiver_team,
                categories=frozenset(KIND.categories),
            )

    def test_twice_is_once(self) -> None:
        where = package_in(Status.OFFERED)
        erase_person(person=where.child)
        erase_person(person=where.child)
        assert Erasure.objects.count() == 1
        assert where.now().status == Status.SHREDDED

    @pytest.mark.parametrize("status", [Status.CONFIRMED, Status.SHREDDED])
    def test_whoever_confirmed_is_told_once(self, status: Status) -> None:
        where = package_in(status)
        self._is_told_once(where, [where.receiver_team.pk])

    def test_whoever_collected_and_let_it_expire_is_told_once(self) -> None:
        where = package_in(Status.COLLECTED)
        assert release_form(actor=where.receives, package=where.package)
        assert expire_due(now=timezone.now() + KIND.collection) == 1
        assert shred_due(now=timezone.now() + TO_SHREDDING) == 1
        self._is_told_once(where, [where.receiver_team.pk])

    def test_whoever_collects_it_now_is_told_once(self) -> None:
        where = package_in(Status.COLLECTED)
        assert release_form(actor=where.receives, package=where.package)
        self._is_told_once(where, [where.receiver_team.pk, where.sender_team.pk])

    @pytest.mark.parametrize("status", [Status.EXPIRED, Status.REFUSED, Status.RECALLED, Status.ENTERED_IN_ERROR])
    def test_whoever_never_received_anything_is_not(self, status: Status) -> None:
        self._is_told_once(package_in(status), [])

    def _is_told_once(self, where: Handover, teams: list[int]) -> None:
        OutgoingMessage.objects.all().delete()
        stopped = OutgoingMessage.objects.filter(kind=MessageKind.HANDOVER_STOPPED).order_by("pk")
        erase_person(person=where.child)
        assert [*stopped.values_list("team", flat=True)] == teams
        erase_person(person=where.child)
        assert stopped.count() == len(teams)

    def test_an_erased_person_asks_nothing(self) -> None:
        where = handover()
        where.child.rights_requests.all()
        SubjectKey.objects.filter(person=where.child).delete()
        with pytest.raises((NotRecorded, Denied)):
            write_down(
                actor=where.sends,
                person=where.child,
                team=where.sender_team,
                wish=Wish(right=Right.ERASURE, text=WORDS),
                channel=RightChannel.DESK,
                received_on=timezone.localdate(),
            )

    def test_a_restored_backup_is_cleaned(self, tmp_path: Path) -> None:
        where = package_in(Status.OFFERED)
        names = ("identity", "v_number_index", "lookup_index")
        before = {name: getattr(where.child, name) for name in names}
        key = bytes(where.child.subject_key.wrapped)
        erase_person(person=where.child)
        # What a backup from before brings back: the row, its key, and no word of the erasure.
        Person.objects.filter(pk=where.child.pk).update(**before)
        SubjectKey.objects.create(person=where.child, wrapped=key)
        assert Person.objects.get(pk=where.child.pk).name == where.child.name
        listed = tmp_path / "erased.txt"
        listed.write_text(f"{where.child.public_id}\n{uuid.uuid4()}\n")
        call_command("erase_again", str(listed))
        again = Person.objects.get(pk=where.child.pk)
        assert (bytes(again.identity), again.v_number_index, again.lookup_index) == (b"", None, None)
        with pytest.raises(Erased):
            again.name  # noqa: B018
