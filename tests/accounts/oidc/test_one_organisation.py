"""The word of one organisation's provider makes no way into the others that somebody works for."""

import json
from datetime import timedelta

import pytest
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
from tests.factories import MembershipFactory, TotpDeviceFactory, code_of

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


def test_who_does_adds_none(browser, elsewhere, user):
    add_app(browser)
    assert not TotpDevice.objects.filter(user=user).exists()
    assert Entry.objects.filter(outcome=Outcome.DENIED).latest("pk").reason == "vouched_for_one"
    for name in ("accounts:passkey_add_begin", "accounts:passkey_add_complete"):
        assert browser.post(reverse(name), json.dumps({}), content_type="application/json").status_code == 404


def test_nor_recovery_codes(browser, elsewhere, user):
    TotpDeviceFactory(user=user)
    assert browser.post(reverse("accounts:recovery_codes"), {"instead_of": "0"}).status_code == 404
    assert not RecoveryDevice.objects.filter(user=user).exists()
    assert Entry.objects.filter(outcome=Outcome.DENIED).latest("pk").reason == "vouched_for_one"


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
