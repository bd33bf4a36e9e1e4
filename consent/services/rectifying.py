"""Correcting what names a person (GDPR art. 16): proposed by the person, checked and applied by a team."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..enums import Right, RightDecision, RightGround, RightState
from ..errors import NotRecorded
from ..identity import (
    clean_birth_date,
    clean_name,
    lookup_index,
    normalise_v_number,
    seal_identity,
    v_number_index,
)
from ..models import Person, RightsRequest
from ..policy import home_date
from .acting import acting_for, lock_person, require_team_and_person
from .persons import count_look_up
from .rights import conclude
from .standing import telling_what_changes


def rectify(
    *,
    actor: Actor,
    team: Team,
    request: RightsRequest,
    name: str,
    birth_date: date,
    v_number: str,
    email: str,
    phone: str,
    reason: str,
) -> Person:
    """Write down the corrected identity and answer the request; earlier versions stay, sealed, in the history.

    Who decides about the data, and whether a consent still counts, follow from the new birth date at once; packages
    that went by one that no longer does stand still, and their teams are told. Another V-number counts as a look-up:
    that it is taken tells that somebody has it.

    Args:
        reason: what was checked, such as which document was seen; the person reads it.

    Raises:
        Denied: if the actor may not act for the team, or the team has nothing to do with the person.
        django.core.exceptions.ValidationError: for a name, birth date or V-number that cannot be.
        NotRecorded: ``already_decided``, ``reason_missing``, ``v_number_taken`` or ``too_many_look_ups``.
    """
    require_team_and_person(actor=actor, team=team, person=request.person, event=Event.PERSON_RECTIFIED)
    number = normalise_v_number(v_number) if v_number else ""
    identity = {
        "name": clean_name(name),
        "birth_date": clean_birth_date(birth_date, today=home_date(timezone.now())),
        "v_number": number,
        "email": email,
        "phone": phone,
    }
    if number and number != request.person.v_number:
        count_look_up(actor=actor, team=team)
    return _rectify(actor=actor, team=team, request=request, identity=identity, reason=reason.strip())


@transaction.atomic
def _rectify(*, actor: Actor, team: Team, request: RightsRequest, identity: dict[str, Any], reason: str) -> Person:
    person = lock_person(request.person)
    request = RightsRequest.objects.get(pk=request.pk)
    if request.right != Right.RECTIFICATION or request.state == RightState.DECIDED:
        raise NotRecorded("already_decided")
    if not reason:
        raise NotRecorded("reason_missing")
    before, number = person.private, identity["v_number"]
    after = replace(before, **identity)
    person.identity = seal_identity(bytes(person.subject_key.wrapped), person.public_id, after)
    person.v_number_index = v_number_index(number) if number else None
    person.lookup_index = lookup_index(number, after.birth_date) if number else None
    who = acting_for(actor, team)
    with telling_what_changes([person], who=who):
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:
            raise NotRecorded("v_number_taken") from None
        person.__dict__.pop("private", None)
    conclude(
        request,
        person=person,
        actor=actor,
        decision=RightDecision.GRANTED,
        ground=RightGround.NONE,
        reason=reason,
    )
    changed = [field for field in vars(after) if getattr(after, field) != getattr(before, field)]
    audit.record(
        event=Event.PERSON_RECTIFIED,
        action=Action.UPDATE,
        who=who,
        subject=str(person.public_id),
        object_type="rights_request",
        object_id=str(request.public_id),
        details={"fields": ",".join(changed)},
    )
    return person
