"""Data that rest (GDPR art. 18): at once on request, and in use again only after the person was told."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import RestrictionGround
from ..errors import NotRecorded
from ..models import Person, Restriction, RightsRequest
from ..policy import can_answer_rights
from ..queries.rights import restriction_of
from ..terms import LIFTING_TOLD_BEFORE
from .acting import lock_person, require


def restrict(*, person: Person, ground: RestrictionGround, request: RightsRequest, who: Who) -> Restriction:
    """Let the person's data rest from now on; one restriction holds at a time, a second request changes nothing.

    Call it inside a transaction, under the lock on the person.
    """
    present = restriction_of(person)
    if present is not None:
        return present
    restriction = Restriction.objects.create(person=person, request=request, ground=ground)
    _record(restriction, who=who, event=Event.PERSON_RESTRICTED, action=Action.CREATE)
    ports.announce_restricted(person=person, who=who)
    return restriction


@transaction.atomic
def announce_lifting(*, actor: Actor, restriction: Restriction) -> Restriction:
    """Tell the person, on the own pages, that the data will be used again in a week. Telling twice changes nothing.

    Raises:
        Denied: for anybody but the privacy officer.
    """
    require(can_answer_rights(actor), event=Event.PERSON_UNRESTRICTED, person=restriction.person)
    lock_person(restriction.person)
    told = Restriction.objects.filter(pk=restriction.pk, told_at=None, active_until=None)
    if told.update(told_at=timezone.now()):
        _keep_history(restriction)
        _record(restriction, who=actor.who, event=Event.PERSON_UNRESTRICTED, action=Action.UPDATE)
    return restriction


@transaction.atomic
def lift(*, actor: Actor, restriction: Restriction) -> Restriction:
    """End a restriction, at least a week after the person was told (GDPR art. 18(3)).

    Raises:
        Denied: for anybody but the privacy officer.
        NotRecorded: ``not_told_yet``.
    """
    require(can_answer_rights(actor), event=Event.PERSON_UNRESTRICTED, person=restriction.person)
    person = lock_person(restriction.person)
    now = timezone.now()
    long_told = Restriction.objects.filter(pk=restriction.pk, active_until=None, told_at__lte=now - LIFTING_TOLD_BEFORE)
    if not long_told.update(active_until=now, lifted_by=actor.user_pk):
        raise NotRecorded("not_told_yet")
    _keep_history(restriction)
    _record(restriction, who=actor.who, event=Event.PERSON_UNRESTRICTED, action=Action.DELETE)
    ports.announce_unrestricted(person=person, who=actor.who)
    return restriction


def _keep_history(restriction: Restriction) -> None:
    restriction.refresh_from_db()
    Restriction.history.bulk_history_create([restriction], update=True)


def _record(restriction: Restriction, *, who: Who, event: Event, action: Action) -> None:
    audit.record(
        event=event,
        action=action,
        who=who,
        subject=str(restriction.person.public_id),
        object_type="restriction",
        object_id=str(restriction.public_id),
        details={"ground": str(restriction.ground), "told": restriction.told_at is not None},
    )
