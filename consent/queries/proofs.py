"""What the privacy officer finds, to prove a consent: records of consent, and no dossier."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from portal.accounts.actor import Actor
from portal.accounts.policy import Denied
from portal.audit.enums import Event

from ..identity import normalise_v_number, v_number_index
from ..models import Conversation, Person
from ..policy import can_prove


def find_to_prove(actor: Actor, text: str) -> Person | None:
    """The person with this V-number, or to whom this number of a person or a conversation belongs; ``None`` if nobody.

    Raises:
        Denied: if the actor is no privacy officer.
    """
    _require(actor)
    persons = Person.objects.select_related("subject_key")
    try:
        number = uuid.UUID(text.strip())
    except ValueError:
        try:
            return persons.filter(v_number_index=v_number_index(normalise_v_number(text))).first()
        except ValidationError:
            return None
    own = persons.filter(public_id=number).first()
    return own or persons.filter(conversations__public_id=number).first()


def get_person_to_prove(actor: Actor, public_id: uuid.UUID) -> Person:
    """The person, for a privacy officer.

    Raises:
        Denied: absent and forbidden alike.
    """
    _require(actor)
    person = Person.objects.select_related("subject_key").filter(public_id=public_id).first()
    if person is None:
        raise Denied(
            decision=can_prove(actor), event=Event.CONSENT_READ, object_type="person", object_id=str(public_id)
        )
    return person


def conversations_to_prove(actor: Actor, person: Person) -> QuerySet[Conversation]:
    """All conversations about the person, newest first.

    Raises:
        Denied: if the actor is no privacy officer.
    """
    _require(actor)
    return (
        Conversation.objects.filter(person=person)
        .select_related("sender", "recipient", "notice_text__notice")
        .prefetch_related("decisions")
        .order_by("-pk")
    )


def get_conversation_to_prove(actor: Actor, public_id: uuid.UUID) -> Conversation:
    """Any conversation, for a privacy officer.

    Raises:
        Denied: absent and forbidden alike.
    """
    _require(actor)
    conversation = (
        Conversation.objects.select_related(
            "person__subject_key",
            "sender__municipality",
            "sender__centre__municipality",
            "recipient__municipality",
            "recipient__centre__municipality",
            "controller__municipality",
            "controller__centre__municipality",
            "team",
            "recorded_by",
            "notice_text__notice",
        )
        .filter(public_id=public_id)
        .first()
    )
    if conversation is None:
        raise Denied(
            decision=can_prove(actor),
            event=Event.CONSENT_RECEIPT_READ,
            object_type="conversation",
            object_id=str(public_id),
        )
    return conversation


def _require(actor: Actor) -> None:
    answer = can_prove(actor)
    if not answer:
        raise Denied(decision=answer, event=Event.CONSENT_RECEIPT_READ, object_type="conversation")
