"""The word of one organisation's provider makes no way into the others that somebody works for."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from qsessions.models import Session

from portal.accounts import factors
from portal.accounts.models import FactorReset, OidcIdentity, RecoveryDevice, TotpDevice
from portal.accounts.oidc import flow
from portal.accounts.services import issue_enrolment
from portal.accounts.services.forgotten import links
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, TotpDeviceFactory, code_of

from .conftest import come_back, leave, travel

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, local, provider, identity):
    """Somebody whom the provider let in, with a second factor of a moment ago."""
    local.claims = {"acr": "urn:two", "auth_time": int(timezone.now().timestamp())}
    assert travel(client, local, provider).status_code == 302
    return client


@pytest.fixture
def elsewhere(user):
    return MembershipFactory(user=user)


def add_app(browser) -> None:
    page = browser.get(reverse("accounts:factor_add_app"))
    key = factors.from_base32(page.context["secret"].replace(" ", ""))
    data = {"sealed": page.context["sealed"], "code": code_of(key), "name": ""}
    browser.post(reverse("accounts:factor_add_app"), data)


def test_who_works_for_no_other_adds_a_factor(browser, user):
    add_app(browser)
    assert TotpDevice.objects.filter(user=user).exists()


def said_why(response) -> bool:
    assert response.status_code == 403
    assert "U werkt ook voor een andere organisatie" in response.content.decode()
    assert Entry.objects.filter(outcome=Outcome.DENIED).latest("pk").reason == "vouched_for_one"
    return True


def test_who_does_adds_none_and_hears_why(browser, elsewhere, user):
    for name in ("accounts:factor_add_app", "accounts:factor_add_passkey", "accounts:recovery_codes"):
        page = browser.get(reverse(name))
        assert said_why(page)
        assert reverse("accounts:sign_out") in page.content.decode(), "a way on"
    data = {"sealed": factors.seal_new_key(factors.new_key(), user=user), "code": "123456", "name": ""}
    assert said_why(browser.post(reverse("accounts:factor_add_app"), data))
    assert not TotpDevice.objects.filter(user=user).exists()
    for name in ("accounts:passkey_add_begin", "accounts:passkey_add_complete"):
        assert browser.post(reverse(name), json.dumps({}), content_type="application/json").status_code == 404


def test_nor_recovery_codes(browser, elsewhere, user):
    TotpDeviceFactory(user=user)
    assert said_why(browser.post(reverse("accounts:recovery_codes"), {"instead_of": "0"}))
    assert not RecoveryDevice.objects.filter(user=user).exists()


def test_nor_names_or_removes_one(browser, elsewhere, user):
    app = TotpDeviceFactory(user=user)
    for name in ("accounts:factor_rename", "accounts:factor_remove"):
        assert said_why(browser.post(reverse(name, args=["app", app.pk]), {"name": "x"}))
    app.refresh_from_db()
    assert app.name == "Authenticator"


def test_nor_a_new_password_with_the_mailbox_alone(browser, elsewhere, user):
    TotpDeviceFactory(user=user)
    user.refresh_from_db()
    token = f"{user.public_id.hex}-{links.make_token(user)}"
    new = "een heel ander lang wachtwoord"
    response = browser.post(reverse("accounts:password_renew", args=[token]), {"password": new, "repeated": new})
    assert response.status_code == 422
    user.refresh_from_db()
    assert not user.check_password(new)


def test_nor_a_first_factor_by_a_ticket(browser, elsewhere, user):
    ticket = issue_enrolment(granted_by=None, user=user)
    page = browser.get(reverse("accounts:enrol", args=[ticket]))
    key = factors.from_base32(page.context["secret"].replace(" ", ""))
    browser.post(reverse("accounts:enrol", args=[ticket]), {"code": code_of(key)})
    assert not TotpDevice.objects.filter(user=user).exists()


def test_nor_completes_a_reset(browser, elsewhere, user, provider):
    app = TotpDeviceFactory(user=user)
    now = timezone.now()
    FactorReset.objects.create(
        user=user,
        requested_by=MembershipFactory().user,
        approved_by=MembershipFactory().user,
        organisation=provider.organisation,
        identity_check="in_person",
        requested_at=now,
        approved_at=now,
        not_before=now,
        expires_at=now + timedelta(days=1),
        cancel_hash="c" * 64,
        link_hash=factors.hash_token("link"),
    )
    assert browser.post(reverse("accounts:reset", args=["link"])).status_code == 404
    assert TotpDevice.objects.filter(pk=app.pk).exists()
    assert Entry.objects.filter(event=Event.RESET_COMPLETED).latest("pk").reason == "vouched_for_one"


def test_a_session_that_was_ended_on_the_way_links_nothing(client, sign_in, local, provider, user, monkeypatch):
    browser = sign_in(client, user)
    answer = local.visit(leave(browser, provider, "accounts:oidc_link"))
    exchange = flow.exchange

    def ended_meanwhile(*args, **kwargs):
        Session.objects.all().delete()
        return exchange(*args, **kwargs)

    monkeypatch.setattr(flow, "exchange", ended_meanwhile)
    again = come_back(browser, provider, answer)["Location"]
    assert browser.get(again).status_code == 403  # looked at again, the answer counts for nobody
    assert not OidcIdentity.objects.exists()
    assert not Session.objects.exists()


class TestAfterAPassword:
    """The second factor is the provider's word: it counts for its organisation, and for no other."""

    @pytest.fixture
    def other(self, user):
        """The name that comes first: without a choice one works for this organisation."""
        team = TeamFactory(organisation__name="AAA")
        MembershipFactory(user=user, team=team)
        return team.organisation

    @pytest.fixture
    def stepped_up(self, client, sign_in, local, provider, identity, other, user):
        sign_in(client, user, second_factor=False)
        local.claims = {"acr": "urn:two", "auth_time": int(timezone.now().timestamp())}
        assert travel(client, local, provider).status_code == 302
        return client

    def acting_for(self, client) -> str:
        return client.get(reverse("accounts:second_factor")).wsgi_request.actor.organisation_name

    def switch(self, client, organisation):
        return client.post(reverse("accounts:acting"), {"organisation": str(organisation.public_id)})

    def test_it_counts_for_its_own_organisation_which_one_works_for_from_then_on(self, stepped_up, provider):
        assert stepped_up.get(reverse("accounts:home")).status_code == 200
        assert self.acting_for(stepped_up) == provider.organisation.name
        assert Entry.objects.filter(event=Event.ACTING_SWITCHED).count() == 1

    def test_for_another_it_is_none(self, stepped_up, other):
        assert self.switch(stepped_up, other).status_code == 302
        for name in ("accounts:home", "dossiers:start", "accounts:acting"):
            assert stepped_up.get(reverse(name))["Location"].startswith(reverse("accounts:second_factor")), name

    def test_there_the_own_factor_counts_and_then_for_both(self, stepped_up, other, user, provider):
        app = TotpDeviceFactory(user=user)
        self.switch(stepped_up, other)
        code = code_of(factors.open_key(app.sealed_key, user=user))
        assert stepped_up.post(reverse("accounts:second_factor"), {"code": code}).status_code == 302
        assert self.acting_for(stepped_up) == "AAA"
        assert self.switch(stepped_up, provider.organisation).status_code == 302
        assert stepped_up.get(reverse("accounts:home")).status_code == 200

    def test_or_one_goes_back_to_where_it_counts(self, stepped_up, local, other, provider):
        self.switch(stepped_up, other)
        travel(stepped_up, local, provider)
        assert self.acting_for(stepped_up) == provider.organisation.name
        assert stepped_up.get(reverse("accounts:home")).status_code == 200

    def test_not_elsewhere_for_who_is_verified_here(self, client, sign_in, provider, identity, other, user):
        sign_in(client, user, team=other.teams.get())
        assert client.post(reverse("accounts:oidc_begin", args=[provider.public_id])).status_code == 404

    def test_it_adds_no_factor(self, stepped_up, user):
        assert said_why(stepped_up.get(reverse("accounts:factor_add_app")))
        TotpDeviceFactory(user=user)
        page = stepped_up.get(reverse("accounts:factor_add_app"))
        assert said_why(page)
        assert page.context["second_factor"], "the own factor can be shown here"

    def test_nor_a_password(self, stepped_up, user):
        TotpDeviceFactory(user=user)
        user.refresh_from_db()
        token = f"{user.public_id.hex}-{links.make_token(user)}"
        new = "een heel ander lang wachtwoord"
        page = stepped_up.post(reverse("accounts:password_renew", args=[token]), {"password": new, "repeated": new})
        assert page.status_code == 422


def test_the_same_answer_twice_at_the_same_time_is_one_session(client, local, provider, identity, monkeypatch):
    """The second one arrives while the first asks the provider for the tokens; the provider gives them twice."""
    answer = local.visit(leave(client, provider))
    exchange, came = flow.exchange, []

    def meanwhile(*args, **kwargs):
        tokens = exchange(*args, **kwargs)
        if not came:
            came.append(None)
            monkeypatch.setattr(flow, "exchange", lambda *args, **kwargs: tokens)
            second = Client()
            second.cookies = client.cookies.copy()
            came[0] = come_back(second, provider, answer)
        return tokens

    monkeypatch.setattr(flow, "exchange", meanwhile)
    first = come_back(client, provider, answer)
    assert came[0].status_code == 403
    assert first.status_code == 302
    assert Session.objects.filter(user__isnull=False).count() == 1
    assert Entry.objects.filter(event=Event.SIGN_IN).count() == 1
