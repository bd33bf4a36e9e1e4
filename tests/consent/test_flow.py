"""Two people at one screen, step by step, without a script."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.drafts import KEPT_FOR
from consent.enums import Capacity, DataCategory, InterpreterKind, InvolvementReason, Outcome, Purpose, SignatureKind
from consent.models import ConsentDraft, Conversation, Signature
from consent.policy import CATEGORIES
from consent.queries import is_covered
from consent.services import involve
from consent.services.drafts import sweep_drafts
from portal.accounts.enums import Role
from tests.consent_factories import born, decide, notice, sender_team
from tests.factories import TeamFactory, member

from .conftest import make_scene
from .test_signing import LINE

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


def confirmation(page):
    """What is sent with the last step: its token, and everybody's name typed."""
    form = page.context["form"]
    names = {form.name_of(person): person.name for person, _strokes, _name in form.pads}
    return {"token": form["token"].value(), **names}


@pytest.mark.parametrize(("language", "direction"), [("nl", "ltr"), ("ar", "rtl")])
def test_from_language_to_receipt(desk, scene, language, direction):
    page = walk(desk, scene, language=language)
    assert page.status_code == 200
    assert f'lang="{language}" dir="{direction}"' in page.content.decode()
    assert not Conversation.objects.exists()
    sent = confirmation(page)
    response = desk.post(address(scene, "confirm"), sent)
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
    again = desk.post(address(scene, "confirm"), sent)
    assert again["Location"] == response["Location"]
    assert Conversation.objects.count() == 1
    page = desk.get(response["Location"])
    assert page.status_code == 200
    assert "Haddad" in page.content.decode()


def test_the_notice_stands_beside_the_dutch_one(desk, scene):
    page = walk(desk, scene, until="notice").content.decode()
    assert '<article class="card stack text" lang="ar" dir="rtl">' in page
    assert '<article class="card stack" lang="nl" dir="ltr">' in page
    assert "Zin ar 1" in page
    page = walk(desk, scene, until="notice", language="nl").content.decode()
    assert page.count("<article") == 1


def test_nothing_is_chosen_beforehand(desk, scene):
    page = walk(desk, scene, until="choices").content.decode()
    assert "checked" not in page
    # One for each category, one for secrecy, and the buttons that answer all alike.
    assert page.count('value="yes"') == page.count('value="no"') == len(CATEGORIES[JGZ]) + 2


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_all_alike_is_looked_through_and_secrecy_asked_apart(desk, scene, answer):
    walk(desk, scene, until="choices")
    page = desk.post(address(scene, "choices"), {"all": answer})
    assert page.status_code == 200
    form = page.context["form"]
    assert {form[category.value].value() for category in CATEGORIES[JGZ]} == {answer}
    assert not form["secrecy"].value()
    assert "step=choices" in desk.get(address(scene, "confirm"))["Location"]


