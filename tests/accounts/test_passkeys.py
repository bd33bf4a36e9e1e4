"""Passkeys: what is refused, then what works, with a security key in software."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from qsessions.models import Session

from portal.accounts import passkeys
from portal.accounts.models import DemoAccount, EnrolmentTicket, TotpDevice, User
from portal.accounts.services import issue_enrolment, passwordless
from portal.accounts.tasks import clear_sessions
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import PASSWORD, TotpDeviceFactory, UserFactory

from .authenticators import HOST, SoftKey, post_json

pytestmark = pytest.mark.django_db

SIGN_IN = ("accounts:passkey_sign_in_begin", "accounts:passkey_sign_in_complete")
USE = ("accounts:passkey_use_begin", "accounts:passkey_use_complete")
ADD = ("accounts:passkey_add_begin", "accounts:passkey_add_complete")
ENROL = ("accounts:passkey_enrol_begin", "accounts:passkey_enrol_complete")


def begin(client, pair, *args):
    return post_json(client, reverse(pair[0], args=args), {})


def complete(client, pair, credential, *args, **more):
    return post_json(client, reverse(pair[1], args=args), {"credential": credential, **more})


def walk(client, pair, key, *args, **more):
    """A whole ceremony: authentication or, for the pairs that register, making a key."""
    options = begin(client, pair, *args).json()
    answer = key.create(options) if pair in (ADD, ENROL) else key.get(options)
    return complete(client, pair, answer, *args, **more)


def refused(response, code):
    assert response.status_code == 422, response.content
    assert response.json()["code"] == code
    assert len(response.json()["detail"]) > 20
    return True


@pytest.fixture
def user():
    return TotpDeviceFactory().user


@pytest.fixture
def key(user, sign_in):
    """A key of the user's, added with a fresh second factor."""
    made = SoftKey()
    assert walk(sign_in(Client(), user), ADD, made, name="Telefoon").status_code == 200
    return made


def signed_in(client) -> bool:
    return client.get(reverse("accounts:home")).status_code == 200


class TestAddingIsRefused:
    def test_with_a_password_alone(self, client, sign_in, user):
        sign_in(client, user, second_factor=False)
        assert begin(client, ADD).status_code == 302
        assert complete(client, ADD, SoftKey().create({"user": {"id": "AA"}, "challenge": "AA"})).status_code == 302

    def test_with_a_second_factor_of_long_ago(self, client, sign_in, user):
        sign_in(client, user, factor_age=timedelta(minutes=16))
        assert begin(client, ADD)["Location"].startswith(reverse("accounts:second_factor"))

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"origin": "https://elsewhere.example"}, "other_site"),
            ({"origin": "http://localhost:8001"}, "other_site"),
            ({"rp_id": "elsewhere.example"}, "other_site"),
            ({"cross_origin": True}, "other_site"),
            ({"credential_id": b"x" * 1024}, "unreadable"),
        ],
    )
    def test_a_key_of_another_site(self, client, sign_in, user, wrong, code):
        sign_in(client, user)
        assert refused(walk(client, ADD, SoftKey(**wrong)), code)
        assert not WebAuthnCredential.objects.exists()

    def test_another_challenge_and_the_same_one_twice(self, client, sign_in, user):
        sign_in(client, user)
        options = begin(client, ADD).json()
        begin(client, ADD)
        assert refused(complete(client, ADD, SoftKey().create(options)), "refused")
        options = begin(client, ADD).json()
        assert complete(client, ADD, SoftKey().create(options)).status_code == 200
        assert refused(complete(client, ADD, SoftKey().create(options)), "expired")

    def test_after_ten_minutes(self, client, sign_in, user):
        sign_in(client, user)
        options = begin(client, ADD).json()
        session = client.session
        session["passkey_add"] |= {"at": timezone.now().timestamp() - passkeys.CHALLENGE_SECONDS - 1}
        session.save()
        assert refused(complete(client, ADD, SoftKey().create(options)), "expired")

    def test_the_same_key_again_or_of_somebody_else(self, client, sign_in, user, key):
        sign_in(client, user)
        options = begin(client, ADD).json()
        assert [row["id"] for row in options["excludeCredentials"]] == [key.get({"challenge": "AA"})["id"]]
        assert refused(complete(client, ADD, key.create(options)), "known")
        other = sign_in(Client(), TotpDeviceFactory().user)
        assert refused(walk(other, ADD, key), "known")

    @pytest.mark.parametrize(
        "body", [None, [], "x", 7, {"id": 1}, {"id": "x", "rawId": "x", "response": {}, "type": "public-key"}]
    )
    def test_rubbish(self, client, sign_in, user, body):
        sign_in(client, user)
        begin(client, ADD)
        assert refused(complete(client, ADD, body), "unreadable")

    @pytest.mark.parametrize("raw", ["{", "[" * 100_000, "\x00", '"x"', "[1]"])
    def test_no_json(self, client, sign_in, user, raw):
        sign_in(client, user)
        response = client.post(reverse(ADD[1]), raw, content_type="application/json")
        assert response.status_code == 400


