"""Taking away all factors of somebody who lost them: two people, a day's delay, notices, and a way to stop it.

Requested by an administrator who checked the owner's identity, approved by a second one, ready after a day, completed
by the owner with the link in the mail and the password. Each step is a compare-and-swap on the row: of two that come at
once, one counts.
"""

import secrets
import uuid
from datetime import timedelta
from typing import NoReturn, cast

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import devices_for_user

from portal.accounts import factors, queries, resetting, sessions
from portal.accounts.actor import Actor
from portal.accounts.enums import IdentityCheck, MessageKind
from portal.accounts.messages import notify_user
from portal.accounts.models import EnrolmentTicket, FactorReset, User
from portal.accounts.policy import (
    Decision,
    Denied,
    SecondFacts,
    deny,
    may_approve_reset,
    may_cancel_reset,
    may_complete_reset,
    may_request_reset,
)
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.audit.services import record, record_denial

from .ending import end_sessions
from .enrolment import issue_enrolment

DELAY = timedelta(hours=24)
OPEN_FOR = timedelta(hours=72)


class ResetRefusedError(Exception):
    """What the page can say about it: ``open_already``, ``not_found``, or the code of a policy."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cancel_token(reset: FactorReset) -> str:
    """The last part of the link by which the owner stops a reset; the same in each notice, and kept nowhere."""
    return salted_hmac("portal.accounts.reset.cancel", str(reset.public_id), algorithm="sha256").hexdigest()


@transaction.atomic
def request_reset(*, actor: Actor, user: User, identity_check: IdentityCheck) -> FactorReset:
    """The first of two: an administrator who knows that it is really this colleague, and says how.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_request_reset`.
        ResetRefusedError: ``open_already``.
    """
    decision = may_request_reset(
        actor,
        user=user,
        organisations_of_user=resetting.organisations_of(user),
        has_factor=queries.has_factor(user=user),
    )
    if not decision:
        raise _denied(Event.RESET_REQUESTED, decision, user)
    _expire(_open().filter(user=user))
    now = timezone.now()
    reset = FactorReset(
        user=user,
        requested_by_id=cast(int, actor.user_pk),
        organisation_id=cast(int, actor.organisation_pk),
        identity_check=IdentityCheck(identity_check).value,
        requested_at=now,
        expires_at=now + OPEN_FOR,
    )
    reset.cancel_hash = factors.hash_token(cancel_token(reset))
    try:
        with transaction.atomic():
            reset.save(force_insert=True)
    except IntegrityError as error:  # one at a time: of two administrators at once too
        raise ResetRefusedError("open_already") from error
    _notify_owner(reset, MessageKind.RESET_REQUESTED)
    for second in resetting.possible_approvers(reset):
        notify_user(user=second, kind=MessageKind.RESET_TO_APPROVE, path=reverse("accounts:resets"))
    _record(
        Event.RESET_REQUESTED, Action.CREATE, who=actor.who, reset=reset, reason=IdentityCheck(identity_check).value
    )
    return reset


def request_reset_of(*, actor: Actor, email: str, identity_check: IdentityCheck) -> FactorReset:
    """As :func:`request_reset`, for a colleague by mail address; each refusal is written down.

    Raises:
        ResetRefusedError: ``not_found`` for an address that nobody has and for one of elsewhere; ``open_already``; or
            the code of :func:`portal.accounts.policy.may_request_reset`.
    """
    user = resetting.colleagues_of(actor).filter(email=email).first()
    if user is None:
        _refuse(actor, "not_found")
    try:
        return request_reset(actor=actor, user=user, identity_check=identity_check)
    except Denied as denied:
        _refuse(actor, denied.decision.code, user)
    except ResetRefusedError as refused:
        _refuse(actor, refused.code, user)


def _refuse(actor: Actor, code: str, user: User | None = None) -> NoReturn:
    record_denial(
        event=Event.RESET_REQUESTED,
        who=actor.who,
        object_type="user",
        object_id=str(user.public_id) if user is not None else "",
        reason=code,
    )
    raise ResetRefusedError(code)


@transaction.atomic
def approve_reset(*, actor: Actor, reset: FactorReset) -> None:
    """The second of two: somebody else who may reset this colleague. From here it takes a day.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_approve_reset`; also when somebody stopped or approved it first.
    """
    decision = may_approve(actor=actor, reset=reset)
    now = timezone.now()
    if decision and not _open().filter(pk=reset.pk, approved_by=None, expires_at__gt=now).update(
        approved_by_id=actor.user_pk, approved_at=now, not_before=now + DELAY, expires_at=now + DELAY + OPEN_FOR
    ):
        decision = deny("not_open")
    if not decision:
        raise _denied(Event.RESET_APPROVED, decision, reset.user)
    reset.refresh_from_db()
    _notify_owner(reset, MessageKind.RESET_APPROVED)
    _record(Event.RESET_APPROVED, Action.UPDATE, who=actor.who, reset=reset, reason=decision.code)


def _facts(actor: Actor, reset: FactorReset) -> SecondFacts:
    return resetting.second_facts(User.objects.get(pk=cast(int, actor.user_pk)), reset, within=actor.organisation_pk)


def may_approve(*, actor: Actor, reset: FactorReset) -> Decision:
    """The policy's answer, for the page."""
    owners = resetting.organisations_of(reset.user)
    return may_approve_reset(actor, reset=reset, organisations_of_user=owners, facts=_facts(actor, reset))


