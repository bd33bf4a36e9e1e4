"""One mail a day: for whom, of what, when; on the days on which the clock is changed; with two workers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import MailPace, MessageKind
from portal.accounts.messages import deliver_due, gather_digests, notify_team, notify_user
from portal.accounts.messages import digest as digests
from portal.accounts.messages.texts import AT_ONCE
from portal.accounts.models import OutgoingMessage
from portal.audit.enums import Event
from portal.audit.models import Entry
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

SEVEN = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)  # seven o'clock in Amsterdam


@pytest.fixture
def user():
    return UserFactory(mail_pace=MailPace.DAILY, language="nl")


def notice(user, at, kind=MessageKind.ACCESS_CHANGED):
    message = notify_user(user=user, kind=kind)
    OutgoingMessage.objects.filter(pk=message.pk).update(created_at=at)
    return message


def test_one_mail_with_a_count_and_one_link(user, settings):
    notices = [notice(user, SEVEN - timedelta(hours=hours)) for hours in (1, 5, 20)]
    assert deliver_due() == 0, "they wait"
    assert gather_digests(SEVEN) == 1
    assert deliver_due() == 1
    (sent,) = mail.outbox
    assert sent.subject == MessageKind.DIGEST.label
    for text in (sent.body, sent.alternatives[0].content):
        assert "3 nieuwe berichten" in text
        assert text.count("http") == 1
    assert f"{settings.BASE_URL}{reverse('accounts:notices')}\n" in sent.body
    assert OutgoingMessage.objects.filter(sent_at=None).count() == 0
    assert Entry.objects.filter(event=Event.NOTICE_MAILED).count() == 1
    assert OutgoingMessage.objects.get(kind=MessageKind.DIGEST).gathered.count() == len(notices)


def test_again_and_again_gives_one(user):
    notice(user, SEVEN - timedelta(hours=1))
    assert [gather_digests(SEVEN + timedelta(minutes=minutes)) for minutes in (0, 1, 600)] == [1, 0, 0]


def test_of_two_workers_one_makes_it(user):
    """Both found the user before either wrote; the database refuses the second."""
    notice(user, SEVEN - timedelta(hours=1))
    day, closed_at = digests._newest_closing(SEVEN)
    assert digests._gather(user.pk, day, closed_at) == 1
    late = notice(user, SEVEN - timedelta(minutes=1))
    assert digests._gather(user.pk, day, closed_at) == 0
    late.refresh_from_db()
    assert late.digest is None, "it goes along tomorrow"
    assert gather_digests(SEVEN + timedelta(days=1)) == 1


def test_nothing_waits_so_nothing_is_mailed(user):
    assert gather_digests(SEVEN) == 0
    day, closed_at = digests._newest_closing(SEVEN)
    assert digests._gather(user.pk, day, closed_at) == 0
    assert not OutgoingMessage.objects.exists()


def test_what_came_after_the_hour_waits_for_the_next_day(user):
    notice(user, SEVEN + timedelta(minutes=1))
    assert gather_digests(SEVEN + timedelta(hours=5)) == 0
    assert gather_digests(SEVEN + timedelta(days=1)) == 1


@pytest.mark.parametrize("kind", sorted(AT_ONCE - {MessageKind.DIGEST}))
def test_safety_of_the_account_does_not_wait(user, kind):
    notify_user(user=user, kind=kind)
    assert deliver_due() == 1
    assert gather_digests(timezone.now() + timedelta(days=2)) == 0


def test_a_secret_link_does_not_wait(user):
    notify_user(user=user, kind=MessageKind.ACCESS_CHANGED, path="/accounts/", secret="s")
    assert deliver_due() == 1


def test_teams_and_others_are_mailed_at_once(user):
    notify_team(team=TeamFactory(), kind=MessageKind.HANDOVER_WAITING)
    notify_user(user=UserFactory(), kind=MessageKind.ACCESS_CHANGED)
    assert deliver_due() == 2
    assert gather_digests(timezone.now() + timedelta(days=2)) == 0


def test_who_chooses_at_once_again_gets_what_waited(user):
    notify_user(user=user, kind=MessageKind.ACCESS_CHANGED)
    assert deliver_due() == 0
    user.mail_pace = MailPace.AT_ONCE
    user.save()
    assert deliver_due() == 1


def test_what_it_gathered_bounces_with_it(user):
    notice(user, SEVEN - timedelta(hours=1))
    gather_digests(SEVEN)
    OutgoingMessage.objects.filter(kind=MessageKind.DIGEST).update(attempts=8)
    deliver_due()
    assert OutgoingMessage.objects.filter(bounce_code="given_up").count() == 2


@pytest.mark.parametrize(
    ("moment", "day", "closing"),
    [
        # 29 March 2026: at two the clock went to three. 25 October: at three it went back to two.
        ("2026-03-28T05:59:59", "2026-03-27", "2026-03-27T06:00"),
        ("2026-03-28T06:00:00", "2026-03-28", "2026-03-28T06:00"),
        ("2026-03-29T04:59:59", "2026-03-28", "2026-03-28T06:00"),
        ("2026-03-29T05:00:00", "2026-03-29", "2026-03-29T05:00"),
        ("2026-10-25T05:59:59", "2026-10-24", "2026-10-24T05:00"),
        ("2026-10-25T06:00:00", "2026-10-25", "2026-10-25T06:00"),
        ("2026-10-24T22:30:00", "2026-10-24", "2026-10-24T05:00"),
    ],
)
def test_seven_on_the_wall_all_year(moment, day, closing):
    found_day, found = digests._newest_closing(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found_day.isoformat() == day
    assert found.isoformat() == f"{closing}:00+00:00"


@pytest.mark.parametrize("hour", [2, 3])
def test_an_hour_that_does_not_exist_or_comes_twice_is_one_moment(settings, user, hour):
    settings.MAIL_DIGEST_HOUR = hour
    for start in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        closings = {digests._newest_closing(start + timedelta(minutes=minutes)) for minutes in range(0, 24 * 60, 10)}
        assert len(closings) == 2
