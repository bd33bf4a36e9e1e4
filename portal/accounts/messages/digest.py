"""One mail a day for whoever wants that: how many notices wait in the portal, and one link."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, User

from .outbox import waits_for_digest

BATCH = 200


def gather_digests(now: datetime | None = None) -> int:
    """Leave the mail of the day for everybody who has notices from before its hour; returns how many.

    A user gets one a day at most: the database refuses a second for the same day, so of two workers one makes it. A
    worker that was down at that hour makes it later that day. Idempotent.

    Args:
        now: for a test; by default this moment.
    """
    day, closed_at = _newest_closing(now or timezone.now())
    waiting = _waiting(closed_at).exclude(user__messages__digest_day=day).order_by("user_id")
    users = waiting.values_list("user_id", flat=True).distinct()[:BATCH]
    return sum(_gather(user_pk, day, closed_at) for user_pk in list(users))


def _waiting(closed_at: datetime):  # type: ignore[no-untyped-def]
    is_open = OutgoingMessage.objects.filter(sent_at=None, bounced_at=None, digest=None, created_at__lt=closed_at)
    return is_open.filter(waits_for_digest())


def _gather(user_pk: int, day: date, closed_at: datetime) -> int:
    user = User.objects.get(pk=user_pk)
    try:
        with transaction.atomic():
            digest = OutgoingMessage.objects.create(
                user=user, kind=MessageKind.DIGEST, language=user.language, digest_day=day
            )
            chosen = _waiting(closed_at).filter(user=user).values_list("pk", flat=True)
            if OutgoingMessage.objects.filter(pk__in=list(chosen), digest=None).update(digest=digest) == 0:
                transaction.set_rollback(True)
                return 0
    except IntegrityError:  # another worker made this day's mail
        return 0
    return 1


def _newest_closing(now: datetime) -> tuple[date, datetime]:
    """The newest moment at which the mail of a day was to be made, with its day.

    It is an hour of the clock on the wall, also on the two days a year on which that clock is changed. The moments are
    compared in UTC: Python compares two times of one zone by their digits.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    at = _closing(today, zone)
    if now < at:
        today -= timedelta(days=1)
        at = _closing(today, zone)
    return today, at


def _closing(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(settings.MAIL_DIGEST_HOUR), tzinfo=zone).astimezone(UTC)
