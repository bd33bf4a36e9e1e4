"""The next version of an explanation: refused where it must be, written by two, published once."""

import json
import shutil

import pytest
from django.urls import reverse

from consent import drafting
from consent.enums import Outcome, Purpose
from consent.errors import NotRecorded
from consent.models import Notice, NoticeDraft, NoticeText
from consent.notice_texts import FOLDER, canonical, digest, load
from consent.queries import is_covered
from consent.services import notices as services
from portal.accounts.enums import OrganisationKind, Role
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent_factories import actor_of, decide, family, notice, sender_team
from tests.factories import OrganisationFactory, TeamFactory, member
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PURPOSE = Purpose.GUIDANCE


@pytest.fixture
def administrator():
    team = TeamFactory(organisation__kind=OrganisationKind.REGION)
    return member(Role.REGION_ADMINISTRATOR, team=team), team


@pytest.fixture
def actor(administrator):
    user, team = administrator
    return actor_of(user, team)


def content_of(draft, code="nl"):
    return json.loads(draft.texts.get(language=code).content)


def test_others_write_nothing():
    notice(PURPOSE)
    team, user = sender_team()
    for act in (
        lambda actor: services.begin_draft(actor=actor, purpose=PURPOSE),
        lambda actor: services.publish_draft(actor=actor, purpose=PURPOSE, seen=1),
        lambda actor: services.record_check(actor=actor, text=NoticeText.objects.first(), checked_by="A"),
    ):
        with pytest.raises(Denied):
            act(actor_of(user, team))
    assert not NoticeDraft.objects.exists()


def test_a_draft_that_is_not_whole_is_not_published(actor):
    notice(PURPOSE)
    draft = services.begin_draft(actor=actor, purpose=PURPOSE)
    with pytest.raises(NotRecorded, match="draft_same"):
        services.publish_draft(actor=actor, purpose=PURPOSE, seen=draft.row_version)
    half = content_of(draft)
    half["parts"]["why"]["text"] = []
    draft = services.save_draft_text(actor=actor, purpose=PURPOSE, language="nl", content=half, seen=1)
    assert drafting.lacking(PURPOSE, draft.texts.get(language="nl").content) == ["why"]
    with pytest.raises(NotRecorded, match="draft_incomplete"):
        services.publish_draft(actor=actor, purpose=PURPOSE, seen=2)
    with pytest.raises(NotRecorded, match="source_needed"):
        services.remove_draft_text(actor=actor, purpose=PURPOSE, language="nl", seen=2)
    assert Notice.objects.count() == 1


def test_two_editors_do_not_overwrite_each_other(actor):
    notice(PURPOSE)
    draft = services.begin_draft(actor=actor, purpose=PURPOSE)
    assert services.begin_draft(actor=actor, purpose=PURPOSE) == draft, "goes on where it was"
    mine, theirs = content_of(draft), content_of(draft)
    mine["title"], theirs["title"] = "Van mij", "Van een ander"
    services.save_draft_text(actor=actor, purpose=PURPOSE, language="nl", content=mine, seen=1)
    with pytest.raises(NotRecorded, match="draft_changed"):
        services.save_draft_text(actor=actor, purpose=PURPOSE, language="nl", content=theirs, seen=1)
    assert content_of(draft)["title"] == "Van mij"


def test_a_translation_of_older_dutch_is_not_published(actor):
    notice(PURPOSE)
    draft = services.begin_draft(actor=actor, purpose=PURPOSE)
    dutch = content_of(draft)
    dutch["title"] = "Een nieuwe titel"
    services.save_draft_text(actor=actor, purpose=PURPOSE, language="nl", content=dutch, seen=1)
    assert set(drafting.stale_texts(draft.texts.all())) == {"en", "ar"}
    with pytest.raises(NotRecorded, match="draft_stale"):
        services.publish_draft(actor=actor, purpose=PURPOSE, seen=2)
    services.save_draft_text(actor=actor, purpose=PURPOSE, language="en", content=content_of(draft, "en"), seen=2)
    services.remove_draft_text(actor=actor, purpose=PURPOSE, language="ar", seen=3)
    published = services.publish_draft(actor=actor, purpose=PURPOSE, seen=4)
    texts = {text.language: text for text in published.texts.all()}
    assert published.version == 2
    assert set(texts) == {"nl", "en"}
    assert texts["nl"].sha256 == digest(canonical(dutch)) == texts["en"].made_from
    row = Entry.objects.filter(event="consent:notice:publish").latest("pk")
    assert row.object_id == f"{PURPOSE}:2"
    with pytest.raises(NotRecorded, match="draft_gone"):
        services.publish_draft(actor=actor, purpose=PURPOSE, seen=4)
    assert Notice.objects.filter(purpose=PURPOSE).count() == 2, "published twice is published once"


