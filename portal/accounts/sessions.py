"""From a session to an actor: what a session holds, when it ends, and for whom it speaks."""

import hashlib
from datetime import UTC, datetime

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from portal.audit.actor import Who

from .actor import Actor
from .enums import OrganisationKind, Role
from .models import Membership, User

STARTED_AT = "signed_in_at"
SEEN_AT = "seen_at"
SECOND_FACTOR_AT = "second_factor_at"
ACTING_FOR = "acting_organisation"
VOUCHED_FOR = "vouched_for_organisation"
LANGUAGE = "language"

SEEN_EVERY_SECONDS = 60


def has_session_cookie(request: HttpRequest) -> bool:
    """Whether the visitor brought a session; asking does not open it, so a reader's page stays cacheable."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _now() -> float:
    return timezone.now().timestamp()


def _is_over(request: HttpRequest) -> bool:
    """Idle for too long, or begun too long ago; a session that does not say when it began is over as well."""
    started, seen = request.session.get(STARTED_AT), request.session.get(SEEN_AT)
    if not isinstance(started, float) or not isinstance(seen, float):
        return True
    return _now() - started > settings.SESSION_COOKIE_AGE or _now() - seen > settings.SESSION_IDLE_SECONDS


def begin(request: HttpRequest, *, language: str) -> None:
    """Write down that a session of a signed-in user begins now."""
    request.session[STARTED_AT] = request.session[SEEN_AT] = _now()
    request.session[LANGUAGE] = language


def note_second_factor(request: HttpRequest) -> None:
    """Write down that the second factor was used just now; the key of the session changes."""
    request.session[SECOND_FACTOR_AT] = _now()
    request.session.cycle_key()


def _origin(request: HttpRequest) -> dict[str, str]:
    """Where a request comes from. ``X-Forwarded-For`` is text that the visitor wrote: it is not looked at.

    The zone of a local IPv6 address (``%eth0``) is no part of the address.
    """
    return {
        "address": str(request.META.get("REMOTE_ADDR") or "").partition("%")[0],
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }


def _session_digest(request: HttpRequest) -> str:
    key = request.session.session_key or ""
    return hashlib.sha256(f"portal session {key}".encode()).hexdigest()[:16] if key else ""


def nobody(request: HttpRequest) -> Actor:
    """The actor of a visitor who has not signed in."""
    return Actor(who=Who(kind="anonymous", **_origin(request)))


def active_memberships(user: User) -> list[Membership]:
    """Memberships that hold now, of teams and organisations that exist now, in a fixed order.

    In a session that an organisation's own provider vouched for, those of that organisation and of no other.
    """
    now = timezone.now()
    holds = Q()
    for prefix in ("", "team__", "team__organisation__"):
        ends = Q(**{f"{prefix}active_until": None}) | Q(**{f"{prefix}active_until__gt": now})
        holds &= Q(**{f"{prefix}active_from__lte": now}) & ends
    rows = Membership.objects.filter(holds, user=user).select_related("team__organisation")
    only = getattr(user, "vouched_for", None)
    if only is not None:
        rows = rows.filter(team__organisation_id=only)
    return list(rows.order_by("team__organisation__name", "team__organisation_id", "team_id", "role"))


def resolve_actor(request: HttpRequest) -> Actor:
    """Who asks, as far as the session shows it now; a session that is over is ended here.

    Costs no query without a session cookie; otherwise the session, the user, the device and the memberships.
    """
    if not has_session_cookie(request) and not request.session.session_key:
        return nobody(request)
    request.user.vouched_for = request.session.get(VOUCHED_FOR)  # type: ignore[union-attr]
    if not request.user.is_authenticated:
        return nobody(request)
    if _is_over(request):
        logout(request)
        return nobody(request)
    if _now() - request.session[SEEN_AT] > SEEN_EVERY_SECONDS:
        request.session[SEEN_AT] = _now()
    return _actor_of_user(request, request.user)


def _actor_of_user(request: HttpRequest, user: User) -> Actor:
    if user.person_id is not None:
        return _actor_of_person(request, user)
    memberships = active_memberships(user)
    organisations = {row.team.organisation_id: row.team.organisation for row in memberships}
    chosen = request.session.get(ACTING_FOR)
    organisation = organisations.get(chosen or 0) or next(iter(organisations.values()), None)

    roles_by_team: dict[int, frozenset[Role]] = {}
    team_ids: set[str] = set()
    for row in memberships:
        if organisation is not None and row.team.organisation_id == organisation.pk:
            roles_by_team[row.team_id] = roles_by_team.get(row.team_id, frozenset()) | {Role(row.role)}
            team_ids.add(str(row.team.public_id))
    roles = frozenset[Role]().union(*roles_by_team.values())
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        name=user.name,
        organisation_pk=organisation.pk if organisation else None,
        organisation_id=organisation.public_id if organisation else None,
        organisation_name=organisation.name if organisation else "",
        organisation_kind=OrganisationKind(organisation.kind) if organisation else None,
        roles_by_team=roles_by_team,
        signed_in=True,
        factor_at=_factor_at(request, user),
        who=Who(
            kind="user",
            user_id=str(user.public_id),
            role=_roles_for_the_log(roles),
            organisation_id=str(organisation.public_id) if organisation else "",
            team_id=next(iter(team_ids)) if len(team_ids) == 1 else "",
            session=_session_digest(request),
            **_origin(request),
        ),
    )


def _actor_of_person(request: HttpRequest, user: User) -> Actor:
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        person_id=user.person_id,
        signed_in=True,
        factor_at=_factor_at(request, user),
        who=Who(
            kind="person",
            user_id=str(user.public_id),
            role=Role.PERSON.value,
            on_behalf_of=str(user.person_id),
            session=_session_digest(request),
            **_origin(request),
        ),
    )


def _roles_for_the_log(roles: frozenset[Role]) -> str:
    """The roles with a comma between them. The log has 64 characters for them: what does not fit shows as ``+``."""
    names = ",".join(sorted(roles))
    return names if len(names) <= 64 else names[:63].rpartition(",")[0] + "+"


def _factor_at(request: HttpRequest, user: User) -> datetime | None:
    """When the second factor was used in this session; a device that is gone since takes its proof along."""
    at = request.session.get(SECOND_FACTOR_AT)
    device = getattr(user, "otp_device", None)
    return datetime.fromtimestamp(at, UTC) if device is not None and isinstance(at, float) else None
