"""The link in an invitation. Looking writes nothing: a robot that previews a mail uses nothing up."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.access import Proof
from portal.accounts import queries, services
from portal.accounts.mail_addresses import fold_address
from portal.accounts.models import Invitation, User
from portal.accounts.people_forms import AcceptForm, BeginForm


@sensitive_post_parameters("password", "repeated")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to, and the next step. Used, expired, revoked and never given have one answer."""
    found = queries.open_invitation(token=token)
    if found is None:
        return _closed(request)
    try:
        if request.actor.signed_in:
            return _signed_in(request, found, token)
        return _new(request, found, token)
    except services.InvitationRefusedError as refusal:
        if refusal.code == "closed":
            return _closed(request)
        return redirect("accounts:invitation", token=token)  # something changed meanwhile: look again


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/people/invitation_closed.html", status=404)


def _page(request: HttpRequest, found: Invitation, step: str, status: int = 200, **context: object) -> HttpResponse:
    here = request.path
    context |= {
        "invitation": found,
        "team": found.team,
        "organisation": found.team.organisation,
        "granted": found.get_role_display(),
        "step": step,
        "sign_in": reverse("accounts:sign_in", query={"next": here}),
        "second_factor": reverse("accounts:second_factor", query={"next": here}),
    }
    return render(request, "accounts/people/invitation.html", context, status=status)


def _new(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    user = User.objects.filter(email=found.email).first()
    if user is not None and user.dormant_since is not None:
        return _page(request, found, "asleep", 403)  # whoever has the link has the mailbox: it tells nobody else
    if found.user_id is not None or (user is not None and not queries.is_unfinished(user=user)):
        return _page(request, found, "sign_in")
    whose = User(email=found.email, name=found.name)
    form = BeginForm(request.POST if request.method == "POST" else None, user=whose, initial={"name": found.name})
    if form.is_bound and form.is_valid():
        ticket = services.begin_invitation(
            request=request, token=token, name=form.cleaned_data["name"], password=form.cleaned_data["password"]
        )
        return redirect("accounts:enrol", token=ticket)
    return _page(request, found, "begin", 422 if form.is_bound else 200, form=form)


def _signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if fold_address(request.user.email or "") != found.email:
        return _page(request, found, "somebody_else", 403)
    if not queries.has_factor(user=request.user):
        if found.user_id != request.user.pk:
            return _page(request, found, "no_factor", 403)
        if request.method == "POST":
            return redirect("accounts:enrol", token=services.continue_invitation(request=request, token=token))
        return _page(request, found, "continue")
    if request.actor.proof < Proof.SECOND_FACTOR:
        return _page(request, found, "second_factor")
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        accepted = services.accept_invitation(request=request, actor=request.actor, token=token)
        messages.success(request, _("U hoort nu bij %(team)s.") % {"team": accepted.team.name})
        return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    return _page(request, found, "accept", 422 if form.is_bound else 200, form=form)
