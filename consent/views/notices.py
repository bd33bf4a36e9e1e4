"""The explanations: the public text of each version, and where the region's administrator writes the next one."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.policy import Denied
from portal.audit.enums import Event

from ..drafting import EASY_ENOUGH, compared, is_complete, lacking, reading_ease, stale_texts
from ..enums import Purpose
from ..errors import NotRecorded
from ..forms.notices import PARTS, AskAgainForm, CheckForm, NoticeTextForm
from ..languages import VOICES, language
from ..models import Notice, NoticeDraft, NoticeText
from ..notice_texts import SOURCE, parts_of
from ..policy import can_manage_notices
from ..queries import current_notice, current_texts
from ..queries.notices import audible_recordings
from ..recordings import heard, parts_said
from ..services import notices as services


@require_safe
def notice_text(request: HttpRequest, purpose: str, version: int, code: str) -> HttpResponse:
    """A published text as receipts name it; for everybody, because it is no secret."""
    text = get_object_or_404(
        NoticeText.objects.select_related("notice").prefetch_related("checks"),
        notice__purpose=purpose,
        notice__version=version,
        language=code,
    )
    others = text.notice.texts.exclude(pk=text.pk).values_list("language", flat=True)
    tongue = language(text.language)
    context = {
        "text": text,
        "content": heard(text),
        "tongue": tongue,
        "page_lang": tongue.code,
        "page_dir": tongue.direction,
        "tools": {"recording": None, "voices": VOICES.get(tongue.code, tongue.code)},
        "others": [language(other) for other in others],
    }
    # What stands around the text speaks its language too, whatever the reader's browser asks for.
    with translation.override(tongue.code):
        response = render(request, "consent/notices/text.html", context)
    response.headers["Content-Language"] = tongue.code
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """All versions of all explanations; ``POST`` begins the next one for a ``purpose``."""
    _require(request)
    if request.method == "POST":
        purpose = _purpose(request.POST.get("purpose", ""))
        services.begin_draft(actor=request.actor, purpose=purpose)
        return redirect("consent:notice_draft", purpose=purpose.value)
    drafts = set(NoticeDraft.objects.values_list("purpose", flat=True))
    audible = set(audible_recordings().values_list("language", "words_sha256"))
    held: dict[str, list[dict[str, Any]]] = {purpose: [] for purpose in Purpose.values}
    for notice in Notice.objects.prefetch_related("texts__checks").order_by("purpose", "-version"):
        texts = list(notice.texts.all())
        for text in texts:
            text.notice = notice
        stale = set(stale_texts(texts))
        rows = [
            {
                "text": text,
                "tongue": language(text.language),
                "stale": text.language in stale,
                "checks": text.checks.all(),
                "parts": len(parts_of(Purpose(notice.purpose))),
                "heard": sum((text.language, part.sha256) in audible for part in parts_said(text)),
            }
            for text in texts
        ]
        present = {text.language for text in texts}
        missing = [language(code) for code, _name in settings.LANGUAGES if code not in present]
        held[notice.purpose].append({"notice": notice, "rows": rows, "missing": missing})
    purposes = [
        {
            "value": purpose.value,
            "label": purpose.label,
            "draft": purpose.value in drafts,
            "versions": held[purpose.value],
        }
        for purpose in Purpose
    ]
    return render(request, "consent/notices/list.html", {"purposes": purposes})


@require_http_methods(["GET", "HEAD", "POST"])
def notice_draft(request: HttpRequest, purpose: str) -> HttpResponse:
    """The draft of a purpose: what is done, what lacks, and whether it asks again."""
    _require(request)
    kind = _purpose(purpose)
    draft = get_object_or_404(NoticeDraft, purpose=kind)
    form = AskAgainForm(
        request.POST or None, initial={"seen": draft.row_version, "asks_again": "yes" if draft.asks_again else "no"}
    )
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            services.choose_asking_again(
                actor=request.actor, purpose=kind, asks_again=answers["asks_again"] == "yes", seen=answers["seen"]
            )
            messages.success(request, _("Bewaard."))
        except NotRecorded as refusal:
            messages.error(request, refusal.message)
        return redirect("consent:notice_draft", purpose=kind.value)
    texts = {text.language: text for text in draft.texts.all()}
    stale = set(stale_texts(texts.values()))
    rows = [
        {
            "tongue": language(code),
            "begun": code in texts,
            "complete": code in texts and is_complete(kind, texts[code].content),
            "lacking": [
                PARTS.get(name, _("Titel")) for name in (lacking(kind, texts[code].content) if code in texts else ())
            ],
            "stale": code in stale,
        }
        for code, _name in settings.LANGUAGES
    ]
    ease = reading_ease(texts[SOURCE].content) if SOURCE in texts else None
    context = {
        "draft": draft,
        "form": form,
        "rows": rows,
        "ease": ease,
        "hard": ease is not None and ease < EASY_ENOUGH,
        "ready": all(row["complete"] for row in rows if row["begun"]) and SOURCE in texts and not stale,
        "missing": [row["tongue"] for row in rows if not row["begun"]],
    }
    return render(request, "consent/notices/draft.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def notice_write(request: HttpRequest, purpose: str, code: str) -> HttpResponse:
    """Write one language of a draft, with the Dutch text beside it."""
    _require(request)
    kind = _purpose(purpose)
    draft = get_object_or_404(NoticeDraft, purpose=kind)
    if code not in dict(settings.LANGUAGES):
        raise Http404
    texts = {text.language: json.loads(text.content) for text in draft.texts.all()}
    initial = {"seen": draft.row_version, **NoticeTextForm.initial_of(texts.get(code, {}))}
    form = NoticeTextForm(request.POST or None, initial=initial, purpose=kind, code=code)
    if request.method == "POST" and form.is_valid():
        act = {"actor": request.actor, "purpose": kind, "language": code, "seen": form.cleaned_data["seen"]}
        try:
            if "remove" in request.POST:
                services.remove_draft_text(**act)
            else:
                services.save_draft_text(**act, content=form.content())
            messages.success(request, _("Bewaard."))
            return redirect("consent:notice_draft", purpose=kind.value)
        except NotRecorded as refusal:
            form.add_error(None, refusal.message)
    dutch = texts.get(SOURCE) if code != SOURCE else None
    context = {"draft": draft, "form": form, "tongue": language(code), "dutch": dutch, "begun": code in texts}
    return render(request, "consent/notices/write.html", context, status=422 if form.is_bound else 200)


@require_safe
def notice_compare(request: HttpRequest, purpose: str, code: str) -> HttpResponse:
    """A language of a draft beside the version that counts now, word by word."""
    _require(request)
    kind = _purpose(purpose)
    draft = get_object_or_404(NoticeDraft, purpose=kind)
    now = current_texts(purpose=kind).get(code)
    text = draft.texts.filter(language=code).first()
    if now is None and text is None:
        raise Http404
    rows = compared(json.loads(now.content) if now else {}, json.loads(text.content) if text else {}, purpose=kind)
    names = {"title": _("Titel"), **PARTS}
    context = {
        "draft": draft,
        "tongue": language(code),
        "before": current_notice(purpose=kind),
        "rows": [{**row, "name": names[row["key"]]} for row in rows],
        "changed": sum(row["changed"] for row in rows),
    }
    return render(request, "consent/notices/compare.html", context)


@require_POST
def notice_publish(request: HttpRequest, purpose: str) -> HttpResponse:
    """Publish a draft, or throw it away (``discard``)."""
    kind = _purpose(purpose)
    try:
        seen = int(request.POST.get("seen", "0")[:9])
    except ValueError:
        seen = 0
    try:
        if "discard" in request.POST:
            services.discard_draft(actor=request.actor, purpose=kind, seen=seen)
            messages.success(request, _("Het concept is weggegooid."))
            return redirect("consent:notices")
        notice = services.publish_draft(actor=request.actor, purpose=kind, seen=seen)
    except NotRecorded as refusal:
        messages.error(request, refusal.message)
        there = NoticeDraft.objects.filter(purpose=kind).exists()
        return redirect("consent:notice_draft", purpose=kind.value) if there else redirect("consent:notices")
    messages.success(request, _("Versie %(version)d is gepubliceerd.") % {"version": notice.version})
    return redirect("consent:notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_check(request: HttpRequest, purpose: str, version: int, code: str) -> HttpResponse:
    """Write down who read a published text in the own language."""
    _require(request)
    text = get_object_or_404(
        NoticeText.objects.select_related("notice"), notice__purpose=purpose, notice__version=version, language=code
    )
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.record_check(actor=request.actor, text=text, checked_by=form.cleaned_data["checked_by"])
        messages.success(request, _("Bewaard."))
        return redirect("consent:notices")
    context = {"form": form, "text": text, "content": heard(text), "tongue": language(code)}
    return render(request, "consent/notices/check.html", context, status=422 if form.is_bound else 200)


def _require(request: HttpRequest) -> None:
    answer = can_manage_notices(request.actor)
    if not answer:
        raise Denied(decision=answer, event=Event.NOTICE_DRAFTED)


def _purpose(value: str) -> Purpose:
    if value not in Purpose.values:
        raise Http404
    return Purpose(value)
