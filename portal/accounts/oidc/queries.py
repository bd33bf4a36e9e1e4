"""Which providers can be offered to whom."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import ProviderUse
from portal.accounts.models import OidcIdentity, OidcProvider, Organisation

from . import available
from .policy import may_change_providers


def offered() -> QuerySet[OidcProvider]:
    """The active providers, of organisations that exist now; none without the libraries."""
    if not available():
        return OidcProvider.objects.none()
    gone = Organisation.objects.filter(active_until__lte=timezone.now())
    return OidcProvider.objects.filter(is_active=True).exclude(organisation__in=gone).select_related("organisation")


def offered_for_linking(actor: Actor) -> QuerySet[OidcProvider]:
    """Those that a signed-in user can link: of the organisation acted for, or of persons; not linked yet."""
    providers = offered().exclude(identities__user_id=actor.user_pk or 0)
    if actor.person_id is not None:
        return providers.filter(use=ProviderUse.PERSONS)
    return providers.filter(organisation_id=actor.organisation_pk or 0)


def identities_of(actor: Actor) -> QuerySet[OidcIdentity]:
    """A user's own links, with their providers."""
    return OidcIdentity.objects.filter(user_id=actor.user_pk or 0).select_related("provider").order_by("pk")


def can_step_up(actor: Actor) -> QuerySet[OidcProvider]:
    """Providers at which a signed-in user can show a second factor anew: once verified, of the organisation acted for.

    Before that, of each organisation that the user works for: coming in by one is to work for it.
    """
    mine = offered().filter(identities__user_id=actor.user_pk or 0)
    if actor.factor_at is not None:
        mine = mine.filter(Q(organisation=None) | Q(organisation_id=actor.organisation_pk or 0))
    return mine.exclude(second_factor_acr=[], second_factor_amr=[])


def providers_visible_to(actor: Actor) -> QuerySet[OidcProvider]:
    """All providers, for whoever may change them."""
    if not may_change_providers(actor):
        return OidcProvider.objects.none()
    return OidcProvider.objects.select_related("organisation").order_by("name", "pk")
