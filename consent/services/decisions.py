"""Recording what somebody decided in a conversation."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import DataCategory, InterpreterKind, Method, Outcome, Purpose
from ..errors import NotRecorded
from ..identity import seal_private
from ..models import AssistedSession, Conversation, Decider, Decision, NoticeText, Person
from ..policy import CATEGORIES, SECRECY, VALID_FOR, can_decide
from ..queries import current_notice, guardians_of, newest_decisions, requirement_for
from .acting import acting_for, lock_person, require_team_and_person, user_of


@dataclass(frozen=True, kw_only=True)
class Talk:
    """How the conversation went. ``understanding`` is what the person said in own words; it is stored sealed."""

    notice_text: NoticeText
    spoken_language: str
    understanding: str
    method: Method
    refusal_without_consequence_shown: bool
    interpreter_kind: InterpreterKind = InterpreterKind.NOT_NEEDED
    interpreter_id: str = ""
    witness: str = ""


@transaction.atomic
def record_conversation(
    *,
    actor: Actor,
    person: Person,
    team: Team,
    recipient: Organisation,
    purpose: Purpose,
    talk: Talk,
    choices: Mapping[DataCategory, bool],
    deciders: Collection[Person],
    secrecy_released: bool | None,
    token: uuid.UUID,
    assisted_session: AssistedSession | None = None,
) -> Conversation:
    """Record a conversation and one decision for each category, from the team's organisation to the recipient.

    Listeners of :mod:`consent.ports` run in the same transaction: those of a withdrawal if something given before is
    now refused, those of a gift if something is given.

    Args:
        choices: yes or no for every category that was asked; a category left out stays as it was.
        deciders: everybody who decided: exactly those whom the rules of capacity name at this moment.
        secrecy_released: the answer about medical secrecy; ``None`` only if the purpose does not ask it.
        token: made when the form was opened; the same token records once, and answers with what was recorded.

    Raises:
        Denied: if the actor may not act for the team or see the person.
        NotRecorded: with the rule that was not met; nothing is stored.
        consent.identity.Erased: if the person was erased.
    """
    require_team_and_person(actor=actor, team=team, person=person, event=Event.CONSENT_RECORDED)
    person = lock_person(person)
    earlier = Conversation.objects.filter(token=token).first()
    if earlier is not None:
        if (earlier.person_id, earlier.recorded_by_id) != (person.pk, actor.user_pk):
            raise NotRecorded("token_used")
        return earlier
    sender = team.organisation
    _check(purpose=purpose, sender=sender, recipient=recipient, talk=talk, choices=choices, released=secrecy_released)
    now = timezone.now()
    guardianships = list(guardians_of(person, at=now))
    requirement = requirement_for(person, guardianships=guardianships, at=now)
    answer = can_decide(requirement, frozenset(decider.public_id for decider in deciders))
    if not answer or requirement.capacity is None:
        raise NotRecorded(answer.code)
    scope = Q(purpose=purpose, sender=sender, recipient=recipient)
    held = newest_decisions(person=person, scope=scope, at=now).select_related("conversation")
    given_before = {row.category: row for row in held if row.outcome == Outcome.GIVEN}
    public_id = uuid.uuid4()
    words = {"understanding": talk.understanding, "interpreter_id": talk.interpreter_id, "witness": talk.witness}
    conversation = Conversation.objects.create(
        public_id=public_id,
        token=token,
        person=person,
        purpose=purpose,
        sender=sender,
        recipient=recipient,
        controller=sender,
        team=team,
        recorded_by_id=user_of(actor),
        assisted_session=assisted_session,
        at=now,
        notice_text=talk.notice_text,
        notice_sha256=talk.notice_text.sha256,
        language=talk.notice_text.language,
        spoken_language=talk.spoken_language,
        interpreter_present=talk.interpreter_kind != InterpreterKind.NOT_NEEDED,
        interpreter_kind=talk.interpreter_kind,
        capacity=requirement.capacity,
        method=talk.method,
        refusal_without_consequence_shown=talk.refusal_without_consequence_shown,
        secrecy_released=secrecy_released,
        private=seal_private(person, words, context=public_id),
    )
    relations = {row.adult_id: row.relation for row in guardianships}
    Decider.objects.bulk_create(
        Decider(conversation=conversation, person=decider, relation=relations.get(decider.pk, ""))
        for decider in deciders
    )
    decisions = Decision.objects.bulk_create(
        Decision(
            conversation=conversation,
            person=person,
            purpose=purpose,
            sender=sender,
            recipient=recipient,
            category=category,
            outcome=Outcome.GIVEN if choices[category] else Outcome.REFUSED,
            at=now,
            valid_until=now + VALID_FOR[purpose] if choices[category] else None,
        )
        for category in CATEGORIES[purpose]
        if category in choices
    )
    who = acting_for(actor, team)
    ended = any(not choices.get(DataCategory(category), True) for category in given_before) or (
        secrecy_released is False and any(row.conversation.secrecy_released for row in given_before.values())
    )
    _tell(
        person=person,
        purpose=purpose,
        sender=sender,
        recipient=recipient,
        who=who,
        ended=ended,
        given=any(choices.values()),
    )
    audit.record(
        event=Event.CONSENT_RECORDED,
        action=Action.CREATE,
        who=who,
        subject=str(person.public_id),
        object_type="conversation",
        object_id=str(public_id),
        basis=" ".join(str(decision.public_id) for decision in decisions),
        details={
            "purpose": purpose.value,
            "recipient": str(recipient.public_id),
            "given": sum(choices.values()),
            "refused": len(choices) - sum(choices.values()),
            "capacity": requirement.capacity.value,
            "notice_sha256": talk.notice_text.sha256,
            "language": talk.notice_text.language,
            "secrecy_released": secrecy_released,
        },
    )
    return conversation


def _check(
    *,
    purpose: Purpose,
    sender: Organisation,
    recipient: Organisation,
    talk: Talk,
    choices: Mapping[DataCategory, bool],
    released: bool | None,
) -> None:
    """Raise :class:`NotRecorded` for what is missing or does not belong together."""
    if sender.pk == recipient.pk or not Organisation.objects.active().filter(pk=recipient.pk).exists():
        raise NotRecorded("recipient_unknown")
    if not choices or set(choices) - set(CATEGORIES[purpose]):
        raise NotRecorded("choices_unknown")
    notice = current_notice(purpose=purpose)
    if notice is None or talk.notice_text.notice_id != notice.pk:
        raise NotRecorded("notice_outdated")
    if (released is None) == (purpose in SECRECY):
        raise NotRecorded("secrecy_unanswered")
    if not talk.refusal_without_consequence_shown:
        raise NotRecorded("no_consequence_not_shown")
    if not talk.understanding.strip():
        raise NotRecorded("understanding_missing")
    if talk.method == Method.WITNESSED_ORALLY and not talk.witness.strip():
        raise NotRecorded("witness_missing")
    professional = {InterpreterKind.ON_SITE, InterpreterKind.TELEPHONE}
    if talk.interpreter_kind in professional and not talk.interpreter_id.strip():
        raise NotRecorded("interpreter_missing")


def _tell(
    *,
    person: Person,
    purpose: Purpose,
    sender: Organisation,
    recipient: Organisation,
    who: Who,
    ended: bool,
    given: bool,
) -> None:
    if ended:
        ports.announce_withdrawn(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)
    if given:
        ports.announce_given(person=person, purpose=purpose, sender=sender, recipient=recipient, who=who)
