"""A person's request by law: asked, its term extended, decided. What the system can do alone it does at once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, Role
from portal.accounts.messages import notify_user
from portal.accounts.models import Membership, Organisation, Team, User
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import Purpose, RestrictionGround, Right, RightChannel, RightDecision, RightGround, RightState
from ..errors import NotRecorded
from ..identity import Erased, seal_private
from ..models import AssistedSession, Person, RightsRequest
from ..policy import HOME, can_answer_rights, can_grant, home_date
from ..queries.rights import open_requests, restriction_of
from ..terms import first_received, last_day, last_extension
from .acting import acting_for, lock_person, require, require_team_and_person, user_of
from .authority import authority
from .erasing import erase_person
from .restrictions import restrict

AT_ONCE = frozenset({Right.ACCESS, Right.PORTABILITY, Right.RESTRICTION})
OPEN_AT_MOST = 20
TEXT_AT_MOST = 4000
PROPOSABLE = ("name", "birth_date", "v_number", "email", "phone")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked.

    * ``text``: the person's own words, at most 4,000 characters; needed for an objection, and for a rectification
      without ``proposed``.
    * ``purpose``, ``recipient``: what an objection is about; ``None`` means everything, and everybody.
    * ``ground``: why the data must rest; needed for a restriction.
    * ``proposed``: new values by field of the identity, for a rectification.
    * ``language``: in which the words are written.
    """

    right: Right
    text: str = ""
    purpose: Purpose | None = None
    recipient: Organisation | None = None
    ground: RestrictionGround | None = None
    proposed: Mapping[str, str] = field(default_factory=dict)
    language: str = "nl"

    @property
    def words(self) -> dict[str, str]:
        """What is sealed: the text, and each proposed value that is not empty."""
        values = {key: value.strip() for key, value in self.proposed.items() if key in PROPOSABLE}
        return {"text": self.text.strip(), **{f"new_{key}": value for key, value in values.items() if value}}


@transaction.atomic
def ask(*, actor: Actor, person: Person, wish: Wish, assisted_session: AssistedSession | None = None) -> RightsRequest:
    """Keep what the person asks, begin its term, and do at once what needs nobody's decision.

    * access and portability: granted; the copy is made when the person takes it;
    * restriction: the data rest from this moment (GDPR art. 18);
    * rectification, erasure and objection wait for a person's decision, with the privacy officer told.

    The same request that is still open is answered with itself: a double submit asks once.

    Raises:
        Denied: unless the person asks, alone or at a desk, or somebody who decides for the person.
        NotRecorded: with the rule that was not met; nothing is stored.
    """
    who, _by, reader = authority(
        actor=actor, person=person, team=None, session=assisted_session, event=Event.RIGHT_ASKED
    )
    return _keep(
        person=person,
        wish=wish,
        who=who,
        at_once=AT_ONCE,
        asked_at=timezone.now(),
        asked_by=reader,
        recorded_by_id=user_of(actor),
        team=assisted_session.team if assisted_session else None,
    )


@transaction.atomic
def write_down(
    *, actor: Actor, person: Person, wish: Wish, channel: RightChannel, received_on: date, team: Team | None
) -> RightsRequest:
    """Keep what somebody asked a professional or the privacy officer: at the desk, by telephone or in a letter.

    The term counts from the day on which it came in, not from this one. Only a restriction works at once: a copy
    waits for the person to be there, and erasing for the person to ask it.

    Args:
        received_on: the day in the Netherlands: today, or at most a year ago.
        team: which has to do with the person; ``None`` when the privacy officer writes it down.

    Raises:
        Denied: unless the actor sends or receives for the team, which has to do with the person, or is the officer.
        NotRecorded: ``received_wrong``, or as :func:`ask`.
    """
    if team is None:
        require(can_answer_rights(actor), event=Event.RIGHT_ASKED, person=person)
        who = actor.who
    else:
        require_team_and_person(actor=actor, team=team, person=person, event=Event.RIGHT_ASKED)
        who = acting_for(actor, team)
    now = timezone.now()
    today = home_date(now)
    if not first_received(today) <= received_on <= today:
        raise NotRecorded("received_wrong")
    return _keep(
        person=person,
        wish=wish,
        who=who,
        at_once=frozenset({Right.RESTRICTION}),
        asked_at=now if received_on == today else datetime.combine(received_on, time(12), HOME),
        channel=channel,
        recorded_by_id=user_of(actor),
        team=team,
    )


