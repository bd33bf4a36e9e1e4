"""The own password: changing it, and a new one when it is forgotten."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.accounts import services
from portal.accounts.lockout import address_of
from portal.accounts.models import TotpDevice
from portal.accounts.people_forms import AddressForm, ChangePasswordForm, RenewPasswordForm
from portal.accounts.services import passwords
from portal.accounts.tasks import mail_password_link


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
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same for every address."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        address = form.cleaned_data["email"]
        if passwords.may_ask_for_link(address=address, source=address_of(request)):
            mail_password_link.enqueue(passwords.sealed_address(address))
        return render(request, "accounts/password_asked.html")
    return render(request, "accounts/password_forgotten.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password", "repeated", "code")
@never_cache
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """The link: a new password together with a second factor. Looking writes nothing."""
    user = passwords.user_of_link(token=token)
    if user is None:
        return render(request, "accounts/password_closed.html", status=404)
    shown = passwords.has_shown_factor(request=request, actor=request.actor, user=user)
    if not shown and not TotpDevice.objects.filter(user=user, confirmed=True).exists():
        return render(request, "accounts/password_by_key.html", {"here": request.path})
    form = RenewPasswordForm(request.POST if request.method == "POST" else None, user=user, with_code=not shown)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            services.renew_password(
                request=request, actor=request.actor, token=token, new=data["password"], code=data.get("code", "")
            )
        except services.PasswordRefusedError as refusal:
            if refusal.code == "closed":
                return render(request, "accounts/password_closed.html", status=404)
            form.add_error("code" if not shown else None, _explain_code(refusal))
        else:
            messages.success(request, _("Uw nieuwe wachtwoord is opgeslagen. Log nu in."))
            return redirect("accounts:sign_in")
    return render(request, "accounts/password_renew.html", {"form": form}, status=422 if form.is_bound else 200)


def _explain_code(refusal: services.PasswordRefusedError) -> str:
    match refusal.code:
        case "wait":
            return ngettext(
                "Er waren te veel foute codes. Wacht %(seconds)d seconde en probeer het dan opnieuw.",
                "Er waren te veel foute codes. Wacht %(seconds)d seconden en probeer het dan opnieuw.",
                refusal.wait,
            ) % {"seconds": refusal.wait}
        case "used":
            return _("Deze code is al gebruikt. Wacht tot uw app een nieuwe code toont.")
        case _:
            return _("Deze code klopt niet. Kijk in uw app en vul de nieuwste code in.")
