"""What a user may see of the own sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from qsessions.models import Session

from portal import proxies

from . import sessions
from .devices import describe
from .enums import Role
from .models import User


@dataclass(frozen=True, kw_only=True)
class OwnSession:
    """One of a user's sessions as its owner sees it. ``network`` is the first part of the address it was used from."""

    digest: str
    device: str
    network: str
    began_at: datetime
    seen_at: datetime
    is_this: bool
    is_verified: bool


def own_sessions(*, user: User, current: str | None) -> list[OwnSession]:
    """The sessions in which the user is signed in now, this one first, then the one seen last.

    Sessions that are over, by their limits or because all of them were ended, are left out.
    """
    found: list[OwnSession] = []
    roles = {Role.PERSON} if user.person_id else {row.role for row in sessions.active_memberships(user)}
    for row in Session.objects.filter(user=user, expire_date__gt=timezone.now()):
        data = row.get_decoded()
        is_this = row.session_key == current
        alive = sessions.end_of(data, roles=roles) is not None
        same_epoch = constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        if is_this or (alive and same_epoch):
            found.append(
                OwnSession(
                    digest=sessions.digest(row.session_key),
                    device=describe(row.user_agent or ""),
                    network=shortened(str(row.ip or "")),
                    began_at=datetime.fromtimestamp(data[sessions.STARTED_AT], UTC),
                    seen_at=datetime.fromtimestamp(data[sessions.SEEN_AT], UTC),
                    is_this=is_this,
                    is_verified=sessions.SECOND_FACTOR_AT in data,
                )
            )
    return sorted(found, key=lambda one: (not one.is_this, -one.seen_at.timestamp()))


def shortened(address: str) -> str:
    """The network that an address belongs to, enough to know one's own by: three of four numbers, or three groups."""
    parsed = proxies.parse(address)
    if parsed is None:
        return ""
    if parsed.version == 4:
        return str(parsed).rpartition(".")[0] + ".…"
    return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":")[:3]) + ":…"