def _keep(
    *, person: Person, wish: Wish, who: Who, at_once: frozenset[Right], asked_at: datetime, **fields: Any
) -> RightsRequest:
    person = lock_person(person)
    _check(wish)
    same = _same(person, wish, channel=fields.get("channel", ""), asked_on=home_date(asked_at))
    if same is not None:
        return same
    if open_requests().filter(person=person).count() >= OPEN_AT_MOST:
        raise NotRecorded("too_many_requests")
    now = timezone.now()
    public_id = uuid.uuid4()
    done = wish.right in at_once
    try:
        sealed = seal_private(person, wish.words, context=public_id)
    except Erased:
        raise NotRecorded("erased") from None
    request = RightsRequest.objects.create(
        public_id=public_id,
        person=person,
        right=wish.right,
        private=sealed,
        purpose=wish.purpose.value if wish.purpose else "",
        recipient=wish.recipient,
        language=wish.language,
        asked_at=asked_at,
        recorded_at=now,
        due_on=last_day(home_date(asked_at)),
        state=RightState.DECIDED if done else RightState.OPEN,
        decision=RightDecision.GRANTED if done else "",
        ground=RightGround.NONE if done else "",
        decided_at=now if done else None,
        **fields,
    )
    if wish.right == Right.RESTRICTION and wish.ground is not None:
        restrict(person=person, ground=wish.ground, request=request, who=who)
    if not done:
        tell_officers(kind=MessageKind.RIGHTS_WAITING)
    details = {"due": str(request.due_on), **({"channel": str(request.channel)} if request.channel else {})}
    _record(request, who=who, event=Event.RIGHT_ASKED, action=Action.CREATE, details=details)
    return request


def _same(person: Person, wish: Wish, *, channel: str, asked_on: date) -> RightsRequest | None:
    """The request that a double submit means: open, or by which the data rest now."""
    present = restriction_of(person)
    resting = [present.request] if present and present.request and present.ground == wish.ground else []
    scope = (wish.right, wish.purpose.value if wish.purpose else "", wish.recipient.pk if wish.recipient else None)
    for earlier in (*open_requests().filter(person=person).select_related("person__subject_key"), *resting):
        if (earlier.right, earlier.purpose, earlier.recipient_id) != scope or earlier.words != wish.words:
            continue
        if earlier.channel == channel and (not channel or home_date(earlier.asked_at) == asked_on):
            return earlier
    return None


@transaction.atomic
def extend(*, actor: Actor, request: RightsRequest, to: date, reason: str) -> RightsRequest:
    """Take longer, once, for a request that is complex (GDPR art. 12(3)); the person reads why.

    Args:
        to: the new last day: after the first one, and within three months of asking.
        reason: in words that the person understands; sealed.

    Raises:
        Denied: for anybody but the privacy officer.
        NotRecorded: decided or extended before, too late (the person has to be told within the first month), too far,
            or without a reason.
    """
    require(can_answer_rights(actor), event=Event.RIGHT_EXTENDED, person=request.person)
    person = lock_person(request.person)
    request = RightsRequest.objects.select_related("recipient").get(pk=request.pk)
    asked_on = home_date(request.asked_at)
    if request.state == RightState.DECIDED:
        raise NotRecorded("already_decided")
    if request.extended_to is not None:
        raise NotRecorded("already_extended")
    if home_date(timezone.now()) > request.due_on:
        raise NotRecorded("extended_too_late")
    if not request.due_on < to <= last_extension(asked_on):
        raise NotRecorded("extended_too_far")
    _change(
        request,
        person=person,
        words={"extension": _reason(reason)},
        expected=(RightState.OPEN,),
        state=RightState.EXTENDED,
        extended_to=to,
        extended_at=timezone.now(),
    )
    _record(request, who=actor.who, event=Event.RIGHT_EXTENDED, action=Action.UPDATE, details={"to": str(to)})
    return request


