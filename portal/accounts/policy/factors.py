"""Who begins to sign in, and who makes, changes and removes a second factor."""

from typing import TYPE_CHECKING

from portal.access import Proof
from portal.accounts.enums import Role

from .decisions import Decision, allow, deny

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User


def may_open_session(user: "User") -> Decision:
    """Who may begin to sign in at all, whatever they show: an active account that was not put to sleep."""
    if not user.is_active:
        return deny("user_inactive")
    return allow() if user.dormant_since is None else deny("user_dormant")


def may_enrol_app(user: "User") -> Decision:
    """Whether an authenticator app can be somebody's second factor.

    Not a person's: who has a dossier signs in without a password, so the one factor must itself verify who holds it.
    """
    return allow() if user.person_id is None else deny("person_uses_passkey")


def may_issue_enrolment(actor: "Actor | None", *, user: "User", organisations_of_user: frozenset[int]) -> Decision:
    """Who may let somebody enrol a first second factor. ``None`` is the command line of the machine itself.

    1. the user is active and has no factor yet (the service looks);
    2. nobody does it for themselves: a password alone never leads to a factor;
    3. an administrator of an organisation that the user works for, or the region's.
    """
    if not user.is_active:
        return deny("user_inactive")
    if actor is None:
        return allow("command_line")
    if actor.user_pk == user.pk:
        return deny("own_factor")
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR in actor.roles and actor.organisation_pk in organisations_of_user:
        return allow("own_organisation")
    return deny("not_an_administrator")


def may_change_factors(actor: "Actor", *, user: "User", hides_organisations: bool) -> Decision:
    """Who may add, name or remove a further factor.

    1. the owner, for nobody else: no administrator sees or touches somebody's factor;
    2. not by the word of one organisation's provider for who works for others too: the factor would open those;
    3. with a second factor of the last minutes: a password alone leads to no factor.

    Args:
        hides_organisations: see :func:`portal.accounts.sessions.leans_on_one_provider`.
    """
    if actor.user_pk != user.pk:
        return deny("not_the_owner")
    if hides_organisations:
        return deny("vouched_for_one")
    return allow() if actor.proof >= Proof.RECENT_SECOND_FACTOR else deny("no_recent_factor")


def may_remove_factor(actor: "Actor", *, user: "User", hides_organisations: bool, others: int) -> Decision:
    """Who may remove a factor to build upon: as :func:`may_change_factors`, and never the last one.

    Args:
        others: how many factors to build upon would be left. Recovery codes do not count: they run out.
    """
    decision = may_change_factors(actor, user=user, hides_organisations=hides_organisations)
    if decision and others < 1:
        return deny("last_factor")
    return decision
