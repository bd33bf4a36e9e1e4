"""Choosing anew alone: only who decides without others, only what was asked before, signed with the own key."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.enums import DataCategory, InvolvementReason, Purpose, Relation, SignatureKind
from consent.errors import NotRecorded
from consent.models import ConsentDraft, Conversation, Guardianship, Notice, Signature
from consent.policy import CATEGORIES
from consent.queries import is_covered
from consent.receipts import receipt_lines
from consent.services import involve, withdraw
from consent.services.agreeing import choose_alone
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent.acting_persons import alone, person_actor
from tests.consent_factories import actor_of, born, decide, notice, person, sender_team
from tests.factories import OrganisationFactory

from .conftest import Scene, make_scene

pytestmark = pytest.mark.django_db
YES = dict.fromkeys(CATEGORIES[Purpose.YOUTH_HEALTH], True)
WORDS = "Mijn dossier gaat naar de nieuwe verpleegkundige."


@pytest.fixture
def young(db: None) -> Scene:
    """Somebody of seventeen, who said yes and took it back."""
    scene = make_scene(child_born=born(17))
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.child], recipient=scene.recipient)
    withdraw(
        actor=person_actor(scene.child),
        person=scene.child,
        purpose=Purpose.YOUTH_HEALTH,
        recipient=scene.recipient,
        reason="",
    )
    return scene


def choose(scene: Scene, **changes: object) -> Conversation:
    fields = {
        "actor": person_actor(scene.child),
        "person": scene.child,
        "sender": scene.sender,
        "recipient": scene.recipient,
        "purpose": Purpose.YOUTH_HEALTH,
        "notice_text": Notice.objects.order_by("-version").first().texts.get(language="nl"),
        "understanding": WORDS,
        "refusal_without_consequence_shown": True,
        "choices": YES,
        "secrecy_released": True,
        "token": uuid.uuid4(),
        "begun_at": timezone.now(),
    }
    return choose_alone(**{**fields, **changes})  # type: ignore[arg-type]


def covered(scene: Scene) -> bool:
    return is_covered(
        person=scene.child,
        purpose=Purpose.YOUTH_HEALTH,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset({DataCategory.GROWTH}),
    ).covered


class TestRefusals:
    def test_others_a_stale_key_and_a_professional_choose_nothing(self, young: Scene) -> None:
        stranger = person(birth_date=born(30))
        for actor in (
            person_actor(stranger),
            person_actor(young.mother),
            person_actor(young.child, factor_age=timedelta(minutes=16)),
            young.actor,
        ):
            with pytest.raises(Denied):
                choose(young, actor=actor)
        assert not covered(young)

    def test_what_nobody_asked_before_is_not_given(self, young: Scene) -> None:
        other = OrganisationFactory()
        for changes in ({"sender": other}, {"recipient": other}):
            with pytest.raises(Denied):
                choose(young, **changes)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"understanding": "ja"}, "understanding_thin"),
            ({"refusal_without_consequence_shown": False}, "no_consequence_not_shown"),
            ({"secrecy_released": None}, "secrecy_unanswered"),
            ({"choices": {}}, "choices_unknown"),
            ({"begun_at": timezone.now() - timedelta(days=1)}, "decided_meanwhile"),
        ],
    )
    def test_the_rules_of_a_conversation_hold(self, young: Scene, changes: dict[str, object], code: str) -> None:
        with pytest.raises(NotRecorded, match=code):
            choose(young, **changes)
        assert Conversation.objects.count() == 2

    def test_an_old_explanation_does_not_count(self, young: Scene) -> None:
        old = Notice.objects.get().texts.get(language="nl")
        notice(version=2)
        with pytest.raises(NotRecorded, match="notice_outdated"):
            choose(young, notice_text=old)

    @pytest.mark.parametrize(("years", "days"), [(11, 0), (12, 0), (15, 364)])
    def test_where_two_must_one_does_not(self, years: int, days: int) -> None:
        scene = make_scene(child_born=born(years, days=days))
        deciders = [scene.mother, scene.father] + ([scene.child] if years >= 12 else [])
        decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=deciders, recipient=scene.recipient)
        with pytest.raises(NotRecorded, match="decider_missing"):
            choose(scene, actor=person_actor(scene.mother))
        page = reverse("my:agree", args=scope(scene))
        shown = alone(scene.mother).get(page).content.decode()
        assert "<textarea" not in shown
        assert scene.sender.name in shown


def scope(scene: Scene) -> list[object]:
    return [scene.child.public_id, scene.sender.public_id, scene.recipient.public_id, "youth_health_transfer"]


def test_a_yes_alone_counts_and_is_signed_with_the_key(young: Scene) -> None:
    token = uuid.uuid4()
    held = choose(young, token=token)
    assert choose(young, token=token) == held
    assert covered(young)
    signature = Signature.objects.get(conversation=held)
    assert (signature.kind, signature.decider) == (SignatureKind.CONFIRMED, young.child)
    assert (held.team, held.recorded_by.person_id) == (None, young.child.public_id)
    row = Entry.objects.filter(event="consent:decision:record").order_by("sequence").last()
    assert (row.actor_kind, row.on_behalf_of) == ("person", str(young.child.public_id))
    assert "Opgeschreven door" not in [label for label, _values in receipt_lines(held)]


def test_one_parent_alone_with_custody_decides_for_the_child(scene: Scene) -> None:
    decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )
    Guardianship.objects.filter(adult=scene.father).update(active_until=timezone.now())
    assert Guardianship.objects.active().get().relation == Relation.MOTHER
    held = choose(scene, actor=person_actor(scene.mother), choices={**YES, DataCategory.GROWTH: False})
    assert not covered(scene)
    assert [row.person for row in held.deciders.all()] == [scene.mother]


class TestPages:
    def test_read_choose_and_sign(self, young: Scene) -> None:
        phone, stale = alone(young.child), alone(young.child, factor_age=16 * 60)
        page, sign = reverse("my:agree", args=scope(young)), reverse("my:agree_confirm", args=scope(young))
        assert page in phone.get("/my/consents/").content.decode()
        text = Notice.objects.get().texts.get(language="nl")
        shown = phone.get(page).content.decode()
        assert "Zin nl 1" in shown
        assert "checked" not in shown, "nothing is chosen beforehand"
        assert phone.get(sign)["Location"] == reverse("my:consents"), "there is nothing to sign yet"
        answers = {**dict.fromkeys((row.value for row in YES), "yes"), "secrecy": "yes", "no_consequence": "on"}
        whole = {**answers, "understanding": WORDS, "text": text.pk}
        for missing in ("growth", "secrecy", "understanding", "no_consequence", "text"):
            assert phone.post(page, {**whole, missing: ""}).status_code == 422
        assert phone.post(page, {**whole, "understanding": "ja"}).status_code == 422
        assert phone.post(page, {**whole, "text": text.pk + 1000}).status_code == 422
        assert stale.post(page, whole)["Location"] == sign
        assert stale.get(sign)["Location"].startswith(reverse("accounts:second_factor")), "the own key signs"
        again = alone(young.child)  # the first session ended in between: nothing is lost
        assert again.get(sign).status_code == 200
        assert WORDS in again.get(sign).content.decode()
        assert WORDS.encode() not in bytes(ConsentDraft.objects.get().sealed)
        assert not covered(young)
        assert phone.post(sign)["Location"] == reverse("my:consents")
        assert phone.post(sign)["Location"] == reverse("my:consents"), "a second time changes nothing"
        assert covered(young)
        assert Conversation.objects.count() == 3
        assert not ConsentDraft.objects.exists()

    def test_two_senders_have_a_choice_each(self, young: Scene) -> None:
        phone, text = alone(young.child), Notice.objects.get().texts.get(language="nl")
        team, user = sender_team()
        involve(person=young.child, team=team, reason=InvolvementReason.LOOKED_UP)
        decide(
            actor=actor_of(user, team),
            team=team,
            child=young.child,
            deciders=[young.child],
            recipient=young.recipient,
            yes=[],
        )
        answers = {**dict.fromkeys((row.value for row in YES), "yes"), "secrecy": "yes", "no_consequence": "on"}
        other = [scope(young)[0], team.organisation.public_id, *scope(young)[2:]]
        for where in (scope(young), other):
            phone.post(reverse("my:agree", args=where), {**answers, "understanding": WORDS, "text": text.pk})
        assert ConsentDraft.objects.count() == 2
        assert phone.get(reverse("my:agree_confirm", args=scope(young))).status_code == 200
        phone.post(reverse("my:agree_confirm", args=scope(young)))
        assert covered(young), "the choice about one sender does not push out the other"
        assert ConsentDraft.objects.get().sender == team.organisation

    def test_who_does_not_write_taps_who_gets_it(self, young: Scene) -> None:
        phone, page = alone(young.child), reverse("my:agree", args=scope(young))
        text = Notice.objects.get().texts.get(language="nl")
        answers = {**dict.fromkeys((row.value for row in YES), "yes"), "secrecy": "yes", "no_consequence": "on"}
        whole = {**answers, "understanding": "", "text": text.pk}
        for wrong in ("nobody", "everybody", "", "\u202e", str(young.sender.public_id)):
            assert phone.post(page, {**whole, "tapped": wrong}).status_code == 422
        sign = phone.post(page, {**whole, "tapped": str(young.recipient.public_id)})["Location"]
        assert f'<bdi lang="nl">{young.recipient.name}</bdi>' in phone.get(sign).content.decode()
        phone.post(sign)
        assert covered(young)
        assert young.recipient.name in Conversation.objects.last().words["understanding"]

    def test_what_is_not_theirs_has_no_page(self, young: Scene) -> None:
        stranger = alone(person(birth_date=born(30)))
        for name in ("my:agree", "my:agree_confirm"):
            assert stranger.get(reverse(name, args=scope(young))).status_code == 404
            assert stranger.post(reverse(name, args=scope(young))).status_code == 404
        child, _sender, recipient, purpose = scope(young)
        elsewhere = OrganisationFactory().public_id
        answer = alone(young.child).get(reverse("my:agree", args=[child, elsewhere, recipient, purpose]))
        assert answer.status_code == 404
