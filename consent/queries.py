"""Which persons an actor may see, which notice counts, and whether a consent covers something now."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from .enums import Capacity, DataCategory, Outcome, Purpose, Relation, State
from .identity import Erased
from .letters import hash_of
from .models import (
    AccessLetter,
    Conversation,
    Decider,
    Decision,
    Guardianship,
    Notice,
    NoticeText,
    Person,
    SubjectKey,
)
from .policy import IN_FORCE, SECRECY, Guardian, Requirement, Standing, home_date, required_deciders, state_of


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


# A "no" that somebody spoke is told before a "no" that merely follows from time.
CODES: tuple[tuple[State, str], ...] = (
    (State.WITHDRAWN, "withdrawn"),
    (State.REFUSED, "refused"),
    (State.REQUESTED, "not_asked"),
    (State.EXPIRED, "expired"),
    (State.INVALIDATED, "capacity_changed"),
    (State.SUPERSEDED, "notice_superseded"),
)


def get_person_for(actor: Actor, public_id: uuid.UUID) -> Person:
    """The person, if a team of the actor has to do with them.

    Raises:
        Denied: absent and forbidden alike.
    """
    return _found(Person.objects.visible_to(actor), public_id)


def get_reader_for(actor: Actor, public_id: uuid.UUID) -> Person:
    """Somebody who may read along at the actor's desk: who decides, for a visible person or as one.

    A child whose parents decide is no reader, although the actor knows the child's birth date: that of the parent is
    asked, which the actor did not need to find the child.

    Raises:
        Denied: absent and forbidden alike.
    """
    reader = _found(Person.objects.readers_for(actor), public_id)
    wards = Guardianship.objects.active().filter(adult=reader, custody=True, child__in=Person.objects.visible_to(actor))
    if not wards.exists() and not _decides(reader, reader):
        raise Denied(
            decision=deny("reader_does_not_decide"),
            event=Event.ASSISTED_SESSION_OPENED,
            subject=str(public_id),
            object_type="person",
            object_id=str(public_id),
        )
    return reader


def get_letter_for(actor: Actor, public_id: uuid.UUID) -> AccessLetter:
    """An access letter of somebody to whom the actor may give one.

    Raises:
        Denied: absent and forbidden alike.
    """
    letter = AccessLetter.objects.select_related("person__subject_key", "team").filter(public_id=public_id).first()
    # Asked of nobody too, so that a letter of elsewhere costs what an absent one costs.
    is_reader = Person.objects.readers_for(actor).filter(pk=letter.person_id if letter else 0).exists()
    if letter is None or not is_reader:
        raise Denied(
            decision=deny("letter_not_visible"),
            event=Event.ACCESS_LETTER_REVOKED,
            subject=str(letter.person.public_id) if letter else "",
            object_type="access_letter",
            object_id=str(public_id),
        )
    return letter


def letters_of(person: Person) -> QuerySet[AccessLetter]:
    """The letters that a person got, newest first, with the team that gave them."""
    return AccessLetter.objects.filter(person=person).select_related("team__organisation").order_by("-pk")


def open_letters(at: datetime) -> QuerySet[AccessLetter]:
    """Letters that count at a moment: not used, not revoked, not expired."""
    return AccessLetter.objects.filter(used_at=None, revoked_at=None, expires_at__gt=at)


def letter_of_token(token: str) -> AccessLetter | None:
    """The letter with this token, if it counts now and its person can be told from the birth date."""
    letter = (
        open_letters(timezone.now())
        .select_related("person__subject_key", "team")
        .filter(token_hash=hash_of(token))
        .first()
    )
    return letter if letter is not None and reads_on_own_account(letter.person) else None


def reads_on_own_account(person: Person) -> bool:
    """Whether somebody may read without a professional at the side: who decides about the own data, or for somebody.

    So from twelve on, with the parents; from sixteen on alone. A younger child does not, and neither does somebody for
    whom a mentor decides: their parents and mentors read with a letter of their own. An erased person has nothing to
    read.
    """
    if not SubjectKey.objects.filter(person=person).exists():
        return False
    wards = Guardianship.objects.active().filter(adult=person, custody=True).select_related("child__subject_key")
    return _decides(person, person) or any(_decides(person, row.child) for row in wards)


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


def dossiers_of(reader: Person) -> list[Person]:
    """Whose dossier somebody may read and whose consent they may take back: the own, and that of whom they decide for.

    A parent does so until the sixteenth birthday and no longer: from then on the young person alone decides.
    """
    wards = Guardianship.objects.active().filter(adult=reader, custody=True).values("child")
    persons = Person.objects.filter(Q(pk=reader.pk) | Q(pk__in=wards)).select_related("subject_key").order_by("pk")
    return [person for person in persons if person.pk == reader.pk or _decides(reader, person)]


def _decides(reader: Person, person: Person) -> bool:
    try:
        return reader.public_id in requirement_for(person).deciders
    except Erased:
        return False


def current_notice(*, purpose: Purpose) -> Notice | None:
    """The newest published notice of a purpose."""
    return Notice.objects.filter(purpose=purpose, published_at__lte=timezone.now()).order_by("-version").first()


def current_texts(*, purpose: Purpose) -> dict[str, NoticeText]:
    """The texts of the current notice by language."""
    notice = current_notice(purpose=purpose)
    return {text.language: text for text in notice.texts.select_related("notice")} if notice else {}


def guardians_of(person: Person, *, at: datetime | None = None) -> QuerySet[Guardianship]:
    """The adults with custody or a mandate at a moment (now, if none is given)."""
    moment = at or timezone.now()
    return Guardianship.objects.filter(
        Q(active_until=None) | Q(active_until__gt=moment), child=person, custody=True, active_from__lte=moment
    ).select_related("adult__subject_key")


def requirement_for(
    person: Person, *, guardianships: Iterable[Guardianship] | None = None, at: datetime | None = None
) -> Requirement:
    """Who has to decide about this person's data at a moment (now, if none is given).

    Raises:
        consent.identity.Erased: if the birth date cannot be read any more.
    """
    moment = at or timezone.now()
    rows = guardians_of(person, at=moment) if guardianships is None else guardianships
    return required_deciders(
        person_id=person.public_id,
        birth_date=person.birth_date,
        guardians=[Guardian(person_id=row.adult.public_id, relation=Relation(row.relation)) for row in rows],
        on=home_date(moment),
    )


def consents_of(*, person: Person, at: datetime | None = None) -> list[Held]:
    """Every scope about which something was decided for this person, newest first, in a constant number of queries."""
    return sorted(_held(person, Q(), at or timezone.now()), key=lambda held: -held.decision.pk)


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
    * was made by all who must decide at the person's age and family of this very moment,
    * was made on a notice that no later one replaced with a new question,
    * and, for a purpose under medical secrecy, came with the release from it.

    Anything else is a no: nothing asked, no categories, an erased person. The number of queries does not depend on how
    many decisions there are.
    """
    if not categories:
        return Coverage(covered=False, code="no_categories")
    moment = at or timezone.now()
    scope = Q(purpose=purpose, sender=sender, recipient=recipient)
    try:
        held = {DataCategory(row.decision.category): row for row in _held(person, scope, moment)}
    except Erased:
        return Coverage(covered=False, code="erased")
    states = {category: held[category].state if category in held else State.REQUESTED for category in categories}
    for state, code in CODES:
        if state in states.values():
            return Coverage(covered=False, code=code)
    decisions = sorted((held[category].decision for category in categories), key=lambda decision: decision.pk)
    if purpose in SECRECY and not all(decision.conversation.secrecy_released for decision in decisions):
        return Coverage(covered=False, code="secrecy_not_released")
    return Coverage(
        covered=True,
        code="covered",
        decision_ids=tuple(decision.public_id for decision in decisions),
        valid_until=min(decision.valid_until for decision in decisions if decision.valid_until),
    )


