"""Families: who has custody of whom, or a mandate, since when and until when."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..enums import CustodyEnd, Relation
from ..errors import NotRecorded
from ..identity import Erased
from ..models import Guardianship, Person
from ..policy import can_be_guardian, home_date
from ..queries import is_ward_of
from .acting import acting_for, lock_person, require_team_and_person
from .persons import look_up_person, register_person
from .standing import telling_what_changes


def add_guardian(
    *,
    actor: Actor,
    team: Team,
    child: Person,
    name: str,
    birth_date: date,
    relation: Relation,
    custody: bool,
    v_number: str = "",
    spoken_language: str = "nl",
) -> Guardianship:
    """Write down an adult of a family: looked up by V-number and birth date, or registered when there is no number.

    Looking up counts for the limit of look-ups and is audited by itself, whatever comes of the rest. A number that is
    somebody else's and a number that is nobody's are one and the same miss.

    Raises:
        Denied: if the actor may not act for the team, or the child is not visible.
        django.core.exceptions.ValidationError: for a name, birth date or V-number that cannot be.
        NotRecorded: as :func:`record_guardianship`, ``guardian_known``, ``not_found`` or ``too_many_look_ups``.
    """
    require_team_and_person(actor=actor, team=team, person=child, event=Event.CUSTODY_RECORDED)
    adult = None
    if v_number:
        adult = look_up_person(actor=actor, team=team, v_number=v_number, birth_date=birth_date)
        if adult is None:
            raise NotRecorded("not_found")
    with transaction.atomic():
        # Both before the log is written, and the adult first, as everywhere.
        for someone in (adult, child):
            if someone is not None:
                lock_person(someone)
        if adult is None:
            adult = register_person(
                actor=actor,
                team=team,
                name=name,
                birth_date=birth_date,
                spoken_language=spoken_language,
            )
        if Guardianship.objects.filter(child=child, adult=adult, active_until=None).exists():
            raise NotRecorded("guardian_known")
        return record_guardianship(actor=actor, team=team, child=child, adult=adult, relation=relation, custody=custody)


@transaction.atomic
def record_guardianship(
    *, actor: Actor, team: Team, child: Person, adult: Person, relation: Relation, custody: bool = True
) -> Guardianship:
    """Write down that an adult decides for somebody. The actor's team has to do with that somebody.

    What was agreed before by fewer people no longer counts: that follows from the rows and is not stored. Packages that
    went by it stand still from the same moment, and their teams are told (``ports.on_lapsed``).

    Raises:
        Denied: if the actor may not act for the team, or the child is not visible.
        NotRecorded: ``not_yourself``, ``family_cycle``, ``guardian_too_young``, ``parent_too_young``,
            ``too_old_for_custody``, ``mentor_for_child`` or ``erased``.
    """
    require_team_and_person(actor=actor, team=team, person=child, event=Event.CUSTODY_RECORDED)
    # The adult first, as an erasure does: whoever was erased meanwhile decides for nobody.
    adult, child = lock_person(adult), lock_person(child)
    try:
        adult_born = adult.birth_date
    except Erased:
        raise NotRecorded("erased") from None
    answer = can_be_guardian(
        relation=relation,
        yourself=child.pk == adult.pk,
        ward_of_child=is_ward_of(adult, child, relation=relation),
        child_born=child.birth_date,
        adult_born=adult_born,
        on=home_date(timezone.now()),
    )
    if not answer:
        raise NotRecorded(answer.code)
    who = acting_for(actor, team)
    with telling_what_changes([child], who=who):
        guardianship, created = Guardianship.objects.get_or_create(
            child=child, adult=adult, active_until=None, defaults={"relation": relation, "custody": custody}
        )
    if created:
        audit.record(
            event=Event.CUSTODY_RECORDED,
            action=Action.CREATE,
            who=who,
            subject=str(child.public_id),
            object_type="guardianship",
            object_id=str(adult.public_id),
            details={"relation": relation.value, "custody": custody},
        )
    return guardianship


@transaction.atomic
def end_guardianship(*, actor: Actor, team: Team, child: Person, adult: Person, reason: CustodyEnd) -> bool:
    """Write down that an adult no longer decides for somebody, from now on; whether there was anything to end.

    A consent that only others could have given no longer counts from the same moment: packages that went by it stand
    still, and their teams are told. One that was also given by all who still decide goes on.

    Raises:
        Denied: if the actor may not act for the team, or the child is not visible.
    """
    require_team_and_person(actor=actor, team=team, person=child, event=Event.CUSTODY_ENDED)
    child = lock_person(child)
    row = Guardianship.objects.filter(child=child, adult=adult, active_until=None).first()
    if row is None:
        return False
    who = acting_for(actor, team)
    with telling_what_changes([child], who=who):
        row.active_until = timezone.now()
        row.save()
    audit.record(
        event=Event.CUSTODY_ENDED,
        action=Action.UPDATE,
        who=who,
        subject=str(child.public_id),
        object_type="guardianship",
        object_id=str(adult.public_id),
        details={"relation": row.relation, "custody": row.custody, "reason": reason.value},
    )
    return True
