"""A professional or the privacy officer writes down what a person asks by law: at the desk, or from afar."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import Right, RightChannel
from ..errors import NotRecorded
from ..forms.rights import WriteDownForm
from ..models import Person
from ..queries import get_person_to_write_for, recipients_of, requests_shown_to, writes_as_officer
from ..services.reading import record_requests_read
from ..services.rights import write_down
from .teams import acting_team


@require_safe
@never_cache
def rights_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What can be asked, and what was; with a name for who knows the person, with a number for the officer."""
    person = get_person_to_write_for(request.actor, public_id)
    asked = list(requests_shown_to(request.actor, person))
    record_requests_read(actor=request.actor, person=person)
    context = {"rights": list(Right), "asked": asked}
    return render(request, "consent/rights_of.html", _page(request, person, context))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def right_write(request: HttpRequest, public_id: UUID, right: str) -> HttpResponse:
    """One request in the person's words, how it came in and when."""
    person = get_person_to_write_for(request.actor, public_id)
    if right not in Right.values:
        raise Denied(decision=deny("right_unknown"), event=Event.RIGHT_ASKED, subject=str(person.public_id))
    wanted = Right(right)
    officer = writes_as_officer(request.actor, person)
    # A team learns nothing of what others send: it chooses among all organisations, which are no secret.
    recipients = recipients_of(person) if officer else Organisation.objects.active().order_by("name")
    form = WriteDownForm(request.POST or None, right=wanted, recipients=recipients)
    if request.method == "POST" and form.is_valid():
        try:
            made = write_down(
                actor=request.actor,
                person=person,
                wish=form.wish(language=translation.get_language() or "nl"),
                channel=RightChannel(form.cleaned_data["channel"]),
                received_on=form.cleaned_data["received_on"],
                team=None if officer else acting_team(request),
            )
        except NotRecorded as refused:
            form.add_error("received_on" if refused.code == "received_wrong" else None, refused.message)
        else:
            messages.success(request, _said(made.decision))
            return redirect("consent:rights_of", public_id=public_id)
    record_requests_read(actor=request.actor, person=person)
    context = {"right": wanted, "form": form}
    return render(
        request, "consent/right_write.html", _page(request, person, context), status=422 if form.is_bound else 200
    )


def _said(decision: str) -> str:
    if decision:
        return _("Opgeschreven. De gegevens staan vanaf nu stil.")
    return _("Opgeschreven. De persoon ziet het antwoord op de eigen pagina.")


def _page(request: HttpRequest, person: Person, context: dict[str, object]) -> dict[str, object]:
    return {"person": person, "officer": writes_as_officer(request.actor, person), **context}
