"""Whose word counts for whom."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from portal.accounts.enums import ProviderUse, Role
from portal.accounts.policy import Decision, allow, deny

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import OidcProvider, User


def may_change_providers(actor: "Actor") -> Decision:
    """Who may say which providers there are: the region's administrator."""
    return allow() if Role.REGION_ADMINISTRATOR in actor.roles else deny("not_an_administrator")


def may_be_vouched_for(user: "User", *, provider: "OidcProvider", organisations: Collection[int]) -> Decision:
    """May this provider say that this user is there?

    1. the provider is active, and the user is neither inactive nor asleep;
    2. a provider of an organisation speaks for people who work there now;
    3. a provider of persons speaks for persons with a dossier.

    Args:
        organisations: primary keys of those that the user works for now.
    """
    if not provider.is_active:
        return deny("provider_inactive")
    if not user.is_active:
        return deny("user_inactive")
    if user.dormant_since is not None:
        return deny("user_dormant")
    if provider.use == ProviderUse.PERSONS:
        return allow() if user.person_id is not None else deny("not_a_person")
    if user.person_id is not None or provider.organisation_id not in organisations:
        return deny("not_a_member")
    return allow()


def may_join_with(provider: "OidcProvider", *, organisation: int) -> Decision:
    """May an invitation of this organisation be taken up with this provider?

    1. the provider is active;
    2. it is that organisation's own.
    """
    if not provider.is_active:
        return deny("provider_inactive")
    return allow() if provider.organisation_id == organisation else deny("other_organisation")
