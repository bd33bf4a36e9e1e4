"""From a session to an actor: what a session holds, when it ends, and for whom it speaks."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from qsessions.models import Session

from portal.audit.actor import Who

from . import devices
from .actor import CLOCK_TOLERANCE_SECONDS, Actor
from .enums import OrganisationKind, Role
from .models import Membership, User

STARTED_AT = "signed_in_at"
SEEN_AT = "seen_at"
SECOND_FACTOR_AT = "second_factor_at"
ACTING_FOR = "acting_organisation"
VOUCHED_FOR = "vouched_for_organisation"
FACTOR_OF = "second_factor_of_organisation"
LANGUAGE = "language"
RIGHTS = "rights"

SEEN_EVERY_SECONDS = 60


def has_session_cookie(request: HttpRequest) -> bool:
    """Whether the visitor brought a session; asking does not open it, so a reader's page stays cacheable."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _now() -> float:
    return timezone.now().timestamp()


def limits_for(roles: Iterable[str]) -> tuple[int, int]:
    """How long a session lives without a request, and in all, in seconds: the shortest of what the roles ask for."""
    named = [settings.SESSION_LIMITS_BY_ROLE[role] for role in roles if role in settings.SESSION_LIMITS_BY_ROLE]
    idle = min([settings.SESSION_IDLE_SECONDS, *(limit[0] for limit in named)])
    return idle, min([settings.SESSION_COOKIE_AGE, *(limit[1] for limit in named)])


@dataclass(frozen=True, kw_only=True)
class End:
    """When a session ends if nothing more is asked of it; ``final`` says that staying no longer helps."""

    at: datetime
    seconds: int
    final: bool


def end_of(session: SessionBase | Mapping[str, Any], *, roles: Iterable[str]) -> End | None:
    """When this session ends, or ``None`` if it is over.

    Over is: nothing asked for too long, begun too long ago, not saying when it began, or from a time that has not come
    yet (the server's clock went back: nobody knows how old the session is).
    """
    started, seen, now = session.get(STARTED_AT), session.get(SEEN_AT), _now()
    if not isinstance(started, float) or not isinstance(seen, float):
        return None
    if max(started, seen) > now + CLOCK_TOLERANCE_SECONDS:
        return None
    idle, absolute = limits_for(roles)
    at = min(seen + idle, started + absolute)
    if at < now:
        return None
    return End(at=datetime.fromtimestamp(at, UTC), seconds=int(at - now), final=started + absolute <= seen + idle)


def begin(request: HttpRequest, *, language: str) -> None:
    """Write down that a session of a signed-in user begins now."""
    request.session[STARTED_AT] = request.session[SEEN_AT] = _now()
    request.session[LANGUAGE] = language


def _is_attended(request: HttpRequest) -> bool:
    """Whether somebody asked for this, and not a page that looks again and again by itself."""
    return not any(re.match(pattern, request.path_info) for pattern in settings.SESSION_UNATTENDED)


def stay(request: HttpRequest) -> None:
    """Write down that somebody is still there."""
    request.session[SEEN_AT] = _now()


def note_second_factor(request: HttpRequest, *, first: bool = False, organisation_pk: int | None = None) -> None:
    """Write down that the second factor was used just now; the key of the session changes.

    Every way in ends here, so this is also where a browser that is new to the user is noticed: its owner gets a mail.

    Args:
        first: the factor was made just now and is the user's first.
        organisation_pk: whose own provider says so; it counts while one works for that organisation, and for no other.
    """
    user = cast(User, request.user)
    request.session[FACTOR_OF] = organisation_pk
    if SECOND_FACTOR_AT not in request.session:
        _note_last_login(user)
    request.session[SECOND_FACTOR_AT] = _now()
    renew_key(request)
    devices.note_sign_in(request, user=user, who=resolve_actor(request).who, first=first)


def _note_last_login(user: User) -> None:
    """Django would count a password alone: then whoever stole it keeps a sleeping account awake, and looks like its
    owner in the list of who has access. See :mod:`portal.accounts.apps`."""
    user.last_login = timezone.now()
    User.objects.filter(pk=user.pk).update(last_login=user.last_login)


def take(request: HttpRequest, name: str) -> Any:
    """What a session keeps under this name, once: of two requests at the same time one gets it, the other ``None``."""
    with transaction.atomic():
        stored = Session.objects.select_for_update().filter(session_key=request.session.session_key).first()
        kept = stored.get_decoded().get(name) if stored else None
        request.session.pop(name, None)
        if kept is not None:
            request.session.save()
    return kept


def renew_key(request: HttpRequest) -> None:
    """Give the session a new key; the old one is worth nothing from here on.

    Raises:
        SessionInterrupted: somebody ended this session in the meantime. A new key would have brought it back.
    """
    old = request.session.session_key
    with transaction.atomic():
        if old and not Session.objects.filter(session_key=old).delete()[0]:
            # Nothing is saved and no cookie is taken away: of two requests at once the other has the new key by now.
            request.session.modified = False
            raise SessionInterrupted("the session was ended while it asked for a new key")
        request.session.cycle_key()


