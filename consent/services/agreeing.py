"""Agreeing anew, or thinking better of it, alone: on the own pages, signed with the own key."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import DataCategory, Method, Purpose, SignatureKind
from ..models import Conversation, NoticeText, Person
from ..signatures import Sign
from .decisions import Talk, record_conversation

READ_ALONE = "Las de uitleg zelf, in de eigen taal."


def choose_alone(
    *,
    actor: Actor,
    person: Person,
    sender: Organisation,
    recipient: Organisation,
    purpose: Purpose,
    notice_text: NoticeText,
    understanding: str,
    refusal_without_consequence_shown: bool,
    choices: Mapping[DataCategory, bool],
    secrecy_released: bool | None,
    token: uuid.UUID,
    begun_at: datetime,
) -> Conversation:
    """Record what somebody decides who signed in alone, about the own data or about those of a ward.

    The second factor of this moment stands for the signature.

    Raises:
        Denied, NotRecorded: as :func:`record_conversation`; ``decider_missing`` when others have to decide as well.
    """
    own = str(actor.person_id) if actor.person_id is not None else None
    reader = Person.objects.select_related("subject_key").filter(public_id=own).first() if own else None
    if reader is None or actor.factor_at is None:
        raise Denied(decision=deny("no_reader"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
    return record_conversation(
        actor=actor,
        person=person,
        team=None,
        sender=sender,
        recipient=recipient,
        purpose=purpose,
        talk=Talk(
            notice_text=notice_text,
            spoken_language=notice_text.language,
            understanding=understanding,
            method=Method.ON_SCREEN,
            refusal_without_consequence_shown=refusal_without_consequence_shown,
            without_interpreter=READ_ALONE,
        ),
        choices=choices,
        deciders=[reader],
        secrecy_released=secrecy_released,
        signatures={
            reader.public_id: Sign(kind=SignatureKind.CONFIRMED, content={"passkey": actor.factor_at.isoformat()})
        },
        token=token,
        begun_at=begun_at,
    )
