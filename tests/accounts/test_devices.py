"""Browsers that are known again: whom a mail tells of a new one, and that a planted value helps nobody."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.accounts import checks, devices
from portal.accounts.enums import MessageKind
from portal.accounts.models import KnownDevice, OutgoingMessage
from portal.accounts.services import issue_enrolment
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TotpDeviceFactory, UserFactory, code_for

from .test_enrolment import link, ticket_code

pytestmark = pytest.mark.django_db

COOKIE = settings.DEVICE_COOKIE_NAME


@pytest.fixture
def user():
    user = MembershipFactory().user
    TotpDeviceFactory(user=user)
    return user


def password(client, user):
    return client.post(reverse("accounts:sign_in"), {"email": user.email, "password": PASSWORD})


def all_the_way(client, user, steps=0):
    password(client, user)
    return client.post(reverse("accounts:second_factor"), {"code": code_for(user, steps=steps)})


def mails():
    return OutgoingMessage.objects.filter(kind=MessageKind.NEW_DEVICE)


class TestANewOne:
    def test_mail_audit_row_and_cookie(self, client, user):
        response = all_the_way(client, user)
        cookie = response.cookies[COOKIE]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert cookie["max-age"] == 365 * 24 * 60 * 60
        assert mails().get().path == reverse("accounts:sessions")
        assert Entry.objects.get(event=Event.DEVICE_NEW).object_id == str(user.public_id)
        assert KnownDevice.objects.get().token_hash == devices.hash_device(cookie.value)
        assert cookie.value not in str(KnownDevice.objects.values())

    def test_is_not_known_from_a_password_alone(self, client, user):
        assert COOKIE not in password(client, user).cookies
        assert not KnownDevice.objects.exists()

    def test_is_known_the_next_time(self, client, user):
        all_the_way(client, user, steps=-1)
        client.post(reverse("accounts:sign_out"))
        assert COOKIE not in all_the_way(client, user, steps=0).cookies
        assert mails().count() == 1

    def test_the_very_first_needs_no_mail(self, client, sign_in):
        newcomer = MembershipFactory().user
        token = issue_enrolment(granted_by=None, user=newcomer)
        sign_in(client, newcomer, second_factor=False)
        response = client.post(link(token), {"code": ticket_code(newcomer)})
        assert COOKIE in response.cookies
        assert not mails().exists()

    def test_a_reader_gets_none(self, client):
        client.get("/nl/")
        client.get(reverse("accounts:sign_in"))
        assert COOKIE not in client.cookies


class TestOneBrowserForTwo:
    def test_each_has_a_value_of_its_own(self, client, user):
        other = UserFactory()
        TotpDeviceFactory(user=other)
        all_the_way(client, user)
        client.post(reverse("accounts:sign_out"))
        all_the_way(client, other)
        assert len(client.cookies[COOKIE].value.split(".")) == 2
        assert KnownDevice.objects.values("token_hash").distinct().count() == 2
        assert mails().count() == 2

    def test_a_planted_value_is_not_taken_over(self, user):
        """Whoever put a value into the victim's browser must not have a known device of the victim afterwards."""
        planted = "A" * 43
        victim, attacker = Client(), Client()
        victim.cookies[COOKIE] = attacker.cookies[COOKIE] = planted
        all_the_way(victim, user)
        assert mails().count() == 1
        request = attacker.get("/nl/").wsgi_request
        assert devices.known_device(request, email=user.email) == ""

    @pytest.mark.parametrize("value", ["", "x", ".".join(["B" * 43] * 50), "é" * 43, "a.b;c", "." * 4000])
    def test_nonsense_is_no_device(self, rf, user, value):
        request = rf.get("/")
        request.COOKIES[COOKIE] = value
        assert devices.known_device(request, email=user.email) == ""
        assert len(devices.tokens_of(request)) <= devices.MOST_A_BROWSER


def test_their_number_is_bounded(rf, user):
    for _ in range(devices.MOST_A_USER + 3):
        assert devices.recognise(rf.get("/"), user=user)
    assert KnownDevice.objects.filter(user=user).count() == devices.MOST_A_USER


def test_another_users_device_is_not_ones_own(rf, user):
    request = rf.get("/")
    devices.recognise(request, user=user)
    again = rf.get("/")
    again.COOKIES[COOKIE] = request.device_cookie
    assert devices.known_device(again, email=user.email)
    assert devices.known_device(again, email=UserFactory().email) == ""
    assert devices.known_device(again, email="niemand@example.org") == ""


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox op Windows"),
        ("", "Onbekend apparaat"),
        ("curl/8", "curl"),
        ("\x00<script>", "Onbekend apparaat"),
    ],
)
def test_browsers_in_plain_words(agent, words):
    assert devices.describe(agent) == words


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({}, 0),
        ({"SESSION_COOKIE_NAME": "sessionid"}, 1),
        ({"DEVICE_COOKIE_SECURE": False}, 1),
        ({"CSRF_COOKIE_DOMAIN": "example.org"}, 1),
        ({"MESSAGE_STORAGE": "django.contrib.messages.storage.fallback.FallbackStorage"}, 1),
    ],
)
def test_every_cookie_of_production_is_bound_to_its_host(settings, change, errors):
    for name in ("SESSION", "CSRF", "DEVICE"):
        setattr(settings, f"{name}_COOKIE_NAME", f"__Host-{name.lower()}")
        setattr(settings, f"{name}_COOKIE_SECURE", True)
    for name, value in change.items():
        setattr(settings, name, value)
    assert len(checks.cookies_are_bound_to_the_host(None)) == errors
