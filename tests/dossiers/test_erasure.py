"""Somebody with everything is erased; afterwards every table, file and log is searched for what named them."""

import logging
import subprocess
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from consent.drafts import Draft
from consent.enums import IdentityCheck, Purpose, Right, RightChannel, RightDecision, RightGround
from consent.errors import NotRecorded
from consent.identity import Erased, Identity, lookup_index, seal_identity, v_number_index
from consent.letters import new_token
from consent.models import ConsentDraft, Conversation, Erasure, Guardianship, Involvement, Person, SubjectKey
from consent.queries import get_person_for, is_covered
from consent.services import issue_access_letter, open_assisted_session
from consent.services.drafts import keep_draft
from consent.services.erasing import erase_person
from consent.services.rights import Wish, decide, write_down
from dossiers.enums import Status
from dossiers.kinds import KINDS
from dossiers.models import Package
from dossiers.services.drafts import create_package
from portal.accounts.models import OutgoingMessage, User
from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.audit.models import Entry
from portal.vault.models import ContainerKey, FileKey
from tests.consent_factories import ask, person_actor, privacy_officer
from tests.dossiers_factories import ANSWER, FILE_NAME, KIND, V_NUMBER, Handover, handover, package_in
from tests.services import postgresql_binaries

NAME = "Zahra Noorzai-Qasemi"
BORN = date(2009, 5, 7)
EMAIL = "zahra.noorzai@voorbeeld.example"
PHONE = "+31 6 8765 4321"
WORDS = "mijn broer mag dit niet weten"
# Shredding first: the services that end packages look at all of them.
STATES = (
    Status.SHREDDED,
    Status.EXPIRED,
    Status.WITHDRAWN,
    Status.REFUSED,
    Status.RECALLED,
    Status.CONFIRMED,
    Status.ENTERED_IN_ERROR,
    Status.QUARANTINED,
    Status.DRAFT,
    Status.SCANNING,
    Status.OFFERED,
    Status.ACCEPTED,
    Status.COLLECTED,
)
PLAIN = (
    NAME,
    "Noorzai",
    "Qasemi",
    V_NUMBER,
    V_NUMBER[1:],
    "2009-05-07",
    "07-05-2009",
    "7-5-2009",
    "7 mei 2009",
    "20090507",
    EMAIL,
    PHONE,
    "31687654321",
    WORDS,
    ANSWER,
    FILE_NAME,
)


def everything() -> Handover:
    """A young person of 17 who decides alone, with packages in all states, account, letter, desk, drafts, requests."""
    where = handover(name=NAME, child_born=BORN)
    subject = where.child
    identity = Identity(v_number=V_NUMBER, name=NAME, birth_date=BORN, email=EMAIL, phone=PHONE)
    subject.identity = seal_identity(bytes(subject.subject_key.wrapped), subject.public_id, identity)
    subject.save()
    where.child = Person.objects.get(pk=subject.pk)
    where.parents = (where.child,)  # type: ignore[assignment]
    for status in STATES:
        package_in(status, where=where)
    actor = person_actor(where.child)
    for right in (Right.OBJECTION, Right.ERASURE):
        ask(actor=actor, person=where.child, right=right, text=WORDS)
    issue_access_letter(
        actor=where.sends,
        person=where.child,
        team=where.sender_team,
        language="fa",
        identity_check=IdentityCheck.DOCUMENT,
        token=new_token(),
    )
    open_assisted_session(actor=where.sends, person=where.child, team=where.sender_team, language="fa")
    draft = Draft(token=uuid.uuid4(), begun_at=timezone.now())
    draft.answer("notice", {"understanding": WORDS})
    keep_draft(
        actor=where.sends,
        team=where.sender_team,
        person=where.child,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=where.receiver_team.organisation,
        draft=draft,
    )
    return where


def erasure_of(where: Handover) -> None:
    request = where.child.rights_requests.get(right=Right.ERASURE)
    decide(
        actor=privacy_officer(),
        request=request,
        decision=RightDecision.PARTLY,
        ground=RightGround.LEGAL_DUTY,
        reason="Wij wissen alles. Alleen het logboek blijft: daarin staat geen naam.",
    )


def haystacks() -> dict[str, bytes]:
    """Everything that is stored: each table by name, a dump of the database, its files, and the files of the vault."""
    found: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = b"\n".join(_bytes(value) for row in cursor.fetchall() for value in row)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found["iterdump"] = "\n".join(connection.connection.iterdump()).encode()
            name = str(connection.settings_dict["NAME"])
            for path in Path(name).parent.glob(f"{Path(name).name}*"):
                found[str(path.name)] = path.read_bytes()
    if connection.vendor == "postgresql":
        found["pg_dump"] = _pg_dump()
    for path in Path(settings.STORAGE_URL.removeprefix("file://")).rglob("*"):
        if path.is_file():
            found[f"vault {path.name}"] = path.name.encode() + path.read_bytes()
    return found


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _pg_dump() -> bytes:
    where = connection.settings_dict
    command = [
        postgresql_binaries() / "pg_dump",
        "--host",
        where["HOST"],
        "--username",
        where["USER"] or "portal",
        where["NAME"],
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


def traces(needles: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which needle lies where: as text, as JSON would escape it, and as hexadecimals of a dump."""
    found = set()
    for place, content in haystacks().items():
        lower = content.lower()
        for needle in needles:
            raw = needle.lower().encode()
            if raw in lower or raw.hex().encode() in lower:
                found.add((place, needle))
    return found


@pytest.mark.django_db(transaction=True)
def test_nothing_that_names_somebody_is_left(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    where = everything()
    subject = where.child
    indexes = (v_number_index(V_NUMBER), lookup_index(V_NUMBER, BORN))
    assert {needle for _place, needle in traces(indexes)} == set(indexes)
    keys = [bytes(key) for key in SubjectKey.objects.filter(person=subject).values_list("wrapped", flat=True)]
    keys += [bytes(key) for key in ContainerKey.objects.values_list("wrapped", flat=True)]
    assert len(keys) == len(STATES)
    erasure_of(where)

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
    assert not ConsentDraft.objects.filter(person=subject).exists()
    assert Erasure.objects.get().person_id == subject.public_id
    assert Entry.objects.filter(event=Event.PERSON_ERASED, subject=str(subject.public_id)).count() == 1
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
