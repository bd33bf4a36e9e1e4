"""Publishing a text that reads too hard: it takes a reason, which stays in the history of the page."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from wagtail.log_actions import log
from wagtail.models import Page

from pages import plain_language

if TYPE_CHECKING:
    from pages.models import BasePage

ACTION = "pages.published_hard_text"
# The buttons after which readers may see the text without anybody filling in this form again.
TOWARDS_READERS = frozenset({"action-publish", "action-submit", "action-restart-workflow", "action-workflow-action"})


def goes_towards_readers(data: Any) -> bool:
    """Whether a filled in form of the editor publishes, or asks somebody else to."""
    return bool(TOWARDS_READERS & data.keys())


def needs_reason(page: "BasePage") -> plain_language.Measured | None:
    """What was measured, if it is a Dutch text harder than its readers should get; a draft is nobody's business."""
    if page.locale.language_code != settings.LANGUAGE_CODE:
        return None
    measured = plain_language.measure(plain_language.text_of(page))
    return measured if measured.is_too_hard(plain_language.limit_for(page.audience)) else None


def hard_among(pages: Iterable[Page]) -> list[str]:
    """The titles of those whose newest text needs a reason before it is published."""
    newest = (page.get_latest_revision_as_object() for page in pages)
    return [page.title for page in newest if hasattr(page, "audience") and needs_reason(page) is not None]


def log_reason(*, request: HttpRequest, page: "BasePage") -> None:
    """Write the reason that was given into the history of the page, if there was one to give."""
    reason = request.POST.get("publish_reason", "").strip()
    if not reason or not goes_towards_readers(request.POST):
        return
    measured = needs_reason(page)
    if measured is not None:
        log(
            instance=page,
            action=ACTION,
            user=request.user,
            data={
                "reason": reason,
                "score": measured.score,
                "measure": measured.measure,
                "limit": plain_language.limit_for(page.audience),
            },
        )


def store_level(page: "BasePage") -> None:
    """Keep what was measured of the text that is now live; a translation has no level of its own."""
    level, name = None, ""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        measured = plain_language.measure(plain_language.text_of(page))
        level, name = measured.score, measured.measure
    if (page.reading_level, page.reading_measure) == (level, name):
        return
    page.reading_level, page.reading_measure = level, name
    type(page)._default_manager.filter(pk=page.pk).update(reading_level=level, reading_measure=name)
