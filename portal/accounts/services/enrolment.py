"""The first second factor: an administrator gives leave, the owner of the password uses it. Neither can do it alone."""

import secrets
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as otp_login

from portal.accounts import factors, ports, queries, sessions
from portal.accounts.actor import Actor
from portal.accounts.models import EnrolmentTicket, TotpDevice, User
from portal.accounts.policy import Denied, deny, may_enrol_app, may_issue_enrolment
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

TICKET_LIFETIME = timedelta(hours=72)


class EnrolmentRefusedError(Exception):
    """The code was not right, or the ticket stopped counting in the meantime; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
    """Turn a ticket into a factor, proven by a first code; the session is verified from here on and gets a new key.

    Raises:
        EnrolmentRefusedError: ``wrong`` code (the ticket stays good), or ``gone`` when the ticket was used, has
            expired, is somebody else's, or the user has a factor by now; also for a person, whose factor is a passkey.
    """
    user = cast(User, request.user)
    if not may_enrol_app(user):
        raise EnrolmentRefusedError("gone")
    key = factors.open_key(ticket.sealed_key, user=ticket.user)
    step = factors.matching_step(key, code)
    if step is None:
        raise EnrolmentRefusedError("wrong")
    now = timezone.now()
    open_tickets = EnrolmentTicket.objects.filter(pk=ticket.pk, user=user, used_at=None, expires_at__gt=now)
    if queries.has_factor(user=user) or open_tickets.update(used_at=now, sealed_key="") != 1:
        raise EnrolmentRefusedError("gone")
    device = TotpDevice.objects.create(
        user=user, name="Authenticator", confirmed=True, sealed_key=factors.seal_key(key, user=user), last_step=step
    )
    ports.announce_enrolled(user=user, ticket=ticket)
    otp_login(request, device)
    sessions.note_second_factor(request)
    record(
        event=Event.SECOND_FACTOR_ENROLLED,
        action=Action.CREATE,
        who=sessions.resolve_actor(request).who,
        object_type="user",
        object_id=str(user.public_id),
    )
    return device