@transaction.atomic
def cancel_reset(*, actor: Actor, reset: FactorReset) -> None:
    """Stop a reset, as its owner or as an administrator.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_cancel_reset`; also when it is over.
    """
    decision = may_cancel_reset(actor, reset=reset, organisations_of_user=resetting.organisations_of(reset.user))
    if decision and not _stop(reset, reason=decision.code, by=actor.user_pk):
        decision = deny("not_open")
    if not decision:
        raise _denied(Event.RESET_CANCELLED, decision, reset.user)
    _tell_stopped(reset, who=actor.who, reason=decision.code)


@transaction.atomic
def cancel_reset_by_link(*, request: HttpRequest, token: str) -> None:
    """Stop a reset by the link in the owner's mail, without signing in: stopping needs less than starting.

    Raises:
        Denied: no open reset has this link.
    """
    reset = resetting.by_cancel_token(token)
    if reset is None or not _stop(reset, reason="link", by=None):
        raise Denied(decision=deny("not_open"), event=Event.RESET_CANCELLED, object_type="user")
    _tell_stopped(reset, who=sessions.nobody(request).who, reason="link")


@transaction.atomic
def complete_reset(*, request: HttpRequest, token: str) -> str:
    """The owner, with the link and the password: all factors go, all other sessions end, enrolling anew may begin.

    Returns:
        The token of an enrolment ticket.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_complete_reset`; also when it was stopped or used first.
    """
    user = cast(User, request.user)
    who = sessions.resolve_actor(request).who
    reset = resetting.by_link_token(token, user=user)
    decision = deny("no_such_reset")
    if reset is not None:
        two_still_may = all(
            resetting.still_administers(one, reset)
            for one in (reset.requested_by, reset.approved_by)
            if one is not None
        )
        hides = sessions.hides_organisations(request)
        decision = may_complete_reset(user=user, reset=reset, two_still_may=two_still_may, hides_organisations=hides)
        now = timezone.now()
        if decision and not _open().filter(
            pk=reset.pk, approved_by__isnull=False, not_before__lte=now, expires_at__gt=now
        ).update(completed_at=now):
            decision = deny("not_open")
    if reset is None or not decision:
        raise _denied(Event.RESET_COMPLETED, decision, user)
    removed = 0
    for device in devices_for_user(user, confirmed=None):
        device.delete()
        removed += 1
    EnrolmentTicket.objects.filter(user=user, used_at=None).delete()
    end_sessions(user=user, keep=request)
    _record(Event.RESET_COMPLETED, Action.DELETE, who=who, reset=reset, reason=decision.code, removed=removed)
    return issue_enrolment(granted_by=None, user=user, reason="reset_by_two")


def announce_ready() -> int:
    """Mail the owners whose day is over their link, once each. Returns how many."""
    now, count = timezone.now(), 0
    ready = Q(approved_by__isnull=False, link_hash=None, not_before__lte=now, expires_at__gt=now)
    for reset in _open().filter(ready).select_related("user"):
        token = secrets.token_urlsafe(32)
        with transaction.atomic():
            claimed = _open().filter(ready, pk=reset.pk).update(link_hash=factors.hash_token(token))
            if claimed:
                notify_user(
                    user=reset.user, kind=MessageKind.RESET_READY, path=resetting.path_of("reset"), secret=token
                )
                count += 1
    return count


def expire_resets() -> int:
    """Close what nobody approved or used in time. Returns how many."""
    if not _open().filter(expires_at__lte=timezone.now()).exists():
        return 0
    with transaction.atomic():
        return _expire(_open())


def _open() -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(cancelled_at=None, completed_at=None)


def _expire(resets: QuerySet[FactorReset]) -> int:
    count = 0
    for reset in resets.filter(expires_at__lte=timezone.now()).select_related("user"):
        if _stop(reset, reason="expired", by=None):
            _tell_stopped(reset, who=SYSTEM, reason="expired")
            count += 1
    return count


def _stop(reset: FactorReset, *, reason: str, by: int | None) -> bool:
    stopped = (
        _open().filter(pk=reset.pk).update(cancelled_at=timezone.now(), cancelled_by_id=by, cancel_reason=reason[:32])
    )
    return stopped == 1


def _tell_stopped(reset: FactorReset, *, who: Who, reason: str) -> None:
    notify_user(user=reset.user, kind=MessageKind.RESET_STOPPED)
    _record(Event.RESET_CANCELLED, Action.UPDATE, who=who, reset=reset, reason=reason)


def _notify_owner(reset: FactorReset, kind: MessageKind) -> None:
    notify_user(user=reset.user, kind=kind, path=resetting.path_of("reset_stop"), secret=cancel_token(reset))


def _record(
    event: Event, action: Action, *, who: Who, reset: FactorReset, reason: str, removed: int | None = None
) -> None:
    details: dict[str, str | int | bool | None] = {"reset": str(reset.public_id)}
    if removed is not None:
        details["factors"] = removed
    record(
        event=event,
        action=action,
        who=who,
        object_type="user",
        object_id=str(reset.user.public_id),
        reason=reason,
        details=details,
    )


def _denied(event: Event, decision: Decision, user: User) -> Denied:
    return Denied(decision=decision, event=event, object_type="user", object_id=str(user.public_id))


def reset_for(*, actor: Actor, public_id: uuid.UUID) -> FactorReset:
    """An open reset that the actor may see.

    Raises:
        Denied: there is none, or it is not the actor's business.
    """
    found = resetting.visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise Denied(
            decision=deny("not_found"), event=Event.RESET_APPROVED, object_type="reset", object_id=str(public_id)
        )
    return found
