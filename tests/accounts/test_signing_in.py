"""Password sign-in: one answer for every failure, a new session, a safe way onward."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from qsessions.models import Session

from portal.accounts import sessions
from portal.accounts.demo import create_demo_account
from portal.accounts.models import TotpDevice, User
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TeamFactory, TotpDeviceFactory, UserFactory, code_for

pytestmark = pytest.mark.django_db


def post_sign_in(client, email, password=PASSWORD, **data):
    return client.post(reverse("accounts:sign_in"), {"email": email, "password": password, **data})


def test_the_way_in_is_password_then_code_then_work(client):
    user = MembershipFactory().user
    TotpDeviceFactory(user=user)
    response = post_sign_in(client, user.email)
    assert (response.status_code, response["Location"]) == (302, reverse("accounts:second_factor"))
    response = client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
    assert (response.status_code, response["Location"]) == (302, reverse(settings.LOGIN_REDIRECT_URL))
    assert client.get(reverse("accounts:home")).status_code == 200
    events = [Event.SIGN_IN, Event.DEVICE_NEW, Event.SECOND_FACTOR_USED]
    assert list(Entry.objects.values_list("event", flat=True)) == events
    assert Entry.objects.first().actor_id == str(user.public_id)


def test_the_form_helps_password_managers_and_telephones(client):
    user = UserFactory()
    TotpDeviceFactory(user=user)
    page = client.get(reverse("accounts:sign_in")).content.decode()
    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page
    post_sign_in(client, user.email)
    page = client.get(reverse("accounts:second_factor")).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{}\t"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_the_address_is_the_same_in_any_case(client, spelling, case):
    user = UserFactory()
    assert post_sign_in(client, spelling.format(case(user.email))).status_code == 302


def test_a_password_alone_is_no_sign_in(client):
    """What stands in the list of who has access, and keeps an account awake, is a complete sign-in."""
    user = MembershipFactory().user
    TotpDeviceFactory(user=user)
    post_sign_in(client, user.email)
    user.refresh_from_db()
    assert user.last_login is None
    client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
    user.refresh_from_db()
    first = user.last_login
    assert first is not None
    TotpDevice.objects.update(last_step=-1)
    client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
    user.refresh_from_db()
    assert user.last_login == first, "a renewed check is no other sign-in"


class TestSessions:
    def test_a_session_known_beforehand_is_not_the_one_that_signs_in(self, client):
        user = UserFactory()
        TotpDeviceFactory(user=user)
        planted = client.session
        planted["planted"] = True
        planted.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
        keys = [planted.session_key]
        post_sign_in(client, user.email)
        keys.append(client.session.session_key)
        assert "planted" not in client.session
        client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
        keys.append(client.session.session_key)
        assert len(set(keys)) == 3
        assert not Session.objects.filter(session_key__in=keys[:2]).exists()

    def test_signing_in_again_forgets_the_second_factor(self, client, sign_in):
        user = UserFactory()
        sign_in(client, user)
        assert client.get(reverse("accounts:home")).status_code == 200
        post_sign_in(client, user.email)
        assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:second_factor"))

    def test_signing_in_as_somebody_else_leaves_nothing(self, client, sign_in):
        first, second = MembershipFactory().user, MembershipFactory().user
        sign_in(client, first)
        old = client.session.session_key
        post_sign_in(client, second.email)
        assert client.session["_auth_user_id"] == str(second.pk)
        assert sessions.SECOND_FACTOR_AT not in client.session
        assert not Session.objects.filter(session_key=old).exists()

    @pytest.mark.parametrize(
        ("key", "age", "lives"),
        [
            (sessions.SEEN_AT, timedelta(minutes=29), True),
            (sessions.SEEN_AT, timedelta(minutes=31), False),
            (sessions.STARTED_AT, timedelta(hours=11), True),
            (sessions.STARTED_AT, timedelta(hours=12, seconds=5), False),
        ],
    )
    def test_idle_and_absolute_limits(self, client, sign_in, key, age, lives):
        sign_in(client, UserFactory())
        session = client.session
        session[key] -= age.total_seconds()
        session.save()
        response = client.get(reverse("accounts:home"))
        assert response.status_code == (200 if lives else 302)
        if not lives:
            assert response["Location"].startswith(reverse("accounts:sign_in"))
            assert not Session.objects.filter(session_key=session.session_key).exists()

    def test_work_moves_the_idle_limit_along(self, client, sign_in):
        sign_in(client, UserFactory())
        session = client.session
        session[sessions.SEEN_AT] -= 25 * 60
        session.save()
        before = session[sessions.SEEN_AT]
        client.get(reverse("accounts:home"))
        assert client.session[sessions.SEEN_AT] > before + 20 * 60

    def test_a_session_that_does_not_say_when_it_began_is_over(self, client):
        client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:sign_in"))

    def test_sign_out_ends_it_on_the_server(self, client, sign_in):
        user = UserFactory()
        sign_in(client, user)
        key = client.session.session_key
        assert client.get(reverse("accounts:sign_out")).status_code == 405
        assert client.post(reverse("accounts:sign_out")).status_code == 302
        assert not Session.objects.filter(session_key=key).exists()
        assert Entry.objects.get(event=Event.SIGN_OUT).actor_id == str(user.public_id)

    def test_an_inactive_user_is_out_at_the_next_request(self, client, sign_in):
        user = UserFactory()
        sign_in(client, user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:sign_in"))

    def test_an_audit_row_that_fails_stops_the_sign_in(self, client, monkeypatch):
        def broken(**kwargs):
            raise RuntimeError("no log")

        monkeypatch.setattr("portal.accounts.services.sessions.record", broken)
        client.raise_request_exception = False
        assert post_sign_in(client, UserFactory().email).status_code == 500
        assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:sign_in"))


GOOD_NEXT = ["/accounts/acting/", "/dossiers/persons/1/?a=b&c=%C3%A9"]
BAD_NEXT = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\n//evil.example",
    "accounts/",
    "/accounts/sign-in/?next=/x",
    "/" + "a" * 2000,
    "/%0a//evil.example\r\nSet-Cookie: a=b",
]


class TestNext:
    @pytest.mark.parametrize("address", GOOD_NEXT)
    def test_back_to_where_one_was(self, client, address):
        user = UserFactory()
        TotpDeviceFactory(user=user)
        response = post_sign_in(client, user.email, next=address)
        response = client.get(response["Location"])
        response = client.post(
            reverse("accounts:second_factor"), {"code": code_for(user), "next": response.context["next"]}
        )
        assert response["Location"] == address

    @pytest.mark.parametrize("address", BAD_NEXT)
    def test_never_elsewhere(self, client, address):
        user = UserFactory()
        TotpDeviceFactory(user=user)
        assert post_sign_in(client, user.email, next=address)["Location"] == reverse("accounts:second_factor")
        response = client.post(reverse("accounts:second_factor"), {"code": code_for(user), "next": address})
        assert response["Location"] == reverse(settings.LOGIN_REDIRECT_URL)

    @pytest.mark.parametrize("address", BAD_NEXT)
    def test_not_for_who_is_in_already_either(self, client, sign_in, address):
        sign_in(client, UserFactory())
        response = client.get(reverse("accounts:sign_in"), {"next": address})
        assert response["Location"] == reverse(settings.LOGIN_REDIRECT_URL)


class TestDemoAccounts:
    def test_do_not_sign_in_outside_a_demo(self, client, settings):
        from portal.accounts.demo import password_of

        user = create_demo_account(
            email="demo@example.org", name="D", team=TeamFactory(), roles=["sender"], first_page="/", seed="1"
        )
        settings.IS_TEST = False
        assert post_sign_in(client, user.email, password_of(seed="1", email=user.email)).status_code == 422
        settings.IS_TEST = True
        assert post_sign_in(client, user.email, password_of(seed="1", email=user.email)).status_code == 302
