"""What changes here: one row more. Nothing else ever."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from . import canonical, merkle, witness
from .actor import Who
from .enums import Action, Event, Outcome
from .heads import sign_head
from .models import Entry, TreeState

Detail: TypeAlias = str | int | bool | None

# Ids, codes, hashes, counts. Words with a space between them, mail addresses and letters outside ASCII are people's.
CODE = re.compile(r"\A[A-Za-z0-9_.:,;/+=*<>-]*\Z")
LIST_OF_CODES = re.compile(r"[A-Za-z0-9_.:,;/+=* -]*\Z")
DETAIL_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
DETAIL_LENGTH = 500
BASIS_LENGTH = 10_000
LENGTHS = {field.name: field.max_length or BASIS_LENGTH for field in Entry._meta.fields}
INTEGER_LIMIT = 2**53  # what every JSON reader gets back unchanged


class NotAuditable(ValueError):
    """A value that the log does not take: of a wrong type, too long, or free text that could hold personal data."""


class AuditBroken(RuntimeError):
    """The state of the tree does not fit the log, so nothing may be added to it. ``verify_audit`` says where."""


def record(
    *,
    event: Event,
    action: Action,
    who: Who,
    subject: str = "",
    object_type: str = "",
    object_id: str = "",
    outcome: Outcome = Outcome.SUCCESS,
    basis: str = "",
    reason: str = "",
    details: Mapping[str, Detail] | None = None,
) -> Entry:
    """Add one act to the log, in the transaction of the act itself: they stand or fall together.

    Call it last: from here to the commit no other act can be recorded. After the commit the new tree head goes to the
    witness.

    Args:
        subject: public id of the person whom the data is about; one row per person.
        object_id: public id of what was acted upon.
        basis: what makes the act lawful, such as the ids of consent decisions.
        reason: the code of the decision, never a text that somebody typed.
        details: further codes, ids and counts by name.

    Raises:
        transaction.TransactionManagementError: outside ``transaction.atomic()``.
        NotAuditable: if a value may not be in the log.
        AuditBroken: if the log does not fit its tree.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an act and its audit row need one transaction")
    entry = Entry(
        at=timezone.now(),
        event=Event(event).value,
        action=Action(action).value,
        outcome=Outcome(outcome).value,
        actor_kind=who.kind,
        actor_id=who.user_id,
        actor_role=who.role,
        organisation_id=who.organisation_id,
        team_id=who.team_id,
        on_behalf_of=who.on_behalf_of,
        session=who.session,
        address=who.address,
        request_id=who.request_id,
        subject=subject,
        object_type=object_type,
        object_id=object_id,
        basis=basis,
        reason=reason,
        details=dict(details or {}),
    )
    _refuse_unfit(entry)
    _append(entry)
    transaction.on_commit(witness.export_newest)
    return entry


def record_denial(
    *, event: Event, who: Who, reason: str, subject: str = "", object_type: str = "", object_id: str = ""
) -> Entry:
    """Record an act that was refused, in a transaction of its own, after that of the act was rolled back.

    Raises:
        RuntimeError: inside a transaction, where the denial could be rolled back together with the act.
    """
    with transaction.atomic(durable=True):
        return record(
            event=event,
            action=Action.EXECUTE,
            who=who,
            subject=subject,
            object_type=object_type,
            object_id=object_id,
            outcome=Outcome.DENIED,
            reason=reason,
        )


def _refuse_unfit(entry: Entry) -> None:
    for name in canonical.TEXT_FIELDS:
        value = getattr(entry, name)
        limit = LENGTHS[name]
        pattern = LIST_OF_CODES if name == "basis" else CODE
        if type(value) is not str or len(value) > limit or not pattern.match(value):
            # The value is left out: it may be exactly what must not end up in a log.
            raise NotAuditable(f"{name}: not an id or a code of at most {limit} characters")
    for name, value in entry.details.items():
        if type(name) is not str or not DETAIL_NAME.match(name):
            raise NotAuditable("details: a name is lower case with underscores")
        if type(value) is str and len(value) <= DETAIL_LENGTH and CODE.match(value):
            continue
        if type(value) is int and abs(value) < INTEGER_LIMIT:
            continue
        if value is not None and type(value) is not bool:
            raise NotAuditable(f"details: {name} is not an id, a code, a count, a boolean or nothing")


def _append(entry: Entry) -> None:
    """Give the row its place: hash it, grow the tree, sign the head, and move the state on by compare-and-swap."""
    state = _lock_state()
    try:
        frontier = merkle.Frontier(state.size, [bytes.fromhex(peak) for peak in state.frontier])
    except (ValueError, TypeError) as error:
        raise AuditBroken("the tree state is unreadable") from error
    entry.sequence = state.size + 1
    leaf = merkle.leaf_hash(canonical.entry_bytes(entry))
    frontier.append(leaf)
    head = sign_head(size=frontier.size, root=frontier.root(), leaf=leaf)
    entry.leaf_hash, entry.root_hash, entry.signature = leaf.hex(), head.root.hex(), head.signature.hex()
    entry.save(force_insert=True)
    moved = TreeState.objects.filter(pk=TreeState.ONLY, size=state.size).update(
        size=frontier.size, frontier=[peak.hex() for peak in frontier.peaks]
    )
    if moved != 1:
        raise AuditBroken("somebody else grew the tree at the same time")


def _lock_state() -> TreeState:
    locked = TreeState.objects.select_for_update().filter(pk=TreeState.ONLY)
    state = locked.first()
    if state is None:
        # Two first acts at once: one creates the state, the other waits for its commit and then finds it.
        if not Entry.objects.exists():
            TreeState.objects.bulk_create([TreeState()], ignore_conflicts=True)
        state = locked.first()
        if state is None:
            raise AuditBroken("the tree state is gone")
    return state
