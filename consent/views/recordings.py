"""The voices that read the explanations: everybody hears them, the region's administrator keeps them."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.policy import Denied
from portal.audit.enums import Event
from portal.ranges import ranged
from portal.vault import services as vault
from portal.vault.errors import VaultError
from portal.vault.models import Container
from portal.vault.types import SOUND
from portal.vault.uploads import vault_upload

from ..enums import Purpose
from ..errors import NotRecorded
from ..forms.notices import PARTS
from ..forms.recordings import MOST_BYTES, RecordingForm, refusal_of
from ..languages import language
from ..models import NoticeDraftText, NoticeRecording, NoticeText
from ..notice_texts import parts_of
from ..policy import can_manage_notices
from ..queries.notices import audible_recordings
from ..recordings import SpokenPart, address_of, spoken_parts, words_in_use
from ..services import recordings as services

KEPT_SECONDS = 365 * 24 * 60 * 60
DRAFT = "draft"


@require_safe
def recording(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A recording, or the part of it that a player asks for. The address names the bytes, so they never change."""
    row = audible_recordings().select_related("file__container").filter(file__sha256=sha256).first()
    if row is None:
        raise Http404
    file = row.file
    etag = f'"{sha256}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={KEPT_SECONDS}, immutable"}
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        for name, value in headers.items():
            unchanged[name] = value
        return unchanged
    read = partial(_read, file)
    response = StreamingHttpResponse(
        (),
        content_type=file.media_type,
        headers={**headers, "Content-Length": str(file.size)},
    )
    answer = ranged(request, response, size=file.size, read=read)
    if answer.status_code == 200 and request.method == "GET":
        response.streaming_content = read(0, file.size)
    return answer


@dataclass(frozen=True, kw_only=True)
class Read:
    """A text that is read aloud: one of a published version, or of the draft."""

    purpose: Purpose
    edition: str
    code: str
    parts: dict[str, SpokenPart]

    @property
    def address(self) -> tuple[str, str, str]:
        return (self.purpose.value, self.edition, self.code)


@require_safe
def notice_recordings(request: HttpRequest, purpose: str, edition: str, code: str) -> HttpResponse:
    """Each part of a text with its words, its recording, and the form for another."""
    _require(request, Event.NOTICE_RECORDED)
    return _page(request, _text(purpose, edition, code))


def _may_record(request: HttpRequest, purpose: str, edition: str, code: str, part: str) -> Container:
    _require(request, Event.NOTICE_RECORDED)
    if part not in _text(purpose, edition, code).parts:
        raise Http404
    return vault.create_container()


@require_POST
@vault_upload(authorise=_may_record, kinds=SOUND, most_bytes=MOST_BYTES)
def notice_recording(request: HttpRequest, purpose: str, edition: str, code: str, part: str) -> HttpResponse:
    """Keep a recording of one part."""
    text = _text(purpose, edition, code)
    if part not in text.parts:
        raise Http404
    received = request.FILES.getlist("recording")
    form = RecordingForm(request.POST, request.FILES)
    problem = _problem(received)
    if not problem and not form.is_valid():
        problem = str(next(iter(form.errors.values()))[0])
    if problem:
        for file in received:
            if file.stored:
                vault.shred(container=file.stored.container)
        return _page(request, text, wrong=part, problem=problem)
    try:
        services.store_recording(
            actor=request.actor,
            purpose=text.purpose,
            language=code,
            part=part,
            words=form.cleaned_data["words"],
            seen=form.cleaned_data["seen"],
            file=received[0].stored,
            spoken_by=form.cleaned_data["spoken_by"],
        )
    except NotRecorded as refusal:
        return _page(request, text, wrong=part, problem=refusal.message)
    messages.success(request, _("De opname is bewaard."))
    return _back(text, part)


@require_POST
def notice_recording_remove(
    request: HttpRequest, purpose: str, edition: str, code: str, public_id: UUID
) -> HttpResponse:
    """Take a recording away."""
    _require(request, Event.NOTICE_RECORDING_REMOVED)
    text = _text(purpose, edition, code)
    row = NoticeRecording.objects.filter(public_id=public_id, language=code).first()
    if row is not None:
        services.remove_recording(actor=request.actor, recording=row)
    messages.success(request, _("De opname is weg."))
    return _back(text, row.part if row is not None else "")


