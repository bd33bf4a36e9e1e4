"""The first second factor: an administrator gives leave, the owner of the password uses it. Neither can do it alone."""

import secrets
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts import factors, passkeys, ports, queries, sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import FactorKind
from portal.accounts.factors import EnrolmentRefusedError
from portal.accounts.models import EnrolmentTicket, TotpDevice, User
from portal.accounts.policy import Denied, deny, may_enrol_app, may_issue_enrolment
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .factors import clean_name
from .second_factor import prove

TICKET_LIFETIME = timedelta(hours=72)


@transaction.atomic
def issue_enrolment(*, granted_by: Actor | None, user: User, token: str | None = None, reason: str = "") -> str:
    """Give leave to enrol a first factor: a one-time token for ``/accounts/enrol/<token>/``, good for 72 hours.

    Earlier tokens of the user stop counting. Only the hash of the token is kept.

    Args:
        granted_by: the administrator; ``None`` when it is done from the command line of the machine.
        token: a given token, for demos; otherwise 256 random bits.
        reason: the code of what led to it when no administrator did, such as ``access_letter``.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_issue_enrolment`; also when the user has a factor.
    """
    organisations = frozenset(row.team.organisation_id for row in sessions.active_memberships(user))
    decision = may_issue_enrolment(granted_by, user=user, organisations_of_user=organisations)
    if decision and queries.has_factor(user=user):
        decision = deny("has_factor")
    if not decision:
        raise Denied(decision=decision, event=Event.ENROLMENT_ISSUED, object_type="user", object_id=str(user.public_id))
    token = token or secrets.token_urlsafe(32)
    EnrolmentTicket.objects.filter(user=user, used_at=None).delete()
    EnrolmentTicket.objects.create(
        user=user,
        token_hash=factors.hash_token(token),
        sealed_key=factors.seal_key(factors.new_key(), user=user),
        issued_by_id=granted_by.user_pk if granted_by else None,
        expires_at=timezone.now() + TICKET_LIFETIME,
    )
    record(
        event=Event.ENROLMENT_ISSUED,
        action=Action.CREATE,
        who=granted_by.who if granted_by else SYSTEM,
        object_type="user",
        object_id=str(user.public_id),
        reason=reason or decision.code,
    )
    return token


@transaction.atomic
def enrol(*, request: HttpRequest, ticket: EnrolmentTicket, code: str) -> TotpDevice:
    """Turn a ticket into an authenticator app, proven by a first code; the session is verified from here on.

    Raises:
        EnrolmentRefusedError: ``wrong`` code or ``clock`` (the ticket stays good; ``minutes`` that the clock is ahead),
            or ``gone`` when the ticket was used, has expired, is somebody else's, or the user has a factor by now; also
            in a session that hides organisations (:func:`portal.accounts.sessions.hides_organisations`).
    """
    user = cast(User, request.user)
    if not may_enrol_app(user):
        raise EnrolmentRefusedError("gone")
    key = factors.open_key(ticket.sealed_key, user=ticket.user)
    step = factors.first_step(key, code)
    _use_up(request, ticket, user=user)
    device = TotpDevice.objects.create(
        user=user, name="", confirmed=True, sealed_key=factors.seal_key(key, user=user), last_step=step
    )
    _enrolled(request, device, FactorKind.APP, ticket=ticket)
    return device


def begin_passkey_enrolment(*, request: HttpRequest, ticket: EnrolmentTicket) -> dict[str, Any]:
    """What the browser makes a first passkey with."""
    options, state = passkeys.Helper(request).register_begin(user=cast(User, request.user))
    passkeys.keep_challenge(request, purpose=_purpose(ticket), state=state)
    return options


def enrol_passkey(*, request: HttpRequest, ticket: EnrolmentTicket, data: Any, name: str = "") -> WebAuthnCredential:
    """Turn a ticket into a passkey; the session is verified from here on.

    Raises:
        PasskeyRefusedError: the key does not count; the ticket stays good.
        EnrolmentRefusedError: ``gone``, as in :func:`enrol`.
    """
    user = cast(User, request.user)
    state = passkeys.take_challenge(request, purpose=_purpose(ticket))
    with transaction.atomic():
        _use_up(request, ticket, user=user)
        device = passkeys.Helper(request).register_complete(user=user, state=state, data=data)
        WebAuthnCredential.objects.filter(pk=device.pk).update(name=clean_name(name))
        _enrolled(request, device, FactorKind.PASSKEY, ticket=ticket)
    return device


def _purpose(ticket: EnrolmentTicket) -> str:
    return f"enrol_{ticket.token_hash[:16]}"


def _use_up(request: HttpRequest, ticket: EnrolmentTicket, *, user: User) -> None:
    now = timezone.now()
    if sessions.hides_organisations(request):
        raise EnrolmentRefusedError("gone")
    User.objects.select_for_update().get(pk=user.pk)  # of an app and a passkey at the same time one is the first factor
    good = EnrolmentTicket.objects.filter(pk=ticket.pk, user=user, used_at=None, expires_at__gt=now)
    if queries.has_factor(user=user) or good.update(used_at=now, sealed_key="") != 1:
        raise EnrolmentRefusedError("gone")


def _enrolled(request: HttpRequest, device: Device, kind: FactorKind, *, ticket: EnrolmentTicket) -> None:
    ports.announce_enrolled(user=ticket.user, ticket=ticket)
    if not prove(request, device, first=True):
        raise EnrolmentRefusedError("gone")
    actor = sessions.resolve_actor(request)
    record(
        event=Event.SECOND_FACTOR_ENROLLED,
        action=Action.CREATE,
        who=actor.who,
        object_type="user",
        object_id=str(actor.user_id),
        reason="ticket",
        details={"kind": kind.value},
    )
    request.actor = actor  # type: ignore[attr-defined]
