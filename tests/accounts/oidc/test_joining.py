"""An invitation taken up with a provider: once, by its own organisation's, and never into a finished account."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.access import Proof
from portal.accounts.enums import Role
from portal.accounts.models import Invitation, Membership, OidcIdentity, OidcProvider, User
from portal.accounts.services import invite, revoke_invitation
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import OrganisationFactory, TotpDeviceFactory, UserFactory

from .conftest import come_back, leave, travel

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-an-invitation-for-tests"
JOIN = {"route": "accounts:oidc_join", "token": TOKEN, "terms": "on"}


@pytest.fixture
def invitation(provider, user) -> Invitation:
    team = user.memberships.get().team
    return invite(
        actor=None, team=team, role=Role.SENDER, email="nieuw@example.org", name="Nieuw", reason="new", token=TOKEN
    )


def the_invited() -> User:
    return User.objects.get(email="nieuw@example.org")


def proof(client) -> Proof:
    return client.get(reverse("accounts:second_factor")).wsgi_request.actor.proof


def test_it_is_offered_where_the_organisation_has_a_provider(client, provider, invitation):
    address = reverse("accounts:invitation", args=[TOKEN])
    button = reverse("accounts:oidc_join", args=[provider.public_id])
    assert button in client.get(address).content.decode()
    OidcProvider.objects.update(organisation=OrganisationFactory())
    assert button not in client.get(address).content.decode()


def test_with_the_providers_second_factor_one_is_a_colleague_at_once(client, local, provider, invitation):
    local.claims = {"acr": "urn:two", "email": "whoever@example.org"}
    assert travel(client, local, provider, **JOIN).status_code == 302
    user = the_invited()
    assert not user.has_usable_password()
    assert OidcIdentity.objects.get().user == user
    assert Membership.objects.get(user=user).role == Role.SENDER
    assert client.get(reverse("accounts:home")).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert invitation.terms_accepted_at is not None
    events = set(Entry.objects.values_list("event", flat=True))
    assert {Event.IDENTITY_LINKED, Event.INVITATION_OPENED, Event.INVITATION_ACCEPTED, Event.SIGN_IN} <= events


def test_without_it_one_enrols_a_factor_of_ours_first(client, local, provider, invitation):
    response = travel(client, local, provider, **JOIN)
    assert re.fullmatch(r"/accounts/enrol/[^/]+/", response["Location"])
    assert proof(client) == Proof.PASSWORD
    assert client.get(response["Location"]).status_code == 200
    assert not Membership.objects.filter(user=the_invited()).exists()


def test_who_stopped_goes_on_with_the_same_subject(client, local, provider, invitation):
    travel(client, local, provider, **JOIN)
    again = Client()
    response = travel(again, local, provider, **JOIN)
    assert response["Location"].startswith("/accounts/enrol/")
    assert again.get(response["Location"]).status_code == 200
    assert OidcIdentity.objects.count() == 1
    local.claims = {"sub": "subject-2", "acr": "urn:two"}
    other = Client()
    assert travel(other, local, provider, **JOIN).status_code == 403
    assert SESSION_KEY not in other.session


def test_a_link_sent_anew_takes_away_what_was_begun(client, local, provider, invitation, user):
    """Whoever had the first link does not keep a way into the account of whoever has the second."""
    travel(client, local, provider, **JOIN)
    revoke_invitation(actor=None, invitation=Invitation.objects.get())
    team = invitation.team
    invite(actor=None, team=team, role=Role.SENDER, email=invitation.email, name="Nieuw", reason="new", token="second")
    words = "een lange zin voor mijzelf"
    form = {"name": "Nieuw", "password": words, "repeated": words, "terms": "on"}
    assert Client().post(reverse("accounts:invitation", args=["second"]), form).status_code == 302
    assert the_invited().check_password(words)
    assert not OidcIdentity.objects.exists()
    assert travel(Client(), local, provider).status_code == 403


def test_the_terms_come_first(client, provider, invitation):
    address = reverse("accounts:oidc_join", args=[provider.public_id])
    response = client.post(address, {"token": TOKEN})
    assert response["Location"] == reverse("accounts:invitation", args=[TOKEN])
    assert "oidc_trip" not in client.session


@pytest.mark.parametrize(
    "happen",
    [
        lambda row: Invitation.objects.update(revoked_at=timezone.now()),
        lambda row: Invitation.objects.update(
            created_at=timezone.now() - timedelta(days=4), expires_at=timezone.now() - timedelta(days=1)
        ),
        lambda row: OidcProvider.objects.update(organisation=OrganisationFactory()),
        lambda row: TotpDeviceFactory(user=UserFactory(email=row.email)),
        lambda row: User.objects.filter(pk=UserFactory(email=row.email).pk).update(is_active=False),
    ],
    ids=["revoked", "expired", "other organisation", "a finished account", "an inactive account"],
)
def test_what_happened_on_the_way_counts(client, local, provider, invitation, happen):
    local.claims = {"acr": "urn:two"}
    parameters = local.visit(leave(client, provider, **JOIN))
    happen(invitation)
    assert come_back(client, provider, parameters).status_code == 403
    assert SESSION_KEY not in client.session
    assert not OidcIdentity.objects.exists()


def test_not_with_a_subject_of_somebody_else(client, local, provider, invitation, identity):
    assert travel(client, local, provider, **JOIN).status_code == 403
    assert not User.objects.filter(email="nieuw@example.org").exists()
    assert Entry.objects.get(event=Event.IDENTITY_REFUSED).reason == "linked_already"


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000])
def test_not_without_an_invitation(client, provider, invitation, token):
    address = reverse("accounts:oidc_join", args=[provider.public_id])
    assert client.post(address, {"token": token, "terms": "on"}).status_code == 404


def test_the_token_lies_nowhere_in_the_session(client, provider, invitation):
    leave(client, provider, **JOIN)
    assert TOKEN not in str(dict(client.session))
