"""What persons asked by law: who sees it, what is due, and what it stops."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from .. import ports
from ..enums import Purpose, Right, RightDecision, RightState
from ..models import Decision, Person, Restriction, RightsRequest
from ..policy import can_answer_rights
from .persons import dossiers_of, get_person_for
from .proofs import get_person_to_prove

ACCEPTED = (RightDecision.GRANTED, RightDecision.PARTLY)


def is_restricted(person: Person, *, at: datetime | None = None) -> bool:
    """Whether the person's data rest at a moment (now, if none is given, whatever the clock said that wrote it)."""
    rests = Restriction.objects.filter(person=person)
    if at is None:
        return rests.filter(active_until=None).exists()
    return rests.filter(Q(active_until=None) | Q(active_until__gt=at), active_from__lte=at).exists()


def resting_among(person_pks: Iterable[int]) -> set[int]:
    """Of these persons, by key, those whose data rest now: one query."""
    return set(
        Restriction.objects.filter(person__in=set(person_pks), active_until=None).values_list("person", flat=True)
    )


@dataclass(frozen=True, kw_only=True)
class Objections:
    """Every objection of a person that was accepted: its purpose and recipient (empty: all of them), and when."""

    accepted: tuple[tuple[str, int | None, datetime], ...]

    def newest(self, *, purpose: Purpose, recipient_pk: int) -> datetime | None:
        """When one that counts for this purpose and recipient was last accepted."""
        return max(
            (at for what, whom, at in self.accepted if what in ("", purpose) and whom in (None, recipient_pk)),
            default=None,
        )


def objections_of(person: Person, *, at: datetime | None = None) -> Objections:
    """What the person objected to with success (until ``at``, if it is given): one query."""
    rows = RightsRequest.objects.filter(person=person, right=Right.OBJECTION, decision__in=ACCEPTED)
    if at is not None:
        rows = rows.filter(decided_at__lte=at)
    return Objections(accepted=tuple((row.purpose, row.recipient_id, row.decided_at) for row in rows if row.decided_at))


def restriction_of(person: Person) -> Restriction | None:
    """The restriction that holds now, whatever the clock said that wrote it."""
    return Restriction.objects.filter(person=person, active_until=None).first()


def open_requests() -> QuerySet[RightsRequest]:
    """What still waits for a decision, the first term first."""
    return (
        RightsRequest.objects.exclude(state=RightState.DECIDED)
        .annotate(last_day=Coalesce("extended_to", "due_on"))
        .order_by("last_day", "pk")
    )


def overdue_requests(*, today: date) -> QuerySet[RightsRequest]:
    """Open requests whose last day is over."""
    return open_requests().filter(Q(extended_to__lt=today) | Q(extended_to=None, due_on__lt=today))


def requests_for(actor: Actor) -> QuerySet[RightsRequest]:
    """All requests, for the privacy officer; none for anybody else."""
    if not can_answer_rights(actor):
        return RightsRequest.objects.none()
    return RightsRequest.objects.select_related("person__subject_key", "recipient", "team__organisation").annotate(
        last_day=Coalesce("extended_to", "due_on")
    )


def waiting_for(actor: Actor) -> list[RightsRequest]:
    """What the privacy officer still has to answer, the first term first: what is late comes on top."""
    return list(requests_for(actor).exclude(state=RightState.DECIDED).order_by(Coalesce("extended_to", "due_on"), "pk"))


def get_request_for(actor: Actor, public_id: uuid.UUID) -> RightsRequest:
    """A request, for the privacy officer.

    Raises:
        Denied: absent and forbidden alike.
    """
    return _request(requests_for(actor), public_id)


def requests_of(persons: Iterable[Person]) -> QuerySet[RightsRequest]:
    """What was asked about these persons, newest first."""
    return (
        RightsRequest.objects.filter(person__in=list(persons))
        .select_related("person__subject_key", "recipient", "restriction", "team__organisation")
        .annotate(last_day=Coalesce("extended_to", "due_on"))
        .order_by("-pk")
    )


def get_request_of_reader(reader: Person, public_id: uuid.UUID) -> RightsRequest:
    """A request about the reader, or about somebody for whom the reader decides now.

    Raises:
        Denied: absent and forbidden alike.
    """
    return _request(requests_of(dossiers_of(reader)), public_id)


def get_person_to_write_for(actor: Actor, public_id: uuid.UUID) -> Person:
    """Somebody whose request the actor may write down: known to a team of the actor, or anybody for the officer.

    Raises:
        Denied: absent and forbidden alike.
    """
    return get_person_to_prove(actor, public_id) if _as_officer(actor, public_id) else get_person_for(actor, public_id)


def writes_as_officer(actor: Actor, person: Person) -> bool:
    """Whether the actor meets this person as the privacy officer, by number, and not as a team that knows them."""
    return _as_officer(actor, person.public_id)


def _as_officer(actor: Actor, public_id: uuid.UUID) -> bool:
    known = Person.objects.visible_to(actor).filter(public_id=public_id)
    return bool(can_answer_rights(actor)) and not known.exists()


def requests_shown_to(actor: Actor, person: Person) -> QuerySet[RightsRequest]:
    """What was asked about a person: to the officer all, to a professional what the own organisation wrote down."""
    asked = requests_of([person])
    if writes_as_officer(actor, person):
        return asked
    return asked.exclude(channel="").filter(team__organisation=actor.organisation_pk)


def recipients_of(person: Person) -> QuerySet[Organisation]:
    """The organisations that may get something about the person: somebody decided about it, or a package goes there."""
    decided = Decision.objects.filter(person=person).order_by().values("recipient")
    return Organisation.objects.filter(Q(pk__in=decided) | Q(pk__in=ports.known_recipients(person))).order_by("name")


def rectifications_for(actor: Actor) -> QuerySet[RightsRequest]:
    """Open proposals to correct the data of persons with whom a team of the actor has to do."""
    return (
        open_requests()
        .filter(right=Right.RECTIFICATION, person__in=Person.objects.visible_to(actor))
        .select_related("person__subject_key")
    )


def get_rectification_for(actor: Actor, public_id: uuid.UUID) -> RightsRequest:
    """An open proposal to correct the data of a person whom the actor may see.

    Raises:
        Denied: absent and forbidden alike.
    """
    return _request(rectifications_for(actor), public_id)


def _request(rows: QuerySet[RightsRequest], public_id: uuid.UUID) -> RightsRequest:
    request = rows.filter(public_id=public_id).first()
    if request is None:
        hidden = RightsRequest.objects.filter(public_id=public_id).select_related("person").first()
        raise Denied(
            decision=deny("request_not_visible"),
            event=Event.RIGHT_READ,
            subject=str(hidden.person.public_id) if hidden else "",
            object_type="rights_request",
            object_id=str(public_id),
        )
    return request
