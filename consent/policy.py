"""Who may decide, and whether a consent counts now: pure functions, without the database."""

import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.access import Proof
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.policy import Decision as Answer
from portal.accounts.policy import allow, deny

from .enums import Capacity, DataCategory, Method, Outcome, Purpose, Relation, Right, SignatureKind, State

HOME = ZoneInfo("Europe/Amsterdam")
PARENTS = frozenset({Relation.MOTHER, Relation.FATHER})

CATEGORIES: dict[Purpose, tuple[DataCategory, ...]] = {
    Purpose.MEDICAL_FILE: (
        DataCategory.MEDICAL_HISTORY,
        DataCategory.MEDICATION,
        DataCategory.VACCINATIONS,
        DataCategory.MENTAL_HEALTH,
        DataCategory.TB_SCREENING,
    ),
    Purpose.YOUTH_HEALTH: (
        DataCategory.VACCINATIONS,
        DataCategory.GROWTH,
        DataCategory.DEVELOPMENT,
        DataCategory.MEDICAL_HISTORY,
        DataCategory.FAMILY,
    ),
    Purpose.GUIDANCE: (
        DataCategory.SOCIAL_SITUATION,
        DataCategory.FAMILY,
        DataCategory.EDUCATION,
        DataCategory.LANGUAGE_LEVEL,
    ),
    Purpose.RISK_SIGNAL: (DataCategory.RISK, DataCategory.SOCIAL_SITUATION),
    Purpose.ASSESSMENT: (
        DataCategory.EDUCATION,
        DataCategory.LANGUAGE_LEVEL,
        DataCategory.WORK,
        DataCategory.SOCIAL_SITUATION,
    ),
    Purpose.QUESTION: tuple(DataCategory),
}
"""What may be asked for a purpose: no more than it needs (GDPR art. 5(1)(c))."""

SECRECY = frozenset({Purpose.MEDICAL_FILE, Purpose.YOUTH_HEALTH})
"""Purposes whose sender is always bound by medical secrecy (Civil Code book 7 art. 457): a release is asked apart."""

VALID_FOR: dict[Purpose, timedelta] = {
    Purpose.MEDICAL_FILE: timedelta(days=183),
    Purpose.YOUTH_HEALTH: timedelta(days=183),
    Purpose.GUIDANCE: timedelta(days=183),
    Purpose.RISK_SIGNAL: timedelta(days=92),
    Purpose.ASSESSMENT: timedelta(days=183),
    Purpose.QUESTION: timedelta(days=31),
}
"""How long a yes counts."""

ASSISTED_SESSION_LASTS = timedelta(minutes=30)
ASSISTED_ATTEMPTS = 5
ASSISTED_ATTEMPTS_A_DAY = 10
ACCESS_LETTER_LASTS = timedelta(days=14)
ACCESS_LETTER_ATTEMPTS = 5
LETTER_MISSES = 60
LETTER_MISSES_WINDOW = timedelta(minutes=10)
PAPER_LASTS = timedelta(days=31)
PAPER_WAITS = timedelta(days=31)
"""How long a scan is kept that nothing was recorded with."""
PAPER_PROVES = timedelta(days=5 * 365 + 2)
"""How long a scan is kept as proof after the consent on it stopped counting."""
OWN_PAPERS = 5
"""How many forms to withdraw a reader prints about somebody in an hour."""
OPEN_QUESTIONS = 10
LOOK_UPS = 20
LOOK_UP_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """An adult with custody or a mandate that holds now."""

    person_id: uuid.UUID
    relation: Relation


@dataclass(frozen=True, kw_only=True)
class ErasedGuardian(Guardian):
    """An adult whose custody or mandate nobody ended: the erasure of the adult's data closed it, at ``until``."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Who has to decide. ``capacity`` is ``None`` when there is nobody who may; then nothing can be recorded."""

    capacity: Capacity | None
    deciders: frozenset[uuid.UUID]


def home_date(at: datetime) -> date:
    """The calendar date of a moment in the Netherlands: a birthday starts at midnight there, not in UTC."""
    return at.astimezone(HOME).date()