@pytest.mark.parametrize("asks_again", [True, False])
def test_a_new_version_asks_again_where_it_says_so(actor, asks_again):
    child, *parents = family(team=(team := sender_team())[0])
    recipient = OrganisationFactory()
    sender = actor_of(team[1], team[0])
    given = decide(actor=sender, team=team[0], child=child, deciders=parents, recipient=recipient, purpose=PURPOSE)
    draft = services.begin_draft(actor=actor, purpose=PURPOSE)
    draft = services.choose_asking_again(actor=actor, purpose=PURPOSE, asks_again=asks_again, seen=1)
    if not asks_again:
        new = content_of(draft)
        new["title"] = "Anders gezegd"
        for code in ("nl", "en", "ar"):
            draft.refresh_from_db()
            services.save_draft_text(actor=actor, purpose=PURPOSE, language=code, content=new, seen=draft.row_version)
        draft.refresh_from_db()
    else:
        for code in ("en", "ar"):
            draft.refresh_from_db()
            services.save_draft_text(
                actor=actor, purpose=PURPOSE, language=code, content=content_of(draft, code), seen=draft.row_version
            )
        draft.refresh_from_db()
    services.publish_draft(actor=actor, purpose=PURPOSE, seen=draft.row_version)
    categories = [row.category for row in given.decisions.filter(outcome=Outcome.GIVEN)]
    answer = is_covered(
        person=child,
        purpose=PURPOSE,
        sender=given.sender,
        recipient=recipient,
        categories=categories,
    )
    assert bool(answer.covered) is not asks_again


def test_the_comparison_marks_words_and_keeps_lines():
    part = {"heading": "Kop", "text": ["Wij delen uw dossier.", "Alleen dit."]}
    old = {"title": "Titel", "parts": {"what": part}}
    new = {"title": "Titel", "parts": {"what": {"heading": "Kop", "text": ["Wij delen uw hele dossier."]}}}
    rows = {row["key"]: row for row in drafting.compared(old, new, purpose=PURPOSE)}
    assert not rows["title"]["changed"]
    assert rows["what"]["changed"]
    assert not rows["why"]["changed"]
    added = [piece.words for line in rows["what"]["new"] for piece in line if piece.kind == "added"]
    removed = [piece.words for line in rows["what"]["old"] for piece in line if piece.kind == "removed"]
    assert added == ["hele"]
    assert removed == ["Alleen dit."]
    assert [" ".join(piece.words for piece in line) for line in rows["what"]["old"]] == ["Kop", *part["text"]]


def test_what_ships_later_does_not_replace_the_regions_own_version(actor, tmp_path):
    load()
    services.begin_draft(actor=actor, purpose=PURPOSE)
    services.choose_asking_again(actor=actor, purpose=PURPOSE, asks_again=True, seen=1)
    services.publish_draft(actor=actor, purpose=PURPOSE, seen=2)
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    for purpose in (PURPOSE, Purpose.QUESTION):
        for number in ("2", "3"):
            shutil.copytree(tmp_path / purpose / "1", tmp_path / purpose / number)
    assert load(tmp_path) == 2 * 10, "of the other purpose alone"
    assert Notice.objects.filter(purpose=PURPOSE).count() == 2


def test_the_dutch_that_ships_reads_easily():
    load()
    scores = {text.notice.purpose: drafting.reading_ease(text.content) for text in _dutch()}
    assert min(scores.values()) >= drafting.EASY_ENOUGH, scores


def _dutch():
    return NoticeText.objects.filter(language="nl").select_related("notice")


