"""Showing a second factor: to get in after the password, and again shortly before something weighty."""

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django_otp import login as otp_login
from django_otp.models import Device
from qsessions.models import Session

from portal.accounts import factors, guessing, messages, passkeys, recovery, sessions
from portal.accounts.enums import FactorKind, MessageKind
from portal.accounts.guessing import Verification
from portal.accounts.models import RecoveryDevice, TotpDevice, User
from portal.accounts.passkeys import PasskeyRefusedError
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record


def use_second_factor(*, request: HttpRequest, code: str) -> Verification:
    """Use a code of the authenticator app, to get in or to show again that one is still there.

    On success the session gets a new key and the time of the check. A user without a factor gets ``none``: a password
    alone leads no further.
    """
    device = TotpDevice.objects.filter(user=cast(User, request.user), confirmed=True).first()
    if device is None:
        return Verification(ok=False, code="none")
    verification = factors.verify(device=device, code=code, source=guessing.source_of(request))
    return _conclude(request, device, FactorKind.APP, verification)


def use_recovery_code(*, request: HttpRequest, code: str) -> Verification:
    """Use a recovery code in place of the app or the passkey; its owner gets a mail about it. As above otherwise."""
    device = RecoveryDevice.objects.filter(user=cast(User, request.user), confirmed=True).select_related("user").first()
    if device is None:
        return Verification(ok=False, code="none")
    with transaction.atomic():
        verification = recovery.verify(device=device, code=code, source=guessing.source_of(request))
        if verification:
            path = reverse("accounts:factors")
            messages.notify_user(user=device.user, kind=MessageKind.RECOVERY_CODE_USED, path=path)
    return _conclude(request, device, FactorKind.RECOVERY, verification)


def use_passkey(*, request: HttpRequest, data: Any) -> None:
    """Use a passkey or security key of the signed-in user, with the challenge of ``begin_passkey_use``.

    Raises:
        PasskeyRefusedError: it does not count; nothing changed but the row of the attempt.
    """
    user = cast(User, request.user)
    try:
        state = passkeys.take_challenge(request, purpose="use")
        with transaction.atomic():
            device = passkeys.Helper(request).authenticate_complete(user=user, state=state, data=data)
            if not prove(request, device):
                raise PasskeyRefusedError("moved")
            guessing.remember(user=user, source=guessing.source_of(request))
            _record(request, FactorKind.PASSKEY, Verification(ok=True))
    except PasskeyRefusedError as refusal:
        with transaction.atomic():
            _record(request, FactorKind.PASSKEY, Verification(ok=False, code=refusal.code))
        raise


def begin_passkey_use(*, request: HttpRequest) -> dict[str, Any]:
    """The challenge for :func:`use_passkey`, and which keys the user has."""
    user = cast(User, request.user)
    options, state = passkeys.Helper(request).authenticate_begin(
        user=user, require_user_verification=passkeys.needs_verification(request, user=user)
    )
    passkeys.keep_challenge(request, purpose="use", state=state)
    return options


def prove(request: HttpRequest, device: Device, *, first: bool = False) -> bool:
    """Within a transaction: the session has shown this factor now, and gets a new key.

    Of two factors at the same time in one session one counts: ``False`` means that the session has another key by now.

    Args:
        first: the factor was made just now and is the user's first.
    """
    key = request.session.session_key
    held = Session.objects.select_for_update().filter(session_key=key).values_list("pk", flat=True).first()
    if held is None:
        return False
    otp_login(request, device)
    sessions.note_second_factor(request, first=first)
    return True


def _conclude(request: HttpRequest, device: Device, kind: FactorKind, verification: Verification) -> Verification:
    if verification.code == "wait":  # nothing was tried, so there is nothing to write down
        return verification
    with transaction.atomic():
        if verification and not prove(request, device):
            verification = Verification(ok=False, code="moved")
        _record(request, kind, verification)
    return verification


def _record(request: HttpRequest, kind: FactorKind, verification: Verification) -> None:
    actor = sessions.resolve_actor(request)
    record(
        event=Event.SECOND_FACTOR_USED if verification else Event.SECOND_FACTOR_FAILED,
        action=Action.EXECUTE,
        who=actor.who,
        object_type="user",
        object_id=str(actor.user_id or ""),
        outcome=Outcome.SUCCESS if verification else Outcome.FAILED,
        reason=verification.code,
        details={"kind": kind.value},
    )
    request.actor = actor  # type: ignore[attr-defined]
