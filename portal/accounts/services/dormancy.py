"""Accounts that nobody uses go to sleep: a way in that nobody watches is nobody's to lose."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from portal.accounts import messages, queries
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.models import User
from portal.accounts.policy import Denied, deny, may_wake
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .ending import end_sessions

UNUSED = timedelta(days=90)
WARNED_BEFORE = timedelta(days=14)


def _unused_since(at: datetime) -> QuerySet[User]:
    """Accounts of professionals, awake, that nobody signed in to after ``at``; whatever their roles."""
    awake = User.objects.filter(is_active=True, dormant_since=None, email__isnull=False)
    used = Greatest("awake_since", Coalesce("last_login", F("awake_since")))
    return awake.annotate(used_at=used).filter(used_at__lte=at).order_by("pk")


def warn_dormant() -> int:
    """Mail whoever will be put to sleep in two weeks, once; returns how many."""
    now = timezone.now()
    soon = _unused_since(now - UNUSED + WARNED_BEFORE)
    warned = 0
    for user in soon.filter(Q(dormancy_warned_at=None) | Q(dormancy_warned_at__lt=F("used_at"))):
        with transaction.atomic():
            mine = User.objects.filter(pk=user.pk, dormancy_warned_at=user.dormancy_warned_at)
            if mine.update(dormancy_warned_at=now) == 1:
                messages.notify_user(user=user, kind=MessageKind.DORMANT_SOON, path=reverse("accounts:home"))
                warned += 1
    return warned


def put_to_sleep() -> int:
    """Put accounts to sleep that nobody used for 90 days and whose owners were told two weeks ago; returns how many."""
    now = timezone.now()
    unused = _unused_since(now - UNUSED).filter(dormancy_warned_at__lte=now - WARNED_BEFORE)
    return sum(_sleep(user, now) for user in unused.filter(dormancy_warned_at__gte=F("used_at")))


@transaction.atomic
def _sleep(user: User, now: datetime) -> bool:
    # Somebody who signs in at this very moment is not asleep.
    mine = User.objects.filter(pk=user.pk, is_active=True, dormant_since=None, last_login=user.last_login)
    if mine.update(dormant_since=now, is_active=False) != 1:
        return False
    _note(user, "asleep")
    end_sessions(user=user)
    messages.notify_user(user=user, kind=MessageKind.DORMANT, path=reverse("accounts:home"))
    record(
        event=Event.ACCOUNT_SLEPT,
        action=Action.UPDATE,
        who=SYSTEM,
        object_type="user",
        object_id=str(user.public_id),
        reason="unused",
    )
    return True


@transaction.atomic
def wake_account(*, actor: Actor, user: User) -> None:
    """Wake a sleeping account; its password and factors are as they were.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_wake`; also when it is not asleep.
    """
    decision = may_wake(actor, user=user, organisations_of_user=queries.organisations_of(user=user))
    if decision and not wake(user=user, who=actor.who, reason=decision.code):
        decision = deny("not_asleep")
    if not decision:
        raise Denied(decision=decision, event=Event.ACCOUNT_WOKEN, object_type="user", object_id=str(user.public_id))


@transaction.atomic
def wake(*, user: User, who: Who, reason: str) -> bool:
    """Wake an account on the ground of ``reason``, a code; ``False`` if it is not asleep."""
    asleep = User.objects.filter(pk=user.pk, dormant_since__isnull=False)
    values = {"dormant_since": None, "is_active": True, "awake_since": timezone.now(), "dormancy_warned_at": None}
    if asleep.update(**values) != 1:
        return False
    _note(user, "awake")
    messages.notify_user(user=user, kind=MessageKind.ACCESS_CHANGED, path=reverse("accounts:home"))
    record(
        event=Event.ACCOUNT_WOKEN,
        action=Action.UPDATE,
        who=who,
        object_type="user",
        object_id=str(user.public_id),
        reason=reason,
    )
    return True


def _note(user: User, reason: str) -> None:
    user.refresh_from_db()
    user._change_reason = reason  # type: ignore[attr-defined]  # read by django-simple-history
    user.save(update_fields=["is_active"])  # update() leaves no row in the history
