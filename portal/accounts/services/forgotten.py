"""A forgotten password: a link by mail, which needs a second factor before anything changes.

A mailbox alone leads nowhere. The factor is a code of the app, a recovery code or a passkey, counted and slowed down as
it is at the sign-in. Every session ends by it, and none begins.
"""

import uuid
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from portal.access import Proof
from portal.accounts import factors, guessing, messages, passkeys, queries, recovery, sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import FactorKind, MessageKind
from portal.accounts.guessing import Verification
from portal.accounts.mail_addresses import fold_address
from portal.accounts.models import RecoveryDevice, TotpDevice, User
from portal.accounts.passkeys import PasskeyRefusedError
from portal.accounts.sealing import seal, unseal
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record

from .passwords import PasswordRefusedError, may_go_on, record_change, set_password

LINK_OWNER = "password link"
LINKS_AN_HOUR = 3
LINKS_AN_HOUR_FROM_ONE_PLACE = 30
KEY_SHOWN = "passkey_shown_for_link"
KEY_COUNTS_SECONDS = passkeys.CHALLENGE_SECONDS


class Links(PasswordResetTokenGenerator):
    """Django's tokens: nothing is stored, and a new password, a sign-in or the end of all sessions makes them void."""

    key_salt = "portal.accounts.services.passwords"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


links = Links()


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
        secret=f"{user.public_id.hex}-{links.make_token(user)}",
    )
    return True


def user_of_link(*, token: str) -> User | None:
    """Whose password this link renews, if it counts now. Nobody's without a second factor: see the resets by two."""
    public_id, _dash, rest = token.partition("-")
    try:
        user = User.objects.filter(public_id=uuid.UUID(hex=public_id), is_active=True).first()
    except ValueError:
        return None
    return user if user is not None and links.check_token(user, rest) and queries.has_factor(user=user) else None


def has_shown_factor(*, request: HttpRequest, actor: Actor, user: User, token: str) -> bool:
    """Whether this browser showed a second factor of the user a moment ago: a passkey for this link, or any in a
    session of their own.

    The word of one organisation's provider is not enough for who works for others too: the password opens all of them.
    """
    own = actor.user_pk == user.pk and actor.proof is Proof.RECENT_SECOND_FACTOR
    return (own and not sessions.leans_on_one_provider(request)) or _key_shown(request, user, token)


def begin_renewal_passkey(*, request: HttpRequest, token: str) -> dict[str, Any]:
    """The challenge for :func:`show_renewal_passkey`, and which keys the owner of the link has.

    Raises:
        PasskeyRefusedError: ``expired``: the link does not count.
    """
    user = _owner(token)
    needs_verification = not user.has_usable_password()
    options, state = passkeys.Helper(request).authenticate_begin(
        user=user, require_user_verification=needs_verification
    )
    if not request.user.is_authenticated:
        request.session.set_expiry(KEY_COUNTS_SECONDS)
    passkeys.keep_challenge(request, purpose=_purpose(token), state=state)
    return options


def show_renewal_passkey(*, request: HttpRequest, token: str, data: Any) -> None:
    """Use a passkey of the owner of the link. For ten minutes this browser may choose the password, with this link.

    It signs nobody in; the session gets a new key.

    Raises:
        PasskeyRefusedError: it does not count; nothing changed but the row of the attempt.
    """
    user = _owner(token)
    try:
        state = passkeys.take_challenge(request, purpose=_purpose(token))
        with transaction.atomic():
            device = passkeys.Helper(request).authenticate_complete(user=user, state=state, data=data)
            shown = {"link": factors.hash_token(token), "key": device.pk, "at": timezone.now().timestamp()}
            request.session[KEY_SHOWN] = shown
            sessions.renew_key(request)
            _record_use(request, user, FactorKind.PASSKEY, Verification(ok=True))
    except PasskeyRefusedError as refusal:
        request.session.pop(KEY_SHOWN, None)
        with transaction.atomic():
            _record_use(request, user, FactorKind.PASSKEY, Verification(ok=False, code=refusal.code))
        raise


