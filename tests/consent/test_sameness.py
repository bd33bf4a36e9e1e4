"""What is not there and what is not one's business answer alike: page, headers and work behind it."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.enums import Purpose, Relation, Right
from consent.errors import MESSAGES
from consent.models import Person
from consent.policy import LOOK_UPS
from dossiers.models import Coupling
from portal.accounts.enums import OrganisationKind
from portal.accounts.models import Organisation
from portal.audit.models import Entry
from tests.consent_factories import ask, born, decide, person, person_actor
from tests.factories import MunicipalityFactory, OrganisationFactory, TeamFactory
from tests.signing_in import sign_in

from .conftest import Scene

pytestmark = pytest.mark.django_db
JGZ = Purpose.YOUTH_HEALTH
# A nonce, a token and what was typed.
MOVING = re.compile(r'(nonce|value)="[^"]*"|V\d{10}')


@pytest.fixture
def desk(scene: Scene) -> Client:
    client = sign_in(Client(), scene.user)
    client.get(reverse("dossiers:person", args=[scene.child.public_id]))
    return client


def shown(response: HttpResponse) -> tuple[int, str, list[str]]:
    """What an answer shows, but for what is new in each."""
    return response.status_code, MOVING.sub("", response.content.decode()), sorted(response.headers)


def elsewhere(kind: OrganisationKind = OrganisationKind.JGZ_MUNICIPALITY, **fields: object) -> Organisation:
    municipality = fields.pop("municipality", None) or MunicipalityFactory()
    organisation: Organisation = OrganisationFactory(kind=kind, municipality=municipality, **fields)
    TeamFactory(organisation=organisation)
    return organisation


class TestWhoMayGetIt:
    def asks(self, desk: Client, scene: Scene, recipient: object, purpose: str = JGZ) -> list[HttpResponse]:
        query = {"purpose": str(purpose), "recipient": str(recipient)}
        decide = reverse("consent:decide", args=[scene.child.public_id])
        papers = reverse("consent:papers", args=[scene.child.public_id])
        printing = reverse("consent:paper", args=[scene.child.public_id])
        return [
            desk.get(f"{decide}?{urlencode({**query, 'step': 'language'})}"),
            desk.post(f"{decide}?{urlencode({**query, 'step': 'language'})}", {"language": "nl"}),
            desk.get(f"{papers}?{urlencode(query)}"),
            desk.post(printing, {**query, "kind": "decision", "language": "nl"}),
        ]

    def test_only_who_can_get_a_handover_now(self, desk: Client, scene: Scene) -> None:
        here = scene.recipient.municipality
        nobody = [shown(response) for response in self.asks(desk, scene, uuid.uuid4())]
        assert {status for status, *_rest in nobody} == {404}
        others = [
            elsewhere(),
            elsewhere(OrganisationKind.GP, municipality=here),
            elsewhere(OrganisationKind.REGION, municipality=here),
            elsewhere(municipality=here, active_until=timezone.now() - timedelta(days=1)),
            scene.sender,
            "nonsense",
        ]
        for other in others:
            answers = self.asks(desk, scene, getattr(other, "public_id", other))
            assert [shown(response) for response in answers] == nobody, other
        assert [shown(one) for one in self.asks(desk, scene, scene.recipient.public_id, Purpose.MEDICAL_FILE)] == nobody
        assert [shown(one) for one in self.asks(desk, scene, scene.recipient.public_id, "nonsense")] == nobody
        assert self.asks(desk, scene, scene.recipient.public_id)[0].status_code == 200

    def test_existing_or_not_takes_the_same_work(self, desk: Client, scene: Scene) -> None:
        counts = set()
        for recipient in (uuid.uuid4(), elsewhere().public_id, scene.sender.public_id):
            with CaptureQueriesContext(connection) as queries:
                self.asks(desk, scene, recipient)
            counts.add(tuple(query["sql"].split(" ", 1)[0] for query in queries.captured_queries))
        assert len(counts) == 1

    def test_without_a_coupling_there_is_nobody(self, desk: Client, scene: Scene) -> None:
        Coupling.objects.update(ended_at=timezone.now())
        assert {response.status_code for response in self.asks(desk, scene, scene.recipient.public_id)} == {404}

    def test_who_was_asked_about_before_can_be_refused_later(self, desk: Client, scene: Scene) -> None:
        decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            recipient=scene.recipient,
        )
        Coupling.objects.update(ended_at=timezone.now())
        assert self.asks(desk, scene, scene.recipient.public_id)[0].status_code == 200


class TestANumberOfSomebodyElse:
    """A V-number that is somebody's, with another birth date, against one that is nobody's."""

    def numbers(self) -> dict[str, str]:
        return {"somebody's": person(name="Iemand Anders", birth_date=born(41)).v_number, "nobody's": "V0000000001"}

    def test_in_a_family(self, desk: Client, scene: Scene) -> None:
        page = reverse("consent:family", args=[scene.child.public_id])
        sent = {"relation": Relation.GUARDIAN.value, "custody": "yes", "name": "Vera de Voogd", "spoken_language": "nl"}
        answers, people = {}, Person.objects.count() + 1
        for whose, number in self.numbers().items():
            with CaptureQueriesContext(connection) as queries:
                response = desk.post(page, {**sent, "birth_date": born(44).isoformat(), "v_number": number})
            work = [query["sql"].split(" ", 1)[0] for query in queries.captured_queries]
            answers[whose] = (shown(response), work)
        assert answers["somebody's"] == answers["nobody's"]
        assert answers["nobody's"][0][0] == 422
        assert Person.objects.count() == people

    def test_in_a_correction_it_counts_as_a_look_up(self, desk: Client, scene: Scene) -> None:
        request = ask(
            actor=person_actor(scene.mother), person=scene.child, right=Right.RECTIFICATION, text="Het nummer is fout."
        )
        page = reverse("consent:rectification", args=[request.public_id])
        sent = {"name": "Amal Haddad", "birth_date": born(6).isoformat(), "reason": "Document gezien."}
        before = scene.child.v_number
        for _time in range(LOOK_UPS):
            answer = desk.post(page, {**sent, "v_number": self.numbers()["somebody's"]})
            assert answer.status_code == 422
            assert answer.context["form"].errors["__all__"] == [str(MESSAGES["v_number_taken"])]
        for number in self.numbers().values():
            answer = desk.post(page, {**sent, "v_number": number})
            assert answer.status_code == 422
            assert answer.context["form"].errors["__all__"] == [str(MESSAGES["too_many_look_ups"])]
        assert Person.objects.get(pk=scene.child.pk).v_number == before
        assert Entry.objects.filter(reason="too_many_look_ups").count() == 2
        assert desk.post(page, {**sent, "v_number": before}).status_code == 302
