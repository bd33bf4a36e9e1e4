"""Persons: register, find, and who has to do with whom."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team, User
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.vault.crypto import SubjectCipher

from ..enums import InvolvementReason
from ..errors import NotRecorded
from ..identity import (
    Identity,
    clean_birth_date,
    clean_name,
    lookup_index,
    normalise_v_number,
    seal_identity,
    v_number_index,
)
from ..models import Involvement, LookUp, Person, SubjectKey
from ..policy import LOOK_UP_WINDOW, LOOK_UPS, can_act_for_team, can_look_up, home_date
from .acting import acting_for, require, user_of


@transaction.atomic
def register_person(
    *,
    actor: Actor,
    team: Team,
    name: str,
    birth_date: date,
    v_number: str = "",
    spoken_language: str = "nl",
    reading_languages: Sequence[str] = (),
    needs_interpreter: bool = False,
    cannot_read: bool = False,
    email: str = "",
    phone: str = "",
) -> Person:
    """Take somebody up, for a team that from then on has to do with them.

    Args:
        v_number: empty only for an adult who decides for somebody and has none; nobody can look such a person up.

    Raises:
        Denied: if the actor neither sends nor receives for the team.
        django.core.exceptions.ValidationError: for a name, birth date or V-number that cannot be.
        NotRecorded: ``v_number_taken``.
    """
    require(can_act_for_team(actor, team.pk), event=Event.PERSON_REGISTERED)
    number = normalise_v_number(v_number) if v_number else ""
    born = clean_birth_date(birth_date, today=home_date(timezone.now()))
    identity = Identity(v_number=number, name=clean_name(name), birth_date=born, email=email, phone=phone)
    wrapped = SubjectCipher.new_subject_key()
    person = Person(
        v_number_index=v_number_index(number) if number else None,
        lookup_index=lookup_index(number, born) if number else None,
        spoken_language=spoken_language,
        reading_languages=list(reading_languages),
        needs_interpreter=needs_interpreter,
        cannot_read=cannot_read,
    )
    person.identity = seal_identity(wrapped, person.public_id, identity)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise NotRecorded("v_number_taken") from None
    SubjectKey.objects.create(person=person, wrapped=wrapped)
    involve(person=person, team=team, reason=InvolvementReason.REGISTERED)
    audit.record(
        event=Event.PERSON_REGISTERED,
        action=Action.CREATE,
        who=acting_for(actor, team),
        subject=str(person.public_id),
        object_type="person",
        object_id=str(person.public_id),
    )
    return person


def involve(*, person: Person, team: Team, reason: InvolvementReason) -> Involvement:
    """The team has to do with the person from now on. The caller's transaction says why, and audits it."""
    involvement, _created = Involvement.objects.get_or_create(
        person=person, team=team, active_until=None, defaults={"reason": reason}
    )
    return involvement


def look_up_person(*, actor: Actor, team: Team, v_number: str, birth_date: date) -> Person | None:
    """Find somebody who told their V-number and birth date; from then on the team has to do with them.

    A wrong V-number, a right one with another birth date and a person who does not exist are one and the same miss, by
    the same single query. Hit and miss are audited, without what was searched for.

    Raises:
        Denied: if the actor neither sends nor receives for the team.
        django.core.exceptions.ValidationError: if the V-number is none.
        NotRecorded: ``too_many_look_ups``, after 20 in ten minutes.
    """
    require(can_look_up(actor), event=Event.PERSON_SEARCHED)
    require(can_act_for_team(actor, team.pk), event=Event.PERSON_SEARCHED)
    number = normalise_v_number(v_number)
    count_look_up(actor=actor, team=team)
    return _look_up(who=acting_for(actor, team), team=team, index=lookup_index(number, birth_date))


def count_look_up(*, actor: Actor, team: Team) -> None:
    """Count one try of a V-number, outside the transaction of what comes of it.

    Raises:
        NotRecorded: ``too_many_look_ups``, after 20 in ten minutes.
    """
    if not _count_look_up(actor):
        who = acting_for(actor, team)
        audit.record_denial(event=Event.PERSON_SEARCHED, who=who, object_type="person", reason="too_many_look_ups")
        raise NotRecorded("too_many_look_ups")


@transaction.atomic
def _count_look_up(actor: Actor) -> bool:
    user = User.objects.select_for_update().only("pk").get(pk=user_of(actor))
    mine = LookUp.objects.filter(user=user)
    since = timezone.now() - LOOK_UP_WINDOW
    mine.filter(at__lt=since).delete()
    if mine.filter(at__gte=since).count() >= LOOK_UPS:
        return False
    LookUp.objects.create(user=user)
    return True


@transaction.atomic
def _look_up(*, who: Who, team: Team, index: str) -> Person | None:
    person = Person.objects.select_related("subject_key").filter(lookup_index=index).first()
    if person is not None:
        involve(person=person, team=team, reason=InvolvementReason.LOOKED_UP)
    audit.record(
        event=Event.PERSON_SEARCHED,
        action=Action.READ,
        who=who,
        subject=str(person.public_id) if person else "",
        object_type="person",
        object_id=str(person.public_id) if person else "",
        details={"found": person is not None},
    )
    return person
