"""Recording what somebody decided in a conversation."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import DataCategory, InterpreterKind, Method, Outcome, Purpose
from ..errors import NotRecorded
from ..identity import seal_private
from ..models import AssistedSession, ConsentDraft, Conversation, Decider, Decision, NoticeText, Person
from ..policy import CATEGORIES, SECRECY, VALID_FOR, can_decide, can_record_alone, can_witness
from ..queries import current_notice, guardians_of, newest_decisions, requirement_for
from ..queries.rights import objections_of
from ..signatures import Sign
from ..understanding import is_own_words
from .acting import acting_for, lock_person, require, require_team_and_person, user_of
from .authority import authority
from .signing import check_signatures, keep_signatures


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
    interpreter_language: str = ""
    without_interpreter: str = ""
    witness: str = ""
    witness_function: str = ""


@transaction.atomic
def record_conversation(
    *,
    actor: Actor,
    person: Person,
    team: Team | None,
    recipient: Organisation,
    purpose: Purpose,
    talk: Talk,
    choices: Mapping[DataCategory, bool],
    deciders: Collection[Person],
    secrecy_released: bool | None,
    signatures: Mapping[uuid.UUID, Sign],
    token: uuid.UUID,
    assisted_session: AssistedSession | None = None,
    begun_at: datetime | None = None,
    sender: Organisation | None = None,
) -> Conversation:
    """Record a conversation and one decision for each category, from the team's organisation to the recipient.

    A person who signed in alone has no team and names the sender instead, one that asked before: so one agrees anew, or
    thinks better of it, if nobody else has to decide as well.

    Listeners of :mod:`consent.ports` run in the same transaction: those of a withdrawal if something given before is
    now refused, those of a gift if something is given.

    Args:
        choices: yes or no for every category that was asked; a category left out stays as it was.
        deciders: everybody who decided: exactly those whom the rules of capacity name at this moment.
        secrecy_released: the answer about medical secrecy; ``None`` only if the purpose does not ask it.
        signatures: by the public id of each decider, how he or she signed.
        begun_at: when the conversation began, if it took a while: what somebody else recorded meanwhile about the same
            is looked at first, and an objection that was accepted meanwhile is not undone by what was said before it.
        sender: for a person who signed in alone; left out by everybody else.
        token: made when the form was opened; the same token records once, and answers with what was recorded.

    Raises:
        Denied: if the actor may not act for the team or see the person; alone, if the dossier is not theirs to decide
            about, the second factor is old, or nobody of this sender ever asked.
        NotRecorded: with the rule that was not met; nothing is stored.
        consent.identity.Erased: if the person was erased.
    """
    who, sender = _authority(actor=actor, person=person, team=team, sender=sender, deciders=deciders)
    person = lock_person(person)
    earlier = Conversation.objects.filter(token=token).first()
    if earlier is not None:
        if (earlier.person_id, earlier.recorded_by_id) != (person.pk, actor.user_pk):
            raise NotRecorded("token_used")
        return earlier
    asked_before = Decision.objects.filter(person=person, purpose=purpose, sender=sender, recipient=recipient)
    if team is None and not asked_before.exists():
        raise Denied(decision=deny("never_asked"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
    _check(purpose=purpose, sender=sender, recipient=recipient, talk=talk, choices=choices, released=secrecy_released)
    if person.needs_interpreter and not (_interpreted(talk) or talk.without_interpreter.strip()):
        raise NotRecorded("interpreter_reason_missing")
    now = timezone.now()
    guardianships = list(guardians_of(person, at=now))
    requirement = requirement_for(person, guardianships=guardianships, at=now)
    answer = can_decide(requirement, frozenset(decider.public_id for decider in deciders))
    if not answer or requirement.capacity is None:
        raise NotRecorded(answer.code)
    if talk.witness.strip():
        apart = can_witness(talk.witness, others=[actor.name, *(decider.name for decider in deciders)])
        if not apart:
            raise NotRecorded(apart.code)
    check_signatures(deciders=deciders, signatures=signatures, method=talk.method)
    scope = Q(purpose=purpose, sender=sender, recipient=recipient)
    held = newest_decisions(person=person, scope=scope).select_related("conversation")
    objected_at = objections_of(person).newest(purpose=purpose, recipient_pk=recipient.pk)
    since = [row.at for row in held] + ([objected_at] if objected_at else [])
    if begun_at is not None and any(at > begun_at for at in since):
        raise NotRecorded("decided_meanwhile")
    given_before = {row.category: row for row in held if row.outcome == Outcome.GIVEN}
    public_id = uuid.uuid4()
    words = {
        "understanding": talk.understanding,
        "interpreter_id": talk.interpreter_id,
        "without_interpreter": talk.without_interpreter,
        "witness": talk.witness,
        "witness_function": talk.witness_function,
    }
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
        interpreter_present=_interpreted(talk),
        interpreter_kind=talk.interpreter_kind,
        interpreter_language=talk.interpreter_language if _interpreted(talk) else "",
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
    keep_signatures(conversation=conversation, deciders=deciders, signatures=signatures)
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
    ConsentDraft.objects.filter(token=token).delete()
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


def _authority(
    *,
    actor: Actor,
    person: Person,
    team: Team | None,
    sender: Organisation | None,
    deciders: Collection[Person],
) -> tuple[Who, Organisation]:
    """As the log names who records, and the organisation that sends."""
    if actor.person_id is None:
        if team is None:
            raise Denied(decision=deny("no_team"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
        require_team_and_person(actor=actor, team=team, person=person, event=Event.CONSENT_RECORDED)
        return acting_for(actor, team), team.organisation
    who, _by, reader = authority(actor=actor, person=person, team=None, session=None, event=Event.CONSENT_RECORDED)
    others = frozenset(decider.public_id for decider in deciders) - {reader.public_id if reader else None}
    require(can_record_alone(actor, others=others), event=Event.CONSENT_RECORDED, person=person)
    if team is not None or sender is None:
        raise Denied(decision=deny("no_sender"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
    return who, sender


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
    if not is_own_words(talk.understanding):
        raise NotRecorded("understanding_thin")
    named = bool(talk.witness.strip()), bool(talk.witness_function.strip())
    if not all(named) and (any(named) or talk.method == Method.WITNESSED_ORALLY):
        raise NotRecorded("witness_missing")
    professional = {InterpreterKind.ON_SITE, InterpreterKind.TELEPHONE}
    if talk.interpreter_kind in professional and not talk.interpreter_id.strip():
        raise NotRecorded("interpreter_missing")


def _interpreted(talk: Talk) -> bool:
    return talk.interpreter_kind != InterpreterKind.NOT_NEEDED


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
