"""Two people at one screen, step by step, without a script."""

import json

import pytest
from django.urls import reverse
from qsessions.models import Session

from consent.enums import Capacity, DataCategory, InterpreterKind, Outcome, Purpose
from consent.models import Conversation
from consent.policy import CATEGORIES
from consent.queries import is_covered
from portal.accounts.enums import Role
from tests.consent_factories import born, notice
from tests.factories import TeamFactory, member

from .conftest import make_scene

JGZ = Purpose.YOUTH_HEALTH


def address(scene, step="", **changes):
    query = {"purpose": JGZ.value, "recipient": str(scene.recipient.public_id), "step": step, **changes}
    path = reverse("consent:decide", args=[scene.child.public_id])
    return f"{path}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


@pytest.fixture
def desk(client, sign_in, scene):
    sign_in(client, scene.user)
    return client


def answers(scene, language="ar"):
    return {
        "language": {"language": language, "spoken_language": "ar"},
        "interpreter": {"interpreter_kind": InterpreterKind.TELEPHONE, "interpreter_id": "T-77"},
        "notice": {"no_consequence": "on", "understanding": "De zuster in Zeist krijgt de prikken te zien."},
        "choices": {**{category.value: "yes" for category in CATEGORIES[JGZ]}, "secrecy": "yes"},
        "deciders": {
            "deciders": [str(scene.mother.public_id), str(scene.father.public_id)],
            "method": "on_screen",
        },
    }


def walk(client, scene, *, until="confirm", language="ar", **changes):
    for step, values in answers(scene, language).items():
        if step == until:
            return client.get(address(scene, step))
        response = client.post(address(scene, step), {**values, **changes.get(step, {})})
        assert response.status_code == 302, (step, response.context["form"].errors)
        assert "Haddad" not in response["Location"]
    return client.get(address(scene, "confirm"))


@pytest.mark.parametrize(("language", "direction"), [("nl", "ltr"), ("ar", "rtl")])
def test_from_language_to_receipt(desk, scene, language, direction):
    page = walk(desk, scene, language=language)
    assert page.status_code == 200
    assert f'lang="{language}" dir="{direction}"' in page.content.decode()
    assert not Conversation.objects.exists()
    token = {"token": page.context["form"]["token"].value()}
    response = desk.post(address(scene, "confirm"), token)
    conversation = Conversation.objects.get()
    assert response["Location"] == reverse("consent:conversation", args=[conversation.public_id])
    assert (conversation.language, conversation.capacity) == (language, Capacity.PARENT)
    assert {row.outcome for row in conversation.decisions.all()} == {Outcome.GIVEN}
    assert conversation.words["understanding"].startswith("De zuster")
    assert is_covered(
        person=scene.child,
        purpose=JGZ,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset(CATEGORIES[JGZ]),
    )
    again = desk.post(address(scene, "confirm"), token)
    assert again["Location"] == response["Location"]
    assert Conversation.objects.count() == 1
    page = desk.get(response["Location"])
    assert page.status_code == 200
    assert "Haddad" in page.content.decode()


def test_the_notice_stands_beside_the_dutch_one(desk, scene):
    page = walk(desk, scene, until="notice").content.decode()
    assert '<article class="card stack" lang="ar" dir="rtl">' in page
    assert '<article class="card stack" lang="nl" dir="ltr">' in page
    assert "Zin ar 1" in page
    page = walk(desk, scene, until="notice", language="nl").content.decode()
    assert page.count("<article") == 1


def test_nothing_is_chosen_beforehand(desk, scene):
    page = walk(desk, scene, until="choices").content.decode()
    assert "checked" not in page
    assert page.count('value="yes"') == page.count('value="no"') == len(CATEGORIES[JGZ]) + 1


def test_steps_come_in_order(desk, scene):
    assert "step=language" in desk.get(address(scene))["Location"]
    assert "step=language" in desk.get(address(scene, "confirm"))["Location"]
    assert "step=language" in desk.get(address(scene, "nonsense"))["Location"]


def test_reading_a_step_keeps_nothing(desk, scene):
    before = dict(desk.session.items())
    page = desk.get(address(scene, "language")).content.decode()
    assert all(name in page for name in ("Nederlands", "English", "العربية"))
    assert dict(desk.session.items()) == before


def test_the_wrong_deciders_hear_why(desk, scene):
    walk(desk, scene, until="deciders")
    response = desk.post(address(scene, "deciders"), {"deciders": [str(scene.mother.public_id)], "method": "on_screen"})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()


