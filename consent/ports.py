"""What other apps plug in: they are told of a consent or its withdrawal inside the same transaction."""

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


def on_given(listener: Listener) -> Listener:
    """Register a listener for a conversation in which at least one category was given."""
    if listener not in _given:
        _given.append(listener)
    return listener


def on_withdrawn(listener: Listener) -> Listener:
    """Register a listener for what ends a consent: a withdrawal, or a new refusal of what had been given."""
    if listener not in _withdrawn:
        _withdrawn.append(listener)
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
