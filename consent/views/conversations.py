"""What was decided: the page and the receipt."""

import json
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..languages import language
from ..models import Conversation, PaperScan
from ..queries import get_conversation_for, signatures_of
from ..receipts import PdfUnavailable, notice_texts, receipt_lines
from ..receipts import receipt_pdf as make_pdf
from ..recordings import heard
from ..records import consent_resource, record_json
from ..records.proof import states_of
from ..services.reading import record_consent_read, record_receipt_read
from ..signatures import HEIGHT, WIDTH


@require_safe
@transaction.atomic
def conversation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The record on one page, with the way to its receipts."""
    held = get_conversation_for(request.actor, public_id)
    record_consent_read(actor=request.actor, conversation=held)
    return _page(request, held)


@require_safe
def receipt_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The receipt as PDF; where this machine cannot make one, the page says so and offers what there is."""
    held = get_conversation_for(request.actor, public_id)
    try:
        # Before the transaction: on SQLite that would hold the one write lock meanwhile.
        content = make_pdf(held, with_signs=_is_sender(request, held))
    except PdfUnavailable as reason:
        with transaction.atomic():
            record_consent_read(actor=request.actor, conversation=held)
        return _page(request, held, problem=f"{reason.message} ({type(reason).__name__})", status=503)
    with transaction.atomic():
        record_receipt_read(actor=request.actor, conversation=held, form="pdf")
    return _attachment(content, "application/pdf", f"{held.public_id}.pdf")


@require_safe
@transaction.atomic
def receipt_json(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The record with the field names of ISO/IEC TS 27560."""
    held = get_conversation_for(request.actor, public_id)
    record_receipt_read(actor=request.actor, conversation=held, form="json")
    return _attachment(record_json(held), "application/json", f"{held.public_id}.json")


@require_safe
@transaction.atomic
def receipt_fhir(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The conversation as a Consent of FHIR R5, with what it is worth now."""
    held = get_conversation_for(request.actor, public_id)
    record_receipt_read(actor=request.actor, conversation=held, form="fhir")
    content = json.dumps(consent_resource(held, states=states_of(held) or {}), ensure_ascii=False, indent=2)
    return _attachment(content.encode(), "application/fhir+json", f"{held.public_id}.fhir.json")


def _page(request: HttpRequest, held: Conversation, *, problem: str = "", status: int = 200) -> HttpResponse:
    reader = language(held.language)
    return render(
        request,
        "consent/conversation.html",
        {
            "conversation": held,
            "lines": receipt_lines(held),
            "reader": reader,
            "notices": [(language(text.language), heard(text)) for text in notice_texts(held, [held.language])],
            "understanding": held.words.get("understanding", "") if _is_sender(request, held) else "",
            "signatures": signatures_of(held),
            "with_signs": _is_sender(request, held),
            "pad": {"width": WIDTH, "height": HEIGHT},
            "problem": problem,
            "on_paper": _is_sender(request, held),
            "scan": PaperScan.objects.filter(conversation=held).prefetch_related("files").first(),
        },
        status=status,
    )


def _is_sender(request: HttpRequest, held: Conversation) -> bool:
    """Whether the actor works for who has to prove the consent, and so sees what was said and signed."""
    return bool(held.sender_id == request.actor.organisation_pk)


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
