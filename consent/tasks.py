"""What the worker does for consent, again and again: the tables say what is due."""

from django.core.cache import cache

from .services.drafts import sweep_drafts
from .services.papers import shred_due_papers
from .services.reminders import remind_officers


def hourly() -> int:
    """The terms of requests need no looking at each second; once an hour in this process."""
    return remind_officers() if cache.add("consent:hourly", 1, timeout=3600) else 0


PERIODIC = [sweep_drafts, shred_due_papers, hourly]
