"""The receipt: readable in two languages, checkable by a machine, never with boxes."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from consent.enums import InvolvementReason, Purpose
from consent.notice_texts import load
from consent.receipts import FontMissing, ForeignAddress, PdfUnavailable, receipt_pdf, render_pdf
from consent.records import record_document
from consent.services import involve, withdraw
from portal.accounts.enums import Role
from portal.print import engine
from tests.consent_factories import actor_of, decide, family, sender_team
from tests.factories import OrganisationFactory, TeamFactory, member

from .conftest import Scene


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


def test_a_character_without_a_font_is_refused(tmp_path, settings):
    (tmp_path / "odd.html").write_text("<html lang='nl'><title>x</title><p>\U000e0fff \ue123</p></html>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    with pytest.raises(FontMissing):
        render_pdf(template="odd.html", context={}, languages=["nl"])


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
        assert client.get(address).status_code == status
