"""Guessing passwords: it gets slow and stops, under every spelling and header, and it shuts no owner out."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import devices, lockout
from portal.accounts.models import SignInPace
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, TotpDeviceFactory, UserFactory

pytestmark = pytest.mark.django_db

SPELLINGS = [
    "lotte@example.org",
    "LOTTE@EXAMPLE.ORG",
    " lotte@example.org\t",
    "Lotte@Example.Org",
    "ｌｏｔｔｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
    "lotte@\u200bexample.org",
]


def attempt(client, email, password="fout"):
    return client.post(reverse("accounts:sign_in"), {"email": email, "password": password})


@pytest.fixture(autouse=True)
def clock_that_stands_still(monkeypatch):
    """Waits of a second do not pass because the machine is busy."""
    moment = timezone.now()
    monkeypatch.setattr(lockout, "timezone", SimpleNamespace(now=lambda: moment))


def let_time_pass(**time):
    """As if everything so far had happened earlier."""
    by = timedelta(**time)
    for row in SignInPace.objects.exclude(failed_at=None):
        SignInPace.objects.filter(pk=row.pk).update(failed_at=row.failed_at - by, touched_at=row.touched_at - by)
    for row in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=row.attempt_time - by)


@pytest.fixture
def user():
    return UserFactory(email="lotte@example.org")


@pytest.fixture
def known(rf, user):
    """A browser that the owner signed in with before, at the address that all others come from too."""
    request = rf.get("/")
    devices.recognise(request, user=user)
    client = Client()
    client.cookies[settings.DEVICE_COOKIE_NAME] = request.device_cookie
    return client


class TestOneCount:
    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        "spelling",
        [*SPELLINGS, "lötté@exámple.org", "lotte@examp le.org", "LOTTE@EXAMPLE.ORG\x00", "lo\u0301tte@example.org"],
    )
    def test_of_every_spelling(self, spelling):
        assert lockout.counted_name(spelling) == "lotte@example.org"

    @pytest.mark.sqlite
    @pytest.mark.parametrize("spelling", ["IRIS@x.nl", "iris@x.nl", "ırıs@x.nl", "İRİS@x.nl", "\u212aris@x.nl"])
    def test_of_the_dotless_i_and_the_kelvin_sign(self, spelling):
        assert lockout.counted_name(spelling) in {"iris@x.nl", "kris@x.nl"}

    @pytest.mark.parametrize("email", ["lotte@example.org", "onbekend@example.org"])
    def test_in_the_form_whether_known_or_not(self, user, email):
        spellings = [email, email.upper(), f" {email}\t", email.title()]
        statuses = [attempt(Client(), spellings[at % 4]).status_code for at in range(8)]
        assert statuses == [422] * 6 + [429] * 2

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_and_one_account(self, user, spelling):
        assert attempt(Client(), spelling, PASSWORD).status_code == 302

    @pytest.mark.parametrize(
        "header",
        [
            "HTTP_X_FORWARDED_FOR",
            "HTTP_X_REAL_IP",
            "HTTP_FORWARDED",
            "HTTP_X_CLIENT_IP",
            "HTTP_CF_CONNECTING_IP",
            "HTTP_TRUE_CLIENT_IP",
            "HTTP_X_CLUSTER_CLIENT_IP",
            "HTTP_USER_AGENT",
        ],
    )
    def test_of_every_header(self, user, header):
        for at in range(6):
            attempt(Client(**{header: f"192.0.2.{at}"}), user.email)
        assert attempt(Client(**{header: "192.0.2.99"}), user.email, PASSWORD).status_code == 429

    @pytest.mark.sqlite
    def test_of_one_subscriber(self, rf):
        def address(remote):
            return lockout.address_of(rf.get("/", REMOTE_ADDR=remote))

        assert address("2001:db8:1:1::1") == address("2001:db8:1:1:ffff::9") == address("2001:db8:1:7::1")
        assert address("2001:db8:1:1::1") != address("2001:db8:2:1::1")
        assert address("::ffff:192.0.2.1") == address("192.0.2.1") == "192.0.2.1"
        assert address("") == "0.0.0.0"


class TestOneAccountFromOneAddress:
    def test_ten_in_a_quarter_of_an_hour(self, user):
        for _ in range(10):
            let_time_pass(minutes=1)
            last = attempt(Client(), user.email)
        assert last.status_code == 429
        let_time_pass(minutes=6)
        response = attempt(Client(), user.email, PASSWORD)
        assert (response.status_code, response["Retry-After"]) == (429, "900")
        assert Entry.objects.filter(event=Event.SIGN_IN_FAILED, reason="locked").exists()

    def test_it_passes(self, user):
        for _ in range(12):
            let_time_pass(minutes=1)
            attempt(Client(), user.email)
        let_time_pass(minutes=16)
        assert attempt(Client(), user.email, PASSWORD).status_code == 302

    def test_waiting_writes_no_rows(self, user):
        for _ in range(12):
            attempt(Client(), user.email)
        assert Entry.objects.filter(event=Event.SIGN_IN_FAILED).count() == 6


class TestOneAddressForAllAccounts:
    @pytest.fixture
    def sprayed(self):
        for at in range(settings.LOCKOUT_ADDRESS_LIMIT):
            attempt(Client(), f"naam-{at}@example.org")

    def test_spraying_stops(self, user, sprayed):
        assert attempt(Client(), user.email, PASSWORD).status_code == 429
        assert attempt(Client(REMOTE_ADDR="192.0.2.7"), user.email, PASSWORD).status_code == 302

    def test_an_account_of_ones_own_does_not_wipe_the_count(self, user):
        for at in range(settings.LOCKOUT_ADDRESS_LIMIT):
            attempt(Client(), f"naam-{at}@example.org")
            if at % 20 == 19:
                attempt(Client(), user.email, PASSWORD)
        assert attempt(Client(), "ander@example.org").status_code == 429

    def test_a_known_device_behind_the_same_address_goes_on(self, known, user, sprayed):
        assert attempt(known, user.email, PASSWORD).status_code == 302


class TestNobodyIsShutOut:
    def test_by_a_stranger_elsewhere(self, user):
        for at in range(40):
            attempt(Client(REMOTE_ADDR=f"198.51.100.{at % 8}"), user.email)
        assert attempt(Client(REMOTE_ADDR="192.0.2.7"), user.email, PASSWORD).status_code == 302

    def test_by_a_stranger_at_the_same_address_on_a_known_device(self, known, user):
        for _ in range(15):
            let_time_pass(minutes=1)
            attempt(Client(), user.email)
        assert attempt(Client(), user.email, PASSWORD).status_code == 429
        assert attempt(known, user.email, PASSWORD).status_code == 302

    def test_a_known_device_has_a_bounded_count_too(self, known, user):
        for _ in range(6):
            attempt(known, user.email)
        assert attempt(known, user.email, PASSWORD).status_code == 429
        SignInPace.objects.update(failures=500)
        response = attempt(known, user.email, PASSWORD)
        assert int(response["Retry-After"]) <= lockout.LONGEST_WAIT_OF_KNOWN_DEVICE_SECONDS
        let_time_pass(seconds=61)
        assert attempt(known, user.email, PASSWORD).status_code == 302

    def test_the_owners_success_frees_no_stranger(self, known, user):
        for _ in range(7):
            attempt(Client(), user.email)
        attempt(known, user.email, PASSWORD)
        assert attempt(Client(), user.email).status_code == 429

    def test_somebody_elses_known_device_is_none(self, known, user):
        other = UserFactory()
        for _ in range(7):
            last = attempt(known, other.email)
        assert last.status_code == 429
        assert attempt(known, user.email, PASSWORD).status_code == 302


class TestThePace:
    def test_from_many_addresses_it_gets_slower(self, user):
        addresses = [f"198.51.100.{at // 7}" for at in range(8 * 7)]
        codes = [attempt(Client(REMOTE_ADDR=address), user.email).status_code for address in addresses]
        assert codes.count(422) <= 8 * lockout.FREE_FAILURES + 1

    def test_the_wait_is_bounded_whatever_the_clock_does(self):
        lockout.reserve(name="a", device="", address="1")
        SignInPace.objects.update(failures=500, failed_at=timezone.now() + timedelta(days=3))
        assert lockout.reserve(name="a", device="", address="1") <= lockout.LONGEST_WAIT_SECONDS

    def test_the_table_names_nobody_and_is_emptied(self, user):
        attempt(Client(), user.email)
        assert "lotte" not in str(list(SignInPace.objects.values()))
        assert lockout.clear_paces() == 0
        SignInPace.objects.update(touched_at=timezone.now() - timedelta(days=2))
        assert lockout.clear_paces() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_few_get_through():
    if connection.vendor != "postgresql":
        pytest.skip("threads that write at once need PostgreSQL")
    lockout.reserve(name="a", device="known", address="1")
    SignInPace.objects.update(failures=3)
    waits, start = [], threading.Barrier(8)

    def reserve():
        try:
            start.wait()
            waits.append(lockout.reserve(name="a", device="known", address="1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = sum(not wait for wait in waits)
    assert 1 <= passed <= 3
    assert SignInPace.objects.get().failures == 3 + passed


class TestThePages:
    def test_say_how_long_and_what_else(self, user):
        TotpDeviceFactory(user=user)
        for _ in range(7):
            response = attempt(Client(), user.email)
        page = response.content.decode()
        assert "Wacht 1 seconde" in page
        assert "herstel" in page
        assert "herstel" in Client().get(reverse("accounts:sign_in")).content.decode()
