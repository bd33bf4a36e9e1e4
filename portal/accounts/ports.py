"""What apps above plug in: they are told of a first factor inside the transaction in which it comes into being."""

from typing import Protocol

from .models import EnrolmentTicket, User


class EnrolmentListener(Protocol):
    """Called once per used ticket; what it raises undoes the factor."""

    def __call__(self, *, user: User, ticket: EnrolmentTicket) -> None: ...


_enrolled: list[EnrolmentListener] = []


def on_enrolled(listener: EnrolmentListener) -> EnrolmentListener:
    """Register a listener for a ticket that turned into a factor."""
    if listener not in _enrolled:
        _enrolled.append(listener)
    return listener


def announce_enrolled(*, user: User, ticket: EnrolmentTicket) -> None:
    """Tell everybody who registered with :func:`on_enrolled`."""
    for listener in _enrolled:
        listener(user=user, ticket=ticket)
