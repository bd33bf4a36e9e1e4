"""The own factors: who may not change them, the last one that stays, and a further app."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import factors
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, TotpDevice
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TotpDeviceFactory, code_of

from .authenticators import SoftKey, post_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def app():
    return TotpDeviceFactory()


@pytest.fixture
def user(app):
    return app.user


@pytest.fixture
def owner(sign_in, user):
    return sign_in(Client(), user)


def add_key(client, name="Telefoon") -> WebAuthnCredential:
    options = post_json(client, reverse("accounts:passkey_add_begin"), {}).json()
    body = {"credential": SoftKey().create(options), "name": name}
    assert post_json(client, reverse("accounts:passkey_add_complete"), body).status_code == 200
    return WebAuthnCredential.objects.latest("pk")


def address(route, device):
    kind = "app" if isinstance(device, TotpDevice) else "passkey"
    return reverse(f"accounts:{route}", args=[kind, device.pk])


def new_app(client):
    """The page of a further app: what the form sends along, and the code of the new app."""
    page = client.get(reverse("accounts:factor_add_app"))
    key = factors.from_base32(page.context["secret"].replace(" ", ""))
    return page.context["sealed"], key


class TestRefusals:
    ROUTES = ("factor_remove", "factor_rename")

    @pytest.mark.parametrize("route", ROUTES)
    def test_somebody_elses_factor_is_not_there(self, owner, sign_in, route):
        theirs = add_key(sign_in(Client(), TotpDeviceFactory().user))
        for response in (owner.get(address(route, theirs)), owner.post(address(route, theirs), {"name": "x"})):
            assert response.status_code == 404
        theirs.refresh_from_db()
        assert theirs.name == "Telefoon"

    @pytest.mark.parametrize("path", ["app/99999999999999999999999", "app/0", "nothing/1", "oidc/1"])
    def test_what_does_not_exist(self, owner, path):
        assert owner.get(f"/accounts/factors/{path}/remove/").status_code == 404

    @pytest.mark.parametrize("age", [None, timedelta(minutes=16)])
    def test_without_a_recent_second_factor_nothing_changes(self, client, sign_in, user, app, age):
        sign_in(client, user, factor_age=age)
        for name in ("factor_add_app", "factor_add_passkey", "recovery_codes"):
            assert client.get(reverse(f"accounts:{name}"))["Location"].startswith(reverse("accounts:second_factor"))
        assert client.post(address("factor_remove", app)).status_code == 302
        assert client.post(reverse("accounts:factor_add_app"), {"sealed": "x", "code": "123456"}).status_code == 302
        assert TotpDevice.objects.get() == app

    def test_the_last_one_stays(self, owner, app):
        response = owner.post(address("factor_remove", app))
        assert response.status_code == 422
        assert "Dit is de laatste" in response.content.decode()
        assert TotpDevice.objects.get() == app

    def test_a_key_for_another_user_or_of_long_ago_makes_no_app(self, owner, user, sign_in, monkeypatch):
        sealed, key = new_app(sign_in(Client(), TotpDeviceFactory().user))
        data = {"sealed": sealed, "code": code_of(key)}
        assert owner.post(reverse("accounts:factor_add_app"), data).status_code == 302
        sealed, key = new_app(owner)
        monkeypatch.setattr(factors, "NEW_KEY_SECONDS", -1)
        assert (
            owner.post(reverse("accounts:factor_add_app"), {"sealed": sealed, "code": code_of(key)}).status_code == 302
        )
        assert not TotpDevice.objects.filter(user=user).exclude(last_step=-1).exists()

    def test_a_stored_key_is_no_new_one(self, owner, app):
        """The sealed text in the table is not the sealed text in the form."""
        data = {"sealed": app.sealed_key, "code": "123456"}
        assert owner.post(reverse("accounts:factor_add_app"), data).status_code == 302


class TestRemoving:
    def test_ends_the_proof_of_sessions_that_it_verified(self, owner, app, user):
        add_key(owner)
        assert owner.get(address("factor_remove", app)).context["in_use"] is True
        assert owner.post(address("factor_remove", app)).status_code == 302
        assert owner.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:second_factor"))
        assert OutgoingMessage.objects.filter(user=user, kind=MessageKind.FACTOR_REMOVED).count() == 1
        row = Entry.objects.get(event=Event.FACTOR_REMOVED)
        assert (row.reason, row.details) == ("owner", {"kind": "app", "factor": app.pk})

    def test_another_one_goes_and_the_session_gets_a_new_key(self, owner, app):
        key = add_key(owner)
        before = owner.session.session_key
        assert owner.post(address("factor_remove", key)).status_code == 302
        assert owner.session.session_key != before
        assert owner.get(reverse("accounts:home")).status_code == 200
        assert not WebAuthnCredential.objects.exists()


class TestAdding:
    def test_a_passkey_is_told_to_the_owner(self, owner, user):
        key = add_key(owner, name="  \u202eSleutel\u0000bos  \n")
        assert key.name == "Sleutelbos"
        assert OutgoingMessage.objects.get(kind=MessageKind.FACTOR_ADDED).user == user
        page = owner.get(reverse("accounts:factors")).content.decode()
        assert "Sleutelbos" in page
        assert Entry.objects.filter(event=Event.FACTORS_READ).count() == 1

    def test_another_app_takes_the_place_of_the_one_there_was(self, owner, user, app):
        sealed, key = new_app(owner)
        data = {"sealed": sealed, "code": code_of(key), "name": "Nieuwe telefoon"}
        assert owner.post(reverse("accounts:factor_add_app"), data).status_code == 302
        device = TotpDevice.objects.get(user=user)
        assert device.pk != app.pk
        assert device.name == "Nieuwe telefoon"
        assert owner.get(reverse("accounts:home")).status_code == 200, "the new app vouches for the session"
        events = Entry.objects.filter(event__in=[Event.FACTOR_REMOVED, Event.SECOND_FACTOR_ENROLLED])
        assert {(row.event, row.reason) for row in events} == {
            (Event.FACTOR_REMOVED, "replaced"),
            (Event.SECOND_FACTOR_ENROLLED, "further"),
        }
        assert factors.as_base32(key) not in owner.get(reverse("accounts:factors")).content.decode()

    def test_a_wrong_first_code_leaves_the_old_app(self, owner, app):
        sealed, key = new_app(owner)
        right = {code_of(key, steps=steps) for steps in range(-41, 42)}
        wrong = next(code for code in (f"{n:06}" for n in range(200)) if code not in right)
        response = owner.post(reverse("accounts:factor_add_app"), {"sealed": sealed, "code": wrong})
        assert response.status_code == 422
        assert response.context["sealed"] == sealed, "the app need not be set up again"
        response = owner.post(reverse("accounts:factor_add_app"), {"sealed": sealed, "code": code_of(key, steps=20)})
        assert "loopt 10 minuten voor" in str(response.context["form"].errors["code"])
        assert TotpDevice.objects.get() == app

    def test_looking_stores_nothing(self, owner, app):
        new_app(owner)
        assert TotpDevice.objects.get() == app


def test_another_name(owner, app):
    assert owner.post(address("factor_rename", app), {"name": "Mijn app"}).status_code == 302
    app.refresh_from_db()
    assert app.name == "Mijn app"


def test_the_page_says_for_what_and_leads_back(client, sign_in, user):
    sign_in(client, user, factor_age=timedelta(minutes=16))
    response = client.get(reverse("accounts:factor_add_app"), follow=True)
    assert "uw sleutels, app of herstelcodes veranderen" in response.content.decode()
    assert response.context["next"] == reverse("accounts:factor_add_app")
