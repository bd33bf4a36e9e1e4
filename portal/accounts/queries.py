"""What accounts can be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from . import recovery
from .actor import Actor
from .enums import FactorKind, Role
from .factors import PERIOD_SECONDS, hash_token
from .models import (
    AccessReview,
    EnrolmentTicket,
    Invitation,
    Membership,
    Organisation,
    RecoveryDevice,
    Team,
    TotpDevice,
    User,
)
from .policy import (
    is_region_administrator,
    may_choose_organisation,
    may_grant_membership,
    may_manage_organisations,
    may_manage_people,
    may_read_access_list,
)
from .sessions import active_memberships

# Anything else that django-otp knows (recovery codes, a provider's word) is no factor to build upon.
LASTING = {FactorKind.PASSKEY: WebAuthnCredential, FactorKind.APP: TotpDevice}
FACTORS: dict[FactorKind, type[Device]] = {**LASTING, FactorKind.RECOVERY: RecoveryDevice}


def has_factor(*, user: User) -> bool:
    """Whether the user has a second factor that counts: an authenticator app or a passkey."""
    return any(model.objects.filter(user=user, confirmed=True).exists() for model in LASTING.values())


def usable_kinds(*, user: User) -> list[FactorKind]:
    """With what the user can show to be there now, the best first; empty without a factor to build upon."""
    if not has_factor(user=user):
        return []
    kinds = [kind for kind, model in LASTING.items() if model.objects.filter(user=user, confirmed=True).exists()]
    return [*kinds, FactorKind.RECOVERY] if recovery.left(user=user) else kinds


def factor_of(*, user: User, kind: str, pk: int) -> Device | None:
    """The user's own factor with this kind and number."""
    model = FACTORS.get(FactorKind(kind)) if kind in FactorKind.values and pk < 2**63 else None
    return model.objects.filter(user=user, confirmed=True, pk=pk).first() if model else None


@dataclass(frozen=True, kw_only=True)
class OwnFactor:
    """A factor as its owner sees it in the list; ``left`` counts recovery codes."""

    kind: FactorKind
    pk: int
    name: str
    made_at: datetime | None
    used_at: datetime | None
    left: int = 0
    passwordless: bool = False


def own_factors(*, user: User) -> list[OwnFactor]:
    """All factors of the user, passkeys first."""
    return [*_passkeys(user), *_apps(user), *_recovery_codes(user)]


def _passkeys(user: User) -> Iterator[OwnFactor]:
    for row in WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("created_at", "pk"):
        yield OwnFactor(
            kind=FactorKind.PASSKEY,
            pk=row.pk,
            name=row.name,
            made_at=row.created_at,
            used_at=row.last_used_at,
            passwordless=bool(row.discoverable),
        )


def _apps(user: User) -> Iterator[OwnFactor]:
    for row in TotpDevice.objects.filter(user=user, confirmed=True).order_by("pk"):
        used = datetime.fromtimestamp(row.last_step * PERIOD_SECONDS, UTC) if row.last_step > 0 else None
        yield OwnFactor(kind=FactorKind.APP, pk=row.pk, name=row.name, made_at=row.created_at, used_at=used)


def _recovery_codes(user: User) -> Iterator[OwnFactor]:
    for row in RecoveryDevice.objects.filter(user=user, confirmed=True):
        used = row.codes.exclude(used_at=None).order_by("-used_at").values_list("used_at", flat=True).first()
        left = recovery.left(user=user)
        yield OwnFactor(kind=FactorKind.RECOVERY, pk=row.pk, name="", made_at=row.created_at, used_at=used, left=left)


def open_ticket(*, user: User, token: str) -> EnrolmentTicket | None:
    """The user's own enrolment ticket with this token, if it is unused and in time and the user has no factor yet."""
    if has_factor(user=user):
        return None
    open_tickets = EnrolmentTicket.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
    return open_tickets.select_related("user").filter(token_hash=hash_token(token)).first()


def is_running(team: Team) -> bool:
    """Whether a team and its organisation exist at this moment."""
    return Team.objects.active().filter(running_organisation(), pk=team.pk).exists()


def running_organisation() -> Q:
    """Teams whose organisation exists at this moment."""
    return Q(organisation__in=Organisation.objects.active())


def is_unfinished(*, user: User) -> bool:
    """Whether an account was begun and has no factor and no role: a new invitation starts it anew."""
    held = Membership.objects.active().filter(user=user).exists()
    return user.is_active and user.person_id is None and not held and not has_factor(user=user)