def newest_decisions(*, person: Person, scope: Q, at: datetime) -> QuerySet[Decision]:
    """The newest decision of every purpose, sender, recipient and category that fits ``scope``."""
    earlier = Decision.objects.filter(scope, person=person, at__lte=at).order_by()
    newest = earlier.values("purpose", "sender", "recipient", "category").annotate(newest=Max("pk")).values("newest")
    return Decision.objects.filter(pk__in=newest)


def _held(person: Person, scope: Q, at: datetime) -> list[Held]:
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
    requirement = requirement_for(subject, at=at)
    deciders: dict[int, set[uuid.UUID]] = {}
    present = Decider.objects.filter(conversation__in=[row.conversation_id for row in rows])
    for conversation, decider in present.values_list("conversation", "person__public_id"):
        deciders.setdefault(conversation, set()).add(decider)
    asked_again = dict(
        Notice.objects.filter(asks_again=True, published_at__lte=at)
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
        )
        held.append(Held(decision=row, state=state_of(standing, requirement=requirement, at=at)))
    return held


def _found(persons: QuerySet[Person], public_id: uuid.UUID) -> Person:
    person = persons.select_related("subject_key").filter(public_id=public_id).first()
    if person is None:
        exists = Person.objects.filter(public_id=public_id).exists()
        raise Denied(
            decision=deny("person_not_visible"),
            event=Event.PERSON_READ,
            subject=str(public_id) if exists else "",
            object_type="person",
            object_id=str(public_id),
        )
    return person


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
