"""A forgotten password: the link in the mail, and the second factor that it asks for. What is refused comes first."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import recovery
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, RecoveryCode, User
from portal.accounts.sealing import unseal
from portal.accounts.services import forgotten
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TotpDeviceFactory, code_for

from .authenticators import HOST, SoftKey, post_json

pytestmark = pytest.mark.django_db

NEW = "een andere lange zin"
TWICE = {"password": NEW, "repeated": NEW}
ADD = ("accounts:passkey_add_begin", "accounts:passkey_add_complete")


@pytest.fixture
def user():
    made = MembershipFactory().user
    TotpDeviceFactory(user=made)
    return made


@pytest.fixture
def codes(user):
    made = recovery.new_codes()
    recovery.keep(user=user, codes=made)
    return made


@pytest.fixture
def key(user, sign_in):
    made, browser = SoftKey(), sign_in(Client(), user)
    options = post_json(browser, reverse(ADD[0]), {}).json()
    assert post_json(browser, reverse(ADD[1]), {"credential": made.create(options)}).status_code == 200
    return made


@pytest.fixture
def key_only(user, key):
    user.totpdevice_set.all().delete()
    return key


def link_for(user: User) -> str:
    Client().post(reverse("accounts:password_forgotten"), {"email": user.email})
    message = OutgoingMessage.objects.filter(user=user, kind=MessageKind.PASSWORD_FORGOTTEN).latest("pk")
    return message.path + unseal(message.secret, owner=str(message.public_id)).decode() + "/"


def show(browser: Client, link: str, key: SoftKey):
    options = post_json(browser, f"{link}passkey/begin/", {}).json()
    return post_json(browser, f"{link}passkey/complete/", {"credential": key.get(options)})


def choose(browser: Client, link: str, **more: str):
    return browser.post(link, TWICE | more, headers={"host": HOST})


def password_is(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


class TestRefused:
    @pytest.mark.parametrize("kind", ["", "app", "recovery", "passkey", "none", "vouched"])
    def test_the_link_alone_whatever_one_says_to_have(self, client, user, codes, key, kind):
        link = link_for(user)
        for code in ({}, {"code": ""}, {"code": "0" * 25}):
            assert choose(client, link, **({"with": kind} if kind else {}), **code).status_code == 422
        assert password_is(user, PASSWORD)
        assert client.get(reverse("accounts:second_factor")).status_code == 302  # and nobody is signed in

    def test_the_link_alone_for_who_has_a_passkey_only(self, client, user, key_only):
        link = link_for(user)
        for more in (
            {},
            {"with": "passkey"},
            {"with": "app", "code": "123456"},
            {"with": "recovery", "code": "1" * 25},
        ):
            assert choose(client, link, **more).status_code == 422
        assert password_is(user, PASSWORD)

    def test_an_account_without_a_factor_gets_no_link_even_one_from_before(self, client, user):
        link = link_for(user)
        user.totpdevice_set.all().delete()
        assert client.get(link).status_code == 404
        assert choose(client, link).status_code == 404
        mails = OutgoingMessage.objects.count()
        client.post(reverse("accounts:password_forgotten"), {"email": user.email})
        assert OutgoingMessage.objects.count() == mails

    def test_codes_on_paper_are_no_factor_by_themselves(self, client, user, codes):
        link = link_for(user)
        user.totpdevice_set.all().delete()
        assert choose(client, link, **{"with": "recovery", "code": codes[0]}).status_code == 404
        assert password_is(user, PASSWORD)

    def test_a_code_on_paper_that_was_used(self, client, user, codes):
        assert choose(client, link_for(user), **{"with": "recovery", "code": codes[0]}).status_code == 302
        again = client.post(
            link_for(user), {"password": PASSWORD, "repeated": PASSWORD, "with": "recovery", "code": codes[0]}
        )
        assert again.status_code == 422
        assert "al gebruikt" in again.content.decode()
        assert password_is(user, NEW)

    @pytest.mark.parametrize("kind", ["app", "recovery"])
    def test_guessing_is_counted_with_the_sign_in(self, client, user, codes, kind, sign_in):
        link = link_for(user)
        wrong = "000000" if kind == "app" else "1" * 25
        right = code_for(user) if kind == "app" else codes[0]
        for _ in range(4):
            choose(client, link, **{"with": kind, "code": wrong})
        refused = choose(client, link, **{"with": kind, "code": right})
        assert refused.status_code == 422
        assert "te veel foute codes" in refused.content.decode()
        elsewhere = sign_in(Client(REMOTE_ADDR="203.0.113.7"), user, second_factor=False)
        page = elsewhere.post(reverse("accounts:second_factor"), {"with": kind, "code": right})
        assert "te veel foute codes" in page.content.decode()
        assert password_is(user, PASSWORD)
        failed = Entry.objects.filter(event=Event.SECOND_FACTOR_FAILED, outcome=Outcome.FAILED)
        assert {row.details["kind"] for row in failed} == {kind}

    def test_a_password_that_may_not_be_costs_no_code(self, client, user, codes):
        refused = client.post(
            link_for(user), {"password": "kort", "repeated": "kort", "with": "recovery", "code": codes[0]}
        )
        assert refused.status_code == 422
        assert not RecoveryCode.objects.exclude(used_at=None).exists()

    def test_a_passkey_of_somebody_else(self, client, user, key, sign_in):
        other, theirs = TotpDeviceFactory().user, SoftKey()
        browser = sign_in(Client(), other)
        options = post_json(browser, reverse(ADD[0]), {}).json()
        post_json(browser, reverse(ADD[1]), {"credential": theirs.create(options)})
        link = link_for(user)
        assert show(client, link, theirs).status_code == 422
        assert choose(client, link).status_code == 422
        assert password_is(user, PASSWORD)
        assert Entry.objects.get(event=Event.SECOND_FACTOR_FAILED).details["kind"] == "passkey"

    def test_a_passkey_shown_for_another_link_or_in_another_browser(self, client, user, key):
        first = link_for(user)
        assert show(client, first, key).status_code == 200
        second = first.replace(first.rsplit("-", 1)[1], "x" * 8 + "/")
        assert choose(client, second).status_code == 404
        assert choose(Client(), first).status_code == 422
        assert password_is(user, PASSWORD)

    def test_a_passkey_shown_too_long_ago_or_taken_away_since(self, client, user, key):
        link = link_for(user)
        assert show(client, link, key).status_code == 200
        session = client.session
        kept = session[forgotten.KEY_SHOWN]
        session[forgotten.KEY_SHOWN] = kept | {"at": kept["at"] - forgotten.KEY_COUNTS_SECONDS - 1}
        session.save()
        assert choose(client, link).status_code == 422
        session[forgotten.KEY_SHOWN] = kept
        session.save()
        WebAuthnCredential.objects.all().delete()
        assert choose(client, link).status_code == 422
        assert password_is(user, PASSWORD)

    def test_a_challenge_twice_or_by_a_link_that_does_not_count(self, client, user, key):
        link = link_for(user)
        options = post_json(client, f"{link}passkey/begin/", {}).json()
        answer = key.get(options)
        assert post_json(client, f"{link}passkey/complete/", {"credential": answer}).status_code == 200
        again = post_json(client, f"{link}passkey/complete/", {"credential": answer})
        assert (again.status_code, again.json()["code"]) == (422, "expired")
        assert choose(client, link).status_code == 422  # the refusal took the proof back
        closed = reverse("accounts:passkey_renew_begin", args=["x"])
        assert post_json(client, closed, {}).json()["code"] == "expired"


class TestWorks:
    def test_with_a_passkey_for_who_has_nothing_else(self, client, user, key_only, sign_in):
        here = sign_in(Client(), user)
        link = link_for(user)
        page = client.get(link, headers={"host": HOST}).content.decode()
        assert 'data-passkey="get"' in page
        assert 'type="password"' not in page
        anonymous = client.session.session_key
        shown = show(client, link, key_only)
        assert shown.json()["redirect_url"] == link
        assert client.session.session_key != anonymous
        assert client.get(reverse("accounts:second_factor")).status_code == 302  # it signs nobody in
        assert 'type="password"' in client.get(link, headers={"host": HOST}).content.decode()
        assert choose(client, link)["Location"] == reverse("accounts:sign_in")
        assert password_is(user, NEW)
        assert here.get(reverse("accounts:home")).status_code == 302
        assert choose(client, link).status_code == 404
        assert OutgoingMessage.objects.filter(user=user, kind=MessageKind.PASSWORD_CHANGED).count() == 1

    def test_with_a_code_on_paper_which_its_owner_hears_of(self, client, user, codes):
        link = link_for(user)
        page = client.get(f"{link}?with=recovery").content.decode()
        assert "Herstelcode" in page
        persian = codes[3].translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        assert choose(client, link, **{"with": "recovery", "code": persian}).status_code == 302
        assert password_is(user, NEW)
        assert RecoveryCode.objects.exclude(used_at=None).count() == 1
        assert OutgoingMessage.objects.filter(user=user, kind=MessageKind.RECOVERY_CODE_USED).count() == 1

    def test_every_own_way_is_offered(self, client, user, codes, key):
        link = link_for(user)
        page = client.get(f"{link}?with=app", headers={"host": HOST}).content.decode()
        assert "?with=passkey" in page
        assert "?with=recovery" in page
        assert "?with=app" not in page
