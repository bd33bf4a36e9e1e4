"""Recovery codes: each counts once, nobody sees them again, and what replaces them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from portal.accounts import recovery
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, RecoveryCode, RecoveryDevice
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TotpDeviceFactory, UserFactory, code_for

pytestmark = pytest.mark.django_db

URL = "accounts:recovery_codes"


@pytest.fixture
def user():
    return TotpDeviceFactory().user


@pytest.fixture
def codes(user):
    made = recovery.new_codes()
    recovery.keep(user=user, codes=made)
    return made


def use(client, code, **data):
    return client.post(reverse("accounts:second_factor"), {"with": "recovery", "code": code, **data})


def home(client):
    return client.get(reverse("accounts:home")).status_code


class TestRefusals:
    @pytest.mark.parametrize("code", ["", "12345", "1" * 24, "1" * 26, "x" * 25, "1" * 119])
    def test_the_shape(self, client, sign_in, user, codes, code):
        sign_in(client, user, second_factor=False)
        assert use(client, code).status_code == 422
        assert RecoveryDevice.objects.get().throttling_failure_count == 0, "no attempt"

    def test_a_used_one_and_a_wrong_one(self, client, sign_in, user, codes):
        sign_in(client, user, second_factor=False)
        assert use(client, codes[0]).status_code == 302
        response = use(client, codes[0])
        assert "al gebruikt" in str(response.context["form"].errors["code"])
        assert "klopt niet" in str(use(client, "1" * 25).context["form"].errors["code"])

    def test_somebody_elses(self, client, sign_in, codes):
        other = TotpDeviceFactory().user
        recovery.keep(user=other, codes=recovery.new_codes())
        sign_in(client, other, second_factor=False)
        assert use(client, codes[0]).status_code == 422
        assert home(client) == 302

    def test_guessing_gets_slower_and_does_not_stall_the_owner(self, user, codes):
        device = RecoveryDevice.objects.get()
        assert recovery.verify(device=device, code=codes[0], source="office")
        outcomes = [recovery.verify(device=device, code="1" * 25, source="elsewhere").code for _ in range(5)]
        assert outcomes == ["wrong", "wrong", "wrong", "wait", "wait"]
        assert recovery.verify(device=device, code=codes[1], source="elsewhere").code == "wait"
        assert recovery.verify(device=device, code=codes[1], source="office")

    def test_without_a_factor_to_build_upon_they_open_nothing(self, client, sign_in):
        user = UserFactory()
        codes = recovery.new_codes()
        recovery.keep(user=user, codes=codes)
        sign_in(client, user, second_factor=False)
        assert use(client, codes[0]).status_code == 403

    def test_making_them_needs_a_recent_second_factor(self, client, sign_in, user):
        sign_in(client, user, factor_age=timedelta(minutes=16))
        assert client.get(reverse(URL))["Location"].startswith(reverse("accounts:second_factor"))
        assert client.post(reverse(URL), {"instead_of": "0"}).status_code == 302
        assert not RecoveryCode.objects.exists()

    @pytest.mark.parametrize("number", ["7", "-1", "", "x", "9" * 5000])
    def test_a_page_that_is_sent_again_makes_no_new_ones(self, client, sign_in, user, codes, number):
        sign_in(client, user)
        before = set(RecoveryCode.objects.values_list("code_hash", flat=True))
        assert client.post(reverse(URL), {"instead_of": number}).status_code == 302
        assert set(RecoveryCode.objects.values_list("code_hash", flat=True)) == before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_succeeds():
    if connection.vendor != "postgresql":
        pytest.skip("threads that write at once need PostgreSQL")
    user = TotpDeviceFactory().user
    codes = recovery.new_codes()
    device = recovery.keep(user=user, codes=codes)
    results, start = [], threading.Barrier(6)

    def attempt(source):
        try:
            start.wait()
            results.append(bool(recovery.verify(device=device, code=codes[0], source=source)))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(f"place {at}",)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]


class TestTheWay:
    def test_shown_once_and_kept_nowhere(self, client, sign_in, user):
        sign_in(client, user)
        response = client.post(reverse(URL), {"instead_of": "0"})
        codes = response.context["codes"]
        assert len(set(codes)) == recovery.CODES
        assert response["Cache-Control"] == "no-store"
        assert all(code in response.content.decode() and code in response.context["download"] for code in codes)
        everything = str(list(RecoveryCode.objects.values())) + str(list(RecoveryDevice.objects.values()))
        everything += str(list(Entry.objects.values())) + str(list(OutgoingMessage.objects.values()))
        page = client.get(reverse(URL)).content.decode()
        for code in codes:
            assert code not in everything + page
            assert code.replace("-", "") not in everything + page
        assert Entry.objects.get(event=Event.RECOVERY_CODES_MADE).details == {"codes": 10}

    def test_83_bits(self):
        assert 10**recovery.DIGITS > 2**80

    @pytest.mark.parametrize("zero", ["٠", "۰", "0"])
    def test_in_any_digits_and_any_grouping(self, client, sign_in, user, codes, zero):
        digits = {ord(str(n)): chr(ord(zero) + n) for n in range(10)}
        sign_in(client, user, second_factor=False)
        written = codes[0].replace("-", " \u2013 ").translate(digits)
        response = use(client, written, next="/accounts/acting/")
        assert response["Location"] == "/accounts/acting/"
        assert home(client) == 200

    def test_using_one_mails_the_owner_and_asks_for_a_new_factor(self, client, sign_in, user, codes):
        sign_in(client, user, second_factor=False)
        use(client, codes[0])
        message = OutgoingMessage.objects.get(kind=MessageKind.RECOVERY_CODE_USED)
        assert (message.user, message.path) == (user, reverse("accounts:factors"))
        assert "nog 9 codes" in client.get(reverse("accounts:home")).content.decode()
        row = Entry.objects.get(event=Event.SECOND_FACTOR_USED)
        assert row.details == {"kind": "recovery"}

    def test_new_ones_void_the_old_and_what_those_verified(self, client, sign_in, user, codes):
        sign_in(client, user, second_factor=False)
        use(client, codes[0])
        assert home(client) == 200
        owner = sign_in(type(client)(), user)
        present = RecoveryDevice.objects.get().pk
        assert owner.post(reverse(URL), {"instead_of": str(present)}).status_code == 200
        assert home(client) == 302, "somebody who came in with an old code is out"
        assert home(owner) == 200
        assert use(client, codes[1]).status_code == 422

    def test_who_makes_new_ones_by_means_of_an_old_one_stays_in(self, client, sign_in, user, codes):
        sign_in(client, user, second_factor=False)
        use(client, codes[0])
        present = RecoveryDevice.objects.get().pk
        assert client.post(reverse(URL), {"instead_of": str(present)}).status_code == 200
        assert home(client) == 200

    def test_the_key_of_the_hashes_is_sealed_anew(self, settings, user, codes):
        from django.core.management import call_command

        from portal.settings.keys import make

        old, new = settings.ACCOUNTS_SECRETS_KEY, make("accounts")
        settings.ACCOUNTS_SECRETS_KEY = f"{new},{old}"
        call_command("rotate_account_secrets")
        settings.ACCOUNTS_SECRETS_KEY = new
        assert recovery.verify(device=RecoveryDevice.objects.get(), code=codes[0], source="")

    def test_the_app_comes_first_and_a_link_leads_to_the_codes(self, client, sign_in, user, codes):
        sign_in(client, user, second_factor=False)
        page = client.get(reverse("accounts:second_factor"), {"next": "/accounts/acting/"})
        assert page.context["kind"] == "app"
        link = page.context["others"][0]["url"]
        page = client.get(link)
        assert (page.context["kind"], page.context["next"]) == ("recovery", "/accounts/acting/")
        assert client.post(reverse("accounts:second_factor"), {"code": code_for(user)}).status_code == 302