@transaction.atomic
def decide(
    *, actor: Actor, request: RightsRequest, decision: RightDecision, ground: RightGround, reason: str
) -> RightsRequest:
    """Answer a request, with the reason; a yes to an erasure or an objection is carried out in the same transaction.

    Args:
        ground: on which the law allows a no, whole or in part; ``NONE`` with a full yes.
        reason: in words that the person understands, with what stays and where to complain; sealed.

    Raises:
        Denied: for anybody but the privacy officer.
        NotRecorded: decided before, a ground that does not go with the decision, no reason, a rectification (which a
            team applies that knows the person), or an erasure that no person asked.
    """
    require(can_answer_rights(actor), event=Event.RIGHT_DECIDED, person=request.person)
    person = lock_person(request.person)
    request = RightsRequest.objects.select_related("recipient").get(pk=request.pk)
    if request.state == RightState.DECIDED:
        raise NotRecorded("already_decided")
    if decision == RightDecision.GRANTED and ground != RightGround.NONE:
        raise NotRecorded("refusal_ground_wrong")
    if decision != RightDecision.GRANTED and ground == RightGround.NONE:
        raise NotRecorded("refusal_ground_missing")
    says_yes = decision != RightDecision.REFUSED
    may = can_grant(Right(request.right), asked_in_person=request.asked_by_id is not None)
    if says_yes and not may:
        raise NotRecorded(may.code)
    conclude(request, person=person, actor=actor, decision=decision, ground=ground, reason=_reason(reason))
    if request.right == Right.OBJECTION and says_yes:
        purpose = Purpose(request.purpose) if request.purpose else None
        ports.announce_objected(person=person, purpose=purpose, recipient=request.recipient, who=actor.who)
    if request.right == Right.ERASURE and says_yes:
        erase_person(person=person, who=actor.who, request=request)
    # Last: the log is locked from here on, and an erasure waits for the rows of the children before.
    _record(
        request,
        who=actor.who,
        event=Event.RIGHT_DECIDED,
        action=Action.UPDATE,
        details={"decision": decision.value, "ground": ground.value},
    )
    return request


def conclude(
    request: RightsRequest,
    *,
    person: Person,
    actor: Actor,
    decision: RightDecision,
    ground: RightGround,
    reason: str,
) -> None:
    """Store a decision, once. Call it inside a transaction, under the lock on the person; the caller audits.

    Raises:
        NotRecorded: ``already_decided``.
    """
    _change(
        request,
        person=person,
        words={"reason": reason} if reason else {},
        expected=(RightState.OPEN, RightState.EXTENDED),
        state=RightState.DECIDED,
        decision=decision,
        ground=ground,
        decided_by_id=user_of(actor),
        decided_at=timezone.now(),
    )


def tell_officers(*, kind: MessageKind) -> int:
    """Leave a notice, without a word about whom, for every privacy officer; returns how many."""
    officers = Membership.objects.active().filter(role=Role.PRIVACY_OFFICER)
    users = User.objects.filter(is_active=True, pk__in=officers.values("user_id")).order_by("pk")
    return sum(notify_user(user=user, kind=kind, path=reverse("consent:rights")) is not None for user in users)


@transaction.atomic
def record_request_read(*, actor: Actor, request: RightsRequest) -> None:
    """A request was on the privacy officer's screen, with the person's words."""
    _record(request, who=actor.who, event=Event.RIGHT_READ, action=Action.READ, details={})


def _check(wish: Wish) -> None:
    if any(len(value) > TEXT_AT_MOST for value in wish.words.values()):
        raise NotRecorded("text_long")
    text = wish.words["text"]
    if wish.right == Right.OBJECTION and not text:
        raise NotRecorded("text_missing")
    if wish.right == Right.RECTIFICATION and not any(wish.words.values()):
        raise NotRecorded("proposal_missing")
    if wish.right == Right.RESTRICTION and wish.ground is None:
        raise NotRecorded("ground_missing")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NotRecorded("reason_missing")
    if len(reason) > TEXT_AT_MOST:
        raise NotRecorded("text_long")
    return reason


def _change(
    request: RightsRequest,
    *,
    person: Person,
    words: Mapping[str, str],
    expected: tuple[RightState, ...],
    **fields: object,
) -> None:
    """Compare-and-swap on the state, the words sealed anew with what is added, and a history row."""
    request.person = person
    request.__dict__.pop("words", None)
    try:
        fields["private"] = seal_private(person, {**request.words, **words}, context=request.public_id)
    except Erased:
        pass  # nothing can be read any more and nothing can be added; the code of the decision is kept
    if not RightsRequest.objects.filter(pk=request.pk, state__in=expected).update(**fields):
        raise NotRecorded("already_decided")
    request.refresh_from_db()
    request.__dict__.pop("words", None)
    RightsRequest.history.bulk_history_create([request], update=True)


def _record(
    request: RightsRequest, *, who: Who, event: Event, action: Action, details: Mapping[str, audit.Detail]
) -> None:
    audit.record(
        event=event,
        action=action,
        who=who,
        subject=str(request.person.public_id),
        object_type="rights_request",
        object_id=str(request.public_id),
        details={"right": str(request.right), **details},
    )
