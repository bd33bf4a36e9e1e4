"""The explanation that counts now, and the voices that read it."""

from collections.abc import Iterable

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from portal.audit.enums import Event
from portal.audit.queries import details_of
from portal.vault.enums import FileState, Scan

from ..enums import Purpose
from ..models import Notice, NoticeDraftText, NoticeRecording, NoticeText


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


def texts_in_use(*, language: str) -> list[NoticeText | NoticeDraftText]:
    """The texts in a language that count now or are being written, of all purposes."""
    newest = Notice.objects.order_by().values("purpose").annotate(newest=Max("version"))
    counting = Q(pk__in=[])
    for row in newest:
        counting |= Q(notice__purpose=row["purpose"], notice__version=row["newest"])
    published = NoticeText.objects.filter(counting, language=language).select_related("notice")
    return [*published, *NoticeDraftText.objects.filter(language=language).select_related("draft")]


def audible_recordings() -> QuerySet[NoticeRecording]:
    """The recordings that may be heard: inspected, found clean, and still there."""
    return NoticeRecording.objects.filter(file__scan=Scan.CLEAN, file__state=FileState.STORED).select_related("file")


def recordings_by_words(*, language: str, words: Iterable[str]) -> dict[str, NoticeRecording]:
    """The recordings that may be heard of these words, given as hashes; one query."""
    found = audible_recordings().filter(language=language, words_sha256__in=list(words))
    return {row.words_sha256: row for row in found}
