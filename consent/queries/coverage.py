"""Whether a consent covers something now, and what every decision is worth."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from .. import ports
from ..enums import Capacity, DataCategory, Outcome, Purpose, State
from ..identity import Erased
from ..models import (
    Decider,
    Decision,
    Notice,
    Person,
)
from ..policy import IN_FORCE, SECRECY, Standing, deciders_but_for_erasure, home_date, state_of
from .persons import erased_guardians_of, guardian_of, guardians_of, requirement_for
from .rights import is_restricted, objections_of


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Whether consent covers what was asked. ``code`` names the rule that decided; ``decision_ids`` are the proof."""

    covered: bool
    code: str
    decision_ids: tuple[uuid.UUID, ...] = ()
    valid_until: datetime | None = None

    def __bool__(self) -> bool:
        return self.covered


@dataclass(frozen=True, kw_only=True)
class Held:
    """The newest decision of one scope, and what it is worth at the moment of asking."""

    decision: Decision
    state: State

    @property
    def in_force(self) -> bool:
        return self.state in IN_FORCE


# A "no" that somebody spoke is told before a "no" that merely follows from time: see :func:`_said_no`.
CODES: tuple[tuple[State, str], ...] = (
    (State.REQUESTED, "not_asked"),
    (State.EXPIRED, "expired"),
    (State.INVALIDATED, "capacity_changed"),
    (State.SUPERSEDED, "notice_superseded"),
)


def consents_of(*, person: Person, at: datetime | None = None) -> list[Held]:
    """Every scope about which something was decided for this person, newest first, in a constant number of queries."""
    return sorted(_held(person, Q(), at), key=lambda held: -held.decision.pk)


def concerning(held: Iterable[Held], *, organisation_pk: int | None) -> list[Held]:
    """Of these, what an organisation sends or receives: what it can take back, and all it is told of."""
    return [row for row in held if organisation_pk in {row.decision.sender_id, row.decision.recipient_id}]


def is_covered(
    *,
    person: Person,
    purpose: Purpose,
    sender: Organisation,
    recipient: Organisation,
    categories: frozenset[DataCategory],
    at: datetime | None = None,
) -> Coverage:
    """Does a consent cover all these categories, from this sender to this recipient, for this purpose, now?

    Yes only if for every category the newest decision

    * is a yes, not a no and not taken back,
    * has not expired,
    * was made by all who must decide at the person's age and family of this very moment, and by whoever would have to
      if that adult's data were not erased since,
    * was made on a notice that no later one replaced with a new question,
    * and, for a purpose under medical secrecy, came with the release from it.

    A person whose data rest (GDPR art. 18) is not covered, and neither is what somebody objected to (art. 21) since the
    newest decisions. Anything else is a no: nothing asked, no categories, an erased person. The number of queries does
    not depend on how many decisions there are.
    """
    if not categories:
        return Coverage(covered=False, code="no_categories")
    if is_restricted(person, at=at):
        return Coverage(covered=False, code="restricted")
    scope = Q(purpose=purpose, sender=sender, recipient=recipient)
    try:
        held = {DataCategory(row.decision.category): row for row in _held(person, scope, at)}
    except Erased:
        return Coverage(covered=False, code="erased")
    objected_at = objections_of(person, at=at).newest(purpose=purpose, recipient_pk=recipient.pk)
    return _weighed(held, purpose=purpose, categories=categories, objected_at=objected_at)


def coverages_of(*, person: Person) -> dict[tuple[Purpose, int, int], Coverage]:
    """What :func:`is_covered` answers now, for every purpose, sender and recipient, about all that is in force there.

    Scopes by the keys of their organisations; one in which nothing is in force is left out. The number of queries does
    not depend on how many there are.
    """
    scopes: dict[tuple[Purpose, int, int], dict[DataCategory, Held]] = {}
    for row in _held(person, Q(), None):
        scope = Purpose(row.decision.purpose), row.decision.sender_id, row.decision.recipient_id
        scopes.setdefault(scope, {})[DataCategory(row.decision.category)] = row
    rests, objections = is_restricted(person), objections_of(person)
    found = {}
    for (purpose, sender, recipient), held in scopes.items():
        categories = frozenset(category for category, row in held.items() if row.in_force)
        objected_at = objections.newest(purpose=purpose, recipient_pk=recipient)
        if categories and rests:
            found[purpose, sender, recipient] = Coverage(covered=False, code="restricted")
        elif categories:
            found[purpose, sender, recipient] = _weighed(
                held, purpose=purpose, categories=categories, objected_at=objected_at
            )
    return found


def _weighed(
    held: Mapping[DataCategory, Held],
    *,
    purpose: Purpose,
    categories: frozenset[DataCategory],
    objected_at: datetime | None,
) -> Coverage:
    if objected_at and any(c not in held or held[c].decision.at <= objected_at for c in categories):
        return Coverage(covered=False, code="objected")
    said_no = _said_no(held, purpose=purpose, categories=categories)
    if said_no:
        return Coverage(covered=False, code=said_no)
    states = {category: held[category].state if category in held else State.REQUESTED for category in categories}
    for state, code in CODES:
        if state in states.values():
            return Coverage(covered=False, code=code)
    decisions = sorted((held[category].decision for category in categories), key=lambda decision: decision.pk)
    return Coverage(
        covered=True,
        code="covered",
        decision_ids=tuple(decision.public_id for decision in decisions),
        valid_until=min(decision.valid_until for decision in decisions if decision.valid_until),
    )


