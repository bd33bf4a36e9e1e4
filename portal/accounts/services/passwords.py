"""Changing a password by who knows the old one."""

from django.contrib.auth import update_session_auth_hash
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts import factors, messages
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.guessing import Verification
from portal.accounts.models import User
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .ending import end_sessions

OLD_PASSWORDS_TRIED = 5


class PasswordRefusedError(Exception):
    """Nothing changed; ``code``: ``wrong`` or ``wait`` (the old one), ``same``, ``closed`` (the link), or that of
    ``verification``, which says what was wrong with the second factor."""

    def __init__(self, code: str, *, verification: Verification | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.verification = verification or Verification(ok=False, code=code)


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
        set_password(user, new)
        update_session_auth_hash(request, user)
        request.user = user
        messages.notify_user(user=user, kind=MessageKind.PASSWORD_CHANGED, path=reverse("accounts:home"))
        record_change(user, actor=actor, reason="old_password")


def set_password(user: User, password: str) -> None:
    """Within a transaction: a new password, and the end of every session of the user."""
    end_sessions(user=user)
    user.refresh_from_db()
    user.set_password(password)
    user.skip_history_when_saving = True  # type: ignore[attr-defined]  # the history holds no passwords
    user.save(update_fields=["password"])


def record_change(user: User, *, actor: Actor, reason: str) -> None:
    """The audit row of a new password; ``reason`` says by what."""
    record(
        event=Event.PASSWORD_CHANGED,
        action=Action.UPDATE,
        who=actor.who,
        object_type="user",
        object_id=str(user.public_id),
        reason=reason,
    )
