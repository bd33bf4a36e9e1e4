"""The own factors: a further one, another name, one less, new recovery codes."""

import unicodedata
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import factors, messages, passkeys, queries, recovery, sessions
from portal.accounts.enums import FactorKind, MessageKind
from portal.accounts.models import RecoveryDevice, TotpDevice, User
from portal.accounts.policy import Decision, Denied, deny, may_change_factors, may_enrol_app, may_remove_factor
from portal.audit.enums import Action, Event, Outcome
from portal.audit.services import record, record_denial

from .second_factor import prove

NAME_LENGTH = 64


def clean_name(text: str) -> str:
    """A name for a factor: one line of at most 64 characters, nothing invisible."""
    visible = "".join(character for character in text if unicodedata.category(character)[0] != "C")
    return " ".join(visible.split())[:NAME_LENGTH]


def read_own_factors(*, request: HttpRequest) -> list[queries.OwnFactor]:
    """The list of the user's own factors; that it was read is written down."""
    with transaction.atomic():
        _record(request, Event.FACTORS_READ, Action.READ)
    return queries.own_factors(user=cast(User, request.user))


@transaction.atomic
def add_app(*, request: HttpRequest, sealed: str, code: str, name: str) -> TotpDevice:
    """Add an authenticator app, proven by a first code. One that the user had makes way for it.

    Args:
        sealed: the new key, as :func:`portal.accounts.factors.seal_new_key` sealed it for this user.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_change_factors`.
        EnrolmentRefusedError: ``wrong``, ``clock``, or ``gone`` when the page with the key is too old.
    """
    user = _owner(request, Event.SECOND_FACTOR_ENROLLED)
    if not may_enrol_app(user):
        raise Denied(decision=deny("no_password"), event=Event.SECOND_FACTOR_ENROLLED)
    key = factors.open_new_key(sealed, user=user)
    step = factors.first_step(key, code)
    former = TotpDevice.objects.filter(user=user, confirmed=True)
    was_in_use = _verified_by(request, TotpDevice)
    replaced = list(former)
    for device in replaced:
        _remove(request, device, FactorKind.APP, reason="replaced")
    device = TotpDevice.objects.create(
        user=user,
        name=clean_name(name),
        confirmed=True,
        sealed_key=factors.seal_key(key, user=user),
        last_step=step,
    )
    _added(request, device, FactorKind.APP, proves=was_in_use)
    return device


def begin_passkey(*, request: HttpRequest) -> dict[str, Any]:
    """What the browser makes a further passkey with; it refuses keys that the user has already.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_change_factors`.
    """
    user = _owner(request, Event.SECOND_FACTOR_ENROLLED)
    options, state = passkeys.Helper(request).register_begin(user=user)
    passkeys.keep_challenge(request, purpose="add", state=state)
    return options


def add_passkey(*, request: HttpRequest, data: Any, name: str = "") -> WebAuthnCredential:
    """Add a passkey or security key.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_change_factors`.
        PasskeyRefusedError: the key does not count.
    """
    user = _owner(request, Event.SECOND_FACTOR_ENROLLED)
    state = passkeys.take_challenge(request, purpose="add")
    with transaction.atomic():
        device = passkeys.Helper(request).register_complete(user=user, state=state, data=data)
        WebAuthnCredential.objects.filter(pk=device.pk).update(name=clean_name(name))
        _added(request, device, FactorKind.PASSKEY, proves=False)
    return device


@transaction.atomic
def make_recovery_codes(*, request: HttpRequest, instead_of: int) -> list[str]:
    """Ten new codes, which nobody ever sees again; earlier ones stop counting.

    Args:
        instead_of: number of the present set, 0 without one. A page that is sent once more by accident makes no new
            codes, and gets an empty list: those on paper would be void.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_change_factors`; also without a factor to build upon.
    """
    user = _owner(request, Event.RECOVERY_CODES_MADE)
    if not queries.has_factor(user=user):
        raise Denied(decision=deny("no_factor"), event=Event.RECOVERY_CODES_MADE)
    User.objects.select_for_update().get(pk=user.pk)
    present = RecoveryDevice.objects.filter(user=user).values_list("pk", flat=True).first() or 0
    if present != instead_of:
        return []
    in_use = _verified_by(request, RecoveryDevice)
    codes = recovery.new_codes()
    device = recovery.keep(user=user, codes=codes)
    if in_use:
        _prove(request, device)
    _record(request, Event.RECOVERY_CODES_MADE, Action.CREATE, details={"codes": len(codes)})
    messages.notify_user(user=user, kind=MessageKind.FACTOR_ADDED, path=reverse("accounts:factors"))
    return codes


@transaction.atomic
def rename_factor(*, request: HttpRequest, kind: str, pk: int, name: str) -> None:
    """Give an own factor another name.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_change_factors`; also when there is no such factor.
    """
    _owner(request, Event.FACTOR_RENAMED)
    device = own_factor(request=request, kind=kind, pk=pk)
    type(device).objects.filter(pk=device.pk).update(name=clean_name(name))
    _record(request, Event.FACTOR_RENAMED, Action.UPDATE, details={"kind": kind, "factor": pk})


