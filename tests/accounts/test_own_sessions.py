"""Where one is signed in, and ending that: one's own only, at once, and for good."""

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from qsessions.models import Session

from portal.accounts import own_sessions, services, sessions
from portal.accounts.models import Membership, User
from portal.audit.enums import Event, Outcome
from portal.audit.models import Entry
from tests.factories import PASSWORD, MembershipFactory, TotpDeviceFactory, UserFactory, code_for

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def is_out(client) -> bool:
    response = client.get(reverse("accounts:home"))
    return response.status_code == 302 and response["Location"].startswith(reverse("accounts:sign_in"))


def digest_of(client) -> str:
    return sessions.digest(client.session.session_key)


def request_of(client, user):
    """A request in the session of ``client``, as a service gets it."""
    request = RequestFactory().post("/")
    request.session = client.session
    request.user = User.objects.get(pk=user.pk)
    return request


@pytest.fixture
def user():
    return MembershipFactory().user


@pytest.fixture
def here(sign_in, user):
    return sign_in(Client(), user)


@pytest.fixture
def elsewhere(sign_in, user):
    return sign_in(Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.77"), user)


class TestTheList:
    def test_device_network_times_and_which_is_this(self, here, elsewhere):
        elsewhere.get(reverse("accounts:home"))
        rows = here.get(reverse("accounts:sessions")).context["sessions"]
        assert [row.is_this for row in rows] == [True, False]
        assert (rows[1].device, rows[1].network) == ("Firefox op Windows", "192.0.2.…")
        assert all(abs((timezone.now() - row.began_at).total_seconds()) < 60 for row in rows)
        page = here.get(reverse("accounts:sessions")).content.decode()
        assert "192.0.2.77" not in page
        assert here.session.session_key not in page
        assert elsewhere.session.session_key not in page

    def test_nobody_elses(self, here, sign_in):
        sign_in(Client(), MembershipFactory().user)
        assert len(here.get(reverse("accounts:sessions")).context["sessions"]) == 1

    def test_what_is_over_is_left_out(self, here, elsewhere, user):
        stale = elsewhere.session
        stale[sessions.SEEN_AT] -= 31 * 60
        stale.save()
        assert len(here.get(reverse("accounts:sessions")).context["sessions"]) == 1
        User.objects.filter(pk=user.pk).update(session_epoch=1)
        assert own_sessions.own_sessions(user=User.objects.get(pk=user.pk), current=None) == []

    def test_a_password_only_session_is_named_as_such(self, here, sign_in, user):
        sign_in(Client(), user, second_factor=False)
        rows = here.get(reverse("accounts:sessions")).context["sessions"]
        assert sorted(row.is_verified for row in rows) == [False, True]

    @pytest.mark.parametrize(
        ("address", "network"),
        [("192.0.2.77", "192.0.2.…"), ("2001:db8:0:1::9", "2001:db8:0:…"), ("::ffff:192.0.2.1", "192.0.2.…"), ("", "")],
    )
    def test_addresses_are_shortened(self, address, network):
        assert own_sessions.shortened(address) == network


class TestEndingOne:
    def test_it_stops_at_the_next_request(self, here, elsewhere):
        key = elsewhere.session.session_key
        here.post(reverse("accounts:session_end", args=[digest_of(elsewhere)]))
        assert is_out(elsewhere)
        assert not is_out(here)
        assert not Session.objects.filter(session_key=key).exists()
        row = Entry.objects.get(event=Event.SESSION_ENDED)
        assert (row.object_id, row.reason) == (sessions.digest(key), "one")

    def test_somebody_elses_does_not_exist(self, here, sign_in):
        other = sign_in(Client(), MembershipFactory().user)
        for digest in (digest_of(other), "0" * 16, "x" * 64):
            assert here.post(reverse("accounts:session_end", args=[digest])).status_code == 404
        assert not is_out(other)
        rows = Entry.objects.filter(event=Event.SESSION_ENDED)
        assert {(row.outcome, row.reason) for row in rows} == {(Outcome.DENIED, "not_own_session")}

    def test_this_one_is_signing_out(self, here):
        assert here.post(reverse("accounts:session_end", args=[digest_of(here)])).status_code == 302
        assert is_out(here)
        assert Entry.objects.filter(event=Event.SIGN_OUT).exists()

    def test_looking_ends_nothing(self, here, elsewhere):
        assert here.get(reverse("accounts:session_end", args=[digest_of(elsewhere)])).status_code == 405
        assert here.get(reverse("accounts:sessions_end_all")).status_code == 405
        assert not is_out(elsewhere)

    def test_the_cookie_of_an_ended_session_is_worth_nothing(self, here, elsewhere, sign_in):
        old = elsewhere.session.session_key
        elsewhere.post(reverse("accounts:sign_out"))
        replayed = Client()
        replayed.cookies["sessionid"] = old
        assert is_out(replayed)

    def test_one_that_is_ended_while_it_asks_for_a_new_key_does_not_come_back(self, here, user):
        request = request_of(here, user)
        assert request.session[sessions.STARTED_AT]  # loaded before the end
        Session.objects.all().delete()
        with pytest.raises(SessionInterrupted):
            sessions.renew_key(request)
        assert not Session.objects.exists()


class TestEndingAll:
    def test_all_but_this_one_which_gets_a_new_key(self, here, elsewhere, user):
        before = here.session.session_key
        here.post(reverse("accounts:sessions_end_all"))
        assert is_out(elsewhere)
        assert not is_out(here)
        assert here.session.session_key != before
        assert Entry.objects.get(event=Event.SESSION_ENDED).details == {"ended": 1}
        old = Client()
        old.cookies["sessionid"] = before
        assert is_out(old)

    def test_without_one_to_keep(self, here, elsewhere, user):
        assert services.end_sessions(user=user) == 2
        assert is_out(here)
        assert is_out(elsewhere)

    def test_another_user_stays(self, here, sign_in, user):
        other = sign_in(Client(), MembershipFactory().user)
        services.end_sessions(user=user)
        assert not is_out(other)

    def test_a_session_that_is_saved_at_this_moment_does_not_come_back(self, here, user):
        late = here.session
        services.end_sessions(user=user)
        late.create()  # what a request that ran beside it might still do
        replayed = Client()
        replayed.cookies["sessionid"] = late.session_key
        assert is_out(replayed)


class TestNewKeys:
    def test_at_each_step_and_the_old_one_is_worth_nothing(self, client, user):
        TotpDeviceFactory(user=user)
        client.post(reverse("accounts:sign_in"), {"email": user.email, "password": PASSWORD})
        after_password = client.session.session_key
        client.post(reverse("accounts:second_factor"), {"code": code_for(user)})
        assert client.session.session_key != after_password
        old = Client()
        old.cookies["sessionid"] = after_password
        assert is_out(old)

    def test_when_a_right_is_given_and_when_one_ends(self, here, user):
        keys = [here.session.session_key]
        given = MembershipFactory(user=user)
        assert not is_out(here)
        keys.append(here.session.session_key)
        Membership.objects.filter(pk=given.pk).update(active_until=timezone.now())
        assert not is_out(here)
        keys.append(here.session.session_key)
        assert not is_out(here)
        keys.append(here.session.session_key)
        assert len(set(keys)) == 3
        assert keys[2] == keys[3]

    def test_the_last_right_that_lapses_takes_the_session_along(self, here, user):
        Membership.objects.filter(user=user).update(active_until=timezone.now())
        assert is_out(here)
        assert not Session.objects.filter(user=user).exists()

    def test_who_never_had_a_right_keeps_the_session(self, sign_in):
        assert not is_out(sign_in(Client(), UserFactory()))
