"""What people paste and what attackers type, in every text field about consent: a sentence, never a broken page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent.enums import Addressee, Purpose, Relation
from consent.models import Conversation, Guardianship, PersonMessage
from consent.services import confirm_assisted_session, open_assisted_session
from tests.consent_factories import born, decide
from tests.signing_in import sign_in

from .acting_persons import alone
from .conftest import Scene, make_scene
from .test_flow import address, answers

pytestmark = pytest.mark.django_db
TURNED = "Ali\u202eibaN"
LONG = "x" * 10_000
HOSTILE = ("\U0001f600", TURNED, "\u200b\ufffd\uffff", "a\x00b", LONG, "2999-01-01")
"""An emoji, a mark that turns text around, nothing visible, a null byte, far too much, a date that does not belong."""
Sent = tuple[Client, str, dict[str, Any], tuple[str, ...]]


@pytest.fixture
def scene(db: None) -> Scene:
    scene = make_scene(child_born=born(15), v_number="V2345678901")
    deciders = [scene.child, scene.mother, scene.father]
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=deciders, recipient=scene.recipient)
    return scene


def fields(scene: Scene) -> Iterator[Sent]:
    """Every form with words in it: who sends it, where to, something valid, and the fields to spoil."""
    desk, mother = sign_in(Client(), scene.user), alone(scene.mother)
    child = [scene.child.public_id]
    yield desk, reverse("consent:find"), {"v_number": "V2345678901"}, ("v_number", "birth_date")
    guardian = {"relation": Relation.FATHER, "custody": "yes", "name": "Ali Saleh", "birth_date": "1980-01-01"}
    guardian |= {"v_number": "", "spoken_language": "ar"}
    yield desk, reverse("consent:family", args=child), guardian, ("name", "birth_date", "v_number", "relation")
    scope = {"purpose": Purpose.YOUTH_HEALTH.value, "recipient": str(scene.recipient.public_id)}
    for step, values in answers(scene).items():
        spoiled = {"interpreter": ("interpreter_id",), "notice": ("understanding",)}.get(step, ("language", "growth"))
        yield desk, address(scene, step), values, spoiled
    oral = {"deciders": answers(scene)["deciders"]["deciders"], "method": "witnessed_orally", "witness": "Jan de Wit"}
    yield desk, address(scene, "deciders"), {**oral, "witness_function": "arts"}, ("witness", "witness_function")
    asked = [scene.child.public_id, scene.recipient.public_id, Purpose.YOUTH_HEALTH.value]
    yield mother, reverse("my:ask", args=asked), {"to": Addressee.PRIVACY_OFFICER, "text": "Wie?"}, ("to", "text")
    rectify = {"text": "Mijn naam is anders", "new_name": "Ali Saleh"}
    new = ("new_name", "new_birth_date", "new_phone", "new_email", "text")
    yield mother, reverse("my:right_ask", args=[scene.child.public_id, "rectification"]), rectify, new
    yield (
        desk,
        reverse("consent:access_letter", args=child),
        {"identity_check": "known"},
        ("identity_check", "language"),
    )
    yield desk, reverse("consent:withdraw", args=child), {**scope, "reason": ""}, ("reason",)


def test_every_word_has_an_answer(scene: Scene) -> None:
    for client, to, valid, spoiled in fields(scene):
        for field in spoiled:
            for word in HOSTILE:
                answer = client.post(to, {**valid, field: word})
                assert answer.status_code in {200, 302, 404, 422}, (to, field, word[:20])
            assert client.get(to).status_code in {200, 302, 404}, "what was kept can be shown"
    assert not Conversation.objects.exclude(sitting="withdrawal").count() > 1
    assert not PersonMessage.objects.filter(question=b"").exists()


@pytest.mark.parametrize("name", [TURNED, "\U0001f600", "\u200bAli", "x" * 10_000, "12345"])
def test_a_name_that_cannot_be_one_is_refused_with_a_reason(scene: Scene, name: str) -> None:
    desk = sign_in(Client(), scene.user)
    before = Guardianship.objects.count()
    values = {"relation": Relation.GUARDIAN, "custody": "yes", "birth_date": "1980-01-01", "spoken_language": "ar"}
    answer = desk.post(reverse("consent:family", args=[scene.child.public_id]), {**values, "name": name})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert Guardianship.objects.count() == before


def test_a_birth_date_to_come_opens_nothing(scene: Scene) -> None:
    desk = sign_in(Client(), scene.user)
    values = {"relation": Relation.GUARDIAN, "custody": "yes", "name": "Ali Saleh", "spoken_language": "ar"}
    family = reverse("consent:family", args=[scene.child.public_id])
    assert desk.post(family, {**values, "birth_date": "2999-01-01"}).context["form"].errors["birth_date"]
    session = open_assisted_session(actor=scene.actor, person=scene.mother, team=scene.team, language="ar")
    date = scene.mother.birth_date
    assert not confirm_assisted_session(actor=scene.actor, session=session, birth_date=date.replace(year=2999))


@pytest.mark.parametrize("spelled", ["v 234 567 89 01", "V-2345.678901", "\u200fV\u0662\u0663\u0664\u0665678901"])
def test_a_v_number_is_found_however_it_is_typed(scene: Scene, spelled: str) -> None:
    desk = sign_in(Client(), scene.user)
    values = {"v_number": spelled, "birth_date": scene.child.birth_date.isoformat()}
    assert desk.post(reverse("consent:find"), values).status_code == 302
