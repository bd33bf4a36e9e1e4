"""To a provider and back, the own links, and the list of providers."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.access import Proof
from portal.accounts import queries
from portal.accounts.models import OidcProvider
from portal.accounts.oidc import available
from portal.accounts.oidc import services as oidc
from portal.accounts.oidc.administration import ProviderFixedError, save_provider
from portal.accounts.oidc.client import OidcError, callback_address
from portal.accounts.oidc.flow import Purpose, depart
from portal.accounts.oidc.forms import ProviderForm
from portal.accounts.oidc.queries import can_step_up, offered, offered_for_linking, providers_visible_to
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event


@require_POST
@never_cache
def begin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """To the provider: to sign in, or for whoever has signed in, to show the second factor there anew."""
    actor = request.actor
    providers = can_step_up(actor) if actor.signed_in else offered()
    provider = providers.filter(public_id=public_id).first()
    if provider is None:
        raise Http404
    purpose = Purpose.STEP_UP if actor.signed_in else Purpose.SIGN_IN
    return _depart(request, provider, purpose, next_path=request.POST.get("next", ""))


@require_POST
@never_cache
def link(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """To the provider, to link the own account."""
    provider = offered_for_linking(request.actor).filter(public_id=public_id).first()
    if provider is None:
        raise Denied(
            decision=deny("not_offered"),
            event=Event.IDENTITY_LINKED,
            object_type="provider",
            object_id=str(public_id),
        )
    return _depart(request, provider, Purpose.LINK, next_path=reverse("accounts:home"))


@require_POST
@never_cache
def join(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """To the provider, with an invitation and the agreement to its terms, in the place of a password."""
    token = request.POST.get("token", "")[:200]
    invitation = queries.open_invitation(token=token)
    if invitation is None or request.actor.signed_in:
        raise Http404
    provider = offered().filter(public_id=public_id, organisation_id=invitation.team.organisation_id).first()
    if provider is None:
        raise Http404
    if not request.POST.get("terms"):
        messages.error(request, _("Lees de regels en zet een vinkje."))
        return redirect("accounts:invitation", token=token)
    return _depart(request, provider, Purpose.INVITATION, token=token)


def _depart(request: HttpRequest, provider: OidcProvider, purpose: Purpose, **trip: str) -> HttpResponse:
    """A page that goes on by itself: a form may not be sent on to another site (form-action in our policy)."""
    try:
        address = depart(request=request, provider=provider, purpose=purpose, **trip)
    except OidcError:
        return _refused(request, provider)
    return render(request, "accounts/oidc/onward.html", {"provider": provider, "address": address})


def _refused(request: HttpRequest, provider: OidcProvider) -> HttpResponse:
    return render(request, "accounts/oidc/refused.html", {"provider": provider}, status=403)


@require_GET
@never_cache
def callback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Back from the provider. One answer to whatever does not count."""
    provider = offered().filter(public_id=public_id).first()
    if provider is None:
        raise Http404
    before = request.actor.organisation_id
    try:
        trip, onward = oidc.complete(request=request, provider=provider)
    except OidcError:
        return _refused(request, provider)
    if trip.purpose == Purpose.LINK:
        messages.success(request, _("Uw account is gekoppeld."))
    if trip.purpose == Purpose.STEP_UP and request.actor.organisation_id != before:
        name = request.actor.organisation_name
        messages.success(request, _("U werkt nu voor %(organisation)s.") % {"organisation": name})
    if onward:
        return HttpResponseRedirect(onward)
    if request.actor.proof < Proof.SECOND_FACTOR:
        return HttpResponseRedirect(
            reverse("accounts:second_factor", query={"next": trip.next_path} if trip.next_path else None)
        )
    return HttpResponseRedirect(trip.next_path or resolve_url(settings.LOGIN_REDIRECT_URL))


@require_POST
def unlink(request: HttpRequest, identity: int) -> HttpResponse:
    """Take one of the own links away."""
    oidc.unlink(request=request, actor=request.actor, identity_pk=identity)
    messages.success(request, _("De koppeling is weg."))
    return redirect("accounts:home")


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """All providers."""
    context = {"providers": providers_visible_to(request.actor), "available": available()}
    return render(request, "accounts/oidc/providers.html", context)


@sensitive_post_parameters("client_secret")
def provider_new(request: HttpRequest) -> HttpResponse:
    """Add a provider."""
    return _edit(request, OidcProvider())


@sensitive_post_parameters("client_secret")
def provider(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change a provider."""
    found = providers_visible_to(request.actor).filter(public_id=public_id).first()
    if found is None:
        raise Denied(
            decision=deny("not_visible"),
            event=Event.PROVIDER_CHANGED,
            object_type="provider",
            object_id=str(public_id),
        )
    return _edit(request, found)


def _edit(request: HttpRequest, row: OidcProvider) -> HttpResponse:
    form = ProviderForm(request.POST if request.method == "POST" else None, provider=row)
    if form.is_bound and form.is_valid():
        secret = form.cleaned_data["client_secret"]
        try:
            save_provider(
                actor=request.actor,
                provider=row,
                values=form.values(),
                client_secret=secret,
            )
        except ProviderFixedError as error:
            form.add_error(
                error.field,
                _("Er zijn mensen gekoppeld. Maak hiervoor een nieuwe inlogdienst en zet deze uit."),
            )
        else:
            messages.success(request, _("De inlogdienst is bewaard."))
            return redirect("accounts:oidc_providers")
    context = {
        "form": form,
        "provider": row,
        "has_secret": bool(row.sealed_client_secret),
        "callback": callback_address(row) if row.pk else "",
    }
    return render(request, "accounts/oidc/provider.html", context, status=422 if form.is_bound else 200)
