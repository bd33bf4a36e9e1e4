"""What can be asked about resets: whose they are, who may be the second, which link is whose."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from . import sessions
from .actor import Actor
from .factors import hash_token
from .models import FactorReset, Membership, User
from .policy import ADMINISTRATORS, SecondFacts, administers_region, may_be_second


def organisations_of(user: User) -> frozenset[int]:
    """The organisations that a user works for now."""
    return frozenset(row.team.organisation_id for row in sessions.active_memberships(user))


def still_administers(user: User, reset: FactorReset, *, within: int | None = None) -> bool:
    """Whether one of the two could take part now by a role of before the request: active, and administrator where the
    owner works or of the region.

    Args:
        within: the primary key of the organisation that the role must be of; any if ``None``.
    """
    if not user.is_active or user.dormant_since is not None:
        return False
    owners = organisations_of(reset.user)
    return any(
        administers_region(row.role) or (row.role in ADMINISTRATORS and row.team.organisation_id in owners)
        for row in sessions.active_memberships(user)
        if row.active_from <= reset.requested_at and within in (None, row.team.organisation_id)
    )


def stand_behind(user: User) -> set[int]:
    """Who gave this user a role of administrator, who gave it to those, and so on; primary keys, ever."""
    known, found = {user.pk}, {user.pk}
    while found:
        given = Membership.objects.filter(user__in=found, role__in=ADMINISTRATORS, granted_by__isnull=False)
        found = set(given.values_list("granted_by", flat=True)) - known
        known |= found
    return known - {user.pk}


def second_facts(user: User, reset: FactorReset, *, within: int | None = None) -> SecondFacts:
    """What :func:`portal.accounts.policy.may_approve_reset` asks about somebody who would be the second of two."""
    return SecondFacts(
        requester_still_may=still_administers(reset.requested_by, reset),
        since_before=still_administers(user, reset, within=within),
        made_by_requester=reset.requested_by_id in stand_behind(user),
        made_requester=user.pk in stand_behind(reset.requested_by),
    )


def approvers_of_the_organisation(reset: FactorReset) -> list[User]:
    """The other administrators where the first of the two was one, who may be the second."""
    roles = ADMINISTRATORS
    return _seconds(reset, _held(reset).filter(role__in=roles, team__organisation=reset.organisation_id))


def possible_approvers(reset: FactorReset) -> list[User]:
    """Those of the organisation; if there are none, those of the region."""
    region = [role for role in ADMINISTRATORS if administers_region(role)]
    return approvers_of_the_organisation(reset) or _seconds(reset, _held(reset).filter(role__in=region))


def _held(reset: FactorReset) -> QuerySet[Membership]:
    others = Membership.objects.active().filter(user__is_active=True)
    return others.exclude(user__in=[reset.user_id, reset.requested_by_id]).select_related("user")


def _seconds(reset: FactorReset, held: QuerySet[Membership]) -> list[User]:
    of_region = {row.user: administers_region(row.role) for row in held.order_by("user", "role")}
    return [user for user, wide in of_region.items() if may_be_second(second_facts(user, reset), of_region=wide)]


def visible_to(actor: Actor) -> QuerySet[FactorReset]:
    """The open resets of people in the organisation acted for, or of everybody for the region; never one's own."""
    resets = FactorReset.objects.filter(cancelled_at=None, completed_at=None, expires_at__gt=timezone.now())
    resets = resets.exclude(user=actor.user_pk).select_related("user", "requested_by", "approved_by", "organisation")
    if any(administers_region(role) for role in actor.roles):
        return resets
    if not actor.roles & ADMINISTRATORS:
        return resets.none()
    colleagues = Membership.objects.active().filter(team__organisation=actor.organisation_pk).values("user")
    return resets.filter(user__in=colleagues)


def colleagues_of(actor: Actor) -> QuerySet[User]:
    """Whose accounts an administrator may know of: colleagues in the organisation acted for, or anybody's for the
    region. One query, whether or not somebody is found."""
    users = User.objects.filter(email__isnull=False)
    if any(administers_region(role) for role in actor.roles):
        return users
    held = Membership.objects.active().filter(team__organisation=actor.organisation_pk or 0)
    return users.filter(pk__in=held.values("user"))


def own_open_reset(user: User) -> FactorReset | None:
    """The reset of this user that is under way."""
    return FactorReset.objects.filter(
        user=user, cancelled_at=None, completed_at=None, expires_at__gt=timezone.now()
    ).first()


def by_cancel_token(token: str) -> FactorReset | None:
    """The open reset that this link stops."""
    open_resets = FactorReset.objects.filter(cancelled_at=None, completed_at=None)
    return open_resets.select_related("user").filter(cancel_hash=hash_token(token)).first()


def by_link_token(token: str, *, user: User) -> FactorReset | None:
    """The user's own reset that is ready and has this link."""
    now = timezone.now()
    ready = FactorReset.objects.filter(
        user=user, cancelled_at=None, completed_at=None, not_before__lte=now, expires_at__gt=now
    )
    return ready.select_related("user", "requested_by", "approved_by").filter(link_hash=hash_token(token)).first()


def path_of(route: str) -> str:
    """The address of a link without its token, which the mail puts behind it."""
    return reverse(f"accounts:{route}", args=["-"]).removesuffix("-/")