def _said_no(held: Mapping[DataCategory, Held], *, purpose: Purpose, categories: frozenset[DataCategory]) -> str:
    """The code of a "no" that somebody spoke about these categories, or about telling at all; empty if nobody did.

    Medical secrecy is released, or not, for the whole scope: the last answer counts for every category, also for those
    that were not asked about that time.
    """
    states = {held[category].state for category in categories if category in held}
    for state in (State.WITHDRAWN, State.REFUSED):
        if state in states:
            return state.value
    if purpose not in SECRECY:
        return ""
    answered = {category: row.decision.conversation for category, row in held.items() if row.state != State.WITHDRAWN}
    last = max(answered.values(), key=lambda conversation: conversation.pk, default=None)
    asked = [answered[category] for category in categories if category in answered]
    released = all(conversation.secrecy_released for conversation in (*asked, last) if conversation)
    return "" if released else "secrecy_not_released"


def get_recipient_for(*, person: Person, public_id: str) -> Organisation:
    """The organisation that something was decided about for this person. Any other is as one that is not there.

    Raises:
        Denied: nothing was decided about it, it does not exist, or that is no id.
    """
    decided = Decision.objects.filter(person=person).order_by().values("recipient")
    try:
        found = Organisation.objects.filter(pk__in=decided, public_id=uuid.UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise Denied(decision=deny("recipient_unknown"), event=Event.CONSENT_WITHDRAWN, subject=str(person.public_id))
    return found


def get_recipient_to_ask(
    *, person: Person, purpose: Purpose, sender: Organisation, public_id: str, event: Event
) -> Organisation:
    """An organisation about which this sender may ask consent for this purpose.

    There is a handover of this kind from the sender to it, in the person's coupling of now; or it was asked about
    before, so that a choice can be changed. Any other is as one that is not there.

    Raises:
        Denied: otherwise, and for what is no id.
    """
    known = Decision.objects.filter(person=person, purpose=purpose, sender=sender).order_by().values("recipient")
    possible = ports.possible_receivers(person=person, purpose=purpose, sender=sender)
    try:
        wanted = Organisation.objects.active().filter(public_id=uuid.UUID(public_id))
        found = wanted.filter(Q(pk__in=possible) | Q(pk__in=known)).exclude(pk=sender.pk).first()
    except ValueError:
        found = None
    if found is None:
        raise Denied(decision=deny("recipient_unknown"), event=event, subject=str(person.public_id))
    return found


def newest_decisions(*, person: Person, scope: Q, at: datetime | None = None) -> QuerySet[Decision]:
    """The newest decision of every purpose, sender, recipient and category that fits ``scope``.

    Args:
        at: leave out what was decided later than this moment. Without it whatever is stored counts: a withdrawal that
            was written down by a machine whose clock is ahead holds from then on, and not once this clock gets there.
    """
    earlier = Decision.objects.filter(scope, person=person).order_by()
    if at is not None:
        earlier = earlier.filter(at__lte=at)
    newest = earlier.values("purpose", "sender", "recipient", "category").annotate(newest=Max("pk")).values("newest")
    return Decision.objects.filter(pk__in=newest)


def _held(person: Person, scope: Q, at: datetime | None) -> list[Held]:
    moment = at or timezone.now()
    before = Decision.objects.filter(
        person=OuterRef("person"),
        purpose=OuterRef("purpose"),
        sender=OuterRef("sender"),
        recipient=OuterRef("recipient"),
        category=OuterRef("category"),
        outcome=Outcome.GIVEN,
        pk__lt=OuterRef("pk"),
    )
    rows = list(
        newest_decisions(person=person, scope=scope, at=at)
        .select_related("conversation__notice_text__notice", "sender", "recipient")
        .annotate(given_before=Exists(before))
    )
    # Read anew, not from the instance at hand: erasing the person takes effect at once.
    subject = Person.objects.select_related("subject_key").get(pk=person.pk)
    guardianships = list(guardians_of(subject, at=moment))
    requirement = requirement_for(subject, guardianships=guardianships, at=moment)
    erased = erased_guardians_of(subject, at=moment)
    deciders: dict[int, set[uuid.UUID]] = {}
    present = Decider.objects.filter(conversation__in=[row.conversation_id for row in rows])
    for conversation, decider in present.values_list("conversation", "person__public_id"):
        deciders.setdefault(conversation, set()).add(decider)
    asked_again = dict(
        Notice.objects.filter(asks_again=True, published_at__lte=moment)
        .order_by()
        .values_list("purpose")
        .annotate(newest=Max("version"))
    )
    held = []
    for row in rows:
        text = row.conversation.notice_text
        standing = Standing(
            outcome=Outcome(row.outcome),
            capacity=Capacity(row.conversation.capacity),
            deciders=frozenset(deciders.get(row.conversation_id, ())),
            valid_until=row.valid_until,
            reasked=text is None or text.notice.version < asked_again.get(row.purpose, 0),
            given_before=row.given_before,
            but_for_erasure=deciders_but_for_erasure(
                person_id=subject.public_id,
                birth_date=subject.birth_date,
                guardians=[guardian_of(guardianship) for guardianship in guardianships],
                erased=erased,
                decided_at=row.at,
                on=home_date(moment),
            ),
        )
        held.append(Held(decision=row, state=state_of(standing, requirement=requirement, at=moment)))
    return held