def test_published_texts_are_public_and_others_are_absent(client):
    row = notice(PURPOSE, languages=("nl", "ar"))
    page = client.get(reverse("consent:notice_text", args=[PURPOSE.value, 1, "ar"]))
    text = page.content.decode()
    assert page.status_code == 200
    assert row.texts.get(language="ar").sha256 in text
    assert 'lang="ar" dir="rtl"' in text
    assert page["Content-Language"] == "ar"
    assert "verandert niet meer" not in text, "what stands around it speaks another language"
    assert 'data-voices="ar"' in text, "who cannot read cannot hear it"
    assert reverse("consent:notice_text", args=[PURPOSE.value, 1, "nl"]) in text
    for purpose, version, code in ((PURPOSE.value, 2, "ar"), (PURPOSE.value, 1, "fr"), ("nothing", 1, "nl")):
        assert client.get(reverse("consent:notice_text", args=[purpose, version, code])).status_code == 404


def test_the_address_in_a_record_leads_to_the_text(client, settings):
    team, user = sender_team()
    child, *parents = family(team=team)
    held = decide(actor=actor_of(user, team), team=team, child=child, deciders=parents)
    from consent.records import record_json

    address = next(
        word
        for word in record_json(held).decode().split('"')
        if word.startswith(f"{settings.BASE_URL}/consent/notices/")
    )
    page = client.get(address.removeprefix(settings.BASE_URL))
    assert page.status_code == 200
    assert held.notice_sha256 in page.content.decode()


def test_the_pages_of_the_administrator(client, administrator):
    user, _team = administrator
    notice(PURPOSE)
    sign_in(client, user)
    drafts = reverse("consent:notice_draft", args=[PURPOSE.value])
    assert client.get(drafts).status_code == 404
    assert "zonder moedertaalspreker" in client.get(reverse("consent:notices")).content.decode()
    begun = client.post(reverse("consent:notices"), {"purpose": PURPOSE.value})
    assert begun.url == drafts
    write = reverse("consent:notice_write", args=[PURPOSE.value, "nl"])
    fields = dict(client.get(write).context["form"].initial)
    saved = client.post(write, {**fields, "title": "Een andere titel"})
    assert saved.url == drafts
    late = client.post(write, {**fields, "title": "Te laat"})
    assert late.status_code == 422
    assert "Iemand anders" in late.content.decode()
    page = client.get(drafts).content.decode()
    assert "oudere Nederlandse tekst" in page
    assert "Dit kan nog niet" in page
    compared = client.get(reverse("consent:notice_compare", args=[PURPOSE.value, "nl"])).content.decode()
    assert "<ins>" in compared
    assert "<del>" in compared
    assert "1 deel is veranderd" in compared
    publish = reverse("consent:notice_publish", args=[PURPOSE.value])
    assert client.post(publish, {"seen": "x"}).url == drafts
    for code in ("en", "ar"):
        version = NoticeDraft.objects.get().row_version
        there = client.get(reverse("consent:notice_write", args=[PURPOSE.value, code]))
        assert "Een andere titel" in there.content.decode(), "the Dutch beside it"
        client.post(
            reverse("consent:notice_write", args=[PURPOSE.value, code]),
            {**there.context["form"].initial, "seen": version},
        )
    assert client.post(publish, {"seen": NoticeDraft.objects.get().row_version}).url == reverse("consent:notices")
    assert Notice.objects.get(version=2).texts.get(language="nl").content.count("Een andere titel") == 1
    check = reverse("consent:notice_check", args=[PURPOSE.value, 2, "ar"])
    assert client.post(check, {"checked_by": " "}).status_code == 422
    client.post(check, {"checked_by": "A. Haddad, tolk"})
    assert "A. Haddad, tolk" in client.get(reverse("consent:notices")).content.decode()


def test_publishing_asks_for_a_fresh_second_factor(client, administrator):
    user, _team = administrator
    sign_in(client, user, factor_age=3600)
    answer = client.post(reverse("consent:notice_publish", args=[PURPOSE.value]), {"seen": "1"})
    assert answer.status_code == 302
    assert "second-factor" in answer.url


@pytest.mark.parametrize("role", [Role.SENDER, Role.PRIVACY_OFFICER])
def test_others_find_no_administration(client, role):
    notice(PURPOSE)
    sign_in(client, member(role))
    assert client.get(reverse("consent:notices")).status_code == 404
    assert client.post(reverse("consent:notices"), {"purpose": PURPOSE.value}).status_code == 404
    assert not NoticeDraft.objects.exists()
