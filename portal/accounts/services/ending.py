"""Ending sessions: one's own one by one, or all of a user at once."""

from typing import cast

from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from qsessions.models import Session

from portal.accounts import sessions
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Action, Event
from portal.audit.services import record


@transaction.atomic
def end_sessions(*, user: User, keep: HttpRequest | None = None) -> int:
    """End every session of a user, on every device, from the next request on.

    The rows are removed, and the user's epoch is raised: a session that is being saved at this very moment does not
    come back.

    Args:
        keep: the request whose own session goes on, with a new key. It must be a session of this user.

    Returns:
        How many were ended.
    """
    kept = keep.session.session_key if keep is not None else None
    ended = Session.objects.filter(user=user).exclude(session_key=kept or "").delete()[0]
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    if keep is not None:
        fresh = User.objects.get(pk=user.pk)
        keep.session[HASH_SESSION_KEY] = fresh.get_session_auth_hash()
        sessions.renew_key(keep)
    return int(ended)


@transaction.atomic
def end_session(*, actor: Actor, digest: str) -> None:
    """End one of one's own sessions; ``digest`` is what :func:`portal.accounts.sessions.digest` calls it.

    Raises:
        Denied: no session of the actor is called so, whether somebody else's is or not.
    """
    own = Session.objects.filter(user_id=actor.user_pk).values_list("session_key", flat=True)
    key = next((key for key in own if sessions.digest(key) == digest), None)
    if key is None or not Session.objects.filter(session_key=key).delete()[0]:
        raise Denied(
            decision=deny("not_own_session"),
            event=Event.SESSION_ENDED,
            object_type="session",
            object_id=digest if digest.isalnum() and digest.isascii() and len(digest) <= 16 else "",
        )
    _record(actor, ended=digest, reason="one")


@transaction.atomic
def end_other_sessions(*, request: HttpRequest, actor: Actor) -> int:
    """End all sessions of the actor but this one, which gets a new key. Returns how many were ended."""
    ended = end_sessions(user=cast(User, request.user), keep=request)
    _record(actor, ended="", reason="others", count=ended)
    return ended


def _record(actor: Actor, *, ended: str, reason: str, count: int = 1) -> None:
    record(
        event=Event.SESSION_ENDED,
        action=Action.DELETE,
        who=actor.who,
        object_type="session" if ended else "user",
        object_id=ended or str(actor.user_id),
        reason=reason,
        details={"ended": count},
    )
