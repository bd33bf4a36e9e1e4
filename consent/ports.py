"""What other apps plug in: they are told of a consent or its withdrawal inside the same transaction."""

from collections.abc import Iterable
from typing import Protocol

from portal.accounts.models import Organisation
from portal.audit.actor import Who

from .enums import Purpose
from .models import Person


class Listener(Protocol):
    """Called once per sender and recipient, inside the transaction and under the lock on the person's row.

    What it raises undoes the consent or the withdrawal as well.
    """

    def __call__(
        self, *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
    ) -> None: ...


_given: list[Listener] = []
_withdrawn: list[Listener] = []
_lapsed: list[Listener] = []


def on_given(listener: Listener) -> Listener:
    """Register a listener for a consent that counts from now on.

    It was given in a conversation, or counts again because those who gave it are once more all who must decide.
    """
    if listener not in _given:
        _given.append(listener)
    return listener


def on_withdrawn(listener: Listener) -> Listener:
    """Register a listener for what ends a consent: a withdrawal, or a new refusal of what had been given."""
    if listener not in _withdrawn:
        _withdrawn.append(listener)
    return listener


def on_lapsed(listener: Listener) -> Listener:
    """Register a listener for a consent that stopped counting because others decide now; nobody took it back."""
    if listener not in _lapsed:
        _lapsed.append(listener)
    return listener


def announce_given(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
) -> None:
    """Tell everybody who registered with :func:`on_given`."""
    for listener in _given:
        listener(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)


def announce_withdrawn(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
) -> None:
    """Tell everybody who registered with :func:`on_withdrawn`."""
    for listener in _withdrawn:
        listener(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)


def announce_lapsed(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation, who: Who
) -> None:
    """Tell everybody who registered with :func:`on_lapsed`."""
    for listener in _lapsed:
        listener(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)


class ReceiverSource(Protocol):
    """The keys of the organisations that may get something about a person from this sender for this purpose, now."""

    def __call__(self, *, person: Person, purpose: Purpose, sender: Organisation) -> set[int]: ...


_receivers: list[ReceiverSource] = []


def on_receivers(source: ReceiverSource) -> ReceiverSource:
    """Register who knows which handovers there can be; without any, nobody may be asked about."""
    if source not in _receivers:
        _receivers.append(source)
    return source


def possible_receivers(*, person: Person, purpose: Purpose, sender: Organisation) -> set[int]:
    """What everybody answers who registered with :func:`on_receivers`."""
    return {key for source in _receivers for key in source(person=person, purpose=purpose, sender=sender)}


class PersonListener(Protocol):
    """Called inside the transaction and under the lock on the person's row; what it raises undoes the act as well."""

    def __call__(self, *, person: Person, who: Who) -> None: ...


class ObjectionListener(Protocol):
    """As :class:`PersonListener`; ``None`` means every purpose, or every recipient."""

    def __call__(
        self, *, person: Person, purpose: Purpose | None, recipient: Organisation | None, who: Who
    ) -> None: ...


_restricted: list[PersonListener] = []
_unrestricted: list[PersonListener] = []
_erased: list[PersonListener] = []
_objected: list[ObjectionListener] = []


def on_restricted(listener: PersonListener) -> PersonListener:
    """Register a listener for data that rest from now on: nothing may travel, nothing may be thrown away."""
    if listener not in _restricted:
        _restricted.append(listener)
    return listener


def on_unrestricted(listener: PersonListener) -> PersonListener:
    """Register a listener for the end of that rest."""
    if listener not in _unrestricted:
        _unrestricted.append(listener)
    return listener


def on_erased(listener: PersonListener) -> PersonListener:
    """Register a listener for an erasure: what it holds about the person it destroys, in the same transaction.

    It runs while the person's key is still there, and again when a restored backup is cleaned: it must be idempotent.
    """
    if listener not in _erased:
        _erased.append(listener)
    return listener


def on_objected(listener: ObjectionListener) -> ObjectionListener:
    """Register a listener for an objection that was accepted: what it is about stops, whatever its lawful basis."""
    if listener not in _objected:
        _objected.append(listener)
    return listener


def announce_restricted(*, person: Person, who: Who) -> None:
    """Tell everybody who registered with :func:`on_restricted`."""
    for listener in _restricted:
        listener(person=person, who=who)


def announce_unrestricted(*, person: Person, who: Who) -> None:
    """Tell everybody who registered with :func:`on_unrestricted`."""
    for listener in _unrestricted:
        listener(person=person, who=who)


def announce_erased(*, person: Person, who: Who) -> None:
    """Tell everybody who registered with :func:`on_erased`."""
    for listener in _erased:
        listener(person=person, who=who)


def announce_objected(*, person: Person, purpose: Purpose | None, recipient: Organisation | None, who: Who) -> None:
    """Tell everybody who registered with :func:`on_objected`."""
    for listener in _objected:
        listener(person=person, purpose=purpose, recipient=recipient, who=who)


class RecipientSource(Protocol):
    """Answers with the keys of organisations that get or got something about a person."""

    def __call__(self, person: Person) -> Iterable[int]: ...


_recipients: list[RecipientSource] = []


def on_recipients(source: RecipientSource) -> RecipientSource:
    """Register a source of organisations to which something about a person goes, whatever its lawful basis."""
    if source not in _recipients:
        _recipients.append(source)
    return source


def known_recipients(person: Person) -> set[int]:
    """What all sources know; one query each."""
    return {key for source in _recipients for key in source(person)}
