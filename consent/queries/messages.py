"""Questions of persons: for who answers them, and for who asked."""

import uuid

from django.db.models import QuerySet

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..models import Involvement, Person, PersonMessage
from .persons import dossiers_of


def get_question_for(actor: Actor, public_id: uuid.UUID) -> PersonMessage:
    """A question that the actor answers.

    Raises:
        Denied: absent and forbidden alike.
    """
    shown = PersonMessage.objects.visible_to(actor).select_related("person__subject_key", "sender", "recipient")
    message = shown.filter(public_id=public_id).first()
    if message is None:
        hidden = PersonMessage.objects.filter(public_id=public_id).select_related("person").first()
        raise Denied(
            decision=deny("question_not_visible"),
            event=Event.QUESTION_READ,
            subject=str(hidden.person.public_id) if hidden else "",
            object_type="question",
            object_id=str(public_id),
        )
    return message


def questions_of(reader: Person) -> list[PersonMessage]:
    """What the reader asked about those whose dossier the reader still reads, newest first."""
    asked = PersonMessage.objects.filter(asked_by=reader, person__in=dossiers_of(reader))
    return list(asked.select_related("person__subject_key", "sender", "recipient").order_by("-pk"))


def teams_to_ask(person: Person, sender: Organisation) -> QuerySet[Team]:
    """The teams of a sender that have to do with the person now."""
    involved = Involvement.objects.active().filter(person=person)
    return Team.objects.active().filter(organisation=sender, involvements__in=involved).distinct().order_by("pk")
