"""The person's consents: all of them on one page, and taking one back."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from consent.enums import Purpose
from consent.readers import Reader
from consent.services.withdrawals import withdraw
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ...queries.my_consents import Card, card_of, consents_about
from ...queries.overview import persons_read_by
from ...services.reading import record_overview_read
from .reader import for_readers, page, person_for


@require_safe
@for_readers
@transaction.atomic
def consents(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who may get what, since when and until when, about the reader and about those for whom the reader decides."""
    persons = persons_read_by(reader.person)
    people = [consents_about(person) for person in persons]
    record_overview_read(actor=request.actor, persons=persons, reader=reader.person)
    return render(request, "dossiers/my/consents.html", page(request, reader, {"people": people}))


@require_safe
@for_readers
def looks(request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str) -> HttpResponse:
    """Everybody who looked at anything of one consent, and what was collected."""
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.MY_DOSSIER_READ)
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    return render(request, "dossiers/my/looked.html", page(request, reader, {"card": card}))


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def withdraw_consent(
    request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """Takes a consent back: one page that says what happens, one button."""
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.CONSENT_WITHDRAWN)
    if request.method == "POST":
        withdraw(
            actor=request.actor,
            person=card.person,
            purpose=card.purpose,
            recipient=card.recipient,
            reason="",
            assisted_session=reader.session,
            language=translation.get_language() or "nl",
        )
        return redirect("my:withdrawn", public_id=public_id, recipient_id=recipient_id, purpose=purpose)
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    return render(request, "dossiers/my/withdraw.html", page(request, reader, {"card": card}))


@require_safe
@for_readers
def withdrawn(request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str) -> HttpResponse:
    """What is true after a consent was taken back: nothing new is shared, and what had been collected stays there."""
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.CONSENT_WITHDRAWN)
    if card.can_stop:
        return redirect("my:consents")
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    return render(request, "dossiers/my/withdrawn.html", page(request, reader, {"card": card}))


def card_for(reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str, *, event: Event) -> Card:
    """The card that an address means, if the reader may see it and there is one.

    Raises:
        Denied: absent and forbidden alike.
    """
    person = person_for(reader, public_id, event=event)
    recipient = Organisation.objects.filter(public_id=recipient_id).first()
    known = recipient is not None and purpose in Purpose.values
    card = card_of(person, Purpose(purpose), recipient) if recipient is not None and known else None
    if card is None:
        raise Denied(decision=deny("not_yours"), event=event, object_id=str(public_id))
    return card
