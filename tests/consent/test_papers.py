"""Consent on paper: printed, filled in, scanned in whatever way, matched, recorded once."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from consent.enums import DataCategory, Method, Outcome, PaperKind, Purpose, SignatureKind
from consent.errors import NotRecorded
from consent.models import Conversation, PaperForm, PaperScan, Signature
from consent.notice_texts import load
from consent.paper_codes import code_of, read_code
from consent.policy import CATEGORIES
from consent.queries import is_covered
from consent.services import withdraw
from consent.services.erasing import erase_person
from consent.services.papers import record_paper, shred_due_papers, take_scan, void_paper
from consent.services.printing import print_paper
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.policy import Denied
from portal.vault import services as vault
from portal.vault.enums import FileState
from portal.vault.models import StoredFile
from portal.vault.scanning import scan_file
from tests.consent_factories import actor_of, decide, notice, person, sender_team, talk
from tests.factories import member
from tests.signing_in import sign_in

from .conftest import Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = Purpose.YOUTH_HEALTH


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def printed(scene: Scene, kind: PaperKind = PaperKind.DECISION, language: str = "ar", **changes):
    fields = {"person": scene.child, "team": scene.team, "recipient": scene.recipient, "purpose": PURPOSE}
    return print_paper(actor=scene.actor, kind=kind, language=language, **{**fields, **changes})


def pictures(content: bytes, *, angle: float = 0, quality: int = 50, noise: int = 0, turned: int = 0) -> list[bytes]:
    """The pages as a scanner or a telephone would make them."""
    made = []
    for page in pypdfium2.PdfDocument(content):
        picture = page.render(scale=2).to_pil().convert("L").rotate(angle, fillcolor=255, expand=True)
        picture = picture.rotate(turned, expand=True)
        if noise:
            picture = Image.blend(picture, Image.effect_noise(picture.size, noise), 0.25)
        jpeg = io.BytesIO()
        picture.save(jpeg, "JPEG", quality=quality)
        made.append(jpeg.getvalue())
    return made


def stored(*contents: bytes, name: str = "scan.jpg") -> list[StoredFile]:
    container = vault.create_container()
    files = []
    for content in contents:
        with vault.receive(container=container, filename=name) as receiver:
            for at in range(0, len(content), 65536):
                receiver.write(content[at : at + 65536])
            files.append(receiver.finish())
    return files


def scanned(scene: Scene, *contents: bytes, name: str = "scan.jpg", typed: str = "", **changes) -> PaperScan:
    files = stored(*contents, name=name)
    fields = {"actor": scene.actor, "person": scene.child, "team": scene.team, **changes}
    return take_scan(container=files[0].container, files=files, typed=typed, **fields)


def clean(scan: PaperScan) -> PaperScan:
    for row in scan.files.all():
        scan_file(row.file)
    return PaperScan.objects.get(pk=scan.pk)


def recorded(scene: Scene, scan: PaperScan, **changes) -> Conversation:
    fields = {
        "talk": talk(scan.form.notice_text),
        "choices": dict.fromkeys(CATEGORIES[PURPOSE], True),
        "deciders": [scene.mother, scene.father],
        "secrecy_released": True,
        "signed_on": timezone.localdate(),
    }
    return record_paper(actor=scene.actor, scan=scan, team=scene.team, **{**fields, **changes})


def refused(code: str, call, *args, **kwargs) -> None:
    scans, forms = PaperScan.objects.count(), PaperForm.objects.filter(used_at=None).count()
    conversations = Conversation.objects.count()
    with pytest.raises(NotRecorded) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code
    assert refusal.value.message
    assert (PaperScan.objects.count(), PaperForm.objects.filter(used_at=None).count()) == (scans, forms)
    assert Conversation.objects.count() == conversations


def covered(scene: Scene) -> bool:
    return bool(
        is_covered(
            person=scene.child,
            purpose=PURPOSE,
            sender=scene.sender,
            recipient=scene.recipient,
            categories=frozenset(CATEGORIES[PURPOSE]),
        )
    )


def test_a_code_that_was_not_printed_here_says_nothing(scene: Scene) -> None:
    form, _content = printed(scene)
    genuine = code_of(form.public_id, 3)
    assert read_code(genuine.lower()).page == 3
    for forged in (
        genuine.replace("-03-", "-04-"),
        genuine[:-1] + "!",
        "TF-é-01-A",
        "TF-A-1-B",
        "https://example.org",
        "",
    ):
        assert read_code(forged) is None, forged


def test_the_form_is_tagged_and_tells_nothing_in_its_codes(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    form, content = printed(scene)
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == form.pages
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    assert reader.metadata.title == "Formulier: mogen wij uw gegevens delen?"
    assert [row.getMessage() for row in caplog.records if row.name == "weasyprint"] == []
    for number, page in enumerate(reader.pages, start=1):
        assert code_of(form.public_id, number) in page.extract_text().replace("\n", "")
    assert scene.child.v_number not in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("language", ["nl", "ti", "uk", "prs"])
def test_a_form_in_each_kind_of_script(language: str) -> None:
    load()
    assert printed(make_scene(), language=language)[1].startswith(b"%PDF")


def test_a_poor_scan_in_any_order_is_matched_and_recorded(scene: Scene, clamd) -> None:
    form, content = printed(scene)
    scan = clean(scanned(scene, *reversed(pictures(content, angle=3, noise=60, turned=180))))
    assert scan.form == form
    held = recorded(scene, scan)
    assert held.method == Method.PAPER_SCAN
    assert held.token == form.token
    assert covered(scene)
    signature = Signature.objects.filter(conversation=held).first()
    assert signature.kind == SignatureKind.PAPER
    assert signature.content["sha256"].split() == [row.file.sha256 for row in scan.files.all()]
    assert recorded(scene, scan) == held
    refused("paper_used", scanned, scene, content, name="scan.pdf")


def test_a_pdf_is_matched(scene: Scene) -> None:
    form, content = printed(scene)
    assert scanned(scene, content, name="scan.pdf").form == form


def test_a_typed_code_stands_in_for_one_that_cannot_be_read(scene: Scene) -> None:
    form, _content = printed(scene)
    blank = io.BytesIO()
    Image.new("L", (600, 800), 255).save(blank, "PNG")
    pages = [blank.getvalue()] * form.pages
    refused("paper_no_code", scanned, scene, *pages, name="scan.png")
    refused("paper_code_wrong", scanned, scene, *pages, name="scan.png", typed="TF-1")
    refused("paper_pages_missing", scanned, scene, blank.getvalue(), name="p.png", typed=code_of(form.public_id, 1))
    assert scanned(scene, *pages, name="scan.png", typed=code_of(form.public_id, 1)).form == form


def test_what_does_not_belong_together_is_refused_and_destroyed(scene: Scene) -> None:
    _form, content = printed(scene)
    _other, second = printed(scene)
    pages = pictures(content, quality=70)
    refused("paper_pages_missing", scanned, scene, *pages[1:])
    refused("paper_mixed", scanned, scene, *pages, pictures(second)[0])
    refused("paper_unreadable", scanned, scene, b"%PDF-1.4 nothing of the kind %%EOF", name="scan.pdf")
    refused("paper_unreadable", scanned, scene, b"Geen scan", name="scan.txt")
    sibling = person(team=scene.team)
    refused("paper_other_person", scanned, scene, content, name="scan.pdf", person=sibling)
    many = pypdfium2.PdfDocument.new()
    for _page in range(30):
        many.new_page(200, 200)
    buffer = io.BytesIO()
    many.save(buffer)
    refused("paper_too_many_pages", scanned, scene, buffer.getvalue(), name="scan.pdf")
    assert not StoredFile.objects.exclude(state=FileState.SHREDDED).exists()


def test_a_form_that_does_not_count_any_more(scene: Scene, later) -> None:
    form, content = printed(scene)
    void_paper(actor=scene.actor, form=form, team=scene.team)
    refused("paper_void", scanned, scene, content, name="scan.pdf")
    _form, content = printed(scene)
    notice(PURPOSE, version=2)
    refused("paper_notice_outdated", scanned, scene, content, name="scan.pdf")
    later(timedelta(days=32))
    refused("paper_expired", scanned, scene, content, name="scan.pdf")


def test_paper_is_not_recorded_when_something_is_wrong(scene: Scene, clamd) -> None:
    _form, content = printed(scene)
    scan = scanned(scene, content, name="scan.pdf")
    StoredFile.objects.update(scan="pending", scanned_at=None)
    refused("paper_not_clean", recorded, scene, scan)
    StoredFile.objects.update(scan_due_at=timezone.now())
    scan = clean(scan)
    today = timezone.localdate()
    refused("paper_date_wrong", recorded, scene, scan, signed_on=today + timedelta(days=1))
    refused("paper_date_wrong", recorded, scene, scan, signed_on=today - timedelta(days=1))
    refused("decider_missing", recorded, scene, scan, deciders=[scene.mother])
    assert recorded(scene, scan)


def test_an_older_yes_on_paper_does_not_undo_a_later_no(scene: Scene, clamd) -> None:
    decide(
        actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )  # fmt: skip
    _form, content = printed(scene)
    withdraw(
        actor=scene.actor, person=scene.child, purpose=PURPOSE, recipient=scene.recipient, reason="", team=scene.team
    )
    scan = clean(scanned(scene, content, name="scan.pdf"))
    refused("paper_overtaken", recorded, scene, scan)
    assert not covered(scene)


def test_a_scan_withdraws_at_once_without_a_scanner(scene: Scene, no_clamd) -> None:
    decide(
        actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )  # fmt: skip
    assert covered(scene)
    _form, content = printed(scene, kind=PaperKind.WITHDRAWAL)
    scan = scanned(scene, *pictures(content))
    assert not covered(scene)
    assert scan.conversation.method == Method.PAPER_SCAN
    assert {row.outcome for row in scan.conversation.decisions.all()} == {Outcome.WITHDRAWN}
    assert not scan.is_clean
    refused("paper_used", scanned, scene, *pictures(content))


def test_only_a_team_that_knows_the_person(scene: Scene) -> None:
    form, content = printed(scene)
    team, user = sender_team(OrganisationKind.GCA)
    stranger = actor_of(user, team)
    with pytest.raises(Denied):
        printed(scene, team=team)
    with pytest.raises(Denied):
        scanned(scene, content, name="scan.pdf", actor=stranger, team=team)
    with pytest.raises(Denied):
        void_paper(actor=stranger, form=form, team=team)


def test_erasing_destroys_the_scan(scene: Scene) -> None:
    _form, content = printed(scene)
    scan = scanned(scene, content, name="scan.pdf")
    erase_person(person=scene.child)
    scan.container.refresh_from_db()
    assert scan.container.shredded_at


def test_time_destroys_the_scan(scene: Scene, later) -> None:
    _form, content = printed(scene)
    scanned(scene, content, name="scan.pdf")
    assert shred_due_papers() == 0
    later(timedelta(days=40))
    assert shred_due_papers() == 1
    assert shred_due_papers() == 0


def test_the_pages_from_printing_to_the_record(scene: Scene, clamd) -> None:
    client = sign_in(Client(), scene.user)
    asked = {"purpose": PURPOSE.value, "recipient": str(scene.recipient.public_id)}
    papers = reverse("consent:papers", args=[scene.child.public_id])
    assert client.get(papers, asked).status_code == 200
    assert client.post(reverse("consent:paper", args=[scene.child.public_id]), asked).status_code == 422
    answer = client.post(
        reverse("consent:paper", args=[scene.child.public_id]), {**asked, "kind": "decision", "language": "ar"}
    )
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    upload = reverse("consent:paper_scan", args=[scene.child.public_id])
    assert client.post(upload, {}).status_code == 422
    wrong = client.post(upload, {"scan": SimpleUploadedFile("x.exe", b"MZ")})
    assert wrong.status_code == 422
    answer = client.post(upload, {"scan": SimpleUploadedFile("scan.pdf", answer.content)})
    scan = PaperScan.objects.get()
    enter = reverse("consent:paper_enter", args=[scan.public_id])
    assert answer.url == enter
    clean(scan)
    page = client.get(enter)
    assert page.status_code == 200
    assert client.post(enter, {}).status_code == 422
    picture = client.get(reverse("consent:paper_picture", args=[scan.public_id, 2]))
    assert picture["Content-Type"] == "image/jpeg"
    assert "no-store" in picture["Cache-Control"]
    assert client.get(reverse("consent:paper_picture", args=[scan.public_id, 99])).status_code == 404
    filled = {
        **{category.value: "no" for category in CATEGORIES[PURPOSE]},
        DataCategory.VACCINATIONS.value: "yes",
        "secrecy": "yes",
        "no_consequence": "on",
        "understanding": "De prikken gaan naar de nieuwe verpleegkundige.",
        "interpreter_kind": "not_needed",
        "deciders": [str(scene.mother.public_id), str(scene.father.public_id)],
        "signed_on": timezone.localdate().isoformat(),
    }
    done = client.post(enter, filled)
    held = Conversation.objects.get()
    assert done.url == reverse("consent:conversation", args=[held.public_id])
    assert client.post(enter, filled).url == done.url
    assert client.get(done.url).status_code == 200
    assert client.get(papers).status_code == 200
    officer = sign_in(Client(), member(Role.PRIVACY_OFFICER, team=sender_team(OrganisationKind.REGION)[0]))
    assert officer.get(reverse("consent:paper_picture", args=[scan.public_id, 1])).status_code == 200
    assert officer.get(enter).status_code == 404
