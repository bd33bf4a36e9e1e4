"""Somebody with everything that a person can have in the portal."""

import uuid
from datetime import date

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.drafts import Draft
from consent.enums import (
    Addressee,
    IdentityCheck,
    PaperKind,
    Purpose,
    Relation,
    RestrictionGround,
    Right,
    SignatureKind,
)
from consent.identity import Identity, seal_identity
from consent.letters import new_token
from consent.models import (
    Guardianship,
    PaperScan,
    Person,
)
from consent.policy import CATEGORIES
from consent.services import answer_question, ask_question, issue_access_letter, open_assisted_session
from consent.services.drafts import keep_draft
from consent.services.papers import record_paper, take_scan
from consent.services.printing import print_paper
from consent.signatures import Sign
from dossiers.enums import Status
from portal.accounts.messages import deliver_due
from portal.accounts.services import person_account
from portal.vault.enums import Scan
from portal.vault.models import StoredFile
from tests.consent.test_papers import pictures, stored
from tests.consent_factories import ask, born, person, person_actor, talk
from tests.consent_factories import decide as record
from tests.dossiers_factories import ANSWER, FILE_NAME, KIND, V_NUMBER, Handover, handover, package_in
from tests.signing_in import sign_in

NAME = "Zahra Noorzai-Qasemi"
BORN = date(2009, 5, 7)
EMAIL = "zahra.noorzai@voorbeeld.example"
PHONE = "+31 6 8765 4321"
WORDS = "mijn broer mag dit niet weten"
NATIVE = "زهرا نورزی"
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
    NATIVE,
    ANSWER,
    FILE_NAME,
)


def everything() -> Handover:
    """A young mother of 17 with packages in all states and whatever else a person can have in the portal."""
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
    ask(actor=actor, person=where.child, right=Right.RECTIFICATION, text=WORDS, proposed={"name": NAME, "phone": PHONE})
    ask(actor=actor, person=where.child, right=Right.RESTRICTION, text=WORDS, ground=RestrictionGround.ACCURACY)
    issue_access_letter(
        actor=where.sends,
        person=where.child,
        team=where.sender_team,
        language="fa",
        identity_check=IdentityCheck.DOCUMENT,
        token=new_token(),
    )
    open_assisted_session(actor=where.sends, person=where.child, team=where.sender_team, language="fa")
    _keep_draft(where, where.child)
    _ask_twice(where, where.child)
    _sign_on_paper(where)
    _decide_for_a_baby(where)
    _look_at_pages(where)
    return where


def _keep_draft(where: Handover, about: Person) -> None:
    draft = Draft(token=uuid.uuid4(), begun_at=timezone.now())
    draft.answer("notice", {"understanding": WORDS, "name": NAME, "native": NATIVE})
    keep_draft(
        actor=where.sends,
        team=where.sender_team,
        person=about,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=where.receiver_team.organisation,
        draft=draft,
    )


def _ask_twice(where: Handover, about: Person) -> None:
    """Two questions to the team, one of them answered, and one to the privacy officer."""
    for addressee, answer in ((Addressee.SENDER, WORDS), (Addressee.SENDER, ""), (Addressee.PRIVACY_OFFICER, "")):
        message = ask_question(
            actor=person_actor(where.child),
            person=about,
            purpose=KIND.purpose,
            sender=where.sender_team.organisation,
            recipient=where.receiver_team.organisation,
            addressee=addressee,
            text=f"{WORDS} {NATIVE} {PHONE}",
            language="fa",
        )
        if answer:
            answer_question(actor=where.sends, message=message, text=f"{NAME}: {answer}", language="nl")


def _sign_on_paper(where: Handover) -> None:
    """A form that was printed, filled in, scanned and taken over; its picture lies in the vault."""
    form, content = print_paper(
        actor=where.sends,
        person=where.child,
        team=where.sender_team,
        recipient=where.receiver_team.organisation,
        purpose=KIND.purpose,
        kind=PaperKind.DECISION,
        language="ar",
    )
    files = stored(*pictures(content), name="zahra-noorzai.jpg")
    scan = take_scan(
        actor=where.sends,
        person=where.child,
        team=where.sender_team,
        container=files[0].container,
        files=files,
    )
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(scan=Scan.CLEAN, scanned_at=timezone.now())
    record_paper(
        actor=where.sends,
        scan=PaperScan.objects.get(pk=scan.pk),
        team=where.sender_team,
        talk=talk(form.notice_text, understanding=f"{WORDS} {NATIVE}"),
        choices=dict.fromkeys(CATEGORIES[KIND.purpose], True),
        deciders=[where.child],
        secrecy_released=True,
        signed_on=timezone.localdate(),
    )


def _decide_for_a_baby(where: Handover) -> None:
    """She signs for her own child, asks about it, and begins a conversation about it."""
    baby = person(name="Baby", birth_date=born(1), team=where.sender_team)
    Guardianship.objects.create(child=baby, adult=where.child, relation=Relation.MOTHER)
    record(
        actor=where.sends,
        team=where.sender_team,
        child=baby,
        deciders=[where.child],
        recipient=where.receiver_team.organisation,
        signatures={
            where.child.public_id: Sign(kind=SignatureKind.CONFIRMED, content={"name": NAME, "native": NATIVE})
        },
    )
    _ask_twice(where, baby)
    _keep_draft(where, baby)


def _look_at_pages(where: Handover) -> None:
    """Sessions and the cache hold what pages leave in them; the mail of the day is written."""
    at_the_desk, alone = (
        sign_in(Client(), where.sender),
        sign_in(Client(), person_account(person_id=where.child.public_id, language="fa")),
    )
    for name in ("dossiers:person", "consent:family", "consent:papers"):
        assert at_the_desk.get(reverse(name, args=[where.child.public_id])).status_code in {200, 302}, name
    for name in ("my:overview", "my:consents", "my:questions", "my:rights"):
        assert alone.get(reverse(name)).status_code == 200, name
    deliver_due()
