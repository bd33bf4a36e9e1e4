"""Voices that read the explanations: kept for the words that were read, taken away for good."""

import json

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.audit import services as audit
from portal.audit.enums import Action, Event
from portal.vault import services as vault
from portal.vault.models import StoredFile

from ..enums import Purpose
from ..errors import NotRecorded
from ..models import NoticeDraftText, NoticeRecording, NoticeText
from ..policy import can_manage_notices
from ..recordings import spoken_parts
from .acting import require, user_of


def store_recording(
    *,
    actor: Actor,
    purpose: Purpose,
    language: str,
    part: str,
    words: str,
    file: StoredFile,
    seen: str = "",
    spoken_by: str = "",
) -> NoticeRecording:
    """Keep a recording of the words of one part; one that was there before is destroyed.

    The same file once more changes nothing. Nobody hears it before it was found clean.

    Args:
        words: the fingerprint of the words that were on the page, see :class:`consent.recordings.SpokenPart`.
        file: stored by this request, alone in its container; destroyed if it is not kept.
        seen: SHA-256 of the recording that was on the page; empty if there was none.
        spoken_by: whose voice it is.

    Raises:
        Denied: for anybody but the region's administrator.
        NotRecorded: ``recording_text_changed`` if no text of this purpose says those words any more;
            ``recording_meanwhile`` if another recording was kept or taken away meanwhile.
    """
    require(can_manage_notices(actor), event=Event.NOTICE_RECORDED)
    try:
        with transaction.atomic():
            row = _keep(
                actor=actor,
                purpose=purpose,
                language=language,
                part=part,
                words=words,
                file=file,
                seen=seen,
                spoken_by=" ".join(spoken_by.split())[:120],
            )
    except NotRecorded:
        vault.shred(container=file.container)
        raise
    if row.file_id != file.pk:
        vault.shred(container=file.container)
    return row


@transaction.atomic
def remove_recording(*, actor: Actor, recording: NoticeRecording) -> None:
    """Take a recording away: its key now, its bytes soon after. One that is gone already stays so.

    Raises:
        Denied: for anybody but the region's administrator.
    """
    require(can_manage_notices(actor), event=Event.NOTICE_RECORDING_REMOVED)
    row = NoticeRecording.objects.select_related("file__container").filter(pk=recording.pk).first()
    if row is None:
        return
    _record(Event.NOTICE_RECORDING_REMOVED, Action.DELETE, actor, row)
    row.delete()
    vault.shred(container=row.file.container)


def _keep(
    *,
    actor: Actor,
    purpose: Purpose,
    language: str,
    part: str,
    words: str,
    file: StoredFile,
    seen: str,
    spoken_by: str,
) -> NoticeRecording:
    if not _is_said(purpose=purpose, language=language, part=part, words=words):
        raise NotRecorded("recording_text_changed")
    made = {
        "purpose": purpose,
        "part": part,
        "file": file,
        "spoken_by": spoken_by,
        "recorded_by_id": user_of(actor),
        "recorded_at": timezone.now(),
    }
    there = NoticeRecording.objects.filter(language=language, words_sha256=words)
    before = there.select_related("file__container").first()
    if before is not None and before.file.sha256 == file.sha256:
        return before
    if (before.file.sha256 if before else "") != seen:
        raise NotRecorded("recording_meanwhile")
    if before is None:
        try:
            with transaction.atomic():
                row = NoticeRecording.objects.create(language=language, words_sha256=words, **made)
        except IntegrityError:
            raise NotRecorded("recording_meanwhile") from None
    else:
        if not there.filter(file=before.file_id).update(**made):
            raise NotRecorded("recording_meanwhile")
        row = there.select_related("file").get()
        NoticeRecording.history.bulk_history_create([row], update=True)
        vault.shred(container=before.file.container)
    _record(Event.NOTICE_RECORDED, Action.UPDATE if before else Action.CREATE, actor, row)
    return row


def _is_said(*, purpose: Purpose, language: str, part: str, words: str) -> bool:
    published = NoticeText.objects.filter(notice__purpose=purpose, language=language).values_list("content", flat=True)
    drafts = NoticeDraftText.objects.filter(draft__purpose=purpose, language=language).values_list("content", flat=True)
    said = (one for content in [*published, *drafts] for one in spoken_parts(purpose, json.loads(content)))
    return any(one.key == part and one.sha256 == words for one in said)


def _record(event: Event, action: Action, actor: Actor, row: NoticeRecording) -> None:
    audit.record(
        event=event,
        action=action,
        who=actor.who,
        object_type="notice",
        object_id=f"{row.purpose}:{row.part}",
        details={"language": row.language, "words": row.words_sha256, "sha256": row.file.sha256},
    )
