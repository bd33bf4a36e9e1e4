"""Paper on which something is wrong: each a message of its own, nothing kept, nothing half-written."""

import io
import tracemalloc
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter

from consent.enums import DataCategory, Outcome, PaperKind, Purpose, Relation
from consent.errors import NotRecorded
from consent.models import Conversation, Guardianship, PaperForm, PaperScan
from consent.paper_codes import code_of, read_code
from consent.policy import PAPER_LASTS
from consent.queries import current_texts
from consent.services.erasing import erase_person
from consent.services.papers import take_scan
from portal.accounts.models import Membership
from portal.accounts.policy import Denied
from portal.vault.enums import FileState, RefusalCode
from portal.vault.models import FileKey, StoredFile
from tests.consent_factories import born, decide, notice, person, talk
from tests.signing_in import sign_in

from .conftest import Scene, make_scene
from .test_papers import PURPOSE, clean, covered, printed, recorded, refused, scanned, stored

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def issued(scene: Scene, kind: PaperKind = PaperKind.DECISION, **changes: Any) -> PaperForm:
    """A form of one page, as printing writes it down, without the printing."""
    asks = kind == PaperKind.DECISION
    now = timezone.now()
    fields = {
        "person": scene.child,
        "purpose": PURPOSE,
        "sender": scene.sender,
        "recipient": scene.recipient,
        "team": scene.team,
        "language": "ar",
        "notice_text": current_texts(purpose=PURPOSE)["ar"] if asks else None,
        "pages": 1,
        "printed_by": scene.user,
        "printed_at": now,
        "expires_at": now + PAPER_LASTS if asks else None,
    }
    return PaperForm.objects.create(kind=kind, **{**fields, **changes})


def sheet(*texts: str) -> bytes:
    """A page with a QR code for each text."""
    page = Image.new("L", (900, 400), 255)
    for place, text in enumerate(texts):
        picture = io.BytesIO()
        segno.make(text, error="q", micro=False).save(picture, kind="png", scale=5, border=4)
        page.paste(Image.open(picture).convert("L"), (10 + place * 440, 10))
    content = io.BytesIO()
    page.save(content, "PNG")
    return content.getvalue()


def paper_of(form: PaperForm, page: int = 1) -> bytes:
    return sheet(code_of(form.public_id, page))


def take(scene: Scene, *pages: bytes, **changes: Any) -> PaperScan:
    return scanned(scene, *pages, name="scan.png", **changes)


def nothing_is_left() -> None:
    assert not PaperScan.objects.exists()
    assert not StoredFile.objects.filter(state__in=[FileState.STORED, FileState.RECEIVING]).exists()
    assert not FileKey.objects.exists()
    assert [path for path in (Path(settings.VAR_DIR) / "vault").rglob("*") if path.is_file()] == []


def test_codes_that_are_not_of_this_portal(scene: Scene) -> None:
    genuine = code_of(issued(scene).public_id, 1)
    forged = genuine[:-1] + ("A" if genuine[-1] != "A" else "B")
    refused("paper_no_code", take, scene, sheet())
    refused("paper_code_foreign", take, scene, sheet("https://example.org/zorg?id=7"))
    refused("paper_code_foreign", take, scene, sheet(forged))
    refused("paper_code_foreign", take, scene, sheet(code_of(issued(scene).public_id, 1).replace("-01-", "-02-")))
    nothing_is_left()
    assert take(scene, sheet("https://example.org/zorg?id=7", genuine)).form.public_id == read_code(genuine).form


def test_two_forms_on_one_page_or_another_page_twice(scene: Scene) -> None:
    first, second = issued(scene), issued(scene, pages=2)
    codes = [code_of(form.public_id, 1) for form in (first, second)]
    refused("paper_mixed", take, scene, sheet(*codes))
    refused("paper_mixed", take, scene, sheet(codes[0]), typed=codes[1])
    refused("paper_pages_missing", take, scene, paper_of(second), paper_of(second))
    nothing_is_left()


def test_letters_that_look_like_digits_are_read_as_they_were_meant(scene: Scene) -> None:
    code = code_of(issued(scene).public_id, 1)
    head, name, *rest = code.split("-")
    typed = "-".join([head, name.replace("O", "0").replace("I", "1").replace("B", "8"), *rest])
    assert read_code(typed) == read_code(code)


def test_a_form_of_somebody_else_or_of_another_organisation(scene: Scene) -> None:
    sibling = person(team=scene.team)
    refused("paper_other_person", take, scene, paper_of(issued(scene, person=sibling)))
    refused("paper_other_person", take, scene, paper_of(issued(scene, sender=scene.recipient)))
    nothing_is_left()


def test_a_form_asks_about_its_own_purpose_and_no_other(scene: Scene, clamd: Any) -> None:
    other = current_texts(purpose=Purpose.GUIDANCE) or {
        text.language: text for text in notice(Purpose.GUIDANCE).texts.all()
    }
    scan = take(scene, paper_of(issued(scene, purpose=Purpose.GUIDANCE, notice_text=other["ar"])))
    assert scan.form.purpose == Purpose.GUIDANCE
    refused("choices_unknown", recorded, scene, clean(scan))
    refused(
        "choices_unknown",
        recorded,
        scene,
        clean(scan),
        choices={DataCategory.SOCIAL_SITUATION: True, DataCategory.VACCINATIONS: True},
        secrecy_released=None,
    )