def test_all_alike_is_not_what_the_enter_key_does(desk, scene):
    page = walk(desk, scene, until="choices").content.decode()
    main = page[page.index('class="stack" novalidate') :]
    assert 'name="all"' not in main


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("language", {"language": "xx"}, "language"),
        ("language", {"spoken_language": "xx"}, "spoken_language"),
        ("interpreter", {"interpreter_kind": "on_site", "interpreter_id": ""}, "interpreter_id"),
        ("interpreter", {"interpreter_kind": "family"}, "family_anyway"),
        ("interpreter", {"interpreter_language": "xx"}, "interpreter_language"),
        ("notice", {"understanding": "ja"}, "understanding"),
        ("notice", {"understanding": "😀 😀 😀"}, "understanding"),
        ("deciders", {"method": "witnessed_orally"}, "witness"),
        ("deciders", {"method": "witnessed_orally", "witness": "😀"}, "witness"),
        ("deciders", {"method": "witnessed_orally", "witness": "Jan \u202eneL"}, "witness"),
        ("deciders", {"method": "witnessed_orally", "witness": "Noor Smit"}, "witness_function"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(desk, scene, step, values, field):
    walk(desk, scene, until=step)
    page = desk.post(address(scene, step), {**answers(scene)[step], **values})
    assert page.status_code == 422
    assert page.context["form"].errors[field]


def test_family_interprets_only_when_asked_twice(desk, scene):
    walk(desk, scene, until="interpreter")
    values = {"interpreter_kind": "family", "interpreter_id": "Tante"}
    page = desk.post(address(scene, "interpreter"), values)
    assert "family_anyway" in page.content.decode()
    assert desk.post(address(scene, "interpreter"), {**values, "family_anyway": "on"}).status_code == 302


def test_a_witness_at_the_same_desk_is_told_apart(desk, scene):
    walk(desk, scene, until="deciders")
    values = {**answers(scene)["deciders"], "method": "witnessed_orally", "witness_function": "Begeleider"}
    page = desk.post(address(scene, "deciders"), {**values, "witness": scene.user.name.upper()})
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    values["witness"] = "Noor Smit"
    assert desk.post(address(scene, "deciders"), values).status_code == 302
    page = desk.get(address(scene, "confirm"))
    assert page.context["form"].pads == []
    desk.post(address(scene, "confirm"), confirmation(page))
    assert {row.kind for row in Signature.objects.all()} == {SignatureKind.WITNESSED}


def test_one_draws_and_one_types(desk, scene):
    page = walk(desk, scene)
    form, sent = page.context["form"], confirmation(page)
    line = json.dumps([LINE])
    sent |= {form.strokes_of(scene.mother): line, form.name_of(scene.mother): ""}
    missing = desk.post(address(scene, "confirm"), {**sent, form.name_of(scene.father): ""})
    assert missing.status_code == 422
    assert list(missing.context["form"].errors) == [form.name_of(scene.father)]
    assert missing.context["form"][form.strokes_of(scene.mother)].value() == line
    assert not Conversation.objects.exists()
    done = desk.post(address(scene, "confirm"), sent)
    assert {row.kind for row in Signature.objects.all()} == {SignatureKind.DRAWN, SignatureKind.CONFIRMED}
    assert '<path d="M100 100L150 60' in desk.get(done["Location"]).content.decode()


@pytest.mark.parametrize("name", ["", "   ", "😀", "Omar \u202edadH", "12345"])
def test_a_name_that_is_none_signs_nothing(desk, scene, name):
    page = walk(desk, scene)
    field = page.context["form"].name_of(scene.father)
    answer = desk.post(address(scene, "confirm"), {**confirmation(page), field: name})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Signature.objects.exists()


def test_a_draft_outlives_its_session(client, sign_in, scene):
    sign_in(client, scene.user)
    walk(client, scene, until="deciders")
    client.logout()
    sign_in(client, scene.user)
    assert "step=deciders" in client.get(address(scene))["Location"]
    assert client.get(address(scene, "notice")).context["form"]["understanding"].value().startswith("De zuster")


def test_a_draft_is_of_one_professional(client, sign_in, scene):
    sign_in(client, scene.user)
    walk(client, scene, until="deciders")
    client.logout()
    sign_in(client, member(Role.SENDER, team=scene.team))
    assert "step=language" in client.get(address(scene))["Location"]


def test_a_draft_of_a_week_ago_is_gone(desk, scene):
    walk(desk, scene, until="deciders")
    assert sweep_drafts() == 0
    ConsentDraft.objects.update(changed_at=timezone.now() - KEPT_FOR)
    assert "step=language" in desk.get(address(scene))["Location"]
    assert sweep_drafts() == 1


def test_what_is_recorded_leaves_no_draft(desk, scene):
    page = walk(desk, scene)
    desk.post(address(scene, "confirm"), confirmation(page))
    assert not ConsentDraft.objects.exists()


def test_the_second_professional_sees_what_the_first_recorded(client, sign_in, scene):
    colleague = Client()
    sign_in(client, scene.user)
    sign_in(colleague, member(Role.SENDER, team=scene.team))
    first, second = walk(client, scene), walk(colleague, scene, choices={"growth": "no"})
    client.post(address(scene, "confirm"), confirmation(first))
    answer = colleague.post(address(scene, "confirm"), confirmation(second))
    assert "step=choices" in answer["Location"]
    assert Conversation.objects.count() == 1
    page = colleague.get(answer["Location"])
    assert scene.user.name in page.content.decode()
    assert page.context["meanwhile"]["choices"]
    colleague.post(address(scene, "choices"), {**answers(scene)["choices"], "growth": "no"})
    colleague.post(address(scene, "deciders"), answers(scene)["deciders"])
    page = colleague.get(address(scene, "confirm"))
    assert "/conversations/" in colleague.post(address(scene, "confirm"), confirmation(page))["Location"]
    assert Conversation.objects.count() == 2


def test_steps_come_in_order(desk, scene):
    assert "step=language" in desk.get(address(scene))["Location"]
    assert "step=language" in desk.get(address(scene, "confirm"))["Location"]
    assert "step=language" in desk.get(address(scene, "nonsense"))["Location"]


def test_reading_a_step_keeps_nothing(desk, scene):
    page = desk.get(address(scene, "language")).content.decode()
    assert all(name in page for name in ("Nederlands", "English", "العربية"))
    assert not ConsentDraft.objects.exists()


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
    desk.post(address(scene, "confirm"), confirmation(page))
    assert {row.outcome for row in Conversation.objects.get().decisions.all()} == {Outcome.REFUSED}


def test_a_notice_that_changed_meanwhile_is_read_again(desk, scene):
    page = walk(desk, scene)
    notice(version=2)
    response = desk.post(address(scene, "confirm"), confirmation(page))
    assert "step=notice" in response["Location"]
    assert not Conversation.objects.exists()


def test_a_strange_token_records_nothing(desk, scene):
    page = walk(desk, scene)
    sent = {**confirmation(page), "token": "00000000-0000-4000-8000-000000000000"}
    desk.post(address(scene, "confirm"), sent)
    assert not Conversation.objects.exists()


def test_the_draft_is_unreadable_at_rest(desk, scene):
    walk(desk, scene)
    stored = bytes(ConsentDraft.objects.get().sealed)
    assert b"zuster" not in stored
    assert b"T-77" not in stored


def test_a_young_person_decides_too(client, sign_in, db):
    scene = make_scene(child_born=born(13))
    sign_in(client, scene.user)
    three = [str(someone.public_id) for someone in (scene.child, scene.mother, scene.father)]
    page = walk(client, scene, deciders={"deciders": three})
    client.post(address(scene, "confirm"), confirmation(page))
    assert Conversation.objects.get().capacity == Capacity.BOTH


def test_without_a_notice_there_is_a_clear_answer(desk, scene):
    response = desk.get(address(scene, "language", purpose=Purpose.QUESTION.value))
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


def test_what_others_agreed_on_is_not_withdrawn_nor_told(client, sign_in, scene):
    decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )
    team, user = sender_team()
    involve(person=scene.child, team=team, reason=InvolvementReason.LOOKED_UP)
    sign_in(client, user)
    values = {"purpose": JGZ.value, "recipient": str(scene.recipient.public_id), "reason": ""}
    withdraw = reverse("consent:withdraw", args=[scene.child.public_id])
    assert client.get(reverse("dossiers:person", args=[scene.child.public_id])).status_code == 200
    assert client.get(withdraw, values).status_code == client.post(withdraw, values).status_code == 404
    assert not Conversation.objects.filter(sitting="withdrawal").exists()


