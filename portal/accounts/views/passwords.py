"""The own password: changing it, and a new one when it is forgotten."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.accounts import queries, services
from portal.accounts.enums import FactorKind
from portal.accounts.lockout import address_of
from portal.accounts.people_forms import RENEW_FORMS, AddressForm, ChangePasswordForm, NewPasswordForm
from portal.accounts.services import forgotten
from portal.accounts.tasks import mail_password_link

from .passkeys import passkey_context
from .second_factor import chosen_kind, explain, label_of


@sensitive_post_parameters("old", "password", "repeated")
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    if not request.user.has_usable_password():
        return render(request, "accounts/password_none.html")
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            services.change_password(
                request=request, actor=request.actor, old=form.cleaned_data["old"], new=form.cleaned_data["password"]
            )
        except services.PasswordRefusedError as refusal:
            form.add_error(*_explain_old(refusal.code))
        else:
            messages.success(request, _("Uw wachtwoord is veranderd. Op andere apparaten bent u uitgelogd."))
            return redirect("accounts:home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.is_bound else 200)


def _explain_old(code: str) -> tuple[str, str]:
    match code:
        case "wait":
            return "old", _("Er was te vaak een fout wachtwoord. Wacht een kwartier en probeer het dan opnieuw.")
        case "same":
            return "password", _("Dit is uw wachtwoord van nu. Kies een ander.")
        case _:
            return "old", _("Dit is niet uw wachtwoord van nu. Kijk het na en probeer het opnieuw.")


@never_cache
def ask_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same for every address."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["email"]
        if forgotten.may_ask_for_link(address=address, source=address_of(request)):
            mail_password_link.enqueue(forgotten.sealed_address(address))
        return render(request, "accounts/password_asked.html")
    return render(request, "accounts/password_forgotten.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password", "repeated", "code")
@never_cache
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """The link: a new password together with a second factor, one way at a time. Looking writes nothing."""
    user = forgotten.user_of_link(token=token)
    if user is None:
        return render(request, "accounts/password_closed.html", status=404)
    shown = forgotten.has_shown_factor(request=request, actor=request.actor, user=user, token=token)
    kinds = [] if shown else queries.usable_kinds(user=user)
    kind = chosen_kind(request, kinds) if kinds else None
    asked = RENEW_FORMS.get(kind, NewPasswordForm) if kind else NewPasswordForm
    form = asked(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and kind != FactorKind.PASSKEY and form.is_valid():
        data = form.cleaned_data
        by_code = {} if kind is None else {"kind": kind, "code": data["code"]}
        try:
            forgotten.renew_password(request=request, actor=request.actor, token=token, new=data["password"], **by_code)
        except services.PasswordRefusedError as refusal:
            if refusal.code == "closed":
                return render(request, "accounts/password_closed.html", status=404)
            form.add_error("code" if kind else None, explain(refusal.verification))
        else:
            messages.success(request, _("Uw nieuwe wachtwoord is opgeslagen. Log nu in."))
            return redirect("accounts:sign_in")
    context = {
        "form": form,
        "kind": kind.value if kind else "",
        "others": [
            {"url": f"{request.path}?{urlencode({'with': other.value})}", "label": label_of(other)}
            for other in kinds
            if other != kind
        ],
        "token": token,
        "here": request.path,
        **passkey_context(request),
    }
    return render(request, "accounts/password_renew.html", context, status=422 if form.is_bound else 200)