def encrypted() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("geheim")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def many_pages(count: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _page in range(count):
        document.new_page(50, 50)
    content = io.BytesIO()
    document.save(content)
    document.close()
    return content.getvalue()


def huge_picture() -> bytes:
    """A picture of a few bytes that says of itself that it has 3.6 thousand million points."""
    small = io.BytesIO()
    Image.new("1", (8, 8)).save(small, "PNG", pnginfo=PngImagePlugin.PngInfo())
    content = bytearray(small.getvalue())
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


def picture_that_swells() -> bytes:
    """A PDF with one picture of 30,000 by 30,000 points, all alike: a few hundred kilobytes that become a gigabyte."""
    side = 30_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(side)) for _row in range(side)) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length 27>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (side, side, len(packed), packed),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    return content + b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("leeg.pdf", lambda: b"", RefusalCode.EMPTY),
        ("rekening.pdf", lambda: b"MZ" + bytes(3000), RefusalCode.DISGUISED),
        ("formulier.exe", lambda: b"MZ" + bytes(3000), RefusalCode.NOT_ALLOWED),
        ("slot.pdf", encrypted, "paper_unreadable"),
        ("half.pdf", lambda: b"%PDF-1.7\n" + bytes(2000), "paper_unreadable"),
        ("boek.pdf", lambda: many_pages(2000), "paper_too_many_pages"),
        ("groot.png", huge_picture, "paper_unreadable"),
        ("zwelt.pdf", picture_that_swells, None),
        ("half.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(3000), "paper_unreadable"),
    ],
)
def test_bytes_that_are_no_scan(scene: Scene, name: str, make: Any, code: Any) -> None:
    client = sign_in(Client(), scene.user)
    upload = reverse("consent:paper_scan", args=[scene.child.public_id])
    answer = client.post(upload, {"scan": SimpleUploadedFile(name, make())}, headers={"accept-language": "nl"})
    assert answer.status_code == 422
    # Whether a machine has the memory to look at the one that swells, or gives up first: there is no code on it.
    messages = {NotRecorded(one).message for one in ("paper_unreadable", "paper_no_code")} if code is None else {
        str(code.label) if isinstance(code, RefusalCode) else NotRecorded(code).message
    }  # fmt: skip
    assert any(message in answer.content.decode() for message in messages)
    nothing_is_left()


class Long:
    """The body of a form with one file, made while it is read."""

    def __init__(self, name: str, size: int, boundary: str = "grens") -> None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="scan"; filename="{name}"\r\n\r\n'
        self.start, self.end = head.encode() + b"%PDF-1.7\n", f"\r\n--{boundary}--\r\n".encode()
        self.length = len(self.start) + size + len(self.end)
        self.given = 0

    def readline(self, _size: int = -1) -> bytes:
        raise AssertionError("a body is read in pieces")

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.length, self.length - self.given)
        first, last = self.given, self.given + size
        self.given = last
        middle = bytes(
            max(0, min(last, self.length - len(self.end)) - max(first, len(self.start)))
        )  # the file itself says nothing
        return (
            self.start[first:last]
            + middle
            + self.end[max(0, first - self.length + len(self.end)) :][
                : max(0, last - max(first, self.length - len(self.end)))
            ]
        )


def test_300_megabytes_are_refused_while_they_come_in_the_language_of_the_reader(scene: Scene) -> None:
    scene.user.language = "ar"
    scene.user.save()
    client = sign_in(Client(), scene.user)
    body = Long("scan.pdf", 300 * MEGABYTE)
    assert body.read(20) + body.read(200) == body.start + bytes(220 - len(body.start))
    body.given = 0
    tracemalloc.start()
    try:
        answer = client.request(
            PATH_INFO=reverse("consent:paper_scan", args=[scene.child.public_id]),
            REQUEST_METHOD="POST",
            CONTENT_TYPE="multipart/form-data; boundary=grens",
            CONTENT_LENGTH=str(body.length),
            **{"wsgi.input": body},
        )
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 422
    assert body.given == body.length, "the browser gets its answer only after it has sent everything"
    assert most < 16 * MEGABYTE
    with override("ar"):
        assert str(RefusalCode.TOO_LARGE.label) in answer.content.decode()
    with override("nl"):
        assert str(RefusalCode.TOO_LARGE.label) not in answer.content.decode()
    nothing_is_left()


