"""The second factor: after the password, and again shortly before something weighty."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from portal.access import Proof, row_for
from portal.accounts import passkeys, queries, recovery, services
from portal.accounts.addresses import first_page, local_path
from portal.accounts.enums import FactorKind
from portal.accounts.forms import CodeForm, RecoveryCodeForm
from portal.accounts.guessing import Verification

from .passkeys import passkey_context


@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """One way at a time, the best of what the user has first, with links to the others."""
    kinds = queries.usable_kinds(user=request.user)
    if not kinds:
        return render(request, "accounts/no_factor.html", {"for_person": _is_person(request)}, status=403)
    kind = chosen_kind(request, kinds)
    form = {FactorKind.APP: CodeForm, FactorKind.RECOVERY: RecoveryCodeForm}.get(kind, CodeForm)(
        request.POST if request.method == "POST" else None
    )
    if form.is_bound and form.is_valid():
        use = services.use_recovery_code if kind == FactorKind.RECOVERY else services.use_second_factor
        verification = use(request=request, code=form.cleaned_data["code"])
        if verification:
            if kind == FactorKind.RECOVERY:
                _say_what_is_left(request)
            return HttpResponseRedirect(_onward(request))
        form.add_error("code", explain(verification))
    wanted = _next(request)
    context = {
        "form": form,
        "kind": kind.value,
        "others": [
            {"kind": other.value, "url": _with(other, wanted), "label": label_of(other)}
            for other in kinds
            if other != kind
        ],
        "next": wanted,
        "again": request.actor.proof >= Proof.SECOND_FACTOR,
        "purpose": _purpose(wanted),
        "for_person": _is_person(request),
        **passkey_context(request),
    }
    return render(request, "accounts/second_factor.html", context, status=422 if form.is_bound else 200)


def _next(request: HttpRequest) -> str:
    return local_path(request.POST.get("next") or request.GET.get("next"))


def _is_person(request: HttpRequest) -> bool:
    return request.actor.person_id is not None


def _onward(request: HttpRequest) -> str:
    return _next(request) or first_page(is_person=_is_person(request))


def chosen_kind(request: HttpRequest, kinds: list[FactorKind]) -> FactorKind:
    """What the page asks of the ``kinds`` that there are: what the visitor chose, else the first that works here."""
    if request.method == "POST":
        wanted = request.POST.get("with", FactorKind.APP.value)
        typed = [kind for kind in kinds if kind != FactorKind.PASSKEY]
        return next((kind for kind in typed if kind == wanted), typed[0] if typed else FactorKind.PASSKEY)
    wanted = request.GET.get("with", "")
    here = [kind for kind in kinds if kind != FactorKind.PASSKEY or passkeys.are_possible_at(request)]
    return next((kind for kind in kinds if kind == wanted), (here or kinds)[0])


def _with(kind: FactorKind, wanted: str) -> str:
    query = {"with": kind.value} | ({"next": wanted} if wanted else {})
    return reverse("accounts:second_factor", query=query)


def label_of(kind: FactorKind) -> str:
    """The words of a link to this kind of factor."""
    match kind:
        case FactorKind.PASSKEY:
            return _("Gebruik uw sleutel")
        case FactorKind.APP:
            return _("Gebruik een code uit uw app")
        case FactorKind.RECOVERY:
            return _("Gebruik een herstelcode van papier")


def _purpose(wanted: str) -> str | Promise:
    """For what the page that is wanted asks to show again that one is there, as the access table says it."""
    if not wanted:
        return ""
    try:
        match = resolve(wanted.partition("?")[0])
    except Resolver404:
        return ""
    row = row_for(view_name=match.view_name, route=match.route, method="GET")
    return row.purpose if row is not None else ""


def _say_what_is_left(request: HttpRequest) -> None:
    left = recovery.left(user=request.user)
    messages.warning(
        request,
        ngettext(
            "U gebruikte een herstelcode. U heeft nog %(left)d code. Bent u uw sleutel of telefoon kwijt? Voeg dan nu "
            "bij Mijn account een nieuwe sleutel of app toe.",
            "U gebruikte een herstelcode. U heeft nog %(left)d codes. Bent u uw sleutel of telefoon kwijt? Voeg dan nu "
            "bij Mijn account een nieuwe sleutel of app toe.",
            left,
        )
        % {"left": left},
    )


def explain(verification: Verification) -> str:
    """Why a code did not count, and what to do."""
    match verification.code:
        case "wait":
            return ngettext(
                "Er waren te veel foute codes. Wacht %(seconds)d seconde en probeer het dan opnieuw.",
                "Er waren te veel foute codes. Wacht %(seconds)d seconden en probeer het dan opnieuw.",
                verification.wait,
            ) % {"seconds": verification.wait}
        case "used":
            return _("Deze code is al gebruikt. Neem een nieuwe code.")
        case "clock":
            return explain_clock(verification.minutes)
        case "moved":
            return _("U was al verder in een ander venster. Open deze pagina opnieuw.")
        case _:
            return _("Deze code klopt niet. Kijk de code na en vul hem opnieuw in.")


def explain_clock(minutes: int) -> str:
    """What to do about the telephone's clock."""
    if minutes > 0:
        text = ngettext(
            "De klok van uw telefoon loopt %(minutes)d minuut voor. Zet in de instellingen van uw telefoon de tijd op "
            "automatisch. Neem dan een nieuwe code.",
            "De klok van uw telefoon loopt %(minutes)d minuten voor. Zet in de instellingen van uw telefoon de tijd op "
            "automatisch. Neem dan een nieuwe code.",
            minutes,
        )
    else:
        text = ngettext(
            "De klok van uw telefoon loopt %(minutes)d minuut achter. Zet in de instellingen van uw telefoon de tijd "
            "op automatisch. Neem dan een nieuwe code.",
            "De klok van uw telefoon loopt %(minutes)d minuten achter. Zet in de instellingen van uw telefoon de tijd "
            "op automatisch. Neem dan een nieuwe code.",
            -minutes,
        )
    return text % {"minutes": abs(minutes)}
