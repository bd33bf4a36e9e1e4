"""One step of the workflow as a compare-and-swap, with its history row; every service moves packages through here."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from consent.services.acting import lock_person
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Team
from portal.accounts.policy import Decision, Denied
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.services import Detail

from ..enums import EndReason, Status
from ..models import Package
from ..workflow import TRANSITIONS, Party

# Bytes of what never arrived stay a week, so that a mistake can be seen; what may not be shared any more goes at once.
AFTER_END = timedelta(days=7)
AT_ONCE = frozenset({Status.WITHDRAWN, Status.ENTERED_IN_ERROR})


class Moved(Exception):
    """Somebody else moved the package in the meantime; nothing was changed. The user is asked to look again."""


def lock_package(package: Package) -> Package:
    """The package as it is now, after the lock on its person."""
    lock_person(package.person)
    return Package.objects.with_parties().get(pk=package.pk)


def require(decision: Decision, *, event: Event, package: Package) -> None:
    """Goes on only with a yes.

    Raises:
        Denied: with the decision, for the audit row outside this transaction.
    """
    if not decision:
        raise Denied(
            decision=decision,
            event=event,
            subject=str(package.person.public_id),
            object_type="package",
            object_id=str(package.public_id),
        )


def acting_for(actor: Actor, team: Team, role: Role) -> Who:
    """The actor in one team and role, as the audit row names them."""
    return replace(actor.who, team_id=str(team.public_id), role=role.value)


def move(
    *,
    package: Package,
    name: str,
    party: Party,
    who: Who,
    reason: EndReason | None = None,
    basis: str = "",
    details: dict[str, Detail] | None = None,
    **fields: object,
) -> Package:
    """Moves a package along one transition and records it. Call it inside a transaction, after :func:`lock_package`.

    Args:
        fields: further columns that change with it.

    Raises:
        Moved: if the package is not in the state that was seen.
        ValueError: if the table knows no such step for this party, or not with this reason.
    """
    transition = TRANSITIONS[name]
    if party not in transition.by:
        raise ValueError(f"{name} is not for {party}")
    if package.status not in transition.sources:
        raise Moved(name)
    if reason not in (transition.reasons or {None}):
        raise ValueError(f"{name} does not go with the end reason {reason}")
    before = Status(package.status)
    now = timezone.now()
    if reason is not None:
        fields.setdefault("shred_after", now if transition.target in AT_ONCE else now + AFTER_END)
        fields |= {"ended_at": now, "ended_as": transition.target, "end_reason": reason}
    hit = Package.objects.filter(pk=package.pk, status=before).update(status=transition.target, **fields)
    if hit != 1:
        raise Moved(name)
    package.refresh_from_db()
    Package.history.bulk_history_create([package], update=True)
    audit.record(
        event=transition.event,
        action=Action.UPDATE,
        who=who,
        subject=str(package.person.public_id),
        object_type="package",
        object_id=str(package.public_id),
        basis=basis,
        reason=reason.value if reason else "",
        details={
            "kind": package.kind_code,
            "before": before.value,
            "after": transition.target.value,
            **(details or {}),
        },
    )
    return package