def age_on(birth_date: date, on: date) -> int:
    """Completed years. Somebody born on 29 February turns a year older on 1 March in a common year."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def required_deciders(
    *, person_id: uuid.UUID, birth_date: date, guardians: Iterable[Guardian], on: date
) -> Requirement:
    """Who decides about this person's data on that day.

    * under 12: every parent with custody; without such a parent the guardian
    * 12 to 15: the young person and every parent with custody; without such a parent the guardian
    * from 16: the person alone
    * somebody of 16 or older with a mentor or administrator appointed by a court: that representative

    Source: Civil Code (BW) book 7 articles 450 and 465, book 1 articles 245, 381 and 453.
    """
    known = tuple(guardians)
    age = age_on(birth_date, on)
    if age >= 16:
        representatives = _of(known, {Relation.REPRESENTATIVE})
        if representatives:
            return Requirement(capacity=Capacity.GUARDIAN, deciders=representatives)
        return Requirement(capacity=Capacity.SELF, deciders=frozenset({person_id}))
    parents, guardian = _of(known, PARENTS), _of(known, {Relation.GUARDIAN})
    adults = parents or guardian
    if not adults:
        return Requirement(capacity=None, deciders=frozenset())
    if age >= 12:
        return Requirement(capacity=Capacity.BOTH, deciders=adults | {person_id})
    return Requirement(capacity=Capacity.PARENT if parents else Capacity.GUARDIAN, deciders=adults)


def deciders_but_for_erasure(
    *,
    person_id: uuid.UUID,
    birth_date: date,
    guardians: Iterable[Guardian],
    erased: Iterable[ErasedGuardian],
    decided_at: datetime,
    on: date,
) -> frozenset[uuid.UUID]:
    """Who would have to have agreed to what was decided at a moment, had nobody in charge been erased since.

    Erasing data ends no custody and no mandate: a yes that an erased parent or mentor never gave does not come to count
    by it, until those who decide now say it anew. Empty if nobody was erased since.
    """
    since = [adult for adult in erased if adult.until > decided_at]
    if not since:
        return frozenset()
    everybody = [*guardians, *since]
    return required_deciders(person_id=person_id, birth_date=birth_date, guardians=everybody, on=on).deciders


def can_decide(requirement: Requirement, present: frozenset[uuid.UUID]) -> Answer:
    """Whether these people together may decide: all who must, and nobody who may not."""
    if requirement.capacity is None:
        return deny("nobody_may_decide")
    if requirement.deciders - present:
        return deny("decider_missing")
    if present - requirement.deciders:
        return deny("decider_without_authority")
    return allow("capacity")


SIGNS: dict[Method, frozenset[SignatureKind]] = {
    Method.ON_SCREEN: frozenset({SignatureKind.DRAWN, SignatureKind.CONFIRMED}),
    Method.PAPER_SCAN: frozenset({SignatureKind.PAPER}),
    Method.WITNESSED_ORALLY: frozenset({SignatureKind.WITNESSED}),
}
"""How somebody may sign, by method. A drawn line and a typed name count alike."""


def can_record_alone(actor: Actor, *, others: frozenset[uuid.UUID]) -> Answer:
    """Somebody who signed in alone records the own decision, nobody else's, with a second factor of this moment."""
    if others:
        return deny("decider_is_another")
    return allow("alone") if actor.proof >= Proof.RECENT_SECOND_FACTOR else deny("factor_not_recent")


def signs_for(method: Method, kind: SignatureKind) -> bool:
    """Whether a signature of this kind goes with the method."""
    return kind in SIGNS[method]


