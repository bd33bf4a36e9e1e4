"""Password, second factor, and out again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.access import Proof
from portal.accounts import queries, services
from portal.accounts.addresses import local_path
from portal.accounts.factors import Verification
from portal.accounts.forms import CodeForm, SignInForm


def _next(request: HttpRequest) -> str:
    return local_path(request.POST.get("next") or request.GET.get("next"))


def _onward(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    wanted = _next(request)
    # Pages that a password and the secret in their address open: they say themselves what comes next.
    if wanted.startswith(("/accounts/enrol/", "/accounts/invitation/")):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(reverse("accounts:second_factor", query={"next": wanted} if wanted else None))


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Mail address and password; what follows is the second factor."""
    form = SignInForm(request.POST or None)
    if request.method != "POST":
        proof = request.actor.proof
        if proof >= Proof.SECOND_FACTOR:
            return _onward(request)
        if proof is Proof.PASSWORD:
            return _to_second_factor(request)
    elif form.is_valid():
        if services.sign_in(request=request, **form.cleaned_data) is not None:
            return _to_second_factor(request)
        form.add_error(None, _("E-mailadres en wachtwoord horen niet bij elkaar. Kijk ze na en probeer het opnieuw."))
    context = {"form": form, "next": _next(request)}
    return render(request, "accounts/sign_in.html", context, status=422 if form.is_bound else 200)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    services.sign_out(request=request, actor=request.actor)
    return redirect("accounts:sign_in")


def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app: after the password, and again shortly before something weighty."""
    actor = request.actor
    if not queries.has_factor(user=request.user):
        return render(request, "accounts/no_factor.html", status=403)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        verification = services.use_second_factor(request=request, code=form.cleaned_data["code"])
        if verification:
            return _onward(request)
        form.add_error("code", _explain(verification))
    context = {"form": form, "next": _next(request), "again": actor.proof >= Proof.SECOND_FACTOR}
    return render(request, "accounts/second_factor.html", context, status=422 if form.is_bound else 200)


def _explain(verification: Verification) -> str:
    match verification.code:
        case "wait":
            return ngettext(
                "Er waren te veel foute codes. Wacht %(seconds)d seconde en probeer het dan opnieuw.",
                "Er waren te veel foute codes. Wacht %(seconds)d seconden en probeer het dan opnieuw.",
                verification.wait,
            ) % {"seconds": verification.wait}
        case "used":
            return _("Deze code is al gebruikt. Wacht tot uw app een nieuwe code toont.")
        case _:
            return _("Deze code klopt niet. Kijk in uw app en vul de nieuwste code in.")
