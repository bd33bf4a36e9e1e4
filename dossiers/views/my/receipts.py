"""What a person takes along: the proofs of what was decided, and a form to withdraw on paper."""

import json
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from consent.errors import NotRecorded
from consent.queries import get_conversation_of_reader
from consent.readers import Reader
from consent.receipts import PdfUnavailable, receipt_pdf
from consent.records import consent_resource, record_json
from consent.records.proof import states_of
from consent.services.printing import print_own_withdrawal
from consent.services.reading import record_receipt_read
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from .consents import card_for
from .reader import for_readers


@require_safe
@for_readers
def as_pdf(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """The receipt in two languages; where this machine cannot make one, the page of consents says so."""
    held = get_conversation_of_reader(reader.person, public_id)
    try:
        content = receipt_pdf(
            held, with_signs=True
        )  # before the transaction: on SQLite that would hold the one write lock meanwhile
    except PdfUnavailable as reason:
        messages.warning(request, reason.message)
        return redirect("my:consents")
    with transaction.atomic():
        record_receipt_read(actor=request.actor, conversation=held, form="pdf")
    return _attachment(content, "application/pdf", f"{held.public_id}.pdf")


@require_safe
@for_readers
def as_json(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """The record with the field names of ISO/IEC TS 27560, to keep or to give to somebody who checks it."""
    held = get_conversation_of_reader(reader.person, public_id)
    with transaction.atomic():
        record_receipt_read(actor=request.actor, conversation=held, form="json")
    return _attachment(record_json(held), "application/json", f"{held.public_id}.json")


@require_safe
@for_readers
def as_fhir(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """The same as a Consent of FHIR R5, with what it is worth now: for another system of care."""
    held = get_conversation_of_reader(reader.person, public_id)
    with transaction.atomic():
        record_receipt_read(actor=request.actor, conversation=held, form="fhir")
    content = json.dumps(consent_resource(held, states=states_of(held) or {}), ensure_ascii=False, indent=2)
    return _attachment(content.encode(), "application/fhir+json", f"{held.public_id}.fhir.json")


@require_POST
@for_readers
def paper(
    request: HttpRequest, reader: Reader, public_id: UUID, sender_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """A form to withdraw, in Dutch and the reader's language, to sign and to give to the team that asked."""
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.PAPER_PRINTED)
    sender = next((row.sender for row in card.agreements if row.sender.public_id == sender_id), None)
    if sender is None:
        raise Denied(decision=deny("not_yours"), event=Event.PAPER_PRINTED, object_id=str(public_id))
    try:
        form, content = print_own_withdrawal(
            actor=request.actor,
            person=card.person,
            sender=sender,
            recipient=card.recipient,
            purpose=card.purpose,
            language=translation.get_language() or "nl",
            assisted_session=reader.session,
        )
    except (NotRecorded, PdfUnavailable) as reason:
        messages.warning(request, reason.message)
        return redirect("my:consents")
    return _attachment(content, "application/pdf", f"{form.public_id}.pdf")


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
