"""In by a password, and out again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.access import Proof
from portal.accounts import lockout, services
from portal.accounts.addresses import first_page, local_path, sign_in_page
from portal.accounts.forms import SignInForm

from .passkeys import passkey_context

# Pages that a password and the secret in their address open: they say themselves what comes next.
OPENED_BY_A_LINK = ("/accounts/enrol/", "/accounts/invitation/", "/accounts/reset/")


def _next(request: HttpRequest) -> str:
    return local_path(request.POST.get("next") or request.GET.get("next"))


def _onward(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_next(request) or first_page(is_person=request.actor.person_id is not None))


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    wanted = _next(request)
    if wanted.startswith(OPENED_BY_A_LINK):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(reverse("accounts:second_factor", query={"next": wanted} if wanted else None))


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Mail address and password; what follows is the second factor. A person with a dossier has a key instead."""
    form = SignInForm(request.POST or None)
    if request.method != "POST":
        proof = request.actor.proof
        if proof >= Proof.SECOND_FACTOR:
            return _onward(request)
        if proof is Proof.PASSWORD:
            return _to_second_factor(request)
    elif form.is_valid():
        attempt = services.sign_in(request=request, **form.cleaned_data)
        if attempt.user is not None:
            return _to_second_factor(request)
        if attempt.wait:
            return lockout.wait_page(request, seconds=attempt.wait)
        form.add_error(None, _("E-mailadres en wachtwoord horen niet bij elkaar. Kijk ze na en probeer het opnieuw."))
    person_page, wanted = first_page(is_person=True), _next(request)
    context = {"form": form, "next": wanted, "ended": "ended" in request.GET, **passkey_context(request)}
    if wanted.startswith(person_page) and not form.is_bound:  # whoever goes there has a key and no password
        return render(request, "accounts/sign_in_person.html", context)
    context["person_url"] = sign_in_page(is_person=True)
    return render(request, "accounts/sign_in.html", context, status=422 if form.is_bound else 200)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and begin again where one came in: a person with a dossier has a page of their own for that."""
    is_person = request.actor.person_id is not None
    services.sign_out(request=request, actor=request.actor)
    return HttpResponseRedirect(sign_in_page(is_person=is_person))
