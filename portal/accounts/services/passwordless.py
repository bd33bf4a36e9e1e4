"""Signing in with a passkey alone: first and second factor in one, because the key verifies its owner."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django_otp import login as otp_login

from portal.accounts import guessing, lockout, passkeys, sessions
from portal.accounts.models import User
from portal.accounts.passkeys import PasskeyRefusedError
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record

from .passwords import may_go_on
from .sessions import may_open, open_session

ANONYMOUS_SESSION_SECONDS = passkeys.CHALLENGE_SECONDS
# A whole centre may share one address, and the sign-in page asks for a challenge each time it is opened.
CHALLENGES_FROM_ONE_PLACE = 300


class TooManyChallengesError(PasskeyRefusedError):
    """Nothing was begun: wait, or sign in with the password."""

    status_code = 429


def begin_passwordless(*, request: HttpRequest) -> dict[str, Any]:
    """A challenge for any key of this site; it names no user, so it says nothing about who has an account.

    It is kept in a session that ends with it. Whoever has one already keeps it; new ones are bounded for each network,
    or a stranger could fill the table. The worker removes those that are over.

    Raises:
        PasskeyRefusedError: ``too_many`` new sessions from this network; ``status_code`` 429.
    """
    if not request.session.exists(request.session.session_key or "") and not may_go_on(
        key=f"passkey challenges to {lockout.address_of(request)}",
        limit=CHALLENGES_FROM_ONE_PLACE,
        seconds=ANONYMOUS_SESSION_SECONDS,
    ):
        raise TooManyChallengesError("too_many")
    options, state = passkeys.Helper(request).authenticate_begin(user=None, require_user_verification=True)
    if not request.user.is_authenticated:
        request.session.set_expiry(ANONYMOUS_SESSION_SECONDS)
    passkeys.keep_challenge(request, purpose="sign_in", state=state)
    return options


def sign_in_with_passkey(*, request: HttpRequest, data: Any) -> User:
    """Begin a session that is verified at once. Nothing of an earlier session is kept.

    Raises:
        PasskeyRefusedError: it does not count. The caller shows one text for ``unknown``, ``wrong``, ``counter`` and
            ``barred``: nobody learns which keys there are.
    """
    try:
        state = passkeys.take_challenge(request, purpose="sign_in")
        with transaction.atomic():
            device = passkeys.Helper(request).authenticate_complete(user=None, state=state, data=data)
            user = device.user
            if not may_open(user):
                raise PasskeyRefusedError("barred")
            open_session(request, user, backend=passkeys.BACKEND)
            otp_login(request, device)
            sessions.note_second_factor(request)
            guessing.remember(user=user, source=guessing.source_of(request))
            actor = sessions.resolve_actor(request)
            record(
                event=Event.SIGN_IN,
                action=Action.EXECUTE,
                who=actor.who,
                object_type="user",
                object_id=str(user.public_id),
                details={"kind": "passkey"},
            )
    except PasskeyRefusedError as refusal:
        with transaction.atomic():
            record(
                event=Event.SIGN_IN_FAILED,
                action=Action.EXECUTE,
                who=sessions.nobody(request).who,
                object_type="passkey",
                outcome=Outcome.FAILED,
                reason=refusal.code,
            )
        raise
    request.actor = actor  # type: ignore[attr-defined]
    return user
