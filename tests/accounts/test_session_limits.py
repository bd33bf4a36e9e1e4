"""How long a session lives: by role, by the server's clock, told in time."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.access import Proof
from portal.accounts import sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.accounts.session_context import drafts_of
from tests.factories import MembershipFactory, TotpDeviceFactory, UserFactory, code_for, member

pytestmark = pytest.mark.django_db


def shift(client, **seconds):
    session = client.session
    for name, by in seconds.items():
        session[name] += by
    session.save()


def lives(client) -> bool:
    return client.get(reverse("accounts:home")).status_code == 200


class TestLimits:
    def test_the_shortest_wins(self, settings):
        settings.SESSION_LIMITS_BY_ROLE = {"editor": (600, 9999), "publisher": (900, 5000), "slow": (9**9, 9**9)}
        assert sessions.limits_for([]) == (1800, 43200)
        assert sessions.limits_for(["receiver", "slow"]) == (1800, 43200)
        assert sessions.limits_for(["editor", "publisher"]) == (600, 5000)

    @pytest.mark.parametrize(
        ("idle", "in_all", "alive"), [(14, 60, True), (16, 60, False), (1, 119, True), (1, 121, False)]
    )
    def test_a_person(self, client, sign_in, idle, in_all, alive):
        user = User.objects.create(name="Inwoner", person_id=uuid4())
        TotpDeviceFactory(user=user)
        sign_in(client, user)
        shift(client, seen_at=-idle * 60, signed_in_at=-in_all * 60)
        # Not theirs to open, so absent to whoever is signed in; after the end the way to the sign-in.
        assert client.get(reverse("accounts:home")).status_code == (404 if alive else 302)

    def test_they_are_those_of_the_organisation_acted_for(self, client, sign_in, settings):
        settings.SESSION_LIMITS_BY_ROLE = {Role.PRIVACY_OFFICER: (600, 3600)}
        user = member(Role.SENDER)
        strict = MembershipFactory(user=user, role=Role.PRIVACY_OFFICER).team
        sign_in(client, user)
        shift(client, seen_at=-1200)
        assert lives(client)
        sign_in(client, user, team=strict)
        shift(client, seen_at=-1200)
        assert not lives(client)

    @pytest.mark.parametrize(("ahead", "alive"), [(100, True), (200, False)])
    @pytest.mark.parametrize("name", [sessions.SEEN_AT, sessions.STARTED_AT])
    def test_a_clock_that_went_back_prolongs_nothing(self, client, sign_in, name, ahead, alive):
        sign_in(client, member())
        shift(client, **{name: ahead})
        assert lives(client) is alive

    def test_nor_does_it_keep_a_second_factor_fresh(self):
        ahead = timezone.now() + timedelta(hours=3)
        assert Actor(signed_in=True, factor_at=ahead).proof is Proof.SECOND_FACTOR

    @pytest.mark.parametrize("value", [None, "1", 10**400, True])
    def test_a_time_that_is_none(self, client, sign_in, value):
        sign_in(client, member())
        session = client.session
        session[sessions.SEEN_AT] = value
        session.save()
        assert not lives(client)


class TestUnattended:
    def test_a_page_that_asks_by_itself_keeps_nothing_alive(self, client, sign_in, settings):
        settings.SESSION_UNATTENDED = [reverse("accounts:home") + "$"]
        sign_in(client, member())
        shift(client, seen_at=-1700)
        before = client.session[sessions.SEEN_AT]
        assert lives(client)
        assert client.session[sessions.SEEN_AT] == before
        client.get(reverse("accounts:acting"))
        assert client.session[sessions.SEEN_AT] > before

    def test_the_settings_name_addresses_that_exist(self, settings):
        addresses = [
            reverse("wagtailadmin_editing_sessions:ping", args=["pages", "topicpage", "1", 1]),
            reverse("dossiers:package_state", args=[uuid4()]),
        ]
        for address, pattern in zip(addresses, settings.SESSION_UNATTENDED, strict=True):
            assert re.match(pattern, address)


class TestTheEnd:
    def test_is_told_on_every_page(self, client, sign_in):
        sign_in(client, member())
        shift(client, seen_at=-30, signed_in_at=-30)
        response = client.get(reverse("accounts:home"))
        end = response.context["session_end"]()
        assert 1700 <= end.seconds <= 1770
        assert not end.final
        page = response.content.decode()
        assert timezone.localtime(end.at).strftime("%H:%M") in page
        assert f'data-seconds="{end.seconds}"' in page
        assert reverse("accounts:stay") in page

    def test_is_final_when_staying_does_not_help(self, client, sign_in):
        sign_in(client, member())
        shift(client, signed_in_at=-(12 * 60 - 10) * 60)
        response = client.get(reverse("accounts:home"))
        assert response.context["session_end"]().final
        assert reverse("accounts:stay") not in response.content.decode()

    def test_nothing_is_told_to_who_is_not_in(self, client):
        page = client.get(reverse("accounts:sign_in")).content.decode()
        assert "data-seconds" not in page
        assert "data-draft" not in page


class TestStaying:
    def test_one_more_period(self, client, sign_in):
        sign_in(client, member())
        shift(client, seen_at=-1700)
        response = client.post(reverse("accounts:stay"), HTTP_ACCEPT="application/json")
        assert response.json() == {"seconds": pytest.approx(1800, abs=3), "final": False}
        assert timezone.now().timestamp() - client.session[sessions.SEEN_AT] < 5

    def test_without_a_script_back_to_the_page(self, client, sign_in):
        sign_in(client, member())
        response = client.post(reverse("accounts:stay"), {"next": "/dossiers/?a=1"})
        assert response["Location"] == "/dossiers/?a=1"
        assert client.post(reverse("accounts:stay"), {"next": "https://evil.example"})["Location"] == reverse(
            "accounts:home"
        )

    def test_not_beyond_the_end_of_all(self, client, sign_in):
        sign_in(client, member())
        shift(client, signed_in_at=-(12 * 60 - 10) * 60)
        answer = client.post(reverse("accounts:stay"), HTTP_ACCEPT="application/json").json()
        assert answer["seconds"] <= 600
        assert answer["final"]

    def test_not_after_the_end_and_not_without_a_session(self, client, sign_in):
        assert client.post(reverse("accounts:stay"))["Location"].startswith(reverse("accounts:sign_in"))
        sign_in(client, member())
        shift(client, seen_at=-1801)
        assert client.post(reverse("accounts:stay"))["Location"].startswith(reverse("accounts:sign_in"))

    def test_it_renews_nothing_else(self, client, sign_in):
        sign_in(client, member(), factor_age=timedelta(minutes=20))
        before = {**client.session}
        client.post(reverse("accounts:stay"), HTTP_ACCEPT="application/json")
        after = {**client.session}
        assert {name for name in after if after[name] != before.get(name)} <= {sessions.SEEN_AT}


class TestBackToThePage:
    def test_a_form_that_came_too_late_leads_back_to_its_page(self, client, sign_in):
        user = member()
        TotpDeviceFactory(user=user)
        page = "/accounts/acting/?a=1"
        response = client.post(
            reverse("accounts:acting"), {"organisation": "x"}, HTTP_REFERER=f"http://testserver{page}"
        )
        assert response["Location"] == f"{reverse('accounts:sign_in')}?next=%2Faccounts%2Facting%2F%3Fa%3D1"
        sign_in(client, user, second_factor=False)
        response = client.post(
            reverse("accounts:acting"), {"organisation": "x"}, HTTP_REFERER=f"http://testserver{page}"
        )
        assert response["Location"] == f"{reverse('accounts:second_factor')}?next=%2Faccounts%2Facting%2F%3Fa%3D1"
        response = client.post(reverse("accounts:second_factor"), {"code": code_for(user), "next": page})
        assert response["Location"] == page

    @pytest.mark.parametrize(
        "referer", ["https://evil.example/x", "//evil.example", "http://testserver.evil.example/x", "\\", "http://["]
    )
    def test_never_elsewhere(self, client, referer):
        response = client.post(reverse("accounts:acting"), HTTP_REFERER=referer)
        assert response["Location"] == reverse("accounts:sign_in")


class TestDraftKeys:
    def keys(self, rf, user):
        request = rf.get("/")
        request.user = user
        return drafts_of(request)

    def test_are_of_one_user_and_end_with_all_sessions(self, rf):
        one, other = UserFactory(), UserFactory()
        keys = [self.keys(rf, one), self.keys(rf, other)]
        one.session_epoch += 1
        keys.append(self.keys(rf, one))
        assert len({value for key in keys for value in key.values()}) == 6
        assert len(bytes.fromhex(keys[0]["key"])) == 32

    def test_are_not_given_to_who_is_not_in(self, rf):
        assert drafts_of(rf.get("/")) == {}

    def test_are_on_no_page_that_may_be_kept(self, client, sign_in):
        sign_in(client, member())
        response = client.get(reverse("accounts:home"))
        assert "data-draft-key" in response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert "data-draft-key" not in Client().get("/nl/").content.decode()
