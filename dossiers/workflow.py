"""Which transitions a package knows: one table, no ORM. ``docs/workflow.md`` and the tests are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.audit.enums import Event

from .enums import EndReason, Status


class Party(StrEnum):
    """Who sets a transition in motion."""

    SENDER = "sender"
    RECEIVER = "receiver"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One arrow: from which states to which state, by whom, and the event that the audit log keeps.

    ``reasons`` are the end reasons that this arrow accepts; an arrow without reasons does not end the package.
    """

    name: str
    sources: frozenset[Status]
    target: Status
    by: frozenset[Party]
    event: Event
    reasons: frozenset[EndReason] = frozenset()


def _arrow(
    name: str,
    sources: set[Status],
    target: Status,
    by: set[Party],
    event: Event,
    reasons: set[EndReason] | None = None,
) -> Transition:
    return Transition(
        name=name,
        sources=frozenset(sources),
        target=target,
        by=frozenset(by),
        event=event,
        reasons=frozenset(reasons or ()),
    )


_SENDER, _RECEIVER, _PERSON, _SYSTEM = {Party.SENDER}, {Party.RECEIVER}, {Party.PERSON}, {Party.SYSTEM}
UNSEALED = frozenset({Status.DRAFT, Status.SCANNING, Status.QUARANTINED})
SEALED_OPEN = frozenset({Status.READY, Status.AWAITING_CONSENT, Status.OFFERED, Status.ACCEPTED, Status.COLLECTED})
WITH_RECEIVER = frozenset({Status.OFFERED, Status.ACCEPTED, Status.COLLECTED})
RELEASABLE = frozenset({Status.ACCEPTED, Status.COLLECTED})
ENDED = frozenset(
    {
        Status.CONFIRMED,
        Status.SHREDDED,
        Status.REFUSED,
        Status.RECALLED,
        Status.WITHDRAWN,
        Status.EXPIRED,
        Status.ENTERED_IN_ERROR,
    }
)

_ALL = (
    _arrow("close", {Status.DRAFT}, Status.SCANNING, _SENDER, Event.PACKAGE_CLOSED),
    _arrow("reopen", {Status.SCANNING, Status.QUARANTINED}, Status.DRAFT, _SENDER, Event.PACKAGE_REOPENED),
    _arrow("seal", {Status.SCANNING}, Status.READY, _SYSTEM, Event.PACKAGE_SEALED),
    _arrow("quarantine", {Status.SCANNING}, Status.QUARANTINED, _SYSTEM, Event.PACKAGE_QUARANTINED),
    _arrow("await_consent", {Status.READY}, Status.AWAITING_CONSENT, _SYSTEM, Event.PACKAGE_WAITING),
    _arrow("offer", {Status.READY, Status.AWAITING_CONSENT}, Status.OFFERED, _SYSTEM, Event.PACKAGE_OFFERED),
    _arrow("accept", {Status.OFFERED}, Status.ACCEPTED, _RECEIVER, Event.PACKAGE_ACCEPTED),
    _arrow(
        "refuse",
        {Status.OFFERED, Status.ACCEPTED},
        Status.REFUSED,
        _RECEIVER,
        Event.PACKAGE_REFUSED,
        {EndReason.NOT_COUPLED, EndReason.WRONG_TEAM, EndReason.INCOMPLETE, EndReason.UNREADABLE},
    ),
    _arrow("collect", {Status.ACCEPTED}, Status.COLLECTED, _RECEIVER, Event.PACKAGE_COLLECTED),
    _arrow("confirm", {Status.COLLECTED}, Status.CONFIRMED, _RECEIVER, Event.PACKAGE_CONFIRMED, {EndReason.DELIVERED}),
    _arrow(
        "recall",
        {Status.READY, Status.AWAITING_CONSENT, Status.OFFERED, Status.ACCEPTED},
        Status.RECALLED,
        _SENDER,
        Event.PACKAGE_RECALLED,
        {EndReason.MISTAKE, EndReason.NEWER_VERSION, EndReason.COUPLING_CHANGED, EndReason.INCOMPLETE},
    ),
    _arrow(
        "withdraw",
        set(SEALED_OPEN),
        Status.WITHDRAWN,
        _PERSON | _SENDER,
        Event.PACKAGE_WITHDRAWN,
        {EndReason.CONSENT_WITHDRAWN, EndReason.OBJECTED, EndReason.ERASED},
    ),
    _arrow(
        "expire",
        {Status.AWAITING_CONSENT, Status.OFFERED, Status.ACCEPTED, Status.COLLECTED},
        Status.EXPIRED,
        _SYSTEM,
        Event.PACKAGE_EXPIRED,
        {EndReason.NOT_COLLECTED_IN_TIME, EndReason.NOT_CONFIRMED_IN_TIME},
    ),
    _arrow(
        "enter_in_error",
        {Status.DRAFT, Status.SCANNING, Status.QUARANTINED},
        Status.ENTERED_IN_ERROR,
        _SENDER | _SYSTEM,
        Event.PACKAGE_MARKED_WRONG,
        {EndReason.MISTAKE, EndReason.UNSAFE_FILE, EndReason.ERASED},
    ),
    _arrow("shred", set(ENDED - {Status.SHREDDED}), Status.SHREDDED, _SYSTEM, Event.PACKAGE_SHREDDED),
)

TRANSITIONS: Mapping[str, Transition] = {transition.name: transition for transition in _ALL}


def allowed_from(status: Status) -> tuple[Transition, ...]:
    """The arrows that leave a state."""
    return tuple(transition for transition in _ALL if status in transition.sources)
