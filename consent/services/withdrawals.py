"""Taking a consent back: as easy as giving it (GDPR art. 7(3)), and at work before the transaction ends."""

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import Capacity, Method, Outcome, Purpose, Relation, Sitting
from ..identity import Erased, seal_private
from ..models import AssistedSession, Conversation, Decider, Decision, Guardianship, Person
from ..policy import PARENTS
from ..queries import guardians_of, newest_decisions, requirement_for
from .acting import lock_person, user_of
from .authority import authority


@transaction.atomic
def withdraw(
    *,
    actor: Actor,
    person: Person,
    purpose: Purpose,
    recipient: Organisation,
    reason: str,
    team: Team | None = None,
    sender: Organisation | None = None,
    assisted_session: AssistedSession | None = None,
    language: str = "nl",
    method: Method = Method.ON_SCREEN,
) -> tuple[Conversation, ...]:
    """Take back everything that was given for a purpose and a recipient.

    Any one of those who decide may take it back; nobody else has to agree. It never fails for want of something to take
    back: a second withdrawal changes nothing and answers with nothing.

    Args:
        reason: in own words, may be empty; it is stored sealed.
        team: the professional's team, when a professional does it on request; only what its organisation sends or
            receives is taken back then.
        sender: one sender only; ``None`` means all of them.
        method: on paper, when a form with a signature was scanned.
        assisted_session: the reader's session at a desk; the reader then is who takes it back. A person who signed in
            alone needs neither team nor session.

    Returns:
        One conversation for each sender that lost the consent.

    Raises:
        Denied: if neither a team that may see the person nor an open session of somebody who decides stands behind it.
    """
    who, by, reader = authority(
        actor=actor, person=person, team=team, session=assisted_session, event=Event.CONSENT_WITHDRAWN
    )
    person = lock_person(person)
    now = timezone.now()
    scope = Q(purpose=purpose, recipient=recipient)
    if sender is not None:
        scope &= Q(sender=sender)
    if reader is None and team is not None:  # a professional's own organisation, not what others agreed on
        scope &= Q(sender=team.organisation_id) | Q(recipient=team.organisation_id)
    given: dict[int, list[Decision]] = {}
    newest = newest_decisions(person=person, scope=scope).select_related("sender")
    for decision in newest.order_by("sender", "pk"):
        if decision.outcome == Outcome.GIVEN:
            given.setdefault(decision.sender_id, []).append(decision)
    if not given:
        return ()
    guardianships = list(guardians_of(person, at=now))
    capacity = _capacity(person, reader, guardianships)
    conversations = []
    for decisions in given.values():
        public_id = uuid.uuid4()
        conversation = Conversation.objects.create(
            public_id=public_id,
            token=uuid.uuid4(),
            sitting=Sitting.WITHDRAWAL,
            person=person,
            purpose=purpose,
            sender=decisions[0].sender,
            recipient=recipient,
            controller=decisions[0].sender,
            team=team or (assisted_session.team if assisted_session else None),
            recorded_by_id=user_of(actor),
            assisted_session=assisted_session,
            at=now,
            language=language,
            spoken_language=person.spoken_language,
            capacity=capacity,
            method=method,
            withdrawn_by=by,
            private=_sealed_reason(person, reason, public_id),
        )
        if reader is not None:
            relation = next((row.relation for row in guardianships if row.adult_id == reader.pk), "")
            Decider.objects.create(conversation=conversation, person=reader, relation=relation)
        Decision.objects.bulk_create(
            Decision(
                conversation=conversation,
                person=person,
                purpose=purpose,
                sender=decision.sender,
                recipient=recipient,
                category=decision.category,
                outcome=Outcome.WITHDRAWN,
                at=now,
            )
            for decision in decisions
        )
        ports.announce_withdrawn(
            person=person, purpose=purpose, sender=decisions[0].sender, recipient=recipient, who=who
        )
        conversations.append(conversation)
    audit.record(
        event=Event.CONSENT_WITHDRAWN,
        action=Action.CREATE,
        who=who,
        subject=str(person.public_id),
        object_type="conversation",
        object_id=str(conversations[0].public_id),
        basis=" ".join(str(decision.public_id) for decisions in given.values() for decision in decisions),
        details={
            "purpose": purpose.value,
            "recipient": str(recipient.public_id),
            "by": by.value,
            "withdrawn": sum(len(decisions) for decisions in given.values()),
        },
    )
    return tuple(conversations)


def _capacity(person: Person, reader: Person | None, guardianships: list[Guardianship]) -> Capacity:
    if reader is None:
        try:
            return requirement_for(person, guardianships=guardianships).capacity or Capacity.GUARDIAN
        except Erased:
            return Capacity.SELF
    if reader.pk == person.pk:
        return Capacity.SELF
    relations = {Relation(row.relation) for row in guardianships if row.adult_id == reader.pk}
    return Capacity.PARENT if relations & PARENTS else Capacity.GUARDIAN


def _sealed_reason(person: Person, reason: str, public_id: uuid.UUID) -> bytes:
    try:
        return seal_private(person, {"reason": reason}, context=public_id)
    except Erased:
        return b""
