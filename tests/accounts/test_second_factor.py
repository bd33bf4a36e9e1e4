"""Codes: which count, how often, and what guessing costs."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.accounts import factors, guessing, sealing
from portal.accounts.models import FactorSource, TotpDevice
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TOTP_KEY, TotpDeviceFactory, UserFactory, code_for, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return TotpDeviceFactory()


def wrong_code(user) -> str:
    right = {code_for(user, steps=steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def use(client, code, **data):
    return client.post(reverse("accounts:second_factor"), {"code": code, **data})


class TestCodes:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_one_step_to_either_side(self, device, steps):
        assert factors.verify(device=device, code=code_for(device.user, steps=steps), source="")

    @pytest.mark.parametrize("steps", [-3, -2, 41, -41])
    def test_no_further(self, device, steps):
        assert factors.verify(device=device, code=code_for(device.user, steps=steps), source="").code == "wrong"

    @pytest.mark.parametrize(("steps", "minutes"), [(2, 1), (20, 10), (40, 20), (-4, -2), (-20, -10)])
    def test_a_clock_that_is_off_is_told_and_not_let_in(self, device, steps, minutes):
        verification = factors.verify(device=device, code=code_for(device.user, steps=steps), source="")
        assert (verification.ok, verification.code, verification.minutes) == (False, "clock", minutes)

    def test_what_the_answer_about_the_clock_told_never_counts(self, device):
        code = code_for(device.user, steps=2)
        assert factors.verify(device=device, code=code, source="").code == "clock"
        device.refresh_from_db()
        assert device.burnt_steps == [factors.this_step() + 2]
        TotpDevice.objects.update(burnt_steps=[factors.this_step()])  # as if its time had come
        assert factors.verify(device=device, code=code_for(device.user), source="").code == "used"

    def test_the_page_says_what_to_do_about_the_clock(self, client, sign_in, device):
        sign_in(client, device.user, second_factor=False)
        response = use(client, code_for(device.user, steps=-20))
        assert response.status_code == 422
        assert "loopt 10 minuten achter" in str(response.context["form"].errors["code"])

    @pytest.mark.parametrize(
        "written",
        [
            "123456",
            " 123 456 ",
            "123-456",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "\u200f١٢٣ ٤٥٦",
            "１２３４５６",
            "123\u00a0456",
            "፩፪፫፬፭፮",
        ],
    )
    def test_any_digits_any_spaces(self, written):
        assert factors.clean_code(written) == "123456"

    @pytest.mark.parametrize("written", ["", "12345", "1234567", "12345a", "¹²³⁴⁵⁶", "1e5000", "一二三四五六"])
    def test_nothing_else(self, written):
        assert factors.clean_code(written) == ""

    def test_persian_digits_sign_in(self, client, sign_in, device):
        sign_in(client, device.user, second_factor=False)
        persian = code_for(device.user).translate({ord(str(n)): chr(0x06F0 + n) for n in range(10)})
        assert use(client, persian).status_code == 302

    def test_the_library_asks_the_same_rules(self, device):
        code = code_for(device.user)
        assert device.verify_token(code) is True
        assert device.verify_token(code) is False


class TestReplay:
    def test_a_code_counts_once(self, device):
        code = code_for(device.user)
        assert factors.verify(device=device, code=code, source="a")
        assert factors.verify(device=device, code=code, source="a").code == "used"

    def test_an_older_code_does_not_count_after_a_newer(self, device):
        assert factors.verify(device=device, code=code_for(device.user, steps=1), source="")
        assert factors.verify(device=device, code=code_for(device.user), source="").code == "used"

    def test_a_stale_copy_of_the_row_does_not_matter(self, device):
        stale = TotpDevice.objects.get(pk=device.pk)
        code = code_for(device.user)
        assert factors.verify(device=device, code=code, source="")
        assert not factors.verify(device=stale, code=code, source="")

    def test_the_page_says_wait_for_the_next(self, client, sign_in, device):
        sign_in(client, device.user)
        code = code_for(device.user)
        assert use(client, code).status_code == 302
        response = use(client, code)
        assert response.status_code == 422
        assert "al gebruikt" in str(response.context["form"].errors["code"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_succeeds():
    if connection.vendor != "postgresql":
        pytest.skip("threads that write at once need PostgreSQL")
    device = TotpDeviceFactory()
    FactorSource.objects.create(user=device.user, source="known")
    code, results, start = code_for(device.user), [], threading.Barrier(8)

    def attempt(source):
        try:
            start.wait()
            results.append(bool(factors.verify(device=device, code=code, source=source)))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=("known" if at % 2 else "",)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True]


class TestGuessing:
    def test_guesses_get_slower(self, device):
        code = wrong_code(device.user)
        outcomes = [factors.verify(device=device, code=code, source="").code for _ in range(6)]
        assert outcomes == ["wrong", "wrong", "wrong", "wait", "wait", "wait"]
        later = timezone.now() - timedelta(seconds=2)
        TotpDevice.objects.update(throttling_failure_timestamp=later)
        assert factors.verify(device=device, code=code, source="").code == "wrong"
        assert factors.verify(device=device, code=code, source="").wait in (1, 2)

    def test_the_wait_is_bounded(self, device):
        TotpDevice.objects.update(throttling_failure_count=500, throttling_failure_timestamp=timezone.now())
        outcome = factors.verify(device=device, code=code_for(device.user), source="")
        assert outcome.code == "wait"
        assert outcome.wait <= guessing.LONGEST_WAIT_SECONDS

    def test_guessing_elsewhere_does_not_stall_the_owner(self, device):
        assert factors.verify(device=device, code=code_for(device.user, steps=-1), source="office")
        for _ in range(10):
            factors.verify(device=device, code=wrong_code(device.user), source="elsewhere")
        assert factors.verify(device=device, code=code_for(device.user), source="elsewhere").code == "wait"
        assert factors.verify(device=device, code=code_for(device.user), source="office")
        assert TotpDevice.objects.get().throttling_failure_count > 0, "the owner's success frees nobody else"

    def test_a_right_code_clears_the_count(self, device):
        factors.verify(device=device, code=wrong_code(device.user), source="")
        assert factors.verify(device=device, code=code_for(device.user), source="")
        assert TotpDevice.objects.get().throttling_failure_count == 0

    def test_waiting_writes_no_audit_rows(self, client, sign_in, device):
        sign_in(client, device.user, second_factor=False)
        for _ in range(8):
            use(client, wrong_code(device.user))
        assert Entry.objects.filter(event=Event.SECOND_FACTOR_FAILED).count() == 3


class TestStepUp:
    def test_renews_the_time_and_changes_the_key(self, client, sign_in, device):
        sign_in(client, device.user, factor_age=timedelta(hours=1))
        before = client.session.session_key
        response = client.get(reverse("accounts:second_factor"), {"next": "/accounts/acting/"})
        assert response.context["again"] is True
        response = use(client, code_for(device.user), next="/accounts/acting/")
        assert response["Location"] == "/accounts/acting/"
        assert client.session.session_key != before
        assert timezone.now().timestamp() - client.session["second_factor_at"] < 60

    def test_a_removed_device_takes_its_proof_along(self, client, sign_in, device):
        sign_in(client, device.user)
        device.delete()
        assert client.get(reverse("accounts:home"))["Location"].startswith(reverse("accounts:second_factor"))

    def test_without_a_factor_the_page_leads_nowhere(self, client, sign_in):
        sign_in(client, UserFactory(), second_factor=False)
        for response in (client.get(reverse("accounts:second_factor")), use(client, "123456")):
            assert response.status_code == 403
            assert b'name="code"' not in response.content

    def test_another_users_code_does_not_count(self, client, sign_in, device):
        other = TotpDeviceFactory(sealed_key="", user=UserFactory())
        other.sealed_key = factors.seal_key(b"another key, 20 byte", user=other.user)
        other.save()
        sign_in(client, other.user, second_factor=False)
        assert use(client, code_of(TOTP_KEY)).status_code == 422


class TestSealing:
    def test_the_key_is_not_readable_in_the_row(self, device):
        stored = TotpDevice.objects.get().sealed_key
        assert TOTP_KEY.decode() not in stored
        assert factors.as_base32(TOTP_KEY) not in stored

    def test_another_owners_row_does_not_open(self, device):
        with pytest.raises(sealing.UnsealableError):
            factors.open_key(device.sealed_key, user=UserFactory())

    def test_a_new_key_seals_and_the_old_one_still_opens(self, settings, device):
        from django.core.management import call_command

        from portal.settings.keys import make

        old, new = settings.ACCOUNTS_SECRETS_KEY, make("accounts")
        settings.ACCOUNTS_SECRETS_KEY = f"{new},{old}"
        assert factors.open_key(device.sealed_key, user=device.user) == TOTP_KEY
        call_command("rotate_account_secrets")
        settings.ACCOUNTS_SECRETS_KEY = new
        device.refresh_from_db()
        assert factors.open_key(device.sealed_key, user=device.user) == TOTP_KEY
        settings.ACCOUNTS_SECRETS_KEY = old
        with pytest.raises(sealing.UnsealableError):
            factors.open_key(device.sealed_key, user=device.user)