def renew_password(
    *, request: HttpRequest, actor: Actor, token: str, new: str, code: str = "", kind: FactorKind = FactorKind.APP
) -> None:
    """Choose a new password by the link in a mail together with a second factor. Every session ends, none begins.

    Args:
        new: has passed the rules of :mod:`portal.accounts.passwords`.
        code: of the app or from paper, as ``kind`` says; not needed in a browser that :func:`has_shown_factor`.

    Raises:
        PasswordRefusedError: ``closed``, or what was wrong with the code, see its ``verification``.
    """
    user = user_of_link(token=token)
    if user is None:
        raise PasswordRefusedError("closed")
    if not has_shown_factor(request=request, actor=actor, user=user, token=token):
        _verify(request, user, code=code, kind=kind)
    with transaction.atomic():
        if user_of_link(token=token) is None:  # used in the meantime
            raise PasswordRefusedError("closed")
        set_password(user, new)
        messages.notify_user(user=user, kind=MessageKind.PASSWORD_CHANGED, path=reverse("accounts:home"))
        record_change(user, actor=actor, reason="link_and_factor")
    request.session.pop(KEY_SHOWN, None)
    if actor.user_pk == user.pk:
        request.session.flush()  # its row is gone with those of all other sessions


def _owner(token: str) -> User:
    user = user_of_link(token=token)
    if user is None:
        raise PasskeyRefusedError("expired")
    return user


def _purpose(token: str) -> str:
    """A challenge is for one link."""
    return f"renew_{factors.hash_token(token)[:16]}"


def _key_shown(request: HttpRequest, user: User, token: str) -> bool:
    if not sessions.has_session_cookie(request):
        return False
    shown = request.session.get(KEY_SHOWN)
    if not isinstance(shown, dict) or shown["link"] != factors.hash_token(token):
        return False
    if not 0 <= timezone.now().timestamp() - shown["at"] <= KEY_COUNTS_SECONDS:
        return False
    return WebAuthnCredential.objects.filter(pk=shown["key"], user=user, confirmed=True).exists()


def _verify(request: HttpRequest, user: User, *, code: str, kind: FactorKind) -> None:
    verification = _by_paper(request, user, code) if kind == FactorKind.RECOVERY else _by_app(request, user, code)
    if verification.code != "wait":  # then nothing was tried, so there is nothing to write down
        with transaction.atomic():
            _record_use(request, user, kind, verification)
    if not verification:
        raise PasswordRefusedError(verification.code, verification=verification)


def _by_app(request: HttpRequest, user: User, code: str) -> Verification:
    device = TotpDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return Verification(ok=False, code="none")
    return factors.verify(device=device, code=code, source=guessing.source_of(request))


def _by_paper(request: HttpRequest, user: User, code: str) -> Verification:
    device = RecoveryDevice.objects.filter(user=user, confirmed=True).select_related("user").first()
    if device is None:
        return Verification(ok=False, code="none")
    with transaction.atomic():
        verification = recovery.verify(device=device, code=code, source=guessing.source_of(request))
        if verification:
            messages.notify_user(user=user, kind=MessageKind.RECOVERY_CODE_USED, path=reverse("accounts:factors"))
    return verification


def _record_use(request: HttpRequest, user: User, kind: FactorKind, verification: Verification) -> None:
    record(
        event=Event.SECOND_FACTOR_USED if verification else Event.SECOND_FACTOR_FAILED,
        action=Action.EXECUTE,
        who=sessions.nobody(request).who,
        object_type="user",
        object_id=str(user.public_id),
        outcome=Outcome.SUCCESS if verification else Outcome.FAILED,
        reason=verification.code,
        details={"kind": kind.value, "for": "password_link"},
    )
