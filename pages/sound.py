"""Reading aloud: a recording where there is one, else the voice of the reader's own telephone."""

import hashlib
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.documents import get_document_model
from wagtail.log_actions import log

from pages.filing import collection_of
from pages.models import StoredAudio
from pages.search.texts import pieces

if TYPE_CHECKING:
    from pages.models import BasePage

EXTENSIONS = ("mp3", "m4a", "ogg")
# Languages of voices that read a text well enough when the telephone has none of its own.
VOICES = {"prs": ("prs", "fa-AF", "fa"), "fa": ("fa",), "nl": ("nl",)}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording as the page shows it; ``stale``: the text says something else by now."""

    url: str
    media_type: str
    size: int
    stale: bool
    spoken_by: str


def spoken_text(page: "BasePage") -> list[str]:
    """What a voice reads of a page: its words in order, without where links lead to.

    Args:
        page: of its own kind (``specific``).
    """
    texts = (" ".join(html.unescape(text).split()) for _weight, text in pieces(page))
    return [text for text in texts if text]


def text_hash(page: "BasePage") -> str:
    """The fingerprint of the words; a change of a picture, a link or a date is none of the text that was read."""
    return hashlib.sha256("\n".join(spoken_text(page)).encode()).hexdigest()


def recording_of(page: "BasePage") -> Recording | None:
    """The recording of exactly this page, if readers may have it; one query."""
    stored = (
        StoredAudio.objects.filter(page=page.pk)
        .select_related("recording")
        .filter(recording__collection__view_restrictions__isnull=True)
        .first()
    )
    if stored is None:
        return None
    return Recording(
        url=stored.recording.url,
        media_type=stored.recording.content_type,
        size=stored.recording.file_size or 0,
        stale=stored.text_hash != text_hash(page),
        spoken_by=stored.spoken_by,
    )


def voices_for(language: str) -> str:
    """The languages of voices that can read a language, best first, with spaces between."""
    return " ".join(VOICES.get(language, (language,)))


@transaction.atomic
def store_recording(*, page: "BasePage", file: File, spoken_by: str, user: Any) -> StoredAudio:
    """Keep a recording of the text as readers read it now; one that was there before goes.

    Args:
        page: as readers see it, not a draft.
        file: checked by the form.
    """
    document = get_document_model().objects.create(
        title=gettext("Voorgelezen: %(title)s (%(language)s)") % {"title": page.title, "language": page.language},
        file=file,
        collection=collection_of(organisation=page.owner_organisation),
        uploaded_by_user=user,
    )
    before = StoredAudio.objects.filter(page=page.pk).select_related("recording").first()
    stored, _created = StoredAudio.objects.update_or_create(
        page_id=page.pk,
        defaults={
            "recording": document,
            "spoken_by": spoken_by,
            "recorded_on": timezone.localdate(),
            "text_hash": text_hash(page),
        },
    )
    if before is not None:
        before.recording.delete()
    log(instance=page, action="pages.recording", user=user, data={"what": "stored"})
    return stored


@transaction.atomic
def confirm_recording(*, page: "BasePage", user: Any) -> None:
    """Somebody listened: the recording still says what the text says."""
    if StoredAudio.objects.filter(page=page.pk).update(text_hash=text_hash(page)):
        log(instance=page, action="pages.recording", user=user, data={"what": "confirmed"})


@transaction.atomic
def remove_recording(*, page: "BasePage", user: Any) -> None:
    """The recording goes, its file too."""
    stored = StoredAudio.objects.filter(page=page.pk).select_related("recording").first()
    if stored is not None:
        stored.delete()
        stored.recording.delete()
        log(instance=page, action="pages.recording", user=user, data={"what": "removed"})
