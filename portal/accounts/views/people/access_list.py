"""Who has access to an organisation, on a page and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts import queries, services
from portal.accounts.access_listing import as_csv
from portal.accounts.policy import may_choose_organisation, may_manage_people
from portal.audit.enums import Event

from .colleagues import organisation_of


@require_safe
def access_list(request: HttpRequest) -> HttpResponse:
    """The list; for the region's administrator and the privacy officer, of whichever organisation they choose."""
    actor = request.actor
    organisation = organisation_of(request, queries.organisations_to_read(actor), Event.ACCESS_LIST_READ)
    context = {
        "organisation": organisation,
        "rows": services.read_access_list(actor=actor, organisation=organisation, export=False),
        "choices": queries.organisations_to_read(actor) if may_choose_organisation(actor) else [],
        "can_export": bool(may_manage_people(actor, organisation_pk=organisation.pk)),
    }
    return render(request, "accounts/people/access_list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file for a spreadsheet."""
    actor = request.actor
    organisation = organisation_of(request, queries.organisations_to_manage(actor), Event.ACCESS_LIST_EXPORTED)
    rows = services.read_access_list(actor=actor, organisation=organisation, export=True)
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="toegang-{timezone.localdate():%Y-%m-%d}.csv"'
    return response
