"""A professional takes a consent back, because the person or a parent asks for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import Outcome, Purpose
from ..forms import WithdrawForm
from ..models import Person
from ..pictograms import PURPOSES
from ..queries import Held, concerning, consents_of, get_person_for, get_recipient_for
from ..services import withdraw
from ..services.reading import record_withdrawal_shown
from .teams import acting_team


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What happens when it stops, to be read aloud, and one button. Purpose and recipient come in the query or form."""
    person = get_person_for(request.actor, public_id)
    asked = request.POST if request.method == "POST" else request.GET
    recipient = get_recipient_for(person=person, public_id=asked.get("recipient", ""))
    if asked.get("purpose", "") not in Purpose.values:
        raise Denied(decision=deny("purpose_unknown"), event=Event.CONSENT_WITHDRAWN, subject=str(person.public_id))
    purpose = Purpose(asked["purpose"])
    team = acting_team(request)
    ours = _ours(person, purpose, recipient, organisation_pk=team.organisation_id)
    if not ours:  # what others agreed on is not told, not even that it is there
        raise Denied(decision=deny("recipient_unknown"), event=Event.CONSENT_WITHDRAWN, subject=str(person.public_id))
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ended = withdraw(
            actor=request.actor,
            person=person,
            purpose=purpose,
            recipient=recipient,
            reason=form.cleaned_data["reason"],
            team=team,
        )
        if ended:
            messages.success(request, _("De toestemming is ingetrokken. Niemand kan dit nu nog ophalen."))
        elif any(row.decision.outcome == Outcome.WITHDRAWN for row in ours):  # a second click, or a colleague was first
            messages.info(request, _("De toestemming was al ingetrokken."))
        else:
            messages.info(request, _("Er was geen toestemming om in te trekken."))
        return redirect("dossiers:person", public_id=public_id)
    record_withdrawal_shown(actor=request.actor, person=person, purpose=purpose)
    context = {
        "person": person,
        "purpose": purpose,
        "picture": PURPOSES[purpose],
        "recipient": recipient,
        "senders": list(dict.fromkeys(row.decision.sender.name for row in ours)),
        "form": form,
    }
    return render(request, "consent/withdraw.html", context, status=422 if form.is_bound else 200)


def _ours(person: Person, purpose: Purpose, recipient: Organisation, *, organisation_pk: int) -> list[Held]:
    """What was decided about this as far as the own organisation sends or receives it: what ``withdraw`` ends."""
    return [
        row
        for row in concerning(consents_of(person=person), organisation_pk=organisation_pk)
        if (row.decision.purpose, row.decision.recipient_id) == (purpose, recipient.pk)
    ]
