"""The pages of a request: asked by the person, answered by the privacy officer, corrected by a team; and the copy."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.copies import FORMAT, copy_document
from consent.enums import DataCategory, Right, RightDecision, RightState
from consent.models import Erasure, Person, Restriction, RightsRequest
from consent.services.copying import COPIES
from consent.services.reminders import remind_officers
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.models import OutgoingMessage, User
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.consent_factories import ask, decide, person_actor, privacy_officer
from tests.factories import TeamFactory, member
from tests.print.reading import text_of
from tests.signing_in import sign_in

from .conftest import Scene
from .test_letter_pages import come_in, phone

__all__ = ["phone"]
pytestmark = pytest.mark.django_db
WORDS = "Mijn naam is verkeerd geschreven"


def officer() -> User:
    return member(Role.PRIVACY_OFFICER, team=TeamFactory(organisation__kind=OrganisationKind.REGION))


def asked(scene: Scene, right: Right = Right.ERASURE, **fields) -> RightsRequest:
    return ask(actor=person_actor(scene.mother), person=scene.child, right=right, text=WORDS, **fields)


class TestThePerson:
    def test_asks_and_follows(self, scene: Scene, phone: Client) -> None:
        come_in(phone, scene, scene.mother)
        page = phone.get(reverse("my:rights"))
        address = reverse("my:right_ask", args=[scene.child.public_id, "objection"])
        assert address in page.content.decode()
        assert phone.post(address, {"text": " "}).status_code == 422
        answer = phone.post(address, {"text": WORDS, "purpose": ""}, follow=True)
        request = RightsRequest.objects.get()
        assert answer.redirect_chain == [(reverse("my:right", args=[request.public_id]), 302)]
        assert request.due_on.strftime("%d-%m-%Y") in answer.content.decode()
        assert (request.asked_by, request.state) == (scene.mother, RightState.OPEN)

    def test_lets_the_data_rest_at_once(self, scene: Scene, phone: Client) -> None:
        come_in(phone, scene, scene.mother)
        address = reverse("my:right_ask", args=[scene.child.public_id, "restriction"])
        assert phone.post(address, {"text": ""}).status_code == 422
        assert phone.post(address, {"ground": "accuracy", "text": ""}).status_code == 302
        assert Restriction.objects.get().person == scene.child

    @pytest.mark.parametrize("right", ["access", "portability", "nonsense"])
    def test_asks_nothing_else(self, scene: Scene, phone: Client, right: str) -> None:
        come_in(phone, scene, scene.mother)
        assert phone.get(reverse("my:right_ask", args=[scene.child.public_id, right])).status_code == 404

    def test_takes_the_copy_along(self, scene: Scene, phone: Client) -> None:
        decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
        )
        asked(scene, Right.RECTIFICATION)
        come_in(phone, scene, scene.mother)
        address = reverse("my:copy", args=[scene.child.public_id])
        answer = phone.get(address)
        assert answer.headers["Content-Type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        document = json.loads(archive.read("copy.json"))
        assert document["format"] == FORMAT
        assert document["person"][0]["name"] == scene.child.name
        assert document["requests"][0]["words"]["text"] == WORDS
        assert document["conversations"][0]["notice"]["title"].startswith("Uitleg")
        assert {row["category"] for row in document["consents"]} >= {DataCategory.GROWTH.value}
        whole = json.dumps(document, ensure_ascii=False)
        assert scene.mother.name not in whole
        assert scene.father.name not in whole
        assert "T-1234" not in whole
        assert [row["what"] for row in copy_document(scene.mother)["for_others"]] == ["decided", "rectification"]
        read = text_of(archive.read("copy.pdf"))
        assert WORDS in read
        assert Entry.objects.filter(event=Event.COPY_TAKEN, subject=str(scene.child.public_id)).count() == 1
        for _again in range(COPIES - 1):
            assert phone.get(address).status_code == 200
        assert phone.get(address).status_code == 302

    def test_not_of_somebody_else(self, scene: Scene, phone: Client) -> None:
        come_in(phone, scene, scene.mother)
        assert phone.get(reverse("my:copy", args=[scene.father.public_id])).status_code == 404


class TestWhoWritesItDown:
    FIELDS = {"channel": "telephone", "received_on": "", "known": "on", "text": WORDS, "ground": "claims"}

    def test_a_team_for_a_person(self, scene: Scene, client: Client, phone: Client) -> None:
        sign_in(client, scene.user)
        of = reverse("consent:rights_of", args=[scene.child.public_id])
        assert of in client.get(reverse("dossiers:person", args=[scene.child.public_id])).content.decode()
        page = client.get(of).content.decode()
        fields = {**self.FIELDS, "received_on": str(timezone.localdate() - timedelta(days=3))}
        for right in Right:
            address = reverse("consent:right_write", args=[scene.child.public_id, right])
            assert address in page
            assert client.get(address).status_code == 200
            for wrong in ({"received_on": "2999-01-01"}, {"received_on": ""}, {"known": ""}, {"channel": "pigeon"}):
                assert client.post(address, {**fields, **wrong}).status_code == 422
            assert client.post(address, fields).status_code == 302
        assert RightsRequest.objects.filter(team=scene.team, channel="telephone", asked_by=None).count() == len(Right)
        assert scene.child.name in client.get(of).content.decode()
        come_in(phone, scene, scene.mother)
        own = phone.get(reverse("my:rights")).content.decode()
        assert own.count(scene.team.name) == len(Right)

    def test_odd_input_gets_an_answer(self, scene: Scene, client: Client) -> None:
        sign_in(client, scene.user)
        address = reverse("consent:right_write", args=[scene.child.public_id, "objection"])
        good = {**self.FIELDS, "received_on": str(timezone.localdate())}
        for odd, status in (
            ({"text": "x" * 10_000}, 422),
            ({"text": "a\x00b"}, 422),
            ({"received_on": "0001-01-01"}, 422),
            ({"received_on": "gisteren"}, 422),
            ({"recipient": "'; drop table"}, 422),
            ({"purpose": "nonsense"}, 422),
            ({"text": "\u202e\u200b😀 omgekeerd"}, 302),
            ({"text": "\u202e\u200b😀 omgekeerd"}, 302),
        ):
            assert client.post(address, {**good, **odd}).status_code == status, odd
        assert RightsRequest.objects.count() == 1

    def test_the_officer_by_number_and_without_a_name(self, scene: Scene, client: Client) -> None:
        sign_in(client, officer())
        of = reverse("consent:rights_of", args=[scene.child.public_id])
        assert of in client.get(reverse("consent:proofs_of", args=[scene.child.public_id])).content.decode()
        address = reverse("consent:right_write", args=[scene.child.public_id, "objection"])
        answer = client.post(address, {**self.FIELDS, "received_on": str(timezone.localdate())}, follow=True)
        request = RightsRequest.objects.get()
        assert (request.team, request.asked_by) == (None, None)
        page = answer.content.decode()
        assert reverse("consent:right", args=[request.public_id]) in page
        assert scene.child.name not in page + client.get(address).content.decode()
        assert Entry.objects.filter(event=Event.PERSON_READ, details={"page": "requests"}).count() == 2

    def test_nobody_else(self, scene: Scene, client: Client) -> None:
        sign_in(client, member(Role.SENDER, team=TeamFactory(organisation=scene.sender)))
        for address in (
            reverse("consent:rights_of", args=[scene.child.public_id]),
            reverse("consent:right_write", args=[scene.child.public_id, "erasure"]),
        ):
            assert client.get(address).status_code == 404
        address = reverse("consent:right_write", args=[scene.child.public_id, "erasure"])
        assert client.post(address, {**self.FIELDS, "received_on": str(timezone.localdate())}).status_code == 404
        sign_in(client, scene.user)
        assert client.get(reverse("consent:right_write", args=[scene.child.public_id, "nonsense"])).status_code == 404
        assert not RightsRequest.objects.exists()


class TestThePrivacyOfficer:
    def test_sees_what_is_late_on_top_and_no_name(self, scene: Scene, client: Client) -> None:
        first, second = asked(scene), asked(scene, Right.OBJECTION)
        RightsRequest.objects.filter(pk=second.pk).update(due_on=first.due_on - timedelta(days=60))
        sign_in(client, officer())
        page = client.get(reverse("consent:rights")).content.decode()
        assert page.index(str(second.public_id)) < page.index("Te laat") < page.index(str(first.public_id))
        one = client.get(reverse("consent:right", args=[first.public_id])).content.decode()
        assert WORDS in one
        assert scene.child.name not in one
        assert Entry.objects.filter(event=Event.RIGHT_READ).count() == 1

    def test_extends_then_erases(self, scene: Scene, client: Client) -> None:
        request = asked(scene)
        sign_in(client, officer())
        later = request.due_on + timedelta(days=20)
        extension = reverse("consent:right_extend", args=[request.public_id])
        assert client.post(extension, {"to": str(later), "reason": ""}).status_code == 422
        assert client.post(extension, {"to": str(later), "reason": "Wij zoeken nog."}).status_code == 302
        address = reverse("consent:right", args=[request.public_id])
        fields = {"decision": "granted", "ground": "none", "reason": "Wij wissen alles."}
        assert client.post(address, fields).status_code == 422
        assert client.post(address, {**fields, "told": "on"}).status_code == 302
        assert Erasure.objects.get().person_id == scene.child.public_id
        page = client.get(address)
        assert page.status_code == 200
        assert WORDS not in page.content.decode()

    def test_refuses_with_a_ground(self, scene: Scene, client: Client) -> None:
        request = asked(scene)
        sign_in(client, officer())
        address = reverse("consent:right", args=[request.public_id])
        fields = {"decision": "refused", "ground": "none", "reason": "Er loopt een rechtszaak."}
        assert client.post(address, fields).status_code == 422
        assert client.post(address, {**fields, "ground": "claims"}).status_code == 302
        request.refresh_from_db()
        assert (request.decision, request.ground) == ("refused", "claims")

    def test_ends_a_rest_in_two_steps(self, scene: Scene, client: Client) -> None:
        request = asked(scene, Right.RESTRICTION, ground="accuracy")
        sign_in(client, officer())
        address = reverse("consent:restriction_end", args=[request.public_id])
        for _press in range(2):
            assert client.post(address).status_code == 302
        restriction = Restriction.objects.get()
        assert (restriction.told_at is not None, restriction.active_until) == (True, None)
        Restriction.objects.update(told_at=restriction.told_at - timedelta(days=8))
        client.post(address)
        assert Restriction.objects.get().active_until is not None


class TestTheTeam:
    def test_corrects_what_is_wrong(self, scene: Scene, client: Client) -> None:
        request = asked(scene, Right.RECTIFICATION, proposed={"name": "Amal Haddād"})
        sign_in(client, scene.user)
        assert str(request.public_id) in client.get(reverse("consent:rectifications")).content.decode()
        address = reverse("consent:rectification", args=[request.public_id])
        page = client.get(address).content.decode()
        assert "Amal Haddād" in page
        fields = {"name": "Amal Haddād", "birth_date": str(scene.child.birth_date), "v_number": scene.child.v_number}
        assert client.post(address, {**fields, "reason": ""}).status_code == 422
        wrong = {**fields, "birth_date": "2999-01-01", "reason": "paspoort gezien"}
        assert client.post(address, wrong).status_code == 422
        assert client.post(address, {**fields, "reason": "Wij zagen het paspoort."}).status_code == 302
        assert Person.objects.get(pk=scene.child.pk).name == "Amal Haddād"
        request.refresh_from_db()
        assert request.decision == RightDecision.GRANTED
        assert Entry.objects.get(event=Event.PERSON_RECTIFIED).details == {"fields": "name"}

    def test_a_number_of_somebody_else_is_refused(self, scene: Scene, client: Client) -> None:
        request = asked(scene, Right.RECTIFICATION)
        sign_in(client, scene.user)
        address = reverse("consent:rectification", args=[request.public_id])
        fields = {"name": "Amal", "birth_date": str(scene.child.birth_date), "reason": "gezien"}
        answer = client.post(address, {**fields, "v_number": scene.mother.v_number})
        assert answer.status_code == 422
        assert Person.objects.get(pk=scene.child.pk).v_number == scene.child.v_number


class TestReminders:
    def test_once_a_day_when_the_end_is_near(self, scene: Scene) -> None:
        privacy_officer()
        request = asked(scene)
        OutgoingMessage.objects.all().delete()
        for left, reminded in ((15, 0), (14, 1), (14, 0), (13, 0), (7, 1), (1, 1), (0, 0), (-1, 1), (-2, 1)):
            assert remind_officers(today=request.due_on - timedelta(days=left)) == reminded
        told = OutgoingMessage.objects.filter(kind=MessageKind.RIGHTS_DUE)
        assert told.count() == 5
        assert {message.path for message in told} == {reverse("consent:rights")}

    def test_not_of_what_has_an_answer(self, scene: Scene) -> None:
        request = asked(scene, Right.ACCESS)
        assert remind_officers(today=request.due_on) == 0


def test_the_document_has_every_part_that_is_described(scene: Scene) -> None:
    document = copy_document(scene.child)
    assert "identifiers of other people" in document["left_out"]
    described = Path(settings.BASE_DIR, "docs", "copy.md").read_text()
    assert all(f"`{name}`" in described for name in document)
