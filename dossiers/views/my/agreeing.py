"""Choosing anew, alone: the whole explanation, the own words, yes or no, and then the own key."""

import uuid
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from consent.enums import Capacity, DataCategory
from consent.errors import NotRecorded
from consent.forms import OwnChoiceForm, tapped_words
from consent.models import NoticeText
from consent.own_choice import OwnChoice, kept_choice
from consent.pictograms import CATEGORIES as PICTURES
from consent.policy import CATEGORIES, SECRECY, can_decide
from consent.queries import current_texts, requirement_for
from consent.readers import Reader
from consent.recordings import heard
from consent.services.agreeing import choose_alone
from consent.services.drafts import drop_choice, keep_choice
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ...queries.my_consents import Card
from ...services.reading import record_overview_read
from .consents import card_for
from .reader import for_readers, page

TOGETHER = {
    Capacity.PARENT: gettext_lazy("Het kind is jonger dan 12 jaar. Alle ouders met gezag kiezen."),
    Capacity.BOTH: gettext_lazy(
        "De jongere is 12 tot en met 15 jaar. De jongere kiest samen met alle ouders met gezag of de voogd."
    ),
    Capacity.GUARDIAN: gettext_lazy("De voogd of de wettelijke vertegenwoordiger kiest."),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """About what is chosen: one sender of a card."""

    card: Card
    sender: Organisation

    @property
    def about(self) -> dict[str, Any]:
        """The same by name, for what is kept about it."""
        card = self.card
        return {"person": card.person, "sender": self.sender, "recipient": card.recipient, "purpose": card.purpose}

    @property
    def address(self) -> list[object]:
        card = self.card
        return [card.person.public_id, self.sender.public_id, card.recipient.public_id, card.purpose.value]


def _scope(reader: Reader, public_id: UUID, sender_id: UUID, recipient_id: UUID, purpose: str) -> Scope:
    card = card_for(reader, public_id, recipient_id, purpose, event=Event.CONSENT_RECORDED)
    sender = next((row.sender for row in card.agreements if row.sender.public_id == sender_id), None)
    if sender is None:
        raise Denied(decision=deny("never_asked"), event=Event.CONSENT_RECORDED, object_id=str(public_id))
    return Scope(card=card, sender=sender)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def agree(
    request: HttpRequest, reader: Reader, public_id: UUID, sender_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """The explanation and the choices; who cannot choose alone is told with whom, and whom to ask."""
    scope = _scope(reader, public_id, sender_id, recipient_id, purpose)
    card = scope.card
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    text = current_texts(purpose=card.purpose).get(translation.get_language() or "nl")
    why_not = _why_not(reader, card, text)
    if why_not or text is None:
        return render(request, "dossiers/my/together.html", _page(request, reader, scope, why_not=why_not))
    form = OwnChoiceForm(
        request.POST if request.method == "POST" else None,
        initial={"text": text.pk},
        categories=CATEGORIES[card.purpose],
        secrecy=card.purpose in SECRECY,
        recipient=card.recipient,
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["text"] == text.pk:
            choice = OwnChoice(token=uuid.uuid4(), begun_at=timezone.now(), answers=form.cleaned_data)
            keep_choice(actor=request.actor, choice=choice, **scope.about)
            return redirect("my:agree_confirm", *scope.address)
        form.data = {**form.data.dict(), "text": text.pk}
        form.add_error(None, NotRecorded("notice_outdated").message)
    choices = [(form[category.value], PICTURES[category]) for category in CATEGORIES[card.purpose]]
    secrecy = form["secrecy"] if card.purpose in SECRECY else None
    context = _page(request, reader, scope, form=form, text=heard(text), choices=choices, secrecy=secrecy)
    return render(request, "dossiers/my/agree.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def confirm(
    request: HttpRequest, reader: Reader, public_id: UUID, sender_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """The choice once more; the button records it, signed with the key that was just used."""
    scope = _scope(reader, public_id, sender_id, recipient_id, purpose)
    card = scope.card
    choice = kept_choice(user_pk=request.actor.user_pk, **scope.about)
    if choice is None or reader.session is not None:
        return redirect("my:consents")
    if request.method == "POST":
        try:
            _record(request, scope, choice)
        except NotRecorded as refusal:
            drop_choice(actor=request.actor, choice=choice)
            messages.error(request, refusal.message)
            return redirect("my:agree", *scope.address)
        messages.success(request, _("Uw keuze is vastgelegd. U kunt altijd weer stoppen."))
        return redirect("my:consents")
    record_overview_read(actor=request.actor, persons=[card.person], reader=reader.person)
    rows: list[tuple[Any, str, bool]] = [
        (category.label, PICTURES[category], choice.answers[category.value] == "yes")
        for category in CATEGORIES[card.purpose]
    ]
    if card.purpose in SECRECY:
        question = _("Mag de zorgverlener dit aan de ontvanger vertellen?")
        rows.append((question, "lock", choice.answers["secrecy"] == "yes"))
    tapped = choice.answers["understanding"] == tapped_words(card.recipient)
    context = _page(request, reader, scope, rows=rows, tapped=tapped, understanding=choice.answers["understanding"])
    return render(request, "dossiers/my/agree_confirm.html", context)


def _record(request: HttpRequest, scope: Scope, choice: OwnChoice) -> None:
    card, answers = scope.card, choice.answers
    text = NoticeText.objects.select_related("notice").filter(pk=answers["text"]).first()
    if text is None:
        raise NotRecorded("notice_outdated")
    choose_alone(
        actor=request.actor,
        person=card.person,
        sender=scope.sender,
        recipient=card.recipient,
        purpose=card.purpose,
        notice_text=text,
        understanding=answers["understanding"],
        refusal_without_consequence_shown=answers["no_consequence"],
        choices={DataCategory(name): answers[name] == "yes" for name in CATEGORIES[card.purpose]},
        secrecy_released=answers["secrecy"] == "yes" if card.purpose in SECRECY else None,
        token=choice.token,
        begun_at=choice.begun_at,
    )


def _why_not(reader: Reader, card: Card, text: NoticeText | None) -> str:
    """Why this reader cannot choose here and alone, in words; empty if nothing stands in the way."""
    requirement = requirement_for(card.person)
    if not can_decide(requirement, frozenset({reader.person.public_id})):
        if requirement.capacity is None:
            return NotRecorded("nobody_may_decide").message
        return str(TOGETHER.get(requirement.capacity, NotRecorded("decider_without_authority").message))
    if reader.session is not None:
        return _("U zit naast een medewerker. Kies samen, dan wordt alles goed uitgelegd.")
    return "" if text is not None else NotRecorded("notice_missing").message


def _page(request: HttpRequest, reader: Reader, scope: Scope, **context: Any) -> dict[str, Any]:
    return page(request, reader, {"card": scope.card, "sender": scope.sender, **context})
