"""Who looked, as the person reads it: whoever tried and was refused is told as well."""

import pytest
from django.test import Client
from django.urls import reverse

from consent.models import Conversation
from dossiers.enums import Status
from dossiers.queries.my_consents import consents_about
from dossiers.queries.overview import dossier_of
from dossiers.services.receiving import release_form
from portal.accounts.enums import Role
from tests.consent.acting_persons import alone
from tests.dossiers_factories import handover, package_in
from tests.factories import member

pytestmark = pytest.mark.django_db


def test_somebody_who_was_refused_is_told(client: Client, sign_in) -> None:
    where = package_in(Status.OFFERED)
    stranger = member(Role.RECEIVER)
    sign_in(client, stranger)
    assert client.get(where.package.path).status_code == 404
    organisation = stranger.memberships.get().team.organisation.name
    assert [(look.organisation, look.denied) for look in dossier_of(where.child).looks if look.denied] == [
        (organisation, True)
    ]


def test_a_button_pressed_too_late_is_no_look(client: Client, sign_in) -> None:
    where = package_in(Status.ACCEPTED)
    sign_in(client, where.receiver)
    client.post(f"{where.package.path}accept/")
    assert not [look for look in dossier_of(where.child).looks if look.denied]


def test_each_consent_tells_who_looked_at_what_of_it(client: Client, sign_in) -> None:
    where = package_in(Status.COLLECTED)
    other = package_in(Status.COLLECTED, where=handover(name="Noor Saleh", v_number="V2345678902"))
    assert not consents_about(where.child).cards[0].looks
    release_form(actor=where.receives, package=where.package)
    sign_in(client, where.receiver)
    client.get(where.package.path)
    client.get(where.package.path)
    sign_in(client, where.sender)
    client.get(reverse("consent:conversation", args=[Conversation.objects.get(person=where.child).public_id]))
    ours, theirs = where.sender_team.organisation.name, where.receiver_team.organisation.name
    (card,) = consents_about(where.child).cards
    assert [(look.organisation, look.what, look.times) for look in card.looks] == [
        (ours, "las de toestemming", 1),
        (theirs, "opende de overdracht", 2),
        (theirs, "haalde een bestand op", 1),
    ]
    assert not consents_about(other.child).cards[0].looks, "what another family was looked at is not told here"
    mother = alone(where.parents[0])
    address = reverse(
        "my:looks", args=[where.child.public_id, where.receiver_team.organisation.public_id, card.purpose.value]
    )
    assert address in mother.get("/my/consents/").content.decode()
    page = mother.get(address).content.decode()
    assert "opende de overdracht" in page
    assert "2×" in page
    assert alone(other.parents[0]).get(address).status_code == 404


def test_the_page_says_when_older_looks_are_left_out(client: Client, sign_in, monkeypatch: pytest.MonkeyPatch) -> None:
    where = package_in(Status.COLLECTED)
    sign_in(client, where.receiver)
    client.get(where.package.path)
    assert not dossier_of(where.child).has_older_looks
    monkeypatch.setattr("dossiers.queries.looks.LOOKS_READ", 1)
    client.get(where.package.path)
    dossier = dossier_of(where.child)
    assert dossier.has_older_looks
    assert [look.times for look in dossier.looks] == [1]
    page = alone(where.parents[0]).get(reverse("my:overview")).content.decode()
    assert "In uw kopie staat dat ook." in page
