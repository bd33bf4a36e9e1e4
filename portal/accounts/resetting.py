"""What can be asked about resets: whose they are, who may be the second, which link is whose."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from . import sessions
from .actor import Actor
from .factors import hash_token
from .models import FactorReset, Membership, User
from .policy import ADMINISTRATORS, administers_region


def organisations_of(user: User) -> frozenset[int]:
    """The organisations that a user works for now."""
    return frozenset(row.team.organisation_id for row in sessions.active_memberships(user))


def still_administers(user: User, reset: FactorReset) -> bool:
    """Whether one of the two could still take part now: active, and administrator where they were or of the region."""
    if not user.is_active or user.dormant_since is not None:
        return False
    owners = organisations_of(reset.user)
    return any(
        administers_region(row.role) or (row.role in ADMINISTRATORS and row.team.organisation_id in owners)
        for row in sessions.active_memberships(user)
    )


def possible_approvers(reset: FactorReset) -> list[User]:
    """The other administrators of the organisation; if there are none, those of the region."""
    active = (
        Membership.objects.active()
        .filter(user__is_active=True)
        .exclude(user__in=[reset.user_id, reset.requested_by_id])
    )
    own = active.filter(role__in=ADMINISTRATORS, team__organisation=reset.organisation_id)
    chosen = (
        own if own.exists() else active.filter(role__in=[role for role in ADMINISTRATORS if administers_region(role)])
    )
    return list(User.objects.filter(pk__in=chosen.values("user")).distinct())


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


def may_be_named(user: User, *, actor: Actor) -> bool:
    """Whether an administrator may hear that this account exists: a colleague, or anybody for the region."""
    if any(administers_region(role) for role in actor.roles):
        return True
    return actor.organisation_pk in organisations_of(user)


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
