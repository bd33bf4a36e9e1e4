"""Families: who decides about somebody, now and later, and who ever did."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from ..enums import Capacity, Relation
from ..identity import name_of
from ..models import Guardianship, Person
from ..policy import home_date, next_change
from .persons import guardians_of, requirement_for

CUSTODY = frozenset({Relation.MOTHER, Relation.FATHER, Relation.GUARDIAN})


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """Who decides about a person now. ``changes_on`` is the birthday on which that changes, ``age_then`` the age."""

    capacity: Capacity | None
    names: tuple[str, ...]
    changes_on: date | None
    age_then: int | None


def deciding_about(person: Person) -> Deciding:
    """Who has to decide about this person today, by name.

    Raises:
        consent.identity.Erased: if the birth date cannot be read any more.
    """
    guardianships = list(guardians_of(person))
    requirement = requirement_for(person, guardianships=guardianships)
    people = [person, *(row.adult for row in guardianships)]
    change = next_change(person.birth_date, home_date(timezone.now()))
    return Deciding(
        capacity=requirement.capacity,
        names=tuple(name_of(someone) for someone in people if someone.public_id in requirement.deciders),
        changes_on=change[0] if change else None,
        age_then=change[1] if change else None,
    )


def family_of(child: Person) -> list[Guardianship]:
    """Every adult who decides or decided for somebody, in the order in which they were written down."""
    return list(Guardianship.objects.filter(child=child).select_related("adult__subject_key").order_by("pk"))


def is_ward_of(person: Person, other: Person, *, relation: Relation) -> bool:
    """Whether ``other`` decides for ``person``, directly or through others, in the same kind of relation.

    Custody and mandate are kinds of their own: a grown-up child can be the mentor of the own parent.
    """
    kinds = CUSTODY if relation in CUSTODY else {relation}
    rows = Guardianship.objects.active().filter(relation__in=kinds)
    seen: set[int] = set()
    above = {person.pk}
    while above:
        seen |= above
        above = set(rows.filter(child__in=above).values_list("adult", flat=True)) - seen
        if other.pk in above:
            return True
    return False
