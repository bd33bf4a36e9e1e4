"""Two administrators, independent of each other, and the owner: who does what in a reset."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Proof
from portal.accounts.enums import OrganisationKind, Role

from .decisions import Decision, allow, deny

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import FactorReset, User


ADMINISTRATORS = frozenset({Role.ORGANISATION_ADMINISTRATOR, Role.REGION_ADMINISTRATOR})


def administers_region(role: str) -> bool:
    """Whether the role holds for all organisations of the region when it comes to accounts."""
    return role == Role.REGION_ADMINISTRATOR


def _administers(actor: "Actor", *, organisations_of_user: frozenset[int]) -> Decision:
    if Role.REGION_ADMINISTRATOR in actor.roles:
        return allow("region_administrator")
    if Role.ORGANISATION_ADMINISTRATOR not in actor.roles:
        return deny("not_an_administrator")
    if actor.organisation_pk in organisations_of_user:
        return allow("own_organisation")
    return deny("other_organisation")


def may_request_reset(
    actor: "Actor", *, user: "User", organisations_of_user: frozenset[int], has_factor: bool
) -> Decision:
    """Who may ask that a colleague's factors are taken away, having checked that it is that colleague.

    1. nobody does it for themselves; the account is active, of a professional, and has a factor to lose;
    2. the second factor was used just now;
    3. an administrator of an organisation that the colleague works for, or the region's.
    """
    if actor.user_pk == user.pk:
        return deny("own_reset")
    if not user.is_active or user.person_id is not None:
        return deny("user_inactive" if user.person_id is None else "is_a_person")
    if actor.proof < Proof.RECENT_SECOND_FACTOR:
        return deny("second_factor_not_fresh")
    decision = _administers(actor, organisations_of_user=organisations_of_user)
    return deny("no_factor") if decision and not has_factor else decision


@dataclass(frozen=True, kw_only=True)
class SecondFacts:
    """About the two administrators of a reset.

    Args:
        requester_still_may: whether the one who asked still looks after the owner, by a role of before the request.
        since_before: whether the other one does too.
        made_by_requester: whether the other one is an administrator because the one who asked said so, also by others
            in between.
        made_requester: the same the other way round.
    """

    requester_still_may: bool
    since_before: bool
    made_by_requester: bool
    made_requester: bool


def may_be_second(facts: SecondFacts, *, of_region: bool) -> Decision:
    """Whether two administrators are really two, and not one with a second mailbox.

    1. both were administrators before the request was made, and are now;
    2. the second does not owe the role to the first; nor the first to the second, unless that is the region's
       administrator, who gives the first administrator of each organisation the role.
    """
    if not facts.requester_still_may:
        return deny("requester_left")
    if not facts.since_before:
        return deny("administrator_since")
    if facts.made_by_requester:
        return deny("made_by_requester")
    return deny("made_requester") if facts.made_requester and not of_region else allow()


def may_approve_reset(
    actor: "Actor", *, reset: "FactorReset", organisations_of_user: frozenset[int], facts: SecondFacts
) -> Decision:
    """Who may be the second of two.

    1. neither the owner nor the one who asked, who must still be an administrator now;
    2. the second factor was used just now;
    3. an administrator of the same organisation, or the region's; if the region asked, one of an organisation that the
       owner works for;
    4. the two are independent: see :func:`may_be_second`.
    """
    if actor.user_pk == reset.user_id:
        return deny("own_reset")
    if actor.user_pk == reset.requested_by_id:
        return deny("same_person")
    if not reset.user.is_active:
        return deny("user_inactive")
    if not facts.requester_still_may:
        return deny("requester_left")
    if actor.proof < Proof.RECENT_SECOND_FACTOR:
        return deny("second_factor_not_fresh")
    decision = _administers(actor, organisations_of_user=organisations_of_user)
    by_region = reset.organisation.kind == OrganisationKind.REGION
    if decision.code == "own_organisation" and not by_region and reset.organisation_id != actor.organisation_pk:
        return deny("other_organisation")
    if not decision:
        return decision
    second = may_be_second(facts, of_region=Role.REGION_ADMINISTRATOR in actor.roles)
    return decision if second else second


def may_cancel_reset(actor: "Actor", *, reset: "FactorReset", organisations_of_user: frozenset[int]) -> Decision:
    """Who may stop a reset: its owner, with a second factor; an administrator who might have asked for it."""
    if actor.proof < Proof.SECOND_FACTOR:
        return deny("no_second_factor")
    if actor.user_pk == reset.user_id:
        return allow("owner")
    return _administers(actor, organisations_of_user=organisations_of_user)


def may_complete_reset(
    *, user: "User", reset: "FactorReset", two_still_may: bool, hides_organisations: bool
) -> Decision:
    """Who may use the link of a reset that is ready: its owner, while both who gave it could still give it.

    Not by the word of one organisation's provider for who works for others too, as in :func:`may_change_factors`.
    """
    if reset.user_id != user.pk:
        return deny("other_user")
    if hides_organisations:
        return deny("vouched_for_one")
    if not user.is_active:
        return deny("user_inactive")
    return allow("owner") if two_still_may else deny("administrator_left")
