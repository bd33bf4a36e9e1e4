"""A person asks about an own consent; who sends, or the privacy officer, answers once."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.enums import Addressee, Purpose
from consent.errors import NotRecorded
from consent.models import Guardianship, Involvement, PersonMessage, RightsRequest, SubjectKey
from consent.queries import questions_of
from consent.services import answer_question, ask_question
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.models import OutgoingMessage
from portal.accounts.policy import Denied
from portal.audit.models import Entry
from tests.consent.acting_persons import alone, person_actor
from tests.consent_factories import actor_of, born, decide, person, sender_team
from tests.factories import OrganisationFactory, member
from tests.signing_in import sign_in

from .conftest import Scene

pytestmark = pytest.mark.django_db
WORDS = "Wie leest het dossier van mijn dochter?"


@pytest.fixture
def given(scene: Scene) -> Scene:
    decide(
        actor=scene.actor,
        team=scene.team,
        child=scene.child,
        deciders=[scene.mother, scene.father],
        recipient=scene.recipient,
    )
    return scene


def ask(scene: Scene, **changes: object) -> PersonMessage:
    fields = {
        "actor": person_actor(scene.mother),
        "person": scene.child,
        "purpose": Purpose.YOUTH_HEALTH,
        "sender": scene.sender,
        "recipient": scene.recipient,
        "addressee": Addressee.SENDER,
        "text": WORDS,
        "language": "ar",
    }
    return ask_question(**{**fields, **changes})  # type: ignore[arg-type]


class TestRefusals:
    def test_who_does_not_read_the_dossier_asks_nothing(self, given: Scene) -> None:
        stranger = person_actor(person(birth_date=born(40)))
        Guardianship.objects.filter(adult=given.father).update(custody=False)
        for actor in (stranger, person_actor(given.father), given.actor):
            with pytest.raises(Denied):
                ask(given, actor=actor)
        assert not PersonMessage.objects.exists()

    def test_what_nobody_was_asked_about_is_no_subject(self, given: Scene) -> None:
        for changes in ({"purpose": Purpose.GUIDANCE}, {"sender": OrganisationFactory()}, {"recipient": given.sender}):
            with pytest.raises(Denied):
                ask(given, **changes)

    def test_empty_too_many_and_nobody(self, given: Scene) -> None:
        with pytest.raises(NotRecorded, match="question_empty"):
            ask(given, text=" \n ")
        for _ in range(10):
            ask(given)
        with pytest.raises(NotRecorded, match="too_many_questions"):
            ask(given)
        ask(given, actor=person_actor(given.father))
        Involvement.objects.update(active_until=timezone.now())
        with pytest.raises(NotRecorded, match="nobody_to_ask"):
            ask(given, actor=person_actor(given.father))

    def test_others_neither_read_nor_answer(self, given: Scene) -> None:
        to_team, to_officer = ask(given), ask(given, addressee=Addressee.PRIVACY_OFFICER)
        team, stranger = sender_team()
        officer = member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION)
        editor = member(Role.EDITOR, team=given.team)
        for user, message in (
            (stranger, to_team),
            (officer, to_team),
            (editor, to_team),
            (given.user, to_officer),
            (editor, to_officer),
        ):
            client = sign_in(Client(), user)
            address = reverse("consent:question", args=[message.public_id])
            assert client.get(address).status_code == 404
            assert client.post(address, {"language": "nl", "text": "Ja"}).status_code == 404
        with pytest.raises(Denied):
            answer_question(actor=actor_of(stranger, team), message=to_team, text="Ja", language="nl")
        assert PersonMessage.objects.open().count() == 2

    def test_it_is_answered_once(self, given: Scene) -> None:
        message = ask(given)
        with pytest.raises(NotRecorded, match="answer_empty"):
            answer_question(actor=given.actor, message=message, text=" ", language="nl")
        answer_question(actor=given.actor, message=message, text="De verpleegkundige.", language="nl")
        with pytest.raises(NotRecorded, match="already_answered"):
            answer_question(actor=given.actor, message=message, text="Iemand anders.", language="nl")
        assert PersonMessage.objects.get().answer_text == "De verpleegkundige."


def test_nothing_readable_is_stored_mailed_or_logged(given: Scene) -> None:
    message = ask(given)
    answer_question(actor=given.actor, message=message, text="De verpleegkundige.", language="nl")
    stored = PersonMessage.objects.get()
    for blob in (stored.question, stored.answer, *(row.question for row in PersonMessage.history.all())):
        assert WORDS.encode() not in bytes(blob)
        assert b"verpleegkundige" not in bytes(blob)
    mail = OutgoingMessage.objects.get(kind=MessageKind.QUESTION_WAITING)
    assert (mail.team, str(given.child.public_id) in mail.path) == (given.team, False)
    rows = Entry.objects.filter(object_id=str(message.public_id)).order_by("sequence")
    assert [row.event for row in rows] == ["consent:question:ask", "consent:question:answer"]
    assert {row.subject for row in rows} == {str(given.child.public_id)}
    assert rows[0].on_behalf_of == str(given.mother.public_id)
    assert PersonMessage.history.count() == 2
    SubjectKey.objects.filter(person=given.child).delete()
    erased = PersonMessage.objects.get()
    assert (erased.question_text, erased.answer_text) == ("", "")


def test_who_asked_reads_the_answer_until_the_dossier_is_another_s(given: Scene) -> None:
    message = ask(given)
    answer_question(actor=given.actor, message=message, text="De verpleegkundige.", language="nl")
    assert [row.answer_text for row in questions_of(given.mother)] == ["De verpleegkundige."]
    assert questions_of(given.father) == []
    Guardianship.objects.filter(adult=given.mother).update(active_until=timezone.now())
    assert questions_of(given.mother) == []


class TestPages:
    def test_asked_alone_and_answered_by_the_team(self, given: Scene) -> None:
        mother, team = alone(given.mother), sign_in(Client(), given.user)
        page = reverse("my:ask", args=[given.child.public_id, given.recipient.public_id, Purpose.YOUTH_HEALTH])
        assert mother.get(page).status_code == 200
        assert mother.post(page, {"to": "", "text": ""}).status_code == 422
        asked = mother.post(page, {"to": str(given.sender.public_id), "text": WORDS})
        assert asked["Location"] == reverse("my:questions")
        waiting = team.get(reverse("consent:questions")).content.decode()
        message = PersonMessage.objects.get()
        address = reverse("consent:question", args=[message.public_id])
        assert address in waiting
        assert given.child.name not in waiting
        shown = team.get(address).content.decode()
        assert WORDS in shown
        assert given.child.name in shown
        assert team.post(address, {"language": "ar", "text": ""}).status_code == 422
        assert team.post(address, {"language": "ar", "text": "الممرضة"})["Location"] == reverse("consent:questions")
        answered = mother.get(reverse("my:questions")).content.decode()
        assert 'lang="ar"' in answered
        assert "الممرضة" in answered
        assert Entry.objects.filter(event="consent:question:read", object_id=str(message.public_id)).exists()
        late = team.post(address, {"language": "nl", "text": "Nog een keer"})
        assert late.status_code == 422

    def test_an_objection_is_a_request_by_law(self, given: Scene) -> None:
        mother = alone(given.mother)
        page = reverse("my:ask", args=[given.child.public_id, given.recipient.public_id, Purpose.YOUTH_HEALTH])
        assert mother.post(page, {"to": "objection", "text": "Ik wil dit niet."})["Location"] == reverse("my:rights")
        request = RightsRequest.objects.get()
        assert (request.right, request.purpose, request.recipient) == (
            "objection",
            "youth_health_transfer",
            given.recipient,
        )
        assert request.asked_by == given.mother
        assert not PersonMessage.objects.exists()

    def test_the_officer_sees_the_question_and_no_name(self, given: Scene) -> None:
        officer = member(Role.PRIVACY_OFFICER, kind=OrganisationKind.REGION)
        mother = alone(given.mother)
        page = reverse("my:ask", args=[given.child.public_id, given.recipient.public_id, Purpose.YOUTH_HEALTH])
        mother.post(page, {"to": "privacy_officer", "text": WORDS})
        assert OutgoingMessage.objects.get(kind=MessageKind.QUESTION_WAITING).user == officer
        client = sign_in(Client(), officer)
        address = reverse("consent:question", args=[PersonMessage.objects.get().public_id])
        assert address in client.get(reverse("consent:questions")).content.decode()
        shown = client.get(address).content.decode()
        assert WORDS in shown
        assert given.child.name not in shown
