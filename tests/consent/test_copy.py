"""The copy has everything: each table of ours is in a part of it, or is left out for a reason that stands here."""

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from PIL import Image

from consent.copies import copy_archive, copy_document
from consent.copies.pictures import _is_nobody_elses, pictures_for
from consent.enums import Addressee, PaperKind, Purpose, RestrictionGround, Right, RightChannel, SignatureKind
from consent.identity import seal_private
from consent.models import ConsentDraft, Conversation, Decider, PaperForm, PaperScan, Person, PersonMessage, ScannedFile
from consent.services import issue_access_letter
from consent.services.rectifying import rectify
from consent.services.rights import Wish, write_down
from consent.signatures import Sign
from dossiers.enums import Status
from portal.vault.enums import Scan
from portal.vault.models import StoredFile
from portal.vault.services import create_container
from tests.consent_factories import ask, born, decide, person, person_actor
from tests.dossiers_factories import handover, package_in

from .test_papers import stored as store

OURS = ("accounts", "audit", "consent", "dossiers", "vault")
IN_PART = {
    **dict.fromkeys(("consent.Person",), "person"),
    "consent.Guardianship": "family",
    "consent.Involvement": "teams",
    **dict.fromkeys(("consent.Conversation", "consent.Decision", "consent.Signature"), "conversations"),
    "consent.Decider": "for_others",
    "consent.ConsentDraft": "drafts",
    **dict.fromkeys(("consent.PaperForm", "consent.PaperScan", "consent.ScannedFile"), "papers"),
    "consent.RightsRequest": "requests",
    "consent.Restriction": "restrictions",
    "consent.PersonMessage": "questions",
    **dict.fromkeys(("consent.AccessLetter", "consent.AssistedSession"), "reading"),
    **dict.fromkeys(
        ("accounts.User", "accounts.KnownDevice", "accounts.OutgoingMessage", "accounts.OidcIdentity"), "account"
    ),
    "dossiers.Coupling": "couplings",
    **dict.fromkeys(("dossiers.Package", "dossiers.PackageFile", "dossiers.FileRelease"), "handovers"),
    "audit.Entry": "log",
}
NOBODY = "about nobody"
PROFESSIONAL = "about a professional, whose account is none of the person's"
SECRET = "a key or the hash of a secret, which would let somebody in and tells nothing"
LEFT_OUT = {
    **dict.fromkeys(
        (
            *("accounts.Municipality", "accounts.Centre", "accounts.Organisation", "accounts.Team"),
            *("accounts.OidcProvider", "accounts.SignInPace", "accounts.DemoAccount", "audit.TreeState"),
            *(
                "consent.Notice",
                "consent.NoticeText",
                "consent.NoticeDraft",
                "consent.NoticeDraftText",
                "consent.NoticeCheck",
                "consent.NoticeRecording",
                "vault.Container",
            ),
        ),
        NOBODY,
    ),
    **dict.fromkeys(
        (
            *("accounts.Membership", "accounts.Invitation", "accounts.AccessReview", "accounts.AccessReviewItem"),
            *("accounts.FactorReset", "accounts.NoticeRead", "accounts.OidcSecondFactor", "consent.LookUp"),
        ),
        PROFESSIONAL,
    ),
    **dict.fromkeys(
        (
            *("accounts.TotpDevice", "accounts.RecoveryDevice", "accounts.RecoveryCode", "accounts.FactorSource"),
            *("accounts.EnrolmentTicket", "consent.SubjectKey", "vault.ContainerKey", "vault.FileKey"),
        ),
        SECRET,
    ),
    "consent.Erasure": "who is erased has no copy to take",
    "vault.StoredFile": "the hash is in papers and handovers; the content is of who made it, see docs/copy.md",
}


def test_every_table_is_in_the_copy_or_has_a_reason() -> None:
    tables = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model.__name__.startswith("Historical")
    }
    assert {*IN_PART, *LEFT_OUT} == tables
    assert not IN_PART.keys() & LEFT_OUT.keys()