class TestEnrolmentIsRefused:
    @pytest.fixture
    def newcomer(self):
        return UserFactory()

    @pytest.fixture
    def token(self, newcomer):
        return issue_enrolment(granted_by=None, user=newcomer)

    def test_without_a_ticket_and_with_somebody_elses(self, client, sign_in, token):
        sign_in(client, UserFactory(), second_factor=False)
        for guess in (token, "x"):
            assert refused(begin(client, ENROL, guess), "gone")
        assert begin(Client(), ENROL, token).status_code == 302

    def test_a_ceremony_begun_with_one_ticket_does_not_end_with_another(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        options = begin(client, ENROL, token).json()
        newer = issue_enrolment(granted_by=None, user=newcomer)
        assert refused(complete(client, ENROL, SoftKey().create(options), token), "gone")
        assert refused(complete(client, ENROL, SoftKey().create(options), newer), "expired")
        assert not WebAuthnCredential.objects.exists()

    def test_a_refused_key_leaves_the_ticket_good(self, client, sign_in, newcomer, token):
        sign_in(client, newcomer, second_factor=False)
        assert refused(walk(client, ENROL, SoftKey(rp_id="elsewhere.example"), token), "other_site")
        before = client.session.session_key
        response = walk(client, ENROL, SoftKey(), token)
        assert response.json() == {"redirect_url": reverse("accounts:recovery_codes")}
        assert client.session.session_key != before
        assert signed_in(client)
        assert EnrolmentTicket.objects.get().used_at is not None
        row = Entry.objects.get(event=Event.SECOND_FACTOR_ENROLLED)
        assert (row.reason, row.details) == ("ticket", {"kind": "passkey"})
        assert refused(begin(client, ENROL, token), "gone"), "the ticket is for the first factor"

    def test_of_an_app_and_a_passkey_at_the_same_time_one_is_the_first(self, sign_in, newcomer, token):
        one, other = (sign_in(Client(), newcomer, second_factor=False) for _ in range(2))
        options = begin(other, ENROL, token).json()
        assert walk(one, ENROL, SoftKey(), token).status_code == 200
        response = complete(other, ENROL, SoftKey().create(options), token)
        assert (response.status_code, response.json()["code"]) == (403, "user_not_verified")
        assert WebAuthnCredential.objects.count() == 1

    def test_a_person_has_a_key_that_verifies_and_no_app(self, client, sign_in):
        person = User(name="Inwoner", email=None, person_id="6f0d8a4e-0000-4000-8000-000000000001")
        person.set_unusable_password()
        person.save()
        token = issue_enrolment(granted_by=None, user=person)
        sign_in(client, person, second_factor=False)
        page = client.get(reverse("accounts:enrol", args=[token]), headers={"host": HOST})
        assert b"data:image" not in page.content
        assert client.post(reverse("accounts:enrol", args=[token]), {"code": "123456"}).status_code in (404, 422)
        options = begin(client, ENROL, token).json()
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert refused(complete(client, ENROL, SoftKey(verifies=False).create(options), token), "unverified")
        assert not TotpDevice.objects.exists()


class TestUseIsRefused:
    def test_a_key_of_another_account(self, client, sign_in, key):
        other = UserFactory()
        mine = SoftKey()
        walk(sign_in(Client(), TotpDeviceFactory(user=other).user), ADD, mine)
        sign_in(client, other, second_factor=False)
        assert refused(walk(client, USE, key), "refused")
        assert not signed_in(client)

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"origin": "https://elsewhere.example"}, "other_site"),
            ({"rp_id": "elsewhere.example"}, "other_site"),
            ({"credential_id": b"nobody's"}, "refused"),
        ],
    )
    def test_another_site_and_an_unknown_key(self, client, sign_in, user, key, wrong, code):
        sign_in(client, user, second_factor=False)
        for name, value in wrong.items():
            setattr(key, name, value)
        assert refused(walk(client, USE, key), code)
        assert Entry.objects.filter(event=Event.SECOND_FACTOR_FAILED).count() == 1
        assert not signed_in(client)

    def test_a_forged_signature(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        thief = SoftKey(credential_id=key.credential_id, handle=key.handle)
        assert refused(walk(client, USE, thief), "refused")

    def test_a_replayed_answer(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        answer = key.get(begin(client, USE).json())
        assert complete(client, USE, answer).status_code == 200
        assert refused(complete(client, USE, answer), "expired")
        begin(client, USE)
        assert refused(complete(client, USE, answer), "refused"), "another challenge"

    def test_a_counter_that_went_back(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        key.count = 9
        assert walk(client, USE, key).status_code == 200
        for behind in (3, 9):
            key.count = behind
            assert refused(walk(client, USE, key), "refused")
        assert Entry.objects.filter(event=Event.SECOND_FACTOR_FAILED, reason="counter").count() == 2

    def test_a_key_that_does_not_count(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        WebAuthnCredential.objects.update(sign_count=0)
        key.counts, key.count = False, 0
        assert walk(client, USE, key).status_code == 200
        assert walk(client, USE, key).status_code == 200

    def test_a_session_that_went_on_meanwhile(self, client, sign_in, user, key):
        """Two factors at the same time in one session: one counts."""
        sign_in(client, user, second_factor=False)
        options = begin(client, USE).json()
        Session.objects.all().delete()
        assert complete(client, USE, key.get(options)).status_code in (302, 422)
        assert not signed_in(client)


class TestUse:
    def test_after_the_password(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        before = client.session.session_key
        key.verifies = False  # a password went before: having the key is enough
        response = walk(client, USE, key, next="/accounts/acting/")
        assert response.json() == {"redirect_url": "/accounts/acting/"}
        assert client.session.session_key != before
        assert signed_in(client)
        row = Entry.objects.get(event=Event.SECOND_FACTOR_USED)
        assert (row.actor_id, row.details) == (str(user.public_id), {"kind": "passkey"})

    @pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "/\\x", 7, None])
    def test_it_leads_nowhere_else(self, client, sign_in, user, key, address):
        sign_in(client, user, second_factor=False)
        assert walk(client, USE, key, next=address).json()["redirect_url"].startswith("/dossiers")

    def test_a_removed_key_takes_its_proof_along(self, client, sign_in, user, key):
        sign_in(client, user, second_factor=False)
        walk(client, USE, key)
        assert signed_in(client)
        WebAuthnCredential.objects.all().delete()
        assert not signed_in(client)


class TestWithoutAPassword:
    def test_signs_in_at_once_and_keeps_nothing_of_before(self, client, user, key):
        response = walk(client, SIGN_IN, key)
        assert response.status_code == 200
        assert signed_in(client)
        row = Entry.objects.get(event=Event.SIGN_IN)
        assert (row.actor_id, row.details) == (str(user.public_id), {"kind": "passkey"})
        assert "passkey_sign_in" not in client.session

    def test_the_session_of_before_is_gone(self, client, key):
        options = begin(client, SIGN_IN).json()
        before = client.session.session_key
        complete(client, SIGN_IN, key.get(options))
        assert not Session.objects.filter(session_key=before).exists()

    def test_the_challenge_names_nobody(self, client, key):
        options = begin(client, SIGN_IN).json()
        assert options["userVerification"] == "required"
        assert not options.get("allowCredentials")

    def test_without_verification_it_is_half_a_proof(self, client, key):
        key.verifies = False
        assert refused(walk(client, SIGN_IN, key), "unverified")
        assert not signed_in(client)

    def test_unknown_inactive_asleep_forged_and_demo_answer_alike(self, client, settings, user, key):
        def answer(**wrong):
            response = walk(client, SIGN_IN, SoftKey(**{**vars(key), **wrong}))
            key.count += 2
            return response.status_code, response.content

        alike = {answer(credential_id=b"nobody's"), answer(handle=b"x" * 64), answer(handle=b"")}
        alike.add(answer(private_key=SoftKey().private_key))
        User.objects.update(is_active=False)
        alike.add(answer())
        User.objects.update(is_active=True, dormant_since=timezone.now())
        alike.add(answer())
        User.objects.update(dormant_since=None)
        DemoAccount.objects.create(user=user, seed="1", first_page="/")
        settings.IS_TEST = False
        alike.add(answer())
        settings.IS_TEST = True
        assert len(alike) == 1
        assert not signed_in(client)
        rows = Entry.objects.filter(event=Event.SIGN_IN_FAILED).order_by("sequence")
        assert [row.reason for row in rows] == ["unknown", "wrong", "wrong", "wrong", "barred", "barred", "barred"]
        assert {row.object_id for row in rows} == {""}

    def test_another_site_says_so_for_known_and_unknown_keys(self, client, key):
        key.rp_id = "elsewhere.example"
        known = walk(client, SIGN_IN, key)
        key.credential_id = b"nobody's"
        assert refused(known, "other_site")
        assert known.content == walk(client, SIGN_IN, key).content

    def test_the_renewed_check_asks_verification_again(self, client, key):
        walk(client, SIGN_IN, key)
        assert begin(client, USE).json()["userVerification"] == "required"
        key.verifies = False
        assert refused(walk(client, USE, key), "unverified")

    def test_an_account_asleep_does_not_get_in_by_password_either(self, client, user):
        User.objects.update(dormant_since=timezone.now())
        response = client.post(reverse("accounts:sign_in"), {"email": user.email, "password": PASSWORD})
        assert response.status_code == 422

    def test_the_handle_in_the_key_is_random(self, user, key):
        assert len(key.handle) == 64
        assert user.email.encode() not in key.handle
        assert WebAuthnUserHandle.objects.get(user=user).handle == key.handle

    def test_a_stranger_who_only_looks_leaves_a_short_session(self, client):
        begin(client, SIGN_IN)
        row = Session.objects.get()
        assert row.user_id is None
        assert row.expire_date - timezone.now() <= timedelta(seconds=passkeys.CHALLENGE_SECONDS)


class TestStrangersWhoAskForChallenges:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(passwordless, "CHALLENGES_FROM_ONE_PLACE", 3)

    def test_fill_no_table(self, client, key):
        answers = [begin(Client(REMOTE_ADDR=f"2001:db8:1:{at:x}::1"), SIGN_IN) for at in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].json()["code"] == "too_many"
        assert len(answers[-1].json()["detail"]) > 20
        assert Session.objects.filter(user=None).count() == 3
        assert begin(Client(REMOTE_ADDR="2001:db8:2::1"), SIGN_IN).status_code == 200, "another network"

    def test_one_browser_has_one_session_and_gets_in(self, client, key):
        for _ in range(5):
            assert begin(client, SIGN_IN).status_code == 200
        assert Session.objects.filter(user=None).count() == 1
        assert walk(client, SIGN_IN, key).status_code == 200

    def test_what_is_over_is_removed(self, client):
        begin(client, SIGN_IN)
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        assert clear_sessions() == 1


class TestTheAddress:
    def test_at_an_ip_address_the_page_says_where_it_works(self, client):
        response = client.get(reverse("accounts:sign_in"), headers={"host": "127.0.0.1:8000"})
        assert b"http://localhost:8000/accounts/sign-in/" in response.content
        assert b"data-passkey" not in response.content

    def test_at_its_name_there_is_a_button(self, client):
        response = client.get(reverse("accounts:sign_in"), headers={"host": HOST})
        assert b"data-passkey" in response.content
