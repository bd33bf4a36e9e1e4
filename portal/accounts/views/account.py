"""The own account."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from portal.accounts import resetting, services, sessions
from portal.accounts.addresses import local_path
from portal.accounts.forms import LanguageForm, MailPaceForm, OrganisationForm


def home(request: HttpRequest) -> HttpResponse:
    """Name, roles, language, and where the rest of the own account is."""
    memberships = sessions.active_memberships(request.user)
    context = {
        "memberships": memberships,
        "several_organisations": len({row.team.organisation_id for row in memberships}) > 1,
        "languages": settings.LANGUAGES,
        "user_language": request.user.language,
        "email": request.user.email,
        "pace": MailPaceForm(initial={"pace": request.user.mail_pace}) if request.user.email else None,
        "own_reset": resetting.own_open_reset(request.user),
        "work": resolve_url(settings.LOGIN_REDIRECT_URL),
    }
    return render(request, "accounts/home.html", context)


def acting(request: HttpRequest) -> HttpResponse:
    """For which organisation one works from here on."""
    organisations = {
        row.team.organisation.public_id: row.team.organisation for row in sessions.active_memberships(request.user)
    }
    choices = [(str(public_id), organisation.name) for public_id, organisation in organisations.items()]
    form = OrganisationForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        initial={"organisation": str(request.actor.organisation_id or "")},
    )
    if form.is_bound and form.is_valid():
        actor = services.switch_organisation(
            request=request, actor=request.actor, organisation_id=form.cleaned_data["organisation"]
        )
        messages.success(request, _("U werkt nu voor %(organisation)s.") % {"organisation": actor.organisation_name})
        return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    return render(request, "accounts/acting.html", {"form": form}, status=422 if form.is_bound else 200)


def language(request: HttpRequest) -> HttpResponse:
    """The language of the own screens."""
    form = LanguageForm(request.POST, choices=settings.LANGUAGES)
    if form.is_valid():
        services.choose_language(request=request, language=form.cleaned_data["language"])
    back = local_path(request.POST.get("next"))
    return HttpResponseRedirect(back) if back else redirect("accounts:home")