def test_a_missing_choice_is_told_and_the_others_stay(desk, scene):
    walk(desk, scene, until="choices")
    values = answers(scene)["choices"]
    values.pop("growth")
    response = desk.post(address(scene, "choices"), values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["growth"]
    assert response.content.decode().count("checked") == len(values)


def test_refusing_everything_is_as_easy(desk, scene):
    no = {category.value: "no" for category in CATEGORIES[JGZ]}
    page = walk(desk, scene, choices={**no, "secrecy": "no"})
    desk.post(address(scene, "confirm"), {"token": page.context["form"]["token"].value()})
    assert {row.outcome for row in Conversation.objects.get().decisions.all()} == {Outcome.REFUSED}


def test_a_notice_that_changed_meanwhile_is_read_again(desk, scene):
    page = walk(desk, scene)
    notice(version=2)
    response = desk.post(address(scene, "confirm"), {"token": page.context["form"]["token"].value()})
    assert "step=notice" in response["Location"]
    assert not Conversation.objects.exists()


def test_a_strange_token_records_nothing(desk, scene):
    walk(desk, scene)
    desk.post(address(scene, "confirm"), {"token": "00000000-0000-4000-8000-000000000000"})
    assert not Conversation.objects.exists()


def test_the_draft_is_unreadable_at_rest(desk, scene):
    walk(desk, scene)
    stored = Session.objects.get(pk=desk.session.session_key).get_decoded()
    assert "zuster" not in json.dumps(stored)


def test_a_young_person_decides_too(client, sign_in, db):
    scene = make_scene(child_born=born(13))
    sign_in(client, scene.user)
    three = [str(someone.public_id) for someone in (scene.child, scene.mother, scene.father)]
    page = walk(client, scene, deciders={"deciders": three})
    client.post(address(scene, "confirm"), {"token": page.context["form"]["token"].value()})
    assert Conversation.objects.get().capacity == Capacity.BOTH


def test_without_a_notice_there_is_a_clear_answer(desk, scene):
    response = desk.get(address(scene, "language", purpose="risk_signal"))
    assert response["Location"] == reverse("dossiers:person", args=[scene.child.public_id])


@pytest.mark.parametrize("changes", [{"purpose": "nonsense"}, {"recipient": "nonsense"}, {"recipient": ""}])
def test_an_unknown_purpose_or_recipient_is_nothing(desk, scene, changes):
    assert desk.get(address(scene, "language", **changes)).status_code == 404


def test_another_team_sees_nothing(client, sign_in, scene):
    team = TeamFactory()
    sign_in(client, member(Role.SENDER, team=team))
    assert client.get(address(scene, "language")).status_code == 404
    assert client.post(reverse("consent:assist", args=[scene.child.public_id])).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.EDITOR, Role.ORGANISATION_ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.REGION_ADMINISTRATOR]
)
def test_other_roles_see_nothing(client, sign_in, scene, role):
    sign_in(client, member(role, team=scene.team))
    assert client.get(address(scene, "language")).status_code == 404
    assert client.get(reverse("consent:find")).status_code == 404


def test_an_old_second_factor_is_asked_again(client, sign_in, scene):
    sign_in(client, scene.user, factor_age=3600)
    response = client.get(address(scene, "language"))
    assert response.status_code == 302
    assert "second-factor" in response["Location"]


def test_finding_leads_to_the_person(desk, scene):
    find = reverse("consent:find")
    assert desk.get(find).status_code == 200
    values = {"v_number": scene.child.v_number.lower(), "birth_date": scene.child.birth_date.isoformat()}
    assert desk.post(find, values)["Location"] == reverse("dossiers:person", args=[scene.child.public_id])
    miss = desk.post(find, {**values, "v_number": "V0000000001"})
    other_date = desk.post(find, {**values, "birth_date": "2001-01-01"})
    assert miss.status_code == other_date.status_code == 422
    assert miss.context["form"].errors == other_date.context["form"].errors
    assert desk.post(find, {"v_number": "x", "birth_date": "y"}).status_code == 422


def test_a_professional_withdraws_on_request(desk, scene):
    page = walk(desk, scene)
    desk.post(address(scene, "confirm"), {"token": page.context["form"]["token"].value()})
    values = {"purpose": JGZ.value, "recipient": str(scene.recipient.public_id), "reason": "Gevraagd aan het loket"}
    withdraw = reverse("consent:withdraw", args=[scene.child.public_id])
    assert desk.post(withdraw, values).status_code == 302
    assert desk.post(withdraw, values).status_code == 302
    assert Conversation.objects.filter(sitting="withdrawal").count() == 1
    answer = is_covered(
        person=scene.child,
        purpose=JGZ,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset({DataCategory.GROWTH}),
    )
    assert answer.code == "withdrawn"
