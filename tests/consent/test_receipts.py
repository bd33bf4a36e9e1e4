"""The receipt: readable in two languages, checkable by a machine, never with boxes."""

import io
import json
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from consent.copies import copy_archive
from consent.enums import InvolvementReason, Method, Purpose, SignatureKind
from consent.models import NoticeText
from consent.notice_texts import load
from consent.queries import current_texts
from consent.receipts import ForeignAddress, PdfUnavailable, receipt_pdf, render_pdf
from consent.records import record_document
from consent.records.proof import proof_archive
from consent.services import involve, withdraw
from consent.signatures import Sign
from portal.accounts.enums import Role
from portal.print import engine
from tests.consent_factories import actor_of, decide, family, sender_team, talk
from tests.factories import OrganisationFactory, TeamFactory, member
from tests.print.reading import text_of

from .conftest import Scene

STROKES = [[[100 + 50 * step, 100 + 80 * (step % 2)] for step in range(12)]]


def record(scene, **changes):
    return decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
        **changes,
    )


@pytest.fixture
def held(db):
    """A conversation on the notices that come with the product, in Arabic."""
    load()
    team, user = sender_team()
    child, mother, father = family(team=team, name="محمد العلي")
    scene = Scene(team, user, actor_of(user, team), child, mother, father, OrganisationFactory())
    return scene, record(scene)


