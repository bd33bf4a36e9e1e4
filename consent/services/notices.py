"""The next version of an explanation: written as a draft, published once and for good."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..drafting import is_complete, stale_texts
from ..enums import Purpose
from ..errors import NotRecorded
from ..models import Notice, NoticeCheck, NoticeDraft, NoticeDraftText, NoticeText
from ..notice_texts import SOURCE, canonical, digest, object_id
from ..policy import can_manage_notices
from ..queries import current_notice
from .acting import require, user_of


@transaction.atomic
def begin_draft(*, actor: Actor, purpose: Purpose) -> NoticeDraft:
    """Begin the next version with a copy of the texts that count now; a draft that is there stays as it is.

    Raises:
        Denied: for anybody but the region's administrator.
    """
    require(can_manage_notices(actor), event=Event.NOTICE_DRAFTED)
    draft, created = NoticeDraft.objects.get_or_create(purpose=purpose, defaults={"changed_by_id": user_of(actor)})
    if created:
        notice = current_notice(purpose=purpose)
        for text in notice.texts.all() if notice else ():
            NoticeDraftText.objects.create(
                draft=draft, language=text.language, content=text.content, made_from=text.made_from
            )
        _record(actor, draft, Action.CREATE)
    return draft


@transaction.atomic
def save_draft_text(
    *, actor: Actor, purpose: Purpose, language: str, content: Mapping[str, Any], seen: int
) -> NoticeDraft:
    """Keep one language of a draft, complete or not. A translation that is saved counts as made from the Dutch of now.

    Args:
        content: ``title`` and ``parts``, as in a stored text; empty headings and texts may be among them.
        seen: the ``row_version`` that the editor saw.

    Raises:
        Denied: for anybody but the region's administrator.
        NotRecorded: ``draft_gone``, or ``draft_changed`` if somebody else changed the draft meanwhile.
    """
    draft = _claim(actor=actor, purpose=purpose, seen=seen)
    if language not in dict(settings.LANGUAGES):
        raise NotRecorded("notice_missing")
    stored = canonical(content)
    made_from = ""
    if language != SOURCE:
        dutch = draft.texts.filter(language=SOURCE).first()
        made_from = digest(dutch.content) if dutch else ""
    NoticeDraftText.objects.update_or_create(
        draft=draft, language=language, defaults={"content": stored, "made_from": made_from}
    )
    _record(actor, draft, Action.UPDATE, **{language: digest(stored)})
    return draft


@transaction.atomic
def remove_draft_text(*, actor: Actor, purpose: Purpose, language: str, seen: int) -> NoticeDraft:
    """Leave a language out of the next version.

    Raises:
        Denied, NotRecorded: as :func:`save_draft_text`; ``source_needed`` for Dutch.
    """
    draft = _claim(actor=actor, purpose=purpose, seen=seen)
    if language == SOURCE:
        raise NotRecorded("source_needed")
    draft.texts.filter(language=language).delete()
    _record(actor, draft, Action.DELETE, language=language)
    return draft


@transaction.atomic
def choose_asking_again(*, actor: Actor, purpose: Purpose, asks_again: bool, seen: int) -> NoticeDraft:
    """Say whether consent on an earlier version stops counting when this one is published.

    Raises:
        Denied, NotRecorded: as :func:`save_draft_text`.
    """
    draft = _claim(actor=actor, purpose=purpose, seen=seen)
    draft.asks_again = asks_again
    draft.save(update_fields=["asks_again"])
    _record(actor, draft, Action.UPDATE, asks_again=asks_again)
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, purpose: Purpose, seen: int) -> None:
    """Throw a draft away; what is published stays as it is.

    Raises:
        Denied, NotRecorded: as :func:`save_draft_text`.
    """
    draft = _claim(actor=actor, purpose=purpose, seen=seen)
    _record(actor, draft, Action.DELETE)
    draft.delete()


@transaction.atomic
def publish_draft(*, actor: Actor, purpose: Purpose, seen: int) -> Notice:
    """Publish a draft as the next version: immutable, each text with its hash. Twice at once publishes once.

    Raises:
        Denied: for anybody but the region's administrator.
        NotRecorded: ``draft_gone``, ``draft_changed``, ``draft_incomplete`` (the Dutch text, or one that is begun),
            ``draft_stale`` (a translation of an older Dutch text), ``draft_same``.
    """
    draft = _claim(actor=actor, purpose=purpose, seen=seen)
    texts = list(draft.texts.all())
    if SOURCE not in {text.language for text in texts} or not all(is_complete(purpose, text.content) for text in texts):
        raise NotRecorded("draft_incomplete")
    before = current_notice(purpose=purpose)
    if before and not draft.asks_again and _hashes(before.texts.all()) == _hashes(texts):
        raise NotRecorded("draft_same")
    if stale_texts(texts):
        raise NotRecorded("draft_stale")
    newest = Notice.objects.filter(purpose=purpose).order_by("-version").first()
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                purpose=purpose, version=newest.version + 1 if newest else 1, asks_again=draft.asks_again
            )
    except IntegrityError:
        raise NotRecorded("draft_gone") from None
    NoticeText.objects.bulk_create(
        NoticeText(
            notice=notice,
            language=text.language,
            content=text.content,
            sha256=digest(text.content),
            made_from=text.made_from,
        )
        for text in texts
    )
    draft.delete()
    audit.record(
        event=Event.NOTICE_PUBLISHED,
        action=Action.CREATE,
        who=actor.who,
        object_type="notice",
        object_id=object_id(purpose, notice.version),
        details={text.language: digest(text.content) for text in texts} | {"asks_again": notice.asks_again},
    )
    return notice


@transaction.atomic
def record_check(*, actor: Actor, text: NoticeText, checked_by: str) -> NoticeCheck:
    """Write down that somebody whose language it is read a published text and found it right.

    Raises:
        Denied: for anybody but the region's administrator.
        NotRecorded: ``checker_missing`` without a name.
    """
    require(can_manage_notices(actor), event=Event.NOTICE_CHECKED)
    if not checked_by.strip():
        raise NotRecorded("checker_missing")
    check = NoticeCheck.objects.create(
        notice_text=text, checked_by=checked_by.strip()[:200], recorded_by_id=user_of(actor)
    )
    audit.record(
        event=Event.NOTICE_CHECKED,
        action=Action.CREATE,
        who=actor.who,
        object_type="notice",
        object_id=f"{text.notice.purpose}:{text.notice.version}",
        details={"language": text.language, "sha256": text.sha256},
    )
    return check


def _claim(*, actor: Actor, purpose: Purpose, seen: int) -> NoticeDraft:
    """The draft, for who changes it: a compare-and-swap on its version, so that no two editors overwrite each other."""
    require(can_manage_notices(actor), event=Event.NOTICE_DRAFTED)
    hit = NoticeDraft.objects.filter(purpose=purpose, row_version=seen).update(
        row_version=F("row_version") + 1, changed_by=user_of(actor), changed_at=timezone.now()
    )
    draft = NoticeDraft.objects.filter(purpose=purpose).first()
    if draft is None:
        raise NotRecorded("draft_gone")
    if not hit:
        raise NotRecorded("draft_changed")
    return draft


def _hashes(texts: Any) -> dict[str, str]:
    return {text.language: digest(text.content) for text in texts}


def _record(actor: Actor, draft: NoticeDraft, action: Action, **details: Any) -> None:
    audit.record(
        event=Event.NOTICE_DRAFTED,
        action=action,
        who=actor.who,
        object_type="notice",
        object_id=f"{draft.purpose}:draft",
        details=details,
    )