def test_a_professional_withdraws_on_request(desk, scene):
    page = walk(desk, scene)
    desk.post(address(scene, "confirm"), confirmation(page))
    values = {"purpose": JGZ.value, "recipient": str(scene.recipient.public_id), "reason": "Gevraagd aan het loket"}
    withdraw = reverse("consent:withdraw", args=[scene.child.public_id])
    person = reverse("dossiers:person", args=[scene.child.public_id])
    asked = f"{withdraw}?purpose={JGZ.value}&recipient={scene.recipient.public_id}"
    assert asked.replace("&", "&amp;") in desk.get(person).content.decode(), "the way to it is on the person's page"
    shown = desk.get(asked).content.decode()
    assert "Ja, stoppen" in shown
    assert f'value="{scene.recipient.public_id}"' in shown
    assert not Conversation.objects.filter(sitting="withdrawal").exists(), "looking changes nothing"
    assert desk.post(withdraw, {**values, "reason": "x" * 1001}).status_code == 422
    first, second = (desk.post(withdraw, values, follow=True).content.decode() for _ in range(2))
    assert "De toestemming is ingetrokken." in first
    assert "al ingetrokken" in second, "a second click, or a colleague a moment later"
    assert asked.replace("&", "&amp;") not in second
    assert desk.get(withdraw).status_code == desk.get(f"{asked}x").status_code == 404
    assert Conversation.objects.filter(sitting="withdrawal").count() == 1
    answer = is_covered(
        person=scene.child,
        purpose=JGZ,
        sender=scene.sender,
        recipient=scene.recipient,
        categories=frozenset({DataCategory.GROWTH}),
    )
    assert answer.code == "withdrawn"