def test_the_pdf_is_tagged_and_holds_both_languages(held):
    _scene, conversation = held
    reader = PdfReader(io.BytesIO(receipt_pdf(conversation)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Het dossier van uw kind gaat mee" in text
    assert any("\u0600" <= character <= "\u06ff" or "\ufb50" <= character <= "\ufeff" for character in text)
    assert str(conversation.public_id) in text
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert any("Arab" in name for name in fonts), fonts
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_it_shows_who_signed_and_how_and_the_signs_to_who_may_see_them(held, client, sign_in):
    scene, _conversation = held
    drawn = Sign(kind=SignatureKind.DRAWN, content={"strokes": json.dumps(STROKES)})
    typed = Sign(kind=SignatureKind.CONFIRMED, content={"name": "Zo schrijf ik het"})
    conversation = record(
        scene, language="nl", signatures={scene.mother.public_id: drawn, scene.father.public_id: typed}
    )
    kind = str(SignatureKind.DRAWN.label)
    whole, less = receipt_pdf(conversation, with_signs=True), receipt_pdf(conversation)
    assert (pictures_in(whole), pictures_in(less)) == ([kind], [])
    for content, words in ((whole, True), (less, False)):
        text = text_of(content)
        assert kind in text
        assert scene.mother.name in text
        assert ("Zo schrijf ik het" in text) == words
    receiving = TeamFactory(organisation=scene.recipient)
    involve(person=scene.child, team=receiving, reason=InvolvementReason.PACKAGE)
    for user, sees in ((scene.user, True), (member(Role.RECEIVER, team=receiving), False)):
        sign_in(client, user)
        content = client.get(reverse("consent:receipt", args=[conversation.public_id])).content
        assert bool(pictures_in(content)) == sees
        page = client.get(reverse("consent:conversation", args=[conversation.public_id])).content.decode()
        assert ("Zo schrijf ik het" in page, "sign__drawn" in page) == (sees, sees)


def test_a_witness_stands_on_it(held):
    scene, _conversation = held
    witness = Sign(kind=SignatureKind.WITNESSED, content={"witness": "Noor Bakker", "function": "buurvrouw"})
    text = NoticeText.objects.get(notice__purpose=Purpose.YOUTH_HEALTH, language="nl")
    conversation = record(
        scene,
        language="nl",
        talk=talk(text, method=Method.WITNESSED_ORALLY, witness="Noor Bakker", witness_function="buurvrouw"),
        signatures={scene.mother.public_id: witness, scene.father.public_id: witness},
    )
    assert text_of(receipt_pdf(conversation, with_signs=True)).count("Noor Bakker, buurvrouw") == 2
    assert "Noor Bakker" not in text_of(receipt_pdf(conversation))


def pictures_in(pdf: bytes) -> list[str]:
    """What is said instead of each picture with words, for who does not see it."""
    found, open_ones = [], [PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]]
    while open_ones:
        node = open_ones.pop().get_object()
        if isinstance(node, DictionaryObject):
            found += [str(node["/Alt"])] if node.get("/Alt") else []
            children = node.get("/K", [])
            open_ones += children if isinstance(children, list) else [children]
    return found


def test_a_withdrawal_has_a_receipt(held):
    scene, _conversation = held
    (withdrawal,) = withdraw(
        actor=scene.actor,
        person=scene.child,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=scene.recipient,
        reason="",
        team=scene.team,
    )
    assert receipt_pdf(withdrawal).startswith(b"%PDF")
    assert {event["event_state"] for event in record_document(withdrawal)["event"]} == {"withdrawn"}


def test_a_character_without_a_font_is_printed_as_its_code(tmp_path, settings):
    (tmp_path / "odd.html").write_text("<html lang='nl'><title>x</title><p>Dank u \U0001f64f \ue123</p></html>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    pdf = PdfReader(io.BytesIO(render_pdf(template="odd.html", context={}, languages=["nl"])))
    assert pdf.pages[0].extract_text().split() == ["Dank", "u", "[U+1F64F]", "[U+E123]"]


def test_a_smiley_costs_nobody_the_copy_or_the_proof(held):
    scene, _conversation = held
    words = "Het dossier gaat naar de nieuwe zuster \U0001f64f \u4f60\u597d"
    told = record(scene, talk=talk(current_texts(purpose=Purpose.YOUTH_HEALTH)["ar"], understanding=words))
    with zipfile.ZipFile(io.BytesIO(copy_archive(scene.child, reader_language="ar"))) as archive:
        assert archive.read("copy.pdf").startswith(b"%PDF")
        assert words in archive.read("copy.json").decode()
    with zipfile.ZipFile(io.BytesIO(proof_archive(told))) as archive:
        assert json.loads(archive.read("gesprek.json"))["understanding"] == words


def test_a_pdf_fetches_nothing_from_elsewhere(tmp_path, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    for address in ("file:///etc/passwd", "http://127.0.0.1:9/x.png", "static:../../etc/passwd"):
        (tmp_path / "bad.html").write_text(f"<html lang='nl'><title>x</title><img alt='x' src='{address}'></html>")
        with pytest.raises(ForeignAddress):
            render_pdf(template="bad.html", context={}, languages=["nl"])


def test_without_pango_the_page_says_so(client, sign_in, scene, monkeypatch):
    conversation = record(scene)

    def absent():
        raise PdfUnavailable("pango_missing")

    monkeypatch.setattr(engine, "_engine", absent)
    sign_in(client, scene.user)
    response = client.get(reverse("consent:receipt", args=[conversation.public_id]))
    assert response.status_code == 503
    assert "PdfUnavailable" in response.content.decode()
    assert reverse("consent:receipt_json", args=[conversation.public_id]) in response.content.decode()


def test_sender_and_recipient_read_it_and_nobody_else(client, sign_in, scene):
    conversation = record(scene)
    receiving = TeamFactory(organisation=scene.recipient)
    bystander = TeamFactory()
    for team in (receiving, bystander):
        involve(person=scene.child, team=team, reason=InvolvementReason.PACKAGE)
    address = reverse("consent:conversation", args=[conversation.public_id])
    for team, status in ((scene.team, 200), (receiving, 200), (bystander, 404), (TeamFactory(), 404)):
        sign_in(client, member(Role.RECEIVER, team=team))
        page = client.get(address)
        assert page.status_code == status
        said = conversation.words["understanding"] in page.content.decode()
        assert said is (team == scene.team), "what the person said is for who asked"
