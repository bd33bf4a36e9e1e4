"""Setting up the authenticator app."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from portal.accounts import factors, queries, services
from portal.accounts.forms import CodeForm


def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code for the app and a first code from it. A ticket that does not count has one answer for all causes."""
    ticket = queries.open_ticket(user=request.user, token=token)
    if ticket is None:
        return render(request, "accounts/enrol_refused.html", status=404)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.enrol(request=request, ticket=ticket, code=form.cleaned_data["code"])
        except services.EnrolmentRefusedError as refusal:
            if refusal.code != "wrong":
                return render(request, "accounts/enrol_refused.html", status=404)
            form.add_error("code", _("Deze code klopt niet. Kijk in uw app en vul de nieuwste code in."))
        else:
            return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    key = factors.open_key(ticket.sealed_key, user=ticket.user)
    picture = segno.make(factors.provisioning_uri(key, user=ticket.user), error="m")
    secret = factors.as_base32(key)
    context = {
        "form": form,
        "qr": picture.svg_data_uri(scale=5, border=4),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "accounts/enrol.html", context, status=422 if form.is_bound else 200)
