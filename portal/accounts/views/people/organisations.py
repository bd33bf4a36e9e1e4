"""Organisations and teams, for the region's administrator."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import queries, services
from portal.accounts.enums import OrganisationKind
from portal.accounts.models import Organisation, Team
from portal.accounts.organisation_forms import OrganisationDetailsForm, TeamForm
from portal.accounts.people_forms import EndForm
from portal.audit.enums import Event

from .colleagues import absent


def organisations(request: HttpRequest) -> HttpResponse:
    """All organisations, with how their review stands."""
    now = timezone.now()
    rows = [
        (row, row.active_until is not None and row.active_until <= now, next(iter(row.open_reviews), None))
        for row in queries.organisations_with_reviews(request.actor)
    ]
    late = [row for row, ended, review in rows if review is not None and review.reminders > 0 and not ended]
    context = {"rows": rows, "late": late}
    return render(request, "accounts/people/organisations.html", context)


def _organisation(request: HttpRequest, public_id: UUID) -> Organisation:
    found = queries.organisations_of_the_region(request.actor).filter(public_id=public_id).first()
    return found or absent(Event.ORGANISATION_CHANGED, "organisation", public_id)


def _team(request: HttpRequest, public_id: UUID) -> Team:
    rows = Team.objects.filter(organisation__in=queries.organisations_of_the_region(request.actor))
    found = rows.select_related("organisation").filter(public_id=public_id).first()
    return found or absent(Event.TEAM_CHANGED, "team", public_id)


def organisation_new(request: HttpRequest) -> HttpResponse:
    """Make an organisation."""
    form = OrganisationDetailsForm(request.POST if request.method == "POST" else None, is_new=True)
    saved = _save_organisation(request, form, None) if form.is_bound and form.is_valid() else None
    if saved is not None:
        return redirect("accounts:organisation", public_id=saved.public_id)
    context = {"form": form, "is_new": True}
    return render(request, "accounts/people/organisation.html", context, status=422 if form.is_bound else 200)


def organisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One organisation: its details, teams and history."""
    found = _organisation(request, public_id)
    initial = {
        "name": found.name,
        "municipality": found.municipality_id,
        "centre": found.centre.public_id if found.centre else None,
        "contact_email": found.contact_email,
        "mail_domains": "\n".join(found.mail_domains),
    }
    form = OrganisationDetailsForm(request.POST if request.method == "POST" else None, is_new=False, initial=initial)
    if form.is_bound and form.is_valid() and _save_organisation(request, form, found) is not None:
        return redirect("accounts:organisation", public_id=public_id)
    now = timezone.now()
    context = {
        "form": form,
        "is_new": False,
        "organisation": found,
        "ended": found.active_until is not None and found.active_until <= now,
        "teams": [
            (team, team.active_until is not None and team.active_until <= now) for team in found.teams.order_by("name")
        ],
        "history": found.history.select_related("history_user")[:20],
    }
    return render(request, "accounts/people/organisation.html", context, status=422 if form.is_bound else 200)


def _save_organisation(
    request: HttpRequest, form: OrganisationDetailsForm, found: Organisation | None
) -> Organisation | None:
    data = form.cleaned_data
    try:
        saved = services.save_organisation(
            actor=request.actor,
            organisation=found,
            name=data["name"],
            kind=OrganisationKind(found.kind if found else data["kind"]),
            municipality=data["municipality"],
            centre=data["centre"],
            contact_email=data["contact_email"],
            mail_domains=data["mail_domains"],
        )
    except services.NameTakenError:
        form.add_error("name", _("Deze naam is er al. Kies een andere naam."))
        return None
    messages.success(request, _("De organisatie is bewaard."))
    return saved


def organisation_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End an organisation, with a reason."""
    found = _organisation(request, public_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.end_organisation(actor=request.actor, organisation=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("De organisatie is gestopt. Haar mensen zijn uitgelogd."))
        return redirect("accounts:organisations")
    return _end_page(request, form, name=found.name, organisation=found)


def team_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a team in an organisation."""
    found = _organisation(request, public_id)
    municipality = [found.municipality_id] if found.municipality_id else []
    form = TeamForm(request.POST if request.method == "POST" else None, initial={"serves": municipality})
    return _team_page(request, form, found, None)


def team(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One team: its details."""
    found = _team(request, public_id)
    served = list(found.serves.values_list("pk", flat=True))
    initial = {"name": found.name, "mailbox": found.mailbox, "serves": served}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    return _team_page(request, form, found.organisation, found)


def _team_page(request: HttpRequest, form: TeamForm, within: Organisation, found: Team | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            services.save_team(actor=request.actor, team=found, organisation=within, **data)
        except services.NameTakenError:
            form.add_error("name", _("Deze naam is er al in deze organisatie. Kies een andere naam."))
        else:
            messages.success(request, _("Het team is bewaard."))
            return redirect("accounts:organisation", public_id=within.public_id)
    context = {"form": form, "organisation": within, "team": found}
    return render(request, "accounts/people/team.html", context, status=422 if form.is_bound else 200)


def team_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a team, with a reason."""
    found = _team(request, public_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.end_team(actor=request.actor, team=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("Het team is gestopt. Zijn mensen zijn uitgelogd."))
        return redirect("accounts:organisation", public_id=found.organisation.public_id)
    return _end_page(request, form, name=f"{found.organisation.name}: {found.name}", organisation=found.organisation)


def _end_page(request: HttpRequest, form: EndForm, *, name: str, organisation: Organisation) -> HttpResponse:
    context = {"form": form, "name": name, "organisation": organisation}
    return render(request, "accounts/people/organisation_end.html", context, status=422 if form.is_bound else 200)
