"""What the worker does for the pages, again and again: the tables say what is due."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from pages.daily import claim
from pages.freshness import remind
from pages.leaflets.store import keep_due
from pages.linkcheck.checking import check_due
from pages.models import Feedback, PageViews, SearchMiss

KEEP_VIEWS = timedelta(days=800)
KEEP_CLOSED = timedelta(days=365)


def remind_owners() -> int:
    """Once a day: tell who has pages to review."""
    return remind() if claim("remind_owners") else 0


def forget_old() -> int:
    """Once a day: remove totals of more than two years ago, and what was closed more than a year ago."""
    if not claim("forget_old"):
        return 0
    today = timezone.localdate()
    gone = PageViews.objects.filter(day__lt=today - KEEP_VIEWS).delete()[0]
    gone += Feedback.objects.filter(state="closed", created_on__lt=today - KEEP_CLOSED).delete()[0]
    return gone + SearchMiss.objects.filter(day__lt=today - KEEP_CLOSED).delete()[0]


def publish_scheduled() -> None:
    """Bring pages online, and take them off, whose moment has come."""
    call_command("publish_scheduled", verbosity=0)


PERIODIC = [publish_scheduled, remind_owners, forget_old, check_due, keep_due]
