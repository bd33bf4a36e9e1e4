"""What holds a package back is said on its page, to both sides; an objection stops what it is about and no more."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.enums import DataCategory, RestrictionGround, Right, RightDecision, RightGround
from consent.models import RightsRequest
from consent.policy import CATEGORIES
from consent.queries import is_covered, recipients_of
from consent.services.rights import decide
from dossiers.enums import EndReason, Status
from dossiers.presentation import STANDS_STILL
from dossiers.services.ending import shred_due
from portal.accounts.enums import MessageKind
from portal.accounts.models import Organisation, OutgoingMessage
from tests.consent.acting_persons import alone
from tests.consent_factories import ask, person_actor, privacy_officer
from tests.dossiers_factories import FILE_NAME, KIND, Handover, package_in
from tests.factories import OrganisationFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def pages_of(where: Handover) -> tuple[str, str]:
    """The page of the package, for the sender and for the receiver."""
    sender, receiver = (
        sign_in(Client(), user).get(where.package.path).content.decode() for user in (where.sender, where.receiver)
    )
    return sender, receiver


def let_rest(where: Handover) -> None:
    ask(
        actor=person_actor(where.parents[0]),
        person=where.child,
        right=Right.RESTRICTION,
        ground=RestrictionGround.ACCURACY,
    )


def object_to(where: Handover, recipient: Organisation | None) -> RightsRequest:
    """A parent objects, and the privacy officer grants it."""
    request = ask(
        actor=person_actor(where.parents[0]),
        person=where.child,
        right=Right.OBJECTION,
        text="Ik wil dit niet",
        recipient=recipient,
    )
    return decide(
        actor=privacy_officer(),
        request=request,
        decision=RightDecision.GRANTED,
        ground=RightGround.NONE,
        reason="U hebt gelijk.",
    )


def test_what_rests_says_so_and_is_not_collected() -> None:
    where = package_in(Status.ACCEPTED)
    collect = reverse("dossiers:package_collect", args=[where.package.public_id])
    assert collect in pages_of(where)[1]
    let_rest(where)
    for page in pages_of(where):
        assert str(STANDS_STILL["restricted"]) in page
        assert collect not in page
    for user in (where.sender, where.receiver):
        assert "staan stil" in sign_in(Client(), user).get(reverse("dossiers:start")).content.decode()
    person_page = reverse("dossiers:person", args=[where.child.public_id])
    assert "staan stil" in sign_in(Client(), where.sender).get(person_page).content.decode()


def test_what_rests_is_not_read_any_further() -> None:
    where = package_in(Status.COLLECTED)
    assert FILE_NAME in pages_of(where)[1]
    let_rest(where)
    sender, receiver = pages_of(where)
    assert (FILE_NAME in sender, FILE_NAME in receiver) == (True, False)
    assert reverse("dossiers:form_collect", args=[where.package.public_id]) not in receiver
    assert "Bestand 1" in receiver, "a file without a link has a name that says nothing"


def test_an_objection_to_one_recipient_stops_what_goes_there() -> None:
    where = package_in(Status.ACCEPTED)
    object_to(where, OrganisationFactory())
    assert where.now().status == Status.ACCEPTED
    object_to(where, where.receiver_team.organisation)
    stopped = where.now()
    assert (stopped.status, stopped.end_reason) == (Status.WITHDRAWN, EndReason.OBJECTED)
    assert all(str(EndReason.OBJECTED.label) in page for page in pages_of(where))


def test_after_an_objection_the_copy_of_what_was_received_goes() -> None:
    where = package_in(Status.CONFIRMED)
    object_to(where, OrganisationFactory())
    assert where.now().shred_after > timezone.now()
    object_to(where, where.receiver_team.organisation)
    assert where.now().shred_after <= timezone.now()
    told = OutgoingMessage.objects.filter(kind=MessageKind.HANDOVER_STOPPED, team=where.receiver_team)
    assert told.count() == 1
    assert shred_due() == 1


def test_many_objections_cost_no_more_questions() -> None:
    where = package_in(Status.ACCEPTED)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            is_covered(
                person=where.child,
                purpose=KIND.purpose,
                sender=where.sender_team.organisation,
                recipient=where.receiver_team.organisation,
                categories=frozenset(DataCategory(category) for category in CATEGORIES[KIND.purpose]),
            )
        return len(queries)

    first = asked()
    for _number in range(3):
        object_to(where, OrganisationFactory())
    assert asked() == first


def test_a_parent_chooses_to_whom_the_objection_is() -> None:
    where = package_in(Status.OFFERED)
    receiving = where.receiver_team.organisation
    assert list(recipients_of(where.child)) == [receiving]
    client, stranger = alone(where.parents[0]), OrganisationFactory()
    address = reverse("my:right_ask", args=[where.child.public_id, "objection"])
    page = client.get(address).content.decode()
    assert str(receiving.public_id) in page
    assert str(stranger.public_id) not in page
    fields = {"text": "Ik wil dit niet", "purpose": ""}
    assert client.post(address, {**fields, "recipient": str(stranger.public_id)}).status_code == 422
    assert client.post(address, {**fields, "recipient": str(receiving.public_id)}).status_code == 302
    assert RightsRequest.objects.get().recipient == receiving
