"""Reading leaves a row too: who saw a record, and who took a receipt along (NEN 7513)."""

from collections.abc import Mapping

from django.db import transaction

from portal.accounts.actor import Actor
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..enums import Purpose
from ..models import Conversation, Person
from ..policy import can_read_statistics
from ..queries import find_to_prove
from .acting import require


def record_consent_read(*, actor: Actor, conversation: Conversation) -> None:
    """Write down that somebody read the record. Call it inside the transaction of the reading."""
    _record(actor, conversation, event=Event.CONSENT_READ, details={})


def record_receipt_read(*, actor: Actor, conversation: Conversation, form: str) -> None:
    """Write down that a receipt left the portal, as ``pdf`` or ``json``. Call it inside the transaction that reads."""
    _record(actor, conversation, event=Event.CONSENT_RECEIPT_READ, details={"form": form})


def record_letters_read(*, actor: Actor, person: Person) -> None:
    """The page of somebody's access letters was on the screen, with the name."""
    _record_page(actor, person, "access_letter")


def record_papers_read(*, actor: Actor, person: Person) -> None:
    """The page of somebody's printed forms was on the screen, with the name."""
    _record_page(actor, person, "papers")


def record_requests_read(*, actor: Actor, person: Person) -> None:
    """The page on which somebody's requests by law are written down was on the screen."""
    _record_page(actor, person, "requests")


def record_family_read(*, actor: Actor, person: Person) -> None:
    """The page of somebody's family was on the screen. Call it inside the transaction of the reading."""
    _record_page(actor, person, "family")


def record_rectification_shown(*, actor: Actor, person: Person) -> None:
    """What names a person was on the screen, beside what they want it to be."""
    _record_page(actor, person, "rectification")


def record_withdrawal_shown(*, actor: Actor, person: Person, purpose: Purpose) -> None:
    """The page on which a professional takes a consent back was on the screen, with the name."""
    _record_page(actor, person, f"withdraw:{purpose.value}")


def record_sitting_shown(*, actor: Actor, person: Person, purpose: Purpose) -> None:
    """A step of a conversation was on the screen, with the names of the person and of those who decide."""
    _record_person(actor, person, event=Event.PERSON_READ, details={"purpose": purpose.value})


@transaction.atomic
def search_to_prove(*, actor: Actor, text: str) -> Person | None:
    """Look for somebody whose consent is to be proven. Hit and miss are written down, not what was looked for.

    Raises:
        Denied: if the actor is no privacy officer.
    """
    person = find_to_prove(actor, text)
    subject = str(person.public_id) if person else ""
    audit.record(
        event=Event.PERSON_SEARCHED,
        action=Action.READ,
        who=actor.who,
        subject=subject,
        object_type="person",
        object_id=subject,
        details={"found": person is not None, "for": "proof"},
    )
    return person


def record_proofs_listed(*, actor: Actor, person: Person, count: int) -> None:
    """The list of somebody's records was on the screen. Call it inside the transaction of the reading."""
    _record_person(actor, person, event=Event.CONSENT_READ, details={"conversations": count})


def record_statistics_read(*, actor: Actor) -> None:
    """The counts of consent were on the screen. Call it inside the transaction of the reading.

    Raises:
        Denied: for anybody but the region's administrator and the privacy officer.
    """
    require(can_read_statistics(actor), event=Event.STATISTICS_READ)
    audit.record(event=Event.STATISTICS_READ, action=Action.READ, who=actor.who)


def _record_page(actor: Actor, person: Person, page: str) -> None:
    _record_person(actor, person, event=Event.PERSON_READ, details={"page": page})


@transaction.atomic
def _record_person(actor: Actor, person: Person, *, event: Event, details: Mapping[str, audit.Detail]) -> None:
    audit.record(
        event=event,
        action=Action.READ,
        who=actor.who,
        subject=str(person.public_id),
        object_type="person",
        object_id=str(person.public_id),
        details=details,
    )


def _record(actor: Actor, conversation: Conversation, *, event: Event, details: dict[str, str]) -> None:
    audit.record(
        event=event,
        action=Action.READ,
        who=actor.who,
        subject=str(conversation.person.public_id),
        object_type="conversation",
        object_id=str(conversation.public_id),
        details=details,
    )
