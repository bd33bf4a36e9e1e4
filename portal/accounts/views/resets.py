"""Resets: asking, approving, stopping, and the owner's own link."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts import resetting, services
from portal.accounts.forms import ResetForm
from portal.accounts.models import FactorReset, User
from portal.accounts.policy import Denied


def resets(request: HttpRequest) -> HttpResponse:
    """The resets that are under way for colleagues, and what one may do with each."""
    rows = [
        {
            "reset": reset,
            "may_approve": reset.approved_by_id is None and reset.requested_by_id != request.actor.user_pk,
        }
        for reset in resetting.visible_to(request.actor)
    ]
    return render(request, "accounts/resets.html", {"rows": rows})


def request_reset(request: HttpRequest) -> HttpResponse:
    """Which colleague, and how one knows that it is that colleague."""
    named = _named(request)
    initial = {"email": named.email} if named is not None else {}
    form = ResetForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            reset = services.request_reset_of(actor=request.actor, **form.cleaned_data)
        except services.ResetRefusedError as refusal:
            form.add_error("email", _explain(refusal.code))
        else:
            _say_who_is_second(request, reset)
            return redirect("accounts:resets")
    return render(request, "accounts/reset_request.html", {"form": form}, status=422 if form.is_bound else 200)


def _named(request: HttpRequest) -> User | None:
    """The colleague that a link from elsewhere in the portal names, if the administrator may know of them."""
    try:
        public_id = uuid.UUID(request.GET.get("user", ""))
    except ValueError:
        return None
    return resetting.colleagues_of(request.actor).filter(public_id=public_id).first()


def _say_who_is_second(request: HttpRequest, reset: FactorReset) -> None:
    if resetting.approvers_of_the_organisation(reset):
        messages.success(request, _("Het herstel is aangevraagd. Een tweede beheerder moet het nog goedkeuren."))
    elif resetting.possible_approvers(reset):
        messages.success(
            request,
            _(
                "Het herstel is aangevraagd. In uw organisatie is geen andere beheerder die het mag goedkeuren. De "
                "beheerder van de regio kreeg een bericht en mag het goedkeuren."
            ),
        )
    else:
        messages.warning(
            request,
            _(
                "Het herstel is aangevraagd, maar nu mag niemand het goedkeuren. Dat mag alleen wie al beheerder was "
                "en die rol niet van u kreeg. Vraag een andere beheerder van de regio."
            ),
        )


def _explain(code: str) -> str:
    match code:
        case "not_found":
            return _("Deze collega vinden wij niet in uw organisatie. Kijk het e-mailadres na.")
        case "open_already":
            return _("Voor deze collega loopt al een herstel. Kijk in de lijst.")
        case "no_factor":
            return _("Deze collega heeft nog geen app of sleutel. Geef een link om die in te stellen.")
        case "own_reset":
            return _("U kunt uw eigen account niet herstellen. Vraag een andere beheerder.")
        case _:
            return _("Het account van deze collega is niet actief. Maak het eerst weer actief.")


def approve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second of two."""
    reset = services.reset_for(actor=request.actor, public_id=public_id)
    if request.method == "POST":
        services.approve_reset(actor=request.actor, reset=reset)
        messages.success(request, _("Goedgekeurd. Over een dag krijgt uw collega een link per mail."))
        return redirect("accounts:resets")
    decision = services.may_approve(actor=request.actor, reset=reset)
    context = {
        "reset": reset,
        "may_approve": bool(decision) and reset.approved_by_id is None,
        "why_not": _why_not(decision.code),
    }
    return render(request, "accounts/reset_approve.html", context)


def _why_not(code: str) -> str:
    match code:
        case "administrator_since":
            return _(
                "U werd pas beheerder nadat dit herstel was aangevraagd. Een herstel is van twee mensen die al "
                "beheerder waren. De beheerder van de regio mag het ook goedkeuren."
            )
        case "made_by_requester" | "made_requester":
            return _(
                "Een van u twee kreeg de rol van beheerder door de ander. Een herstel is van twee mensen die los van "
                "elkaar beheerder zijn. De beheerder van de regio mag het ook goedkeuren."
            )
        case "requester_left":
            return _("Wie dit aanvroeg is geen beheerder meer. Stop dit herstel en vraag zelf een nieuw herstel aan.")
        case _:
            return _("U kunt dit herstel niet goedkeuren. Dat moet een andere beheerder doen.")


def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop a reset, signed in: one's own, or as an administrator."""
    own = resetting.own_open_reset(request.user)
    if own is not None and own.public_id == public_id:
        services.cancel_reset(actor=request.actor, reset=own)
        messages.success(request, _("Het herstel is gestopt. Uw account blijft zoals het was."))
        return redirect("accounts:home")
    services.cancel_reset(actor=request.actor, reset=services.reset_for(actor=request.actor, public_id=public_id))
    messages.success(request, _("Het herstel is gestopt."))
    return redirect("accounts:resets")


@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the owner's mail. Looking stops nothing: mail programs look too."""
    if resetting.by_cancel_token(token) is None:
        return render(request, "accounts/reset_gone.html", status=404)
    if request.method == "POST":
        try:
            services.cancel_reset_by_link(request=request, token=token)
        except Denied:  # somebody was faster
            return render(request, "accounts/reset_gone.html", status=404)
        return render(request, "accounts/reset_stopped.html")
    return render(request, "accounts/reset_stop.html")


def complete(request: HttpRequest, token: str) -> HttpResponse:
    """The owner's link, once ready and with the password: the old factors go, a new one is set up."""
    if resetting.by_link_token(token, user=request.user) is None:
        return render(request, "accounts/reset_gone.html", status=404)
    if request.method == "POST":
        ticket = services.complete_reset(request=request, token=token)
        return HttpResponseRedirect(reverse("accounts:enrol", args=[ticket]))
    return render(request, "accounts/reset.html")
