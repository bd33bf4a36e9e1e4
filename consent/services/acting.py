"""Checks and locks that the services of consent share."""

from dataclasses import replace

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Team
from portal.accounts.policy import Decision as Answer
from portal.accounts.policy import Denied, deny
from portal.audit.actor import Who
from portal.audit.enums import Event

from ..models import Person
from ..policy import can_act_for_team
from ..queries import get_person_for


def require(answer: Answer, *, event: Event, person: Person | None = None) -> None:
    """Go on only with a yes.

    Raises:
        Denied: with the answer, for the audit row outside this transaction.
    """
    if not answer:
        raise Denied(decision=answer, event=event, subject=str(person.public_id) if person else "")


def user_of(actor: Actor) -> int:
    """The key of the acting user; what is recorded has somebody who recorded it.

    Raises:
        Denied: for somebody who is not signed in.
    """
    if actor.user_pk is None:
        raise Denied(decision=deny("anonymous"), event=Event.ROUTE_DENIED)
    return actor.user_pk


def require_team_and_person(*, actor: Actor, team: Team, person: Person, event: Event) -> None:
    """The actor sends or receives for the team and may see the person.

    Raises:
        Denied: if not.
    """
    require(can_act_for_team(actor, team.pk), event=event, person=person)
    get_person_for(actor, person.public_id)


def acting_for(actor: Actor, team: Team, *, on_behalf_of: str = "") -> Who:
    """The actor as the audit row names them: in this team, in the role that they hold there."""
    role = Role.SENDER if team.pk in actor.teams_with(Role.SENDER) else Role.RECEIVER
    return replace(actor.who, team_id=str(team.public_id), role=role.value, on_behalf_of=on_behalf_of)


def lock_person(person: Person) -> Person:
    """The person as stored now, under the row lock that orders consents, withdrawals and releases of bytes.

    It does not stop rows that refer to the person (``no_key``): those of a child's consent name its parents, and an
    erasure locks a parent first and the child then. SQLite has no row locks; there every transaction is IMMEDIATE and
    so alone.
    """
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    return Person.objects.select_related("subject_key").get(pk=person.pk)