def is_backed(invitation: Invitation) -> bool:
    """Whether whoever invited could still give this role now: an invitation does not outlive its administrator."""
    team, role = invitation.team, Role(invitation.role)
    if invitation.invited_by is None:
        return bool(may_grant_membership(None, user=invitation.user, team=team, role=role))
    if not invitation.invited_by.is_active:
        return False
    return any(
        may_grant_membership(actor, user=invitation.user, team=team, role=role)
        for actor in _actors_of(invitation.invited_by)
    )


def _actors_of(user: User) -> list[Actor]:
    """The user as an actor in each of the organisations that the user works for now."""
    roles: dict[int, dict[int, frozenset[Role]]] = {}
    for row in active_memberships(user):
        teams = roles.setdefault(row.team.organisation_id, {})
        teams[row.team_id] = teams.get(row.team_id, frozenset()) | {Role(row.role)}
    return [Actor(user_pk=user.pk, organisation_pk=pk, roles_by_team=teams) for pk, teams in roles.items()]


def still_open() -> Q:
    """Invitations that can be accepted now, as far as their own row says."""
    now = timezone.now()
    return Q(accepted_at=None, revoked_at=None, expires_at__gt=now)


def open_invitation(*, token: str) -> Invitation | None:
    """The invitation with this token, if it can be accepted now and whoever invited could still give its role."""
    rows = Invitation.objects.filter(still_open(), token_hash=hash_token(token))
    invitation = rows.select_related("team__organisation", "invited_by", "user").first()
    if invitation is None or not is_running(invitation.team) or not is_backed(invitation):
        return None
    return invitation


def organisations_to_manage(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose people the actor manages."""
    if may_choose_organisation(actor) and may_manage_people(actor, organisation_pk=0):
        return Organisation.objects.all()
    own = actor.organisation_pk
    allowed = own is not None and may_manage_people(actor, organisation_pk=own)
    return Organisation.objects.filter(pk=own or 0) if allowed else Organisation.objects.none()


def organisations_to_read(actor: Actor) -> QuerySet[Organisation]:
    """The organisations of which the actor may read who has access."""
    if may_choose_organisation(actor):
        return Organisation.objects.all()
    own = actor.organisation_pk
    allowed = own is not None and may_read_access_list(actor, organisation_pk=own)
    return Organisation.objects.filter(pk=own or 0) if allowed else Organisation.objects.none()


def organisations_of_the_region(actor: Actor) -> QuerySet[Organisation]:
    """All organisations, for whoever makes and changes them."""
    rows = Organisation.objects.select_related("municipality", "centre")
    return rows if may_manage_organisations(actor) else rows.none()


def organisations_with_reviews(actor: Actor) -> QuerySet[Organisation]:
    """The same, each with its ``open_reviews``: a list of one or none."""
    running = AccessReview.objects.filter(closed_at=None)
    return organisations_of_the_region(actor).prefetch_related(
        Prefetch("access_reviews", queryset=running, to_attr="open_reviews")
    )


def organisations_of(*, user: User) -> frozenset[int]:
    """The organisations in which somebody holds a role now."""
    held = Membership.objects.active().filter(user=user)
    return frozenset(held.values_list("team__organisation_id", flat=True))


def region_administrators() -> QuerySet[User]:
    """Who may sign in and looks after the region now."""
    roles = [role for role in Role if is_region_administrator(role)]
    rows = Membership.objects.active().filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=rows.values("user"))


def memberships_to_manage(actor: Actor) -> QuerySet[Membership]:
    """The memberships, present and past, of the organisations whose people the actor manages."""
    rows = Membership.objects.filter(team__organisation__in=organisations_to_manage(actor))
    return rows.select_related("user", "team__organisation", "granted_by").order_by("user__name", "pk")


def invitations_to_manage(actor: Actor) -> QuerySet[Invitation]:
    """The invitations that wait or ran out, of the organisations whose people the actor manages."""
    rows = Invitation.objects.filter(
        accepted_at=None, revoked_at=None, team__organisation__in=organisations_to_manage(actor)
    )
    return rows.select_related("team__organisation", "invited_by", "user")


def teams_to_manage(actor: Actor) -> QuerySet[Team]:
    """The teams that exist now, of the organisations whose people the actor manages."""
    rows = Team.objects.active().filter(running_organisation(), organisation__in=organisations_to_manage(actor))
    return rows.select_related("organisation").order_by("organisation__name", "name")
