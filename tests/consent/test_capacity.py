"""Who decides: the boundary birthdays, families and dates."""

import uuid
from datetime import UTC, date, datetime

import pytest

from consent.enums import Capacity, Relation
from consent.policy import Guardian, age_on, can_decide, home_date, required_deciders

PERSON, MOTHER, FATHER, VOOGD, MENTOR = (uuid.uuid4() for _ in range(5))
PARENTS = [
    Guardian(person_id=MOTHER, relation=Relation.MOTHER),
    Guardian(person_id=FATHER, relation=Relation.FATHER),
]
NIDOS = [Guardian(person_id=VOOGD, relation=Relation.GUARDIAN)]
COURT = [Guardian(person_id=MENTOR, relation=Relation.REPRESENTATIVE)]
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("birth_date", "guardians", "capacity", "deciders"),
    [
        (date(2026, 11, 23), PARENTS, Capacity.PARENT, {MOTHER, FATHER}),
        (date(2014, 11, 24), PARENTS, Capacity.PARENT, {MOTHER, FATHER}),
        (date(2014, 11, 23), PARENTS, Capacity.BOTH, {PERSON, MOTHER, FATHER}),
        (date(2010, 11, 24), PARENTS, Capacity.BOTH, {PERSON, MOTHER, FATHER}),
        (date(2010, 11, 23), PARENTS, Capacity.SELF, {PERSON}),
        (date(2014, 11, 24), PARENTS[:1], Capacity.PARENT, {MOTHER}),
        (date(2014, 11, 24), NIDOS, Capacity.GUARDIAN, {VOOGD}),
        (date(2014, 11, 23), NIDOS, Capacity.BOTH, {PERSON, VOOGD}),
        (date(2010, 11, 23), NIDOS, Capacity.SELF, {PERSON}),
        (date(2014, 11, 24), PARENTS[:1] + NIDOS, Capacity.PARENT, {MOTHER}),
        (date(2014, 11, 24), [], None, set()),
        (date(2014, 11, 23), [], None, set()),
        (date(1990, 1, 1), [], Capacity.SELF, {PERSON}),
        (date(1990, 1, 1), COURT, Capacity.GUARDIAN, {MENTOR}),
        (date(2014, 11, 24), COURT, None, set()),
    ],
)
def test_who_decides(birth_date, guardians, capacity, deciders):
    requirement = required_deciders(person_id=PERSON, birth_date=birth_date, guardians=guardians, on=TODAY)
    assert (requirement.capacity, requirement.deciders) == (capacity, deciders)


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2026, 2, 28), 13),
        (date(2026, 3, 1), 14),
        (date(2028, 2, 28), 15),
        (date(2028, 2, 29), 16),
    ],
)
def test_a_leap_day_child_turns_on_the_first_of_march(on, age):
    assert age_on(date(2012, 2, 29), on) == age


def test_a_birthday_starts_at_midnight_in_amsterdam():
    assert home_date(datetime(2026, 11, 22, 22, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert home_date(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert home_date(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("present", "code"),
    [
        ({MOTHER, FATHER}, "capacity"),
        ({MOTHER}, "decider_missing"),
        (set(), "decider_missing"),
        ({MOTHER, FATHER, PERSON}, "decider_without_authority"),
        ({PERSON}, "decider_missing"),
    ],
)
def test_all_who_must_and_nobody_else(present, code):
    requirement = required_deciders(person_id=PERSON, birth_date=date(2020, 1, 1), guardians=PARENTS, on=TODAY)
    answer = can_decide(requirement, frozenset(present))
    assert answer.code == code
    assert answer.allowed is (code == "capacity")


def test_without_anybody_who_may_nothing_is_decided():
    requirement = required_deciders(person_id=PERSON, birth_date=date(2020, 1, 1), guardians=[], on=TODAY)
    assert can_decide(requirement, frozenset({PERSON})).code == "nobody_may_decide"
