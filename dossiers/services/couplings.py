"""Coupling persons to municipalities, and what a changed coupling does to packages under way."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from consent.models import Person
from consent.services.acting import lock_person
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.messages import notify_team
from portal.accounts.models import Centre, Municipality
from portal.accounts.policy import Denied
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from ..models import Coupling, Package
from ..policy import can_change_coupling
from ..queries.lookups import open_coupling_of, team_serves_current_coupling
from ..workflow import SEALED_OPEN, WITH_RECEIVER


@transaction.atomic
def record_coupling(
    *,
    who: Who,
    person: Person,
    municipality: Municipality,
    centre: Centre | None,
    coupled_on: date,
    moves_on: date | None = None,
) -> Coupling:
    """Ends the coupling that holds, if any, and begins this one; packages to the former municipality freeze.

    For imports and for :func:`change_coupling`; who may is decided there.
    """
    lock_person(person)
    former = open_coupling_of(person)
    if former is not None:
        former.ended_at = timezone.now()
        former.save(update_fields=["ended_at"])
    coupling = Coupling.objects.create(
        person=person, municipality=municipality, centre=centre, coupled_on=coupled_on, moves_on=moves_on
    )
    frozen = _freeze_what_goes_elsewhere(person)
    audit.record(
        event=Event.COUPLING_CHANGED if former else Event.COUPLING_RECORDED,
        action=Action.UPDATE if former else Action.CREATE,
        who=who,
        subject=str(person.public_id),
        object_type="coupling",
        object_id=str(coupling.public_id),
        details={"municipality": municipality.code, "former": former.municipality_id if former else ""},
    )
    for package in frozen:
        audit.record(
            event=Event.PACKAGE_FROZEN,
            action=Action.UPDATE,
            who=who,
            subject=str(person.public_id),
            object_type="package",
            object_id=str(package.public_id),
            reason="coupling_changed",
        )
    return coupling


@transaction.atomic
def change_coupling(
    *, actor: Actor, person: Person, municipality: Municipality, moves_on: date | None = None
) -> Coupling:
    """COA couples the person to another municipality, from today.

    Raises:
        Denied: if the actor may not.
    """
    decision = can_change_coupling(actor)
    if not decision:
        raise Denied(decision=decision, event=Event.COUPLING_CHANGED, subject=str(person.public_id))
    former = open_coupling_of(person)
    return record_coupling(
        who=actor.who,
        person=person,
        municipality=municipality,
        centre=former.centre if former else None,
        coupled_on=timezone.localdate(),
        moves_on=moves_on,
    )


def _freeze_what_goes_elsewhere(person: Person) -> list[Package]:
    """Freezes sealed packages whose recipient does not serve the present municipality; both sides are told."""
    frozen = []
    packages = Package.objects.with_parties().filter(person=person, status__in=SEALED_OPEN, frozen_at=None)
    for package in packages.order_by("pk"):
        if team_serves_current_coupling(package):
            continue
        Package.objects.filter(pk=package.pk, frozen_at=None).update(frozen_at=timezone.now())
        package.refresh_from_db()
        Package.history.bulk_history_create([package], update=True)
        notify_team(team=package.sender_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
        if package.status in WITH_RECEIVER:
            notify_team(team=package.recipient_team, kind=MessageKind.HANDOVER_STOPPED, path=package.path)
        frozen.append(package)
    return frozen
