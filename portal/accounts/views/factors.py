"""The own factors: what there is, one more, another name, one less, recovery codes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.models import Device

from portal.accounts import factors, queries, recovery, services, sessions
from portal.accounts.enums import FactorKind
from portal.accounts.forms import AppForm, FactorNameForm
from portal.accounts.models import TotpDevice
from portal.accounts.policy import may_enrol_app

from .enrolment import explain_first_code, picture_of
from .passkeys import passkey_context


def own_factors(request: HttpRequest) -> HttpResponse:
    """The list."""
    rows = services.read_own_factors(request=request)
    context = {
        "rows": rows,
        "lasting": sum(row.kind in queries.LASTING for row in rows),
        "with_app": bool(may_enrol_app(request.user)),
        "has_app": any(row.kind == FactorKind.APP for row in rows),
        "has_codes": any(row.kind == FactorKind.RECOVERY for row in rows),
    }
    return render(request, "accounts/factors.html", context)


def by_own_proof(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages that change a factor: says what to do to whom the provider of one of several organisations let in."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if not services.refuse_by_provider(request=request):
            return view(request, **arguments)
        came_by_provider = sessions.hides_organisations(request)
        shows_own = bool(queries.usable_kinds(user=request.user)) and not came_by_provider
        context = {
            "organisation": request.actor.organisation_name,
            "second_factor": reverse("accounts:second_factor", query={"next": request.path}) if shows_own else "",
        }
        return render(request, "accounts/factor_by_provider.html", context, status=403)

    return guarded


@by_own_proof
def add_passkey(request: HttpRequest) -> HttpResponse:
    """The page with the button for a further passkey; the rest goes through the script."""
    return render(request, "accounts/factor_add_passkey.html", {"form": FactorNameForm(), **passkey_context(request)})


@sensitive_post_parameters("code", "sealed")
@by_own_proof
def add_app(request: HttpRequest) -> HttpResponse:
    """A further or another authenticator app."""
    if not may_enrol_app(request.user):
        raise Http404
    form = AppForm(request.POST if request.method == "POST" else None)
    sealed = factors.seal_new_key(factors.new_key(), user=request.user)
    if form.is_bound:
        sealed = form.data.get("sealed", "")[:500]
        if form.is_valid():
            try:
                services.add_app(
                    request=request, sealed=sealed, code=form.cleaned_data["code"], name=form.cleaned_data["name"]
                )
            except services.EnrolmentRefusedError as refusal:
                if refusal.code == "gone":
                    messages.warning(request, _("Dit plaatje was te oud. Hier is een nieuw plaatje voor uw app."))
                    return redirect("accounts:factor_add_app")
                form.add_error("code", explain_first_code(refusal))
            else:
                messages.success(request, _("Uw app is toegevoegd."))
                return redirect("accounts:factors")
    try:
        key = factors.open_new_key(sealed, user=request.user)
    except services.EnrolmentRefusedError:
        return redirect("accounts:factor_add_app")
    context = {
        "form": form,
        "sealed": sealed,
        "replaces": TotpDevice.objects.filter(user=request.user, confirmed=True).exists(),
        **picture_of(key, user=request.user),
    }
    return render(request, "accounts/factor_add_app.html", context, status=422 if form.is_bound else 200)


@by_own_proof
def rename(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Another name for a factor."""
    device = _own(request, kind, number)
    form = FactorNameForm(request.POST if request.method == "POST" else None, initial={"name": device.name})
    if form.is_bound and form.is_valid():
        services.rename_factor(request=request, kind=kind, pk=number, name=form.cleaned_data["name"])
        messages.success(request, _("De naam is veranderd."))
        return redirect("accounts:factors")
    context = {"form": form, "kind": kind, "label": FactorKind(kind).label}
    return render(request, "accounts/factor_rename.html", context, status=422 if form.is_bound else 200)


@by_own_proof
def remove(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Asks once more, says what it means, then removes; the last one stays."""
    device = _own(request, kind, number)
    may = services.may_remove(request=request, kind=FactorKind(kind))
    if request.method == "POST" and may:
        services.remove_factor(request=request, kind=kind, pk=number)
        messages.success(request, _("Verwijderd. Hiermee kan niemand meer inloggen."))
        return redirect("accounts:factors")
    context = {
        "name": device.name if kind != FactorKind.RECOVERY else "",
        "label": FactorKind(kind).label,
        "may": may,
        "in_use": device == request.user.otp_device,
    }
    return render(request, "accounts/factor_remove.html", context, status=422 if request.method == "POST" else 200)


@by_own_proof
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many are left, and a button for new ones; the answer to that is the one page that ever shows them."""
    present = next((row for row in queries.own_factors(user=request.user) if row.kind == FactorKind.RECOVERY), None)
    if request.method == "POST":
        number = request.POST.get("instead_of", "")
        codes = services.make_recovery_codes(
            request=request, instead_of=int(number) if number.isdecimal() and len(number) < 19 else -1
        )
        if codes:
            text = "\n".join([_("Herstelcodes voor Doorlopende lijn"), "", *codes, ""])
            shown = {"codes": codes, "download": f"data:text/plain;charset=utf-8,{quote(text)}"}
            return render(request, "accounts/recovery_codes_once.html", shown)
        messages.warning(
            request, _("U heeft net al codes gemaakt. Heeft u ze niet bewaard? Maak dan hieronder nieuwe codes.")
        )
        return redirect("accounts:recovery_codes")
    context = {"present": present, "number": present.pk if present else 0, "count": recovery.CODES}
    return render(request, "accounts/recovery_codes.html", context)


def _own(request: HttpRequest, kind: str, number: int) -> Device:
    return services.own_factor(request=request, kind=kind, pk=number)
