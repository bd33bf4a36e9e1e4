"""The person's consents: taking one back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent.enums import Purpose
from consent.readers import Reader
from consent.services.withdrawals import withdraw
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ...services.reading import record_overview_read
from .reader import for_readers, page, person_for


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def withdraw_consent(
    request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """Takes a consent back: one page that says what happens, one button."""
    person = person_for(reader, public_id, event=Event.CONSENT_WITHDRAWN)
    recipient = Organisation.objects.filter(public_id=recipient_id).first()
    if recipient is None or purpose not in Purpose.values:
        raise Denied(decision=deny("not_yours"), event=Event.CONSENT_WITHDRAWN, object_id=str(public_id))
    if request.method == "POST":
        withdraw(
            actor=request.actor,
            person=person,
            purpose=Purpose(purpose),
            recipient=recipient,
            reason="",
            assisted_session=reader.session,
            language=translation.get_language() or "nl",
        )
        messages.success(request, _("U hebt uw toestemming ingetrokken. Er wordt niets meer gedeeld."))
        return redirect("my:overview")
    record_overview_read(actor=request.actor, persons=[person], reader=reader.person)
    context = {"person": person, "recipient": recipient, "purpose_text": Purpose(purpose).label}
    return render(request, "dossiers/my/withdraw.html", page(request, reader, context))
