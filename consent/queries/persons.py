"""Which persons an actor may see, who decides for them, and who may read along."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import Relation
from ..identity import Erased
from ..models import (
    Erasure,
    Guardianship,
    Person,
    SubjectKey,
)
from ..policy import ErasedGuardian, Guardian, Requirement, home_date, required_deciders


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


def guardians_of(person: Person, *, at: datetime | None = None) -> QuerySet[Guardianship]:
    """The adults with custody or a mandate at a moment (now, if none is given)."""
    moment = at or timezone.now()
    return Guardianship.objects.filter(
        Q(active_until=None) | Q(active_until__gt=moment), child=person, custody=True, active_from__lte=moment
    ).select_related("adult__subject_key")


def erased_guardians_of(person: Person, *, at: datetime) -> list[ErasedGuardian]:
    """The adults whose custody or mandate had ended at a moment, and only because they were erased; in one query."""
    erasure = Erasure.objects.filter(person_id=OuterRef("adult__public_id")).values("erased_at")
    rows = (
        Guardianship.objects.filter(child=person, custody=True, active_until__lte=at)
        .annotate(erased_at=Subquery(erasure))
        .filter(active_until__gte=F("erased_at"))
        .values_list("adult__public_id", "relation", "active_until")
    )
    return [
        ErasedGuardian(person_id=adult, relation=Relation(relation), until=until)
        for adult, relation, until in rows
        if until is not None
    ]


def wards_of(adult: Person) -> QuerySet[Person]:
    """For whom an adult has custody or a mandate now, in an order in which rows can be locked."""
    rows = Guardianship.objects.active().filter(adult=adult, custody=True)
    return Person.objects.filter(pk__in=rows.values("child")).order_by("pk")


def guardian_of(row: Guardianship) -> Guardian:
    """A stored custody or mandate, as the rules weigh it."""
    return Guardian(person_id=row.adult.public_id, relation=Relation(row.relation))


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
        guardians=[guardian_of(row) for row in rows],
        on=home_date(moment),
    )


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
