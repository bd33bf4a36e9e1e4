"""The notice centre: whose notices, what is unread, no secret link, and the pace of mail."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import MailPace, MessageKind, Role
from portal.accounts.messages import deliver_due, notify_team, notify_user
from portal.accounts.models import NoticeRead, OutgoingMessage
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import MembershipFactory, TeamFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member(Role.RECEIVER)


@pytest.fixture
def team(user):
    return user.memberships.get().team


@pytest.fixture
def browser(client, sign_in, user):
    return sign_in(client, user)


def page_of(browser, **query):
    return browser.get(reverse("accounts:notices"), query).content.decode()


def shown(browser):
    return [row["public_id"] for row in browser.get(reverse("accounts:notices")).context["rows"]]


def test_own_and_the_teams_newest_first(browser, user, team):
    first = notify_user(user=user, kind=MessageKind.ACCESS_CHANGED)
    second = notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
    assert shown(browser) == [second.public_id, first.public_id]


def test_not_those_of_others(browser, user, team):
    """Another user, another team of the same organisation, another organisation, a team that was left, a digest."""
    notify_user(user=member(team=team), kind=MessageKind.ACCESS_CHANGED)
    notify_team(team=TeamFactory(organisation=team.organisation), kind=MessageKind.HANDOVER_WAITING)
    elsewhere = MembershipFactory(user=user, team=TeamFactory(organisation__name="Zzz"), role=Role.SENDER)
    notify_team(team=elsewhere.team, kind=MessageKind.HANDOVER_WAITING)
    left = MembershipFactory(
        user=user, team=TeamFactory(organisation=team.organisation), active_until=timezone.now() - timedelta(days=1)
    )
    notify_team(team=left.team, kind=MessageKind.HANDOVER_WAITING)
    notify_user(user=user, kind=MessageKind.DIGEST)
    assert shown(browser) == []


def test_those_of_the_organisation_acted_for(client, sign_in, user):
    elsewhere = MembershipFactory(user=user, role=Role.SENDER).team
    message = notify_team(team=elsewhere, kind=MessageKind.HANDOVER_WAITING)
    assert shown(sign_in(client, user, team=elsewhere)) == [message.public_id]


def test_what_is_old_is_out_of_sight(browser, user):
    message = notify_user(user=user, kind=MessageKind.ACCESS_CHANGED)
    OutgoingMessage.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert shown(browser) == []


def test_a_secret_is_never_there(browser, user):
    secret = "a-one-time-secret"
    message = notify_user(user=user, kind=MessageKind.RESET_READY, path="/accounts/resets/", secret=secret)
    for _ in range(2):
        page = page_of(browser)
        assert secret not in page
        assert message.secret not in page or not message.secret
        assert "/accounts/resets/" not in page
        assert 'name="open"' not in page
        deliver_due()
    response = browser.post(reverse("accounts:notice_read", args=[message.public_id]), {"open": "1"})
    assert response["Location"] == reverse("accounts:notices")


class TestReading:
    def test_one(self, browser, user, team):
        messages = [notify_team(team=team, kind=MessageKind.HANDOVER_WAITING) for _ in range(2)]
        assert page_of(browser).count("notice--unread") == 2
        address = reverse("accounts:notice_read", args=[messages[0].public_id])
        for _ in range(2):
            assert browser.post(address)["Location"] == reverse("accounts:notices")
        assert page_of(browser).count("notice--unread") == 1
        assert NoticeRead.objects.count() == 1

    def test_and_on_to_what_it_is_about(self, browser, team):
        message = notify_team(team=team, kind=MessageKind.HANDOVER_WAITING, path="/dossiers/packages/x/")
        response = browser.post(reverse("accounts:notice_read", args=[message.public_id]), {"open": "1"})
        assert response["Location"] == "/dossiers/packages/x/"

    def test_all(self, browser, user, team):
        for _ in range(3):
            notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
        browser.post(reverse("accounts:notices_read"))
        assert "notice--unread" not in page_of(browser)

    def test_a_colleague_still_has_to(self, browser, sign_in, team, user):
        notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
        browser.post(reverse("accounts:notices_read"))
        other = sign_in(type(browser)(), member(team=team))
        assert page_of(other).count("notice--unread") == 1

    def test_looking_reads_nothing(self, browser, team):
        message = notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
        page_of(browser)
        assert browser.get(reverse("accounts:notice_read", args=[message.public_id])).status_code == 405
        assert not NoticeRead.objects.exists()

    def test_not_anothers(self, browser):
        message = notify_user(user=UserFactory(), kind=MessageKind.ACCESS_CHANGED)
        assert browser.post(reverse("accounts:notice_read", args=[message.public_id])).status_code == 404
        assert not NoticeRead.objects.exists()
        assert Entry.objects.get(event=Event.ROUTE_DENIED).object_id == str(message.public_id)


class TestCount:
    def test_in_the_header(self, browser, team):
        assert "office-header__count" not in page_of(browser)
        for _ in range(3):
            notify_team(team=team, kind=MessageKind.HANDOVER_WAITING)
        assert '<span class="office-header__count">3</span>' in page_of(browser)

    def test_up_to_99(self, browser, team):
        OutgoingMessage.objects.bulk_create(
            OutgoingMessage(team=team, kind=MessageKind.HANDOVER_WAITING) for _ in range(120)
        )
        assert '<span class="office-header__count">99+</span>' in page_of(browser)

    def test_not_after_a_password_alone(self, client, sign_in, user):
        notify_user(user=user, kind=MessageKind.ACCESS_CHANGED)
        page = sign_in(client, user, second_factor=False).get(reverse("accounts:second_factor"))
        assert "office-header__button--link" not in page.content.decode()

    def test_one_query(self, browser, user, django_assert_max_num_queries):
        from portal.accounts.messages.queries import count_unread
        from portal.accounts.sessions import active_memberships

        request = browser.get(reverse("accounts:notices")).wsgi_request
        assert active_memberships(user)
        with django_assert_max_num_queries(1):
            count_unread(request.actor)


def test_paging(browser, user):
    OutgoingMessage.objects.bulk_create(OutgoingMessage(user=user, kind=MessageKind.ACCESS_CHANGED) for _ in range(30))
    assert page_of(browser).count('class="card stack notice') == 25
    assert page_of(browser, page=2).count('class="card stack notice') == 5
    assert browser.get(reverse("accounts:notices"), {"page": "x"}).status_code == 200


class TestPace:
    def test_chosen_on_the_own_account(self, browser, user):
        assert 'name="pace"' in browser.get(reverse("accounts:home")).content.decode()
        response = browser.post(reverse("accounts:mail_pace"), {"pace": MailPace.DAILY, "next": "/accounts/"})
        assert response["Location"] == "/accounts/"
        user.refresh_from_db()
        assert user.mail_pace == MailPace.DAILY

    @pytest.mark.parametrize("data", [{}, {"pace": "hourly"}, {"pace": ["daily", "x"]}])
    def test_nothing_else(self, browser, user, data):
        response = browser.post(reverse("accounts:mail_pace"), {**data, "next": "https://evil.example/"}, follow=True)
        assert response.redirect_chain == [(reverse("accounts:notices"), 302)]
        user.refresh_from_db()
        assert user.mail_pace == MailPace.AT_ONCE
