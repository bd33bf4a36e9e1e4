"""The explanation that counts now."""

from django.utils import timezone

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
