"""Reactions of readers to a page, and what editors do with them."""

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from pages.enums import FeedbackState, Limited
from pages.models import Feedback

from .limits import FEEDBACK_A_DAY, FEEDBACK_A_PAGE, refuse


@transaction.atomic
def give_feedback(*, page: Page, language: str, helped: bool) -> Feedback | None:
    """Keep that a page helped a reader or not; ``None`` when there are enough of today.

    Args:
        page: as the reader saw it, in whatever language.
        language: the reader's.
    """
    today = Feedback.objects.filter(created_on=timezone.localdate())
    if today.filter(page=page).count() >= FEEDBACK_A_PAGE or today.count() >= FEEDBACK_A_DAY:
        refuse(kind=Limited.FEEDBACK)
        return None
    return Feedback.objects.create(page=page, language=language, helped=helped)


@transaction.atomic
def add_text(*, feedback_id: int, text: str) -> bool:
    """Add what was missing to a reaction, once; whether it was added."""
    return Feedback.objects.filter(pk=feedback_id, text="", state=FeedbackState.OPEN).update(text=text) == 1