def _origin(request: HttpRequest) -> dict[str, str]:
    """Where a request comes from: see :mod:`portal.proxies` for what stands in ``REMOTE_ADDR``."""
    return {
        "address": str(request.META.get("REMOTE_ADDR") or "").partition("%")[0],
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }


def digest(key: str | None) -> str:
    """What names a session to its owner and in the audit log; it does not give the key away."""
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


def hides_organisations(request: HttpRequest) -> bool:
    """Whether an organisation's own provider vouched for this session, and its user works for others too.

    Such a session must not make a way in that opens those others: their people never took this provider's word.
    """
    return _works_elsewhere(request, request.session.get(VOUCHED_FOR))


def leans_on_one_provider(request: HttpRequest) -> bool:
    """As above, or the second factor of this session is that provider's word: the password was shown here, but nothing
    else that the other organisations could rely on."""
    only = request.session.get(VOUCHED_FOR)
    return _works_elsewhere(request, request.session.get(FACTOR_OF) if only is None else only)


def _works_elsewhere(request: HttpRequest, organisation_pk: int | None) -> bool:
    if organisation_pk is None:
        return False
    held = Membership.objects.active().filter(user_id=request.user.pk or 0)
    return held.exclude(team__organisation_id=organisation_pk).exists()


def resolve_actor(request: HttpRequest) -> Actor:
    """Who asks, as far as the session shows it now; a session that is over is ended here.

    Costs no query without a session cookie; otherwise the session, the user, the device and the memberships.
    """
    if not has_session_cookie(request) and not request.session.session_key:
        return nobody(request)
    request.user.vouched_for = request.session.get(VOUCHED_FOR)  # type: ignore[union-attr]
    if not request.user.is_authenticated:
        return nobody(request)
    user = request.user
    memberships = active_memberships(user) if user.person_id is None else []
    actor = _actor_of(request, user, memberships)
    if end_of(request.session, roles=actor.roles) is None or not _holds_rights(request, memberships):
        logout(request)
        request.ended_for_person = user.person_id is not None  # type: ignore[attr-defined]  # see the gate
        return nobody(request)
    if _now() - request.session[SEEN_AT] > SEEN_EVERY_SECONDS and _is_attended(request):
        stay(request)
    return _actor_of(request, user, memberships)


def rights_of(memberships: Iterable[Membership]) -> str:
    """A short name for exactly these roles in these teams; empty for none."""
    return digest(",".join(sorted(f"{row.team_id}:{row.role}" for row in memberships)))


def _holds_rights(request: HttpRequest, memberships: list[Membership]) -> bool:
    """Give the session a new key when the user's rights are others than before; ``False`` if the last of them is gone.

    Whoever had none yet (an invitation that is not finished) keeps the session.
    """
    rights, known = rights_of(memberships), request.session.get(RIGHTS)
    if known == rights:
        return True
    if known and not rights:
        return False
    request.session[RIGHTS] = rights
    if known is not None:
        renew_key(request)
    return True


def _actor_of(request: HttpRequest, user: User, memberships: list[Membership]) -> Actor:
    if user.person_id is not None:
        return _actor_of_person(request, user)
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
        factor_at=_factor_at(request, user, organisation_pk=organisation.pk if organisation else None),
        who=Who(
            kind="user",
            user_id=str(user.public_id),
            role=_roles_for_the_log(roles),
            organisation_id=str(organisation.public_id) if organisation else "",
            team_id=next(iter(team_ids)) if len(team_ids) == 1 else "",
            session=digest(request.session.session_key),
            **_origin(request),
        ),
    )


def _actor_of_person(request: HttpRequest, user: User) -> Actor:
    return Actor(
        user_pk=user.pk,
        user_id=user.public_id,
        person_id=user.person_id,
        signed_in=True,
        factor_at=_factor_at(request, user, organisation_pk=None),
        who=Who(
            kind="person",
            user_id=str(user.public_id),
            role=Role.PERSON.value,
            on_behalf_of=str(user.person_id),
            session=digest(request.session.session_key),
            **_origin(request),
        ),
    )


def _roles_for_the_log(roles: frozenset[Role]) -> str:
    """The roles with a comma between them. The log has 64 characters for them: what does not fit shows as ``+``."""
    names = ",".join(sorted(roles))
    return names if len(names) <= 64 else names[:63].rpartition(",")[0] + "+"


def _factor_at(request: HttpRequest, user: User, *, organisation_pk: int | None) -> datetime | None:
    """When the second factor was used in this session; a device that is gone since takes its proof along.

    The word of an organisation's provider is one for that organisation: for another the own factor is asked, or its
    provider.
    """
    at, of = request.session.get(SECOND_FACTOR_AT), request.session.get(FACTOR_OF)
    if getattr(user, "otp_device", None) is None or not isinstance(at, float) or of not in (None, organisation_pk):
        return None
    return datetime.fromtimestamp(at, UTC)