@transaction.atomic
def remove_factor(*, request: HttpRequest, kind: str, pk: int) -> None:
    """Remove an own factor; sessions that it verified have no proof any more, and the owner gets a mail.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_remove_factor`; also when there is no such factor.
    """
    user = _owner(request, Event.FACTOR_REMOVED)
    User.objects.select_for_update().get(pk=user.pk)  # two at the same time must not take each the other's last
    device = own_factor(request=request, kind=kind, pk=pk)
    decision = may_remove(request=request, kind=FactorKind(kind))
    if not decision:
        raise Denied(decision=decision, event=Event.FACTOR_REMOVED, object_type="user", object_id=str(user.public_id))
    _remove(request, device, FactorKind(kind), reason="owner")
    sessions.renew_key(request)


def may_remove(*, request: HttpRequest, kind: FactorKind) -> Decision:
    """The policy's answer about removing one factor of this kind."""
    user = cast(User, request.user)
    actor = request.actor  # type: ignore[attr-defined]
    hides = sessions.leans_on_one_provider(request)
    if kind not in queries.LASTING:
        return may_change_factors(actor, user=user, hides_organisations=hides)
    lasting = sum(model.objects.filter(user=user, confirmed=True).count() for model in queries.LASTING.values())
    return may_remove_factor(actor, user=user, hides_organisations=hides, others=lasting - 1)


def own_factor(*, request: HttpRequest, kind: str, pk: int) -> Device:
    """The user's own factor with this kind and number.

    Raises:
        Denied: when there is none, or it is somebody else's.
    """
    user = cast(User, request.user)
    device = queries.factor_of(user=user, kind=kind, pk=pk)
    if device is None:
        raise Denied(
            decision=deny("no_such_factor"),
            event=Event.FACTORS_READ,
            object_type="user",
            object_id=str(user.public_id),
        )
    return device


def clear_factors(*, user: User) -> None:
    """Within a transaction of a reset: all factors and recovery codes of a user are gone, and the leave to enrol."""
    for model in queries.FACTORS.values():
        model.objects.filter(user=user).delete()
    user.enrolment_tickets.filter(used_at=None).delete()
    user.factor_sources.all().delete()


def refuse_by_provider(*, request: HttpRequest) -> bool:
    """Whether the own factors stay as they are because one organisation's provider vouched, which is written down."""
    if not sessions.leans_on_one_provider(request):
        return False
    who = sessions.resolve_actor(request).who
    record_denial(
        event=Event.SECOND_FACTOR_ENROLLED,
        who=who,
        object_type="user",
        object_id=who.user_id,
        reason="vouched_for_one",
    )
    return True


def _owner(request: HttpRequest, event: Event) -> User:
    user = cast(User, request.user)
    hides = sessions.leans_on_one_provider(request)
    decision = may_change_factors(request.actor, user=user, hides_organisations=hides)  # type: ignore[attr-defined]
    if not decision:
        raise Denied(decision=decision, event=event, object_type="user", object_id=str(user.public_id))
    return user


def _verified_by(request: HttpRequest, model: type[Device]) -> bool:
    return isinstance(getattr(request.user, "otp_device", None), model)


def _prove(request: HttpRequest, device: Device) -> None:
    if not prove(request, device):
        raise Denied(decision=deny("session_moved"), event=Event.SECOND_FACTOR_ENROLLED)


def _added(request: HttpRequest, device: Device, kind: FactorKind, *, proves: bool) -> None:
    """The session goes on under a new key; a factor that takes the place of the one it was verified by vouches now."""
    if proves:
        _prove(request, device)
    else:
        sessions.renew_key(request)
    details = {"kind": kind.value, "factor": device.pk}
    _record(request, Event.SECOND_FACTOR_ENROLLED, Action.CREATE, reason="further", details=details)
    messages.notify_user(user=cast(User, request.user), kind=MessageKind.FACTOR_ADDED, path=reverse("accounts:factors"))


def _remove(request: HttpRequest, device: Device, kind: FactorKind, *, reason: str) -> None:
    details = {"kind": kind.value, "factor": device.pk}
    device.delete()
    _record(request, Event.FACTOR_REMOVED, Action.DELETE, reason=reason, details=details)
    messages.notify_user(
        user=cast(User, request.user), kind=MessageKind.FACTOR_REMOVED, path=reverse("accounts:factors")
    )


def _record(
    request: HttpRequest,
    event: Event,
    action: Action,
    *,
    reason: str = "",
    details: dict[str, str | int | bool | None] | None = None,
) -> None:
    who = sessions.resolve_actor(request).who
    record(
        event=event,
        action=action,
        who=who,
        object_type="user",
        object_id=who.user_id,
        reason=reason,
        details=details,
        outcome=Outcome.SUCCESS,
    )
