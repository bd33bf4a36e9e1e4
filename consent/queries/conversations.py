"""Conversations that an actor or a reader may see."""

import uuid

from django.db.models import Q, QuerySet

from portal.accounts.actor import Actor
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..models import (
    Conversation,
    Person,
)
from .persons import dossiers_of


def get_conversation_for(actor: Actor, public_id: uuid.UUID) -> Conversation:
    """A conversation about a person whom the actor may see, of the organisation the actor acts for.

    Its sender and its recipient may read it, and nobody else who happens to know the person.

    Raises:
        Denied: absent and forbidden alike.
    """
    visible = Conversation.objects.filter(person__in=Person.objects.visible_to(actor)).filter(
        Q(sender=actor.organisation_pk) | Q(recipient=actor.organisation_pk)
    )
    return _conversation(visible, public_id)


def get_conversation_of_reader(reader: Person, public_id: uuid.UUID) -> Conversation:
    """A conversation about the reader, or about somebody for whom the reader has custody now.

    Raises:
        Denied: absent and forbidden alike.
    """
    return _conversation(Conversation.objects.filter(person__in=dossiers_of(reader)), public_id)


def _conversation(rows: QuerySet[Conversation], public_id: uuid.UUID) -> Conversation:
    conversation = (
        rows.select_related(
            "person__subject_key", "sender", "recipient", "controller", "team", "recorded_by", "notice_text__notice"
        )
        .filter(public_id=public_id)
        .first()
    )
    if conversation is None:
        hidden = Conversation.objects.filter(public_id=public_id).select_related("person").first()
        raise Denied(
            decision=deny("conversation_not_visible"),
            event=Event.CONSENT_RECEIPT_READ,
            subject=str(hidden.person.public_id) if hidden else "",
            object_type="conversation",
            object_id=str(public_id),
        )
    return conversation
