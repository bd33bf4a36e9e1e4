"""Signing in, signing out, and for whom one works."""

import uuid
from dataclasses import dataclass
from typing import cast

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest

from portal.accounts import demo, devices, lockout, sessions
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.accounts.policy import Denied, deny, may_open_session
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What came of an attempt: the user, or nobody; ``wait`` is in seconds, when the attempt was not even made."""

    user: User | None = None
    wait: int = 0


def sign_in(*, request: HttpRequest, email: str, password: str) -> SignIn:
    """Check mail address and password and begin a session that has shown a password, no more.

    Unknown address, wrong password, inactive or sleeping user are one answer after the same work (OWASP ASVS 2.2), and
    so is having to wait: see :mod:`portal.accounts.lockout`. Nothing of an earlier session is kept (session fixation).
    """
    device = devices.known_device(request, email=email)
    count = {"name": lockout.counted_name(email), "device": device, "address": lockout.address_of(request)}
    wait = lockout.reserve(**count)
    if wait:  # nothing was tried, so there is nothing to write down
        return SignIn(wait=wait)
    request.known_device = device  # type: ignore[attr-defined]  # read by LockoutHandler
    user = authenticate(request, email=email, password=password)
    if user is not None and not may_open(user):
        # Counted as any other failure, so that a right password cannot be told from a wrong one.
        user_login_failed.send(sender=__name__, credentials={"email": email}, request=request)
        user = None
    if user is None:
        _record_failed_sign_in(request, email=email)
        return SignIn()
    lockout.forgive(**count)
    with transaction.atomic():
        open_session(request, user)
        actor = sessions.resolve_actor(request)
        record(
            event=Event.SIGN_IN,
            action=Action.EXECUTE,
            who=actor.who,
            object_type="user",
            object_id=str(user.public_id),
        )
    request.actor = actor  # type: ignore[attr-defined]
    return SignIn(user=user)


def may_open(user: User) -> bool:
    """Whether the account may be signed in to now, whatever was shown for it."""
    return bool(may_open_session(user)) and demo.may_sign_in(user)


def open_session(request: HttpRequest, user: User, *, backend: str | None = None) -> None:
    """Within a transaction: a session of this user begins, and nothing of an earlier one is left (session fixation).

    Args:
        backend: the authentication backend that vouches for the user; by default the one that ``authenticate`` noted.
    """
    request.session.flush()
    login(request, user, backend=backend)
    sessions.begin(request, language=user.language)


def _record_failed_sign_in(request: HttpRequest, *, email: str) -> None:
    # The look-up is made for unknown addresses too, and a row is written for both: the same work.
    known = User.objects.filter(email=email).values_list("public_id", flat=True).first()
    with transaction.atomic():
        record(
            event=Event.SIGN_IN_FAILED,
            action=Action.EXECUTE,
            who=sessions.nobody(request).who,
            object_type="user",
            object_id=str(known or ""),
            outcome=Outcome.FAILED,
            reason="locked" if getattr(request, "axes_locked_out", False) else "wrong",
        )


@transaction.atomic
def sign_out(*, request: HttpRequest, actor: Actor) -> None:
    """End this session; nothing of it is left in the database."""
    logout(request)
    record(event=Event.SIGN_OUT, action=Action.EXECUTE, who=actor.who, object_type="user", object_id=str(actor.user_id))


@transaction.atomic
def switch_organisation(*, request: HttpRequest, actor: Actor, organisation_id: uuid.UUID) -> Actor:
    """Work for another of one's own organisations from here on; the session gets a new key.

    Raises:
        Denied: if the user has no role there now, or no such organisation exists.
    """
    user = cast(User, request.user)
    organisations = {
        row.team.organisation.public_id: row.team.organisation for row in sessions.active_memberships(user)
    }
    organisation = organisations.get(organisation_id)
    if organisation is None:
        raise Denied(
            decision=deny("not_a_member"),
            event=Event.ACTING_SWITCHED,
            object_type="organisation",
            object_id=str(organisation_id),
        )
    request.session[sessions.ACTING_FOR] = organisation.pk
    sessions.renew_key(request)
    switched = sessions.resolve_actor(request)
    record(
        event=Event.ACTING_SWITCHED,
        action=Action.EXECUTE,
        who=switched.who,
        object_type="organisation",
        object_id=str(organisation_id),
        details={"from_organisation": str(actor.organisation_id or "")},
    )
    request.actor = switched  # type: ignore[attr-defined]
    return switched


def choose_language(*, request: HttpRequest, language: str) -> None:
    """Remember in which language the user's own screens speak."""
    user = cast(User, request.user)
    User.objects.filter(pk=user.pk).update(language=language)
    request.session[sessions.LANGUAGE] = language
