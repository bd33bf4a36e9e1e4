"""Changing a password, and choosing a new one when the old is forgotten.

A mailbox alone leads nowhere: the link in the mail asks a second factor before anything changes, and opens no session.
"""

import uuid

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from portal.access import Proof
from portal.accounts import factors, guessing, messages, queries, sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.mail_addresses import fold_address
from portal.accounts.models import TotpDevice, User
from portal.accounts.sealing import seal, unseal
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record

from .ending import end_sessions

LINK_OWNER = "password link"
OLD_PASSWORDS_TRIED = 5
LINKS_AN_HOUR = 3
LINKS_AN_HOUR_FROM_ONE_PLACE = 30


class PasswordRefusedError(Exception):
    """Nothing changed; ``code``: ``wrong`` or ``wait`` (the old one), ``same``, ``closed`` (the link), or what
    :func:`portal.accounts.factors.verify` says."""

    def __init__(self, code: str, *, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class _Links(PasswordResetTokenGenerator):
    """Django's tokens: nothing is stored, and a new password, a sign-in or the end of all sessions makes them void."""

    key_salt = "portal.accounts.services.passwords"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


_links = _Links()


def may_go_on(*, key: str, limit: int, seconds: int) -> bool:
    """Count one attempt under ``key``; whether it is within ``limit`` in ``seconds``."""
    name = f"accounts:pace:{factors.hash_token(key)}"
    cache.add(name, 0, timeout=seconds)
    try:
        return bool(cache.incr(name) <= limit)
    except ValueError:  # it expired just now
        cache.set(name, 1, timeout=seconds)
        return True


def change_password(*, request: HttpRequest, actor: Actor, old: str, new: str) -> None:
    """Change the own password. All other sessions end, this one gets a new key, and a mail tells the owner.

    Args:
        new: has passed the rules of :mod:`portal.accounts.passwords`.

    Raises:
        PasswordRefusedError: the old one is ``wrong``; ``wait`` after five of those in a quarter of an hour; ``same``.
    """
    user = User.objects.get(pk=actor.user_pk or 0)
    if not may_go_on(key=f"old password of {user.pk}", limit=OLD_PASSWORDS_TRIED, seconds=15 * 60):
        raise PasswordRefusedError("wait")
    if not user.check_password(old):
        raise PasswordRefusedError("wrong")
    if user.check_password(new):
        raise PasswordRefusedError("same")
    with transaction.atomic():
        _set(user, new)
        update_session_auth_hash(request, user)
        request.user = user
        messages.notify_user(user=user, kind=MessageKind.PASSWORD_CHANGED, path=reverse("accounts:home"))
        _record(user, actor=actor, reason="old_password")


def _set(user: User, password: str) -> None:
    end_sessions(user=user)
    user.refresh_from_db()
    user.set_password(password)
    user.skip_history_when_saving = True  # type: ignore[attr-defined]  # the history holds no passwords
    user.save(update_fields=["password"])


def may_ask_for_link(*, address: str, source: str) -> bool:
    """Whether a link is mailed for this address now; counts for unknown addresses too, so that both answer alike.

    Args:
        source: network address of the asker.
    """
    from_here = may_go_on(key=f"password links to {source}", limit=LINKS_AN_HOUR_FROM_ONE_PLACE, seconds=3600)
    for_it = may_go_on(key=f"password links for {fold_address(address)}", limit=LINKS_AN_HOUR, seconds=3600)
    return from_here and for_it


def sealed_address(address: str) -> str:
    """The address as it waits in the task queue."""
    return seal(fold_address(address).encode(), owner=LINK_OWNER)


@transaction.atomic
def mail_password_link(*, sealed: str) -> bool:
    """Mail a link to choose a new password, good for an hour, to whoever has an account with a second factor.

    Args:
        sealed: what :func:`sealed_address` gave.

    Runs in the background: the page that asked answers alike, and as fast, for an unknown address.
    """
    address = unseal(sealed, owner=LINK_OWNER).decode()
    user = User.objects.filter(email=address, is_active=True).first()
    if user is None or not user.has_usable_password() or not queries.has_factor(user=user):
        return False
    messages.notify_user(
        user=user,
        kind=MessageKind.PASSWORD_FORGOTTEN,
        path=reverse("accounts:password_renew", args=["-"]).removesuffix("-/"),
        secret=f"{user.public_id.hex}-{_links.make_token(user)}",
    )
    return True


def user_of_link(*, token: str) -> User | None:
    """Whose password this link renews, if it counts now."""
    public_id, _dash, rest = token.partition("-")
    try:
        user = User.objects.filter(public_id=uuid.UUID(hex=public_id), is_active=True).first()
    except ValueError:
        return None
    return user if user is not None and _links.check_token(user, rest) and queries.has_factor(user=user) else None


def has_shown_factor(*, request: HttpRequest, actor: Actor, user: User) -> bool:
    """Whether this session is the user's own and showed the second factor a moment ago.

    The word of one organisation's provider is not enough for who works for others too: the password opens all of them.
    """
    own = actor.user_pk == user.pk and actor.proof is Proof.RECENT_SECOND_FACTOR
    return own and not sessions.hides_organisations(request)


def renew_password(*, request: HttpRequest, actor: Actor, token: str, new: str, code: str) -> None:
    """Choose a new password by the link in a mail together with a second factor. Every session ends, none begins.

    Args:
        code: of the authenticator app; not needed in a session that :func:`has_shown_factor`.

    Raises:
        PasswordRefusedError: ``closed``, or the code is ``wrong``, was ``used``, or one must ``wait``.
    """
    user = user_of_link(token=token)
    if user is None:
        raise PasswordRefusedError("closed")
    if not has_shown_factor(request=request, actor=actor, user=user):
        _verify(request, user, code)
    with transaction.atomic():
        if user_of_link(token=token) is None:  # used in the meantime
            raise PasswordRefusedError("closed")
        _set(user, new)
        messages.notify_user(user=user, kind=MessageKind.PASSWORD_CHANGED, path=reverse("accounts:home"))
        _record(user, actor=actor, reason="link_and_factor")
    if actor.user_pk == user.pk:
        request.session.flush()  # its row is gone with those of all other sessions


def _verify(request: HttpRequest, user: User, code: str) -> None:
    device = TotpDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise PasswordRefusedError("none")
    verification = factors.verify(device=device, code=code, source=guessing.source_of(request))
    if verification:
        return
    if verification.code != "wait":
        with transaction.atomic():
            record(
                event=Event.SECOND_FACTOR_FAILED,
                action=Action.EXECUTE,
                who=sessions.nobody(request).who,
                object_type="user",
                object_id=str(user.public_id),
                outcome=Outcome.FAILED,
                reason=verification.code,
            )
    raise PasswordRefusedError(verification.code, wait=verification.wait)


def _record(user: User, *, actor: Actor, reason: str) -> None:
    record(
        event=Event.PASSWORD_CHANGED,
        action=Action.UPDATE,
        who=actor.who,
        object_type="user",
        object_id=str(user.public_id),
        reason=reason,
    )
