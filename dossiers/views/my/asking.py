"""Asking a question about an own consent, and reading the answers."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consent.enums import Addressee, Right
from consent.errors import NotRecorded
from consent.forms import AskForm
from consent.languages import language
from consent.queries import questions_of, teams_to_ask
from consent.readers import Reader
from consent.services import ask_question, rights
from portal.audit.enums import Event

from ...queries.my_consents import Card
from ...services.reading import record_overview_read
from .consents import card_for
from .reader import for_readers, page

OBJECTION = "objection"


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def ask(request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str) -> HttpResponse:
    """A question about one consent, to who sends or to the privacy officer, or an objection; in the own language."""
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.QUESTION_ASKED)
    form = AskForm(request.POST if request.method == "POST" else None, choices=_addressees(card))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            if to == OBJECTION:
                _object(request, reader, card, form.cleaned_data["text"])
                messages.success(request, _("Uw bezwaar is opgeschreven. U krijgt binnen een maand antwoord."))
                return redirect("my:rights")
            _ask(request, reader, card, to, form.cleaned_data["text"])
            messages.success(request, _("Uw vraag is verstuurd. Het antwoord komt op deze pagina."))
            return redirect("my:questions")
        except NotRecorded as refusal:
            form.add_error(None, refusal.message)
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    context = page(request, reader, {"card": card, "form": form})
    return render(request, "dossiers/my/ask.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_readers
@transaction.atomic
def questions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What the reader asked, with the answers as they were written."""
    asked = questions_of(reader.person)
    persons = list(dict.fromkeys(row.person for row in asked))
    record_overview_read(actor=request.actor, persons=persons, reader=reader.person)
    rows = [(row, language(row.language), language(row.answer_language or "nl")) for row in asked]
    return render(request, "dossiers/my/questions.html", page(request, reader, {"questions": rows}))


def _ask(request: HttpRequest, reader: Reader, card: Card, to: str, text: str) -> None:
    senders = {str(row.sender.public_id): row.sender for row in card.agreements}
    ask_question(
        actor=request.actor,
        person=card.person,
        purpose=card.purpose,
        sender=senders.get(to, card.agreements[0].sender),
        recipient=card.recipient,
        addressee=Addressee.SENDER if to in senders else Addressee.PRIVACY_OFFICER,
        text=text,
        language=translation.get_language() or "nl",
        assisted_session=reader.session,
    )


def _object(request: HttpRequest, reader: Reader, card: Card, text: str) -> None:
    """An objection (GDPR art. 21) is a request by law, with its own term."""
    rights.ask(
        actor=request.actor,
        person=card.person,
        wish=rights.Wish(
            right=Right.OBJECTION,
            text=text,
            purpose=card.purpose,
            recipient=card.recipient,
            language=translation.get_language() or "nl",
        ),
        assisted_session=reader.session,
    )


def _addressees(card: Card) -> list[tuple[str, object]]:
    """The senders with a team that knows the person, the privacy officer, and the way to object."""
    senders = [row.sender for row in card.agreements if teams_to_ask(card.person, row.sender).exists()]
    return [
        *((str(sender.public_id), _("Een vraag aan: %(name)s") % {"name": sender.name}) for sender in senders),
        (Addressee.PRIVACY_OFFICER.value, _("Een vraag aan de functionaris voor privacy")),
        (OBJECTION, _("Bezwaar: ik wil niet dat dit gebeurt")),
    ]
