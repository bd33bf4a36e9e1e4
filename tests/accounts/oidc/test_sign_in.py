"""Signing in by a provider: who comes in, with what proof, by the rules of a password."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.access import Proof
from portal.accounts import sessions
from portal.accounts.models import OidcIdentity, OidcSecondFactor, User
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TotpDeviceFactory, UserFactory, code_for

from .conftest import come_back, leave, travel

pytestmark = pytest.mark.django_db


def is_signed_in(client) -> bool:
    return SESSION_KEY in client.session


def proof(client) -> Proof:
    return client.get(reverse("accounts:second_factor")).wsgi_request.actor.proof


def test_the_button_is_on_the_sign_in_page(client, provider):
    page = client.get(reverse("accounts:sign_in")).content.decode()
    assert reverse("accounts:oidc_begin", args=[provider.public_id]) in page
    assert "Verder met Gemeente-account" in page


@pytest.mark.parametrize("state", ["off", "organisation ended", "not installed"])
def test_a_provider_that_is_not_there_is_not_offered(client, provider, monkeypatch, state):
    match state:
        case "off":
            type(provider).objects.update(is_active=False)
        case "organisation ended":
            type(provider.organisation).objects.update(active_until=timezone.now())
        case _:
            monkeypatch.setattr("portal.accounts.oidc.queries.available", lambda: False)
    page = client.get(reverse("accounts:sign_in"))
    assert page.status_code == 200
    assert "Gemeente-account" not in page.content.decode()
    assert client.post(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 404
    assert come_back(client, provider, {"state": "x", "code": "x"}).status_code == 404


def test_what_the_provider_is_asked(client, local, provider):
    address = leave(client, provider)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{local.issuer}/authorize?")
    assert query["response_type"] == "code"
    assert query["scope"] == "openid"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == settings.BASE_URL + reverse("accounts:oidc_callback", args=[provider.public_id])
    assert len(query["state"]) >= 43
    assert len(query["nonce"]) >= 43
    assert "max_age" not in query
    other = parse_qs(urlsplit(leave(Client(), provider)).query)
    assert all(other[name][0] != query[name] for name in ("state", "nonce", "code_challenge"))


def test_without_its_second_factor_ours_is_asked(client, local, identity, user, provider):
    TotpDeviceFactory(user=user)
    response = travel(client, local, provider, next="/accounts/notices/")
    assert response["Location"] == f"{reverse('accounts:second_factor')}?next=%2Faccounts%2Fnotices%2F"
    assert proof(client) == Proof.PASSWORD
    assert client.get(reverse("accounts:home")).status_code == 302
    client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
    assert client.get(reverse("accounts:home")).status_code == 200


@pytest.mark.parametrize("claims", [{"acr": "urn:one"}, {"amr": ["pwd"]}, {"acr": ["urn:two"]}, {"amr": [["mfa"]]}])
def test_another_level_or_one_of_another_shape_is_no_second_factor(client, local, identity, provider, claims):
    local.claims = claims
    travel(client, local, provider)
    assert proof(client) == Proof.PASSWORD


@pytest.mark.parametrize("claims", [{"acr": "urn:two"}, {"amr": ["pwd", "mfa"]}])
def test_with_its_second_factor_one_is_in(client, local, identity, provider, user, claims):
    local.claims = claims
    response = travel(client, local, provider, next="/accounts/notices/")
    assert response["Location"] == "/accounts/notices/"
    assert client.get("/accounts/notices/").status_code == 200
    assert proof(client) == Proof.RECENT_SECOND_FACTOR
    events = list(Entry.objects.values_list("event", flat=True))
    assert [event for event in events if event != Event.DEVICE_NEW] == [Event.SIGN_IN, Event.SECOND_FACTOR_USED]
    assert set(Entry.objects.values_list("actor_id", flat=True)) == {str(user.public_id)}
    identity.refresh_from_db()
    assert identity.last_used_at is not None


@pytest.mark.parametrize("age", [None, 16 * 60, 5 * 3600])
def test_an_old_session_there_is_no_fresh_proof_here(client, local, identity, provider, age):
    local.claims = {"acr": "urn:two", "auth_time": None if age is None else int(time.time()) - age}
    travel(client, local, provider)
    assert proof(client) == Proof.SECOND_FACTOR


def test_a_provider_for_which_nothing_is_said_vouches_for_nothing(client, local, identity, provider):
    type(provider).objects.update(second_factor_acr=[], second_factor_amr=[])
    local.claims = {"acr": "urn:two", "amr": ["mfa"]}
    travel(client, local, provider)
    assert proof(client) == Proof.PASSWORD


def test_nothing_of_an_earlier_session_is_kept(client, local, identity, provider):
    """Session fixation: the key before, and what was in it."""
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    parameters = local.visit(leave(client, provider))
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    come_back(client, provider, parameters)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert "planted" not in client.session
    assert sessions.STARTED_AT in client.session


def test_signing_out_ends_our_session(client, local, identity, provider):
    local.claims = {"acr": "urn:two"}
    travel(client, local, provider)
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("accounts:home")).status_code == 302


def test_the_same_mail_with_another_subject_is_nobody(client, local, identity, provider, user):
    local.claims = {"sub": "subject-2", "email": user.email, "email_verified": True, "acr": "urn:two"}
    assert travel(client, local, provider).status_code == 403
    assert not is_signed_in(client)
    assert User.objects.count() == 1
    assert OidcIdentity.objects.count() == 1


class TestOneAnswer:
    """Unknown, inactive, asleep, left: the page and the status do not tell them apart; the log does."""

    CASES = {
        "unknown_subject": lambda user: OidcIdentity.objects.all().delete(),
        "user_inactive": lambda user: User.objects.update(is_active=False),
        "user_dormant": lambda user: User.objects.update(dormant_since=timezone.now()),
        "not_a_member": lambda user: user.memberships.update(active_until=timezone.now()),
    }

    def test_page_and_status(self, local, identity, provider, user):
        pages = {}
        for code, happen in self.CASES.items():
            user.memberships.update(active_until=None)
            User.objects.update(is_active=True, dormant_since=None)
            OidcIdentity.objects.get_or_create(provider=provider, subject="subject-1", user=user)
            happen(user)
            client = Client()
            response = travel(client, local, provider)
            assert response.status_code == 403
            assert not is_signed_in(client)
            pages[code] = response.content
            assert Entry.objects.filter(event=Event.IDENTITY_REFUSED).latest("pk").reason == code
        assert len(set(pages.values())) == 1

    def test_a_provider_speaks_for_the_people_of_its_organisation_only(self, client, local, provider, identity, user):
        """Somebody moved on to another organisation: the former one cannot let itself in there."""
        user.memberships.update(active_until=timezone.now())
        MembershipFactory(user=user)
        local.claims = {"acr": "urn:two"}
        assert travel(client, local, provider).status_code == 403


def test_nor_does_it_open_the_other_organisations_of_its_people(client, local, provider, identity, user):
    """Somebody works at two: the provider of one is no way into the other."""
    elsewhere = MembershipFactory(user=user, team__organisation__name="0 comes first").team
    local.claims = {"acr": "urn:two"}
    travel(client, local, provider)
    actor = client.get(reverse("accounts:home")).wsgi_request.actor
    assert actor.organisation_pk == provider.organisation_id
    data = {"organisation": str(elsewhere.organisation.public_id)}
    assert client.post(reverse("accounts:acting"), data).status_code == 404
    assert client.get(reverse("accounts:home")).wsgi_request.actor.organisation_pk == provider.organisation_id


class TestPersons:
    @pytest.fixture
    def person(self, persons):
        user = UserFactory(email=None, person_id="7d4ed0a5-3f3b-4bb6-93e2-3d0d8e5f3a11")
        OidcIdentity.objects.create(provider=persons, subject="subject-1", user=user)
        return user

    def test_a_person_comes_in(self, client, local, persons, person):
        local.claims = {"acr": "urn:two"}
        address = leave(client, persons)
        assert parse_qs(urlsplit(address).query)["acr_values"] == ["urn:two"]
        assert come_back(client, persons, local.visit(address)).status_code == 302
        assert client.get(reverse("accounts:sign_in")).wsgi_request.actor.person_id is not None

    def test_nobody_becomes_one_by_signing_in(self, client, local, persons):
        local.claims = {"acr": "urn:two"}
        assert travel(client, local, persons).status_code == 403
        assert not User.objects.exists()

    def test_it_does_not_speak_for_professionals(self, client, local, persons, user):
        OidcIdentity.objects.create(provider=persons, subject="subject-1", user=user)
        assert travel(client, local, persons).status_code == 403


class TestStepUp:
    @pytest.fixture
    def browser(self, client, local, identity, provider):
        local.claims = {"acr": "urn:two", "auth_time": int(time.time()) - 3600}
        travel(client, local, provider)
        assert proof(client) == Proof.SECOND_FACTOR
        local.claims = {"acr": "urn:two"}
        return client

    def test_it_is_offered_and_asks_anew(self, browser, provider):
        assert "Nog een keer inloggen" in browser.get(reverse("accounts:second_factor")).content.decode()
        query = parse_qs(urlsplit(leave(browser, provider)).query)
        assert (query["max_age"], query["prompt"]) == (["0"], ["login"])

    def test_it_makes_the_proof_fresh(self, browser, local, provider):
        assert travel(browser, local, provider, next="/accounts/")["Location"] == "/accounts/"
        assert proof(browser) == Proof.RECENT_SECOND_FACTOR
        assert OidcSecondFactor.objects.count() == 1

    @pytest.mark.parametrize(
        ("claims", "code"),
        [
            ({"auth_time": None}, "not_shown_anew"),
            ({"auth_time": 16 * 60}, "not_shown_anew"),
            ({"acr": "urn:one"}, "no_second_factor"),
            ({"sub": "subject-2"}, "somebody_else_now"),
        ],
    )
    def test_only_if_shown_anew_by_the_same_person(self, browser, local, provider, claims, code):
        if claims.get("auth_time"):
            claims = {"auth_time": int(time.time()) - claims["auth_time"]}
        local.claims |= claims
        assert travel(browser, local, provider).status_code == 403
        assert proof(browser) == Proof.SECOND_FACTOR
        assert Entry.objects.get(event=Event.IDENTITY_REFUSED).reason == code

    def test_a_provider_that_was_unlinked_takes_its_proof_along(self, browser, identity):
        identity.delete()
        assert proof(browser) == Proof.PASSWORD
