"""When others come to decide about somebody: which consents stop counting, or count again, and who is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from portal.accounts.models import Organisation
from portal.audit.actor import Who

from .. import ports
from ..enums import Outcome, Purpose
from ..identity import Erased
from ..models import Decision, Person
from ..queries import Held, consents_of


@contextmanager
def telling_what_changes(persons: Iterable[Person], *, who: Who) -> Iterator[None]:
    """What is changed inside is who decides about these persons; afterwards listeners are told what it does.

    What a consent is worth is derived at each question, so nothing is stored here. A consent that lost its force is
    told through ``ports.on_lapsed``, one that has it again through ``ports.on_given``, once for each purpose, sender
    and recipient. Call it inside the transaction of the change, under the lock on each person.
    """
    before = {person: _held(person) for person in persons}
    yield
    for person, held in before.items():
        if not any(row.decision.outcome == Outcome.GIVEN for row in held):
            continue
        counted, counts = _in_force(held), _in_force(_held(person))
        for purpose, sender, recipient in _scopes(counted - counts):
            ports.announce_lapsed(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)
        for purpose, sender, recipient in _scopes(counts - counted):
            ports.announce_given(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)


def _held(person: Person) -> list[Held]:
    try:
        return consents_of(person=person)
    except Erased:
        return []  # nothing counts, and nothing will


def _in_force(held: Iterable[Held]) -> set[Decision]:
    return {row.decision for row in held if row.in_force}


def _scopes(decisions: Iterable[Decision]) -> list[tuple[Purpose, Organisation, Organisation]]:
    ordered = sorted(decisions, key=lambda decision: decision.pk)
    return list(dict.fromkeys((Purpose(row.purpose), row.sender, row.recipient) for row in ordered))