@pytest.mark.django_db
def test_every_part_has_something_in_it() -> None:
    """A young person of 17 with something of everything, and no word of anybody else."""
    where = handover(child_born=born(17))
    subject, now = where.child, timezone.now()
    where.parents = (subject,)  # type: ignore[assignment]
    package_in(Status.ACCEPTED, where=where)
    conversation = Conversation.objects.filter(person=subject).latest("pk")
    strokes = json.dumps([[[100 + 50 * step, 100 + 80 * (step % 2)] for step in range(12)]])
    signed = decide(
        actor=where.sends,
        team=where.sender_team,
        child=subject,
        deciders=[subject],
        recipient=where.receiver_team.organisation,
        signatures={subject.public_id: Sign(kind=SignatureKind.DRAWN, content={"strokes": strokes})},
    )
    actor, scope = person_actor(subject), {"purpose": conversation.purpose, "sender": conversation.sender}
    issue_access_letter(
        actor=where.sends,
        person=subject,
        team=where.sender_team,
        language="nl",
        identity_check="known",
        token="BRIEF",
    )
    number = uuid.uuid4()
    PersonMessage.objects.create(
        public_id=number,
        person=subject,
        asked_by=subject,
        addressee=Addressee.SENDER,
        language="nl",
        question=seal_private(subject, {"question": "Wie kijkt?"}, context=number),
        recipient=conversation.recipient,
        **scope,
    )
    form = PaperForm.objects.create(
        kind=PaperKind.WITHDRAWAL,
        person=subject,
        recipient=conversation.recipient,
        team=where.sender_team,
        language="nl",
        pages=1,
        printed_by=where.sender,
        printed_at=now,
        **scope,
    )
    scan = PaperScan.objects.create(
        form=form, container=create_container(), taken_by=where.sender, taken_at=now, shred_at=now + timedelta(days=1)
    )
    stored = StoredFile.objects.filter(package_file__isnull=False).first()
    ScannedFile.objects.create(scan=scan, file=stored, pages=1)
    ConsentDraft.objects.create(
        token="00000000-0000-4000-8000-000000000001",
        user=where.sender,
        team=where.sender_team,
        person=subject,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=conversation.recipient,
        begun_at=now,
        changed_at=now,
        sealed=b"",
    )
    ask(actor=actor, person=subject, right=Right.RESTRICTION, ground=RestrictionGround.CLAIMS)
    wrong = ask(actor=actor, person=subject, right=Right.RECTIFICATION, proposed={"name": "Amal Haddād"})
    rectify(
        actor=where.sends,
        team=where.sender_team,
        request=wrong,
        name="Amal Haddād",
        birth_date=subject.birth_date,
        v_number=subject.v_number,
        email="",
        phone="",
        reason="Paspoort gezien",
    )
    objection = write_down(
        actor=where.sends,
        team=where.sender_team,
        person=subject,
        wish=Wish(right=Right.OBJECTION, text="Dit wil ik niet", recipient=conversation.recipient),
        channel=RightChannel.LETTER,
        received_on=timezone.localdate(),
    )
    document = copy_document(Person.objects.get(pk=subject.pk))
    parts = {name: part for name, part in document.items() if isinstance(part, list) and name != "left_out"}
    assert set(IN_PART.values()) | {"consents"} == set(parts)
    assert [name for name, part in parts.items() if not part] == ["for_others"]
    assert document["person"][0]["earlier"][0]["name"] == subject.name
    kept = {row["request_id"]: row for row in document["requests"]}[str(objection.public_id)]
    assert (kept["channel"], kept["recipient"]) == ("letter", conversation.recipient.name)
    assert document["papers"][0]["scans"][0]["files"][0]["sha256"] == stored.sha256
    drawn = {row["conversation_id"]: row for row in document["conversations"]}[str(signed.public_id)]
    assert drawn["signatures"][0]["content"]["strokes"] == strokes


@pytest.mark.django_db
def test_a_form_is_in_it_if_nobody_else_signed_it() -> None:
    where = handover(child_born=born(17))
    subject, now = where.child, timezone.now()
    where.parents = (subject,)  # type: ignore[assignment]
    where.consent()
    held = Conversation.objects.get()
    form = PaperForm.objects.create(
        kind=PaperKind.WITHDRAWAL,
        person=subject,
        purpose=held.purpose,
        sender=held.sender,
        recipient=held.recipient,
        team=where.sender_team,
        language="nl",
        pages=1,
        printed_by=where.sender,
        printed_at=now,
    )
    jpeg = io.BytesIO()
    Image.new("L", (200, 300), 255).save(jpeg, "JPEG")
    (stored,) = store(jpeg.getvalue())
    scan = PaperScan.objects.create(
        form=form, container=stored.container, taken_by=where.sender, taken_at=now, shred_at=now, conversation=held
    )
    ScannedFile.objects.create(scan=scan, file=stored, pages=1)
    assert list(pictures_for(subject, reader=subject)) == []
    StoredFile.objects.update(scan=Scan.CLEAN, scanned_at=now, inspected_at=now)
    with zipfile.ZipFile(io.BytesIO(copy_archive(subject, reader_language="nl", reader=subject))) as archive:
        assert archive.read(f"papers/{scan.public_id}-1.jpg").startswith(b"\xff\xd8")
    witnessed = Conversation.objects.get(pk=held.pk)
    witnessed.private = seal_private(subject, {**held.words, "witness": "Els Getuige"}, context=held.public_id)
    scan.conversation = witnessed
    assert not _is_nobody_elses(scan, {subject.pk}), "the signature of a witness stands on it"
    Decider.objects.create(conversation=held, person=person())
    assert list(pictures_for(subject, reader=subject)) == []
