"""A first factor: a passkey, or an authenticator app."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts import factors, queries, services
from portal.accounts.forms import CodeForm
from portal.accounts.models import User
from portal.accounts.policy import may_enrol_app

from .passkeys import after_enrolment, passkey_context
from .second_factor import explain_clock


def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """A button for a passkey, and the picture for an app. For a ticket that does not count there is one answer."""
    ticket = queries.open_ticket(user=request.user, token=token)
    if ticket is None:
        return render(request, "accounts/enrol_refused.html", status=404)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.enrol(request=request, ticket=ticket, code=form.cleaned_data["code"])
        except services.EnrolmentRefusedError as refusal:
            if refusal.code == "gone":
                return render(request, "accounts/enrol_refused.html", status=404)
            form.add_error("code", explain_first_code(refusal))
        else:
            return HttpResponseRedirect(after_enrolment(request))
    context = {"form": form, "token": token, "with_app": bool(may_enrol_app(ticket.user)), **passkey_context(request)}
    if context["with_app"]:
        context |= picture_of(factors.open_key(ticket.sealed_key, user=ticket.user), user=ticket.user)
    return render(request, "accounts/enrol.html", context, status=422 if form.is_bound else 200)


def picture_of(key: bytes, *, user: User) -> dict[str, Any]:
    """What an authenticator app takes a key from: a picture, or letters to type."""
    picture = segno.make(factors.provisioning_uri(key, user=user), error="m")
    secret = factors.as_base32(key)
    return {
        "qr": picture.svg_data_uri(scale=5, border=4),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }


def explain_first_code(refusal: services.EnrolmentRefusedError) -> str:
    """Why the first code of a new app did not count."""
    if refusal.code == "clock":
        return explain_clock(refusal.minutes)
    return _("Deze code klopt niet. Kijk in uw app en vul de nieuwste code in.")
