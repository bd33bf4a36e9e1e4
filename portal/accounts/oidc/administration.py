"""Which providers there are: the region's administrator says so."""

from typing import Any

from django.db import transaction

from portal.accounts.actor import Actor
from portal.accounts.models import OidcProvider, User
from portal.accounts.policy import Denied
from portal.accounts.sealing import seal
from portal.accounts.services import end_sessions
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .policy import may_change_providers

# A subject means something at one issuer, and often to one client, only.
FIXED_ONCE_LINKED = ("issuer", "client_id", "use", "organisation")


class ProviderFixedError(ValueError):
    """People are linked to it, so what their links mean cannot change; ``field`` names what was to change."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@transaction.atomic
def save_provider(*, actor: Actor, provider: OidcProvider, values: dict[str, Any], client_secret: str) -> OidcProvider:
    """Add or change a provider. Who came in by it signs in anew when it changes what its word is worth, or ends.

    Args:
        provider: a new row, or the one to change.
        values: fields of the row by name.
        client_secret: kept sealed and never shown again; empty leaves the present one.

    Raises:
        Denied: see :func:`portal.accounts.oidc.policy.may_change_providers`.
        ProviderFixedError: if people are linked and issuer, client, use or organisation were to change.
    """
    decision = may_change_providers(actor)
    if not decision:
        raise Denied(
            decision=decision, event=Event.PROVIDER_CHANGED, object_type="provider", object_id=str(provider.public_id)
        )
    is_new = provider.pk is None
    before = None if is_new else OidcProvider.objects.get(pk=provider.pk)
    linked = User.objects.none() if is_new else User.objects.filter(oidc_identities__provider=provider)
    for name, value in values.items():
        if before is not None and name in FIXED_ONCE_LINKED and getattr(before, name) != value and linked.exists():
            raise ProviderFixedError(name)
        setattr(provider, name, value)
    if client_secret:
        provider.sealed_client_secret = seal(client_secret.encode(), owner=str(provider.public_id))
    provider.save()
    if before is not None and _is_worth_less(before, provider):
        for user in linked.order_by("pk"):
            end_sessions(user=user)
    record(
        event=Event.PROVIDER_CHANGED,
        action=Action.CREATE if is_new else Action.UPDATE,
        who=actor.who,
        object_type="provider",
        object_id=str(provider.public_id),
        details={"is_active": provider.is_active, "secret_changed": bool(client_secret)},
    )
    return provider


def _is_worth_less(before: OidcProvider, after: OidcProvider) -> bool:
    ended = before.is_active and not after.is_active
    fewer_acr = set(before.second_factor_acr) - set(after.second_factor_acr)
    fewer_amr = set(before.second_factor_amr) - set(after.second_factor_amr)
    return ended or bool(fewer_acr or fewer_amr)