def can_witness(name: str, *, others: Iterable[str]) -> Answer:
    """A witness is somebody else than who writes it down and than those who decide (a name says who it is)."""
    return deny("witness_not_apart") if _folded(name) in {_folded(other) for other in others} else allow("witness")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A stored decision with what is needed to weigh it now. ``reasked`` means: a later notice asks everybody again.

    ``but_for_erasure`` is what :func:`deciders_but_for_erasure` says: they too must be among the deciders.
    """

    outcome: Outcome
    capacity: Capacity
    deciders: frozenset[uuid.UUID]
    valid_until: datetime | None
    but_for_erasure: frozenset[uuid.UUID] = frozenset()
    reasked: bool = False
    given_before: bool = False


def state_of(standing: Standing | None, *, requirement: Requirement, at: datetime) -> State:
    """What the newest decision of a scope is worth at a moment; ``None`` means that nobody has decided yet."""
    if standing is None:
        return State.REQUESTED
    if standing.outcome == Outcome.WITHDRAWN:
        return State.WITHDRAWN
    if standing.outcome == Outcome.REFUSED:
        return State.REFUSED
    if standing.valid_until is None or standing.valid_until <= at:
        return State.EXPIRED
    needed = requirement.deciders | standing.but_for_erasure
    if standing.capacity != requirement.capacity or needed - standing.deciders:
        return State.INVALIDATED
    if standing.reasked:
        return State.SUPERSEDED
    return State.RECONFIRMED if standing.given_before else State.GIVEN


ADULT_FROM = {
    Relation.MOTHER: 16,
    Relation.FATHER: 16,
    Relation.GUARDIAN: 18,
    Relation.REPRESENTATIVE: 18,
}
"""From which age somebody may decide for another. A parent of 16 or 17 can get custody from the court (Civil Code
book 1 art. 253ha); a guardian and a mentor are of age (art. 1:246 and 1:452)."""


def can_be_guardian(
    *,
    relation: Relation,
    yourself: bool,
    ward_of_child: bool,
    child_born: date,
    adult_born: date,
    on: date,
) -> Answer:
    """Whether an adult can be written down as one who decides for somebody.

    * nobody for oneself, and nobody for who decides, directly or through others, for him or her
    * a parent from 16, a guardian or a mentor from 18
    * a parent is older than the child
    * custody ends at 18 (Civil Code book 1 art. 233); a mentor or administrator comes from 16 on
    """
    if yourself:
        return deny("not_yourself")
    if ward_of_child:
        return deny("family_cycle")
    if relation in PARENTS and adult_born >= child_born:
        return deny("parent_too_young")
    if age_on(adult_born, on) < ADULT_FROM[relation]:
        return deny("guardian_too_young")
    age = age_on(child_born, on)
    if relation == Relation.REPRESENTATIVE:
        return deny("mentor_for_child") if age < 16 else allow("guardian")
    return deny("too_old_for_custody") if age >= 18 else allow("guardian")


def next_change(birth_date: date, on: date) -> tuple[date, int] | None:
    """The next birthday on which others decide, and the age then; ``None`` from 16 on."""
    for age in (12, 16):
        if age_on(birth_date, on) < age:
            try:
                return birth_date.replace(year=birth_date.year + age), age
            except ValueError:
                return date(birth_date.year + age, 3, 1), age
    return None


IN_FORCE = frozenset({State.GIVEN, State.RECONFIRMED})


def can_look_up(actor: Actor) -> Answer:
    """Only somebody who sends or receives for a team looks people up."""
    return allow() if actor.teams_with(Role.SENDER) | actor.teams_with(Role.RECEIVER) else deny("role")


def can_act_for_team(actor: Actor, team_pk: int) -> Answer:
    """Recording, withdrawing and assisting is done as sender or receiver of the very team."""
    teams = actor.teams_with(Role.SENDER) | actor.teams_with(Role.RECEIVER)
    return allow() if team_pk in teams else deny("not_in_team")


def can_manage_notices(actor: Actor) -> Answer:
    """The region's administrator writes and publishes the explanations; it opens no dossier."""
    return allow() if Role.REGION_ADMINISTRATOR in actor.roles else deny("role")


def can_read_statistics(actor: Actor) -> Answer:
    """Counts without persons: for the region's administrator and the privacy officer."""
    return allow() if {Role.REGION_ADMINISTRATOR, Role.PRIVACY_OFFICER} & actor.roles else deny("role")


def can_prove(actor: Actor) -> Answer:
    """The privacy officer takes the proof of a consent along, of anybody in the region; it opens no dossier."""
    return allow() if Role.PRIVACY_OFFICER in actor.roles else deny("role")


def answers_for_the_region(actor: Actor) -> Answer:
    """What persons ask the privacy officer, the privacy officer reads: the question, and no dossier."""
    return allow() if Role.PRIVACY_OFFICER in actor.roles else deny("role")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _of(guardians: tuple[Guardian, ...], relations: Iterable[Relation]) -> frozenset[uuid.UUID]:
    wanted = frozenset(relations)
    return frozenset(guardian.person_id for guardian in guardians if guardian.relation in wanted)


def can_answer_rights(actor: Actor) -> Answer:
    """The privacy officer answers what persons ask by law, and nobody else: no professional, no administrator."""
    return allow() if Role.PRIVACY_OFFICER in actor.roles else deny("not_privacy_officer")


def can_grant(right: Right, *, asked_in_person: bool) -> Answer:
    """Whether a yes can be an answer: who corrects is a team that saw a document, and nobody is erased by a letter."""
    if right == Right.RECTIFICATION:
        return deny("rectified_by_team")
    if right == Right.ERASURE and not asked_in_person:
        return deny("not_asked_by_person")
    return allow("grant")