@pytest.mark.parametrize(("age", "then"), [(12, Relation.MOTHER), (16, None)])
def test_a_birthday_on_which_others_decide_asks_anew(clamd: Any, later: Any, age: int, then: Any) -> None:
    scene = make_scene(child_born=born(age, days=-3))
    form, scanned_before = issued(scene), take(scene, paper_of(issued(scene)))
    later(timedelta(days=5))
    refused("paper_deciders_changed", take, scene, paper_of(form))
    everybody = [scene.child, scene.mother, scene.father] if then else [scene.child]
    for deciders in (everybody, [scene.mother, scene.father]):
        refused("paper_deciders_changed", recorded, scene, clean(scanned_before), deciders=deciders)
    page = sign_in(Client(), scene.user).get(reverse("consent:paper_enter", args=[scanned_before.public_id]))
    assert NotRecorded("paper_deciders_changed").message in page.content.decode()
    fresh = issued(scene)
    assert recorded(scene, clean(take(scene, paper_of(fresh))), deciders=everybody)


def test_custody_that_changed_after_the_printing(scene: Scene, later: Any) -> None:
    form = issued(scene)
    later(timedelta(hours=1))
    Guardianship.objects.filter(adult=scene.father).update(active_until=timezone.now())
    refused("paper_deciders_changed", take, scene, paper_of(form))


def test_a_form_to_withdraw_counts_whatever_happened_since(later: Any, no_clamd: None) -> None:
    scene = make_scene(child_born=born(16, days=-3))
    deciders = [scene.child, scene.mother, scene.father]
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=deciders, recipient=scene.recipient)
    form = issued(scene, PaperKind.WITHDRAWAL, pages=3)
    later(timedelta(days=50))
    notice(PURPOSE, version=2, asks_again=True)
    scan = take(scene, paper_of(form, 2))
    assert {row.outcome for row in scan.conversation.decisions.all()} == {Outcome.WITHDRAWN}
    refused("paper_used", take, scene, paper_of(form, 2))


def test_a_form_to_withdraw_can_be_printed_when_nobody_may_give(scene: Scene) -> None:
    Guardianship.objects.filter(child=scene.child).delete()
    refused("nobody_may_decide", printed, scene)
    _form, content = printed(scene, kind=PaperKind.WITHDRAWAL)
    assert scene.child.name in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_form_to_withdraw_with_nothing_to_take_back_shows_no_choices(scene: Scene, no_clamd: None) -> None:
    scan = take(scene, paper_of(issued(scene, PaperKind.WITHDRAWAL)))
    assert scan.conversation is None
    answer = sign_in(Client(), scene.user).get(reverse("consent:paper_enter", args=[scan.public_id]))
    assert answer["Location"] == reverse("consent:papers", args=[scene.child.public_id])


def test_a_new_explanation_between_scanning_and_taking_over(scene: Scene, clamd: Any) -> None:
    scan = clean(take(scene, paper_of(issued(scene))))
    notice(PURPOSE, version=2)
    refused("paper_notice_outdated", recorded, scene, scan)
    assert not covered(scene)


def test_a_person_who_was_erased_meanwhile(scene: Scene, clamd: Any) -> None:
    form = issued(scene)
    scan = clean(take(scene, paper_of(form)))
    erase_person(person=scene.child)
    with pytest.raises(Denied):
        recorded(scene, scan)
    with pytest.raises(Denied):
        take(scene, paper_of(form))
    assert not Conversation.objects.exists()


def test_somebody_whose_role_ended_meanwhile(scene: Scene, clamd: Any) -> None:
    form = issued(scene)
    scan = clean(take(scene, paper_of(form)))
    client = sign_in(Client(), scene.user)
    Membership.objects.filter(user=scene.user).update(active_until=timezone.now())
    files = StoredFile.objects.count()
    upload = reverse("consent:paper_scan", args=[scene.child.public_id])
    answer = client.post(upload, {"scan": SimpleUploadedFile("scan.png", paper_of(form))})
    assert answer.status_code in {302, 404}
    assert client.post(reverse("consent:paper_enter", args=[scan.public_id]), {}).status_code in {302, 404}
    assert (PaperScan.objects.count(), StoredFile.objects.count()) == (1, files)
    without = type(scene.actor)(**{**vars(scene.actor), "roles_by_team": {}})
    [file] = stored(paper_of(form), name="scan.png")
    with pytest.raises(Denied):
        take_scan(actor=without, person=scene.child, team=scene.team, container=file.container, files=[file])


def test_a_witness_on_paper_is_kept_as_one_on_the_screen(scene: Scene, clamd: Any) -> None:
    scan = clean(take(scene, paper_of(issued(scene))))
    text = scan.form.notice_text
    refused("witness_missing", recorded, scene, scan, talk=talk(text, witness="Jet de Wit"))
    refused("witness_missing", recorded, scene, scan, talk=talk(text, witness_function="Arts"))
    own = talk(text, witness=scene.mother.name.upper(), witness_function="Moeder")
    refused("witness_not_apart", recorded, scene, scan, talk=own)
    held = recorded(scene, scan, talk=talk(text, witness="Jet de Wit", witness_function="Arts"))
    assert (held.words["witness"], held.words["witness_function"]) == ("Jet de Wit", "Arts")
    assert {row.content["witness"] for row in held.signatures.all()} == {"Jet de Wit"}
