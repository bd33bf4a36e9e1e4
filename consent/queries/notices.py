"""The explanation that counts now."""

from django.utils import timezone

from portal.audit.enums import Event
from portal.audit.queries import details_of

from ..enums import Purpose
from ..models import (
    Notice,
    NoticeText,
)


def current_notice(*, purpose: Purpose) -> Notice | None:
    """The newest published notice of a purpose."""
    return Notice.objects.filter(purpose=purpose, published_at__lte=timezone.now()).order_by("-version").first()


def current_texts(*, purpose: Purpose) -> dict[str, NoticeText]:
    """The texts of the current notice by language."""
    notice = current_notice(purpose=purpose)
    return {text.language: text for text in notice.texts.select_related("notice")} if notice else {}


def logged_hashes() -> dict[str, str]:
    """The hash of every text as the audit log knows it from its publication, by ``purpose/version/language``."""
    return {
        f"{object_id.replace(':', '/')}/{language}": sha256
        for object_id, details in details_of(Event.NOTICE_PUBLISHED)
        for language, sha256 in details.items()
        if isinstance(sha256, str)
    }