def _back(text: Read, part: str) -> HttpResponse:
    return redirect(reverse("consent:notice_recordings", args=text.address, fragment=part or None))


def _read(file: Any, start: int, length: int) -> Any:
    try:
        return vault.open_part(file=file, start=start, length=length)
    except VaultError as problem:
        raise Http404 from problem


def _problem(received: list[Any]) -> str:
    if not received:
        return _("U hebt geen bestand gekozen.")
    refused = next((file.refusal for file in received if file.refusal), None)
    if refused:
        return refusal_of(refused)
    return _("Kies een geluidsbestand: .mp3, .m4a of .ogg.") if len(received) > 1 else ""


def _text(purpose: str, edition: str, code: str) -> Read:
    """The text that an address names.

    Raises:
        Http404: for a purpose, version or language that is not there.
    """
    if purpose not in Purpose.values or code not in dict(settings.LANGUAGES):
        raise Http404
    content: str | None = None
    if edition == DRAFT:
        content = (
            NoticeDraftText.objects.filter(draft__purpose=purpose, language=code)
            .values_list("content", flat=True)
            .first()
        )
    elif edition.isascii() and edition.isdecimal() and len(edition) < 9:
        content = (
            NoticeText.objects.filter(notice__purpose=purpose, notice__version=int(edition), language=code)
            .values_list("content", flat=True)
            .first()
        )
    if content is None:
        raise Http404
    kind = Purpose(purpose)
    parts = {part.key: part for part in spoken_parts(kind, json.loads(content))}
    return Read(purpose=kind, edition=edition, code=code, parts=parts)


def _page(request: HttpRequest, text: Read, *, wrong: str = "", problem: str = "") -> HttpResponse:
    words = {part.sha256 for part in text.parts.values()}
    rows = list(NoticeRecording.objects.filter(language=text.code).select_related("file"))
    by_words = {row.words_sha256: _shown(row) for row in rows if row.words_sha256 in words}
    others = [row for row in rows if row.purpose == text.purpose and row.words_sha256 not in words]
    used = words_in_use(language=text.code) if others else frozenset()
    parts: list[dict[str, Any]] = []
    for key in parts_of(text.purpose):
        said = text.parts.get(key)
        held = by_words.get(said.sha256) if said else None
        initial = {"words": said.sha256 if said else "", "seen": held["sha256"] if held else ""}
        typed = {"spoken_by": request.POST.get("spoken_by", "")[:120]} if key == wrong else {}
        parts.append(
            {
                "key": key,
                "name": PARTS[key],
                "said": said,
                "recording": held,
                "others": [
                    {**_shown(row), "removable": row.words_sha256 not in used} for row in others if row.part == key
                ],
                "form": RecordingForm(initial={**initial, **typed}, auto_id=f"{key}-%s"),
                "problem": problem if key == wrong else "",
            }
        )
    context = {
        "text": text,
        "purpose": text.purpose,
        "edition": text.edition,
        "is_draft": text.edition == DRAFT,
        "tongue": language(text.code),
        "parts": parts,
        "done": sum(bool(part["recording"] and part["recording"]["is_clean"]) for part in parts),
    }
    return render(request, "consent/notices/recordings.html", context, status=422 if problem else 200)


def _shown(row: NoticeRecording) -> dict[str, Any]:
    return {
        "public_id": row.public_id,
        "url": address_of(row),
        "sha256": row.file.sha256,
        "media_type": row.file.media_type,
        "size": row.file.size,
        "is_clean": row.is_clean,
        "state": row.file.get_scan_reason_display() or row.file.get_scan_display(),
        "spoken_by": row.spoken_by,
        "at": row.recorded_at,
    }


def _require(request: HttpRequest, event: Event) -> None:
    answer = can_manage_notices(request.actor)
    if not answer:
        raise Denied(decision=answer, event=event)
