"""The family of a person: who decides now, from when that changes, and writing down who has custody."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..enums import CustodyEnd
from ..errors import NotRecorded
from ..forms import GuardianEndForm, GuardianForm
from ..queries import deciding_about, family_of, get_person_for
from ..services.families import add_guardian, end_guardianship
from ..services.reading import record_family_read
from .teams import acting_team


@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The adults of a family, and a form to add one."""
    child = get_person_for(request.actor, public_id)
    form = GuardianForm(request.POST if request.method == "POST" else None, initial={"spoken_language": "nl"})
    if request.method == "POST" and form.is_valid():
        try:
            add_guardian(actor=request.actor, team=acting_team(request), child=child, **form.cleaned_data)
        except NotRecorded as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("De familie is veranderd. Kijk bij ‘Wie kiest nu?’ wie er nu kiest."))
            return redirect("consent:family", public_id=public_id)
    with transaction.atomic():
        record_family_read(actor=request.actor, person=child)
        rows = family_of(child)
        context = {
            "person": child,
            "form": form,
            "deciding": deciding_about(child),
            "adults": [(row, GuardianEndForm(auto_id=f"id_{row.pk}_%s")) for row in rows if row.active_until is None],
            "ended": [row for row in rows if row.active_until is not None],
        }
    return render(request, "consent/family.html", context, status=422 if form.is_bound else 200)


@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An adult no longer decides."""
    child = get_person_for(request.actor, public_id)
    form = GuardianEndForm(request.POST)
    row = None
    if form.is_valid():
        adult_id = form.cleaned_data["adult"]
        row = next((row for row in family_of(child) if row.adult.public_id == adult_id), None)
    if row is None:
        messages.error(request, _("Kies een persoon en een reden."))
        return redirect("consent:family", public_id=public_id)
    ended = end_guardianship(
        actor=request.actor,
        team=acting_team(request),
        child=child,
        adult=row.adult,
        reason=CustodyEnd(form.cleaned_data["reason"]),
    )
    if ended:
        messages.success(request, _("De familie is veranderd. Kijk bij ‘Wie kiest nu?’ wie er nu kiest."))
    else:
        messages.info(request, _("Dit was al gestopt."))
    return redirect("consent:family", public_id=public_id)
