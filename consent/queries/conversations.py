"""Conversations that an actor or a reader may see."""

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import Purpose, SignatureKind
from ..identity import name_of
from ..models import Conversation, Person, Signature
from ..signatures import path_of, read_strokes
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


def recorded_with(*, actor: Actor, person: Person, token: str) -> Conversation | None:
    """What the actor recorded about a person with a form's token: sending it a second time leads to the same record."""
    try:
        given = uuid.UUID(token)
    except ValueError:
        return None
    return Conversation.objects.filter(token=given, person=person, recorded_by=actor.user_pk).first()


def newest_conversation(
    *, person: Person, purpose: Purpose, sender: Organisation, recipient: Organisation
) -> Conversation | None:
    """The last conversation or withdrawal about exactly this."""
    return (
        Conversation.objects.filter(person=person, purpose=purpose, sender=sender, recipient=recipient)
        .order_by("-pk")
        .first()
    )


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature as a page shows it: who, how, and the drawn line or the words that were left.

    ``path`` is the ``d`` of an SVG path; both are empty once the person was erased, and ``signature.sha256`` is left.
    """

    signature: Signature
    name: str
    words: str
    path: str


def signatures_of(conversation: Conversation) -> list[Signed]:
    """The signatures of everybody who decided in a conversation, in the order in which they were kept."""
    rows = conversation.signatures.select_related("decider__subject_key")
    signed = []
    for row in rows:
        row.conversation = conversation  # opened with the key of its person, which is at hand
        content = row.content
        drawn = row.kind == SignatureKind.DRAWN and bool(content)
        signed.append(
            Signed(
                signature=row,
                name=name_of(row.decider),
                words=", ".join(content[name] for name in ("name", "witness", "function") if name in content),
                path=path_of(read_strokes(content["strokes"])) if drawn else "",
            )
        )
    return signed


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
