"""On whose authority something happens to a person's data: the person's, alone or at a desk, or a team's."""

from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team
from portal.accounts.policy import Denied, deny
from portal.audit.actor import Who
from portal.audit.enums import Event

from ..enums import WithdrawnBy
from ..models import AssistedSession, Person
from ..queries import dossiers_of, reads_on_own_account
from .acting import acting_for, require_team_and_person


def authority(
    *, actor: Actor, person: Person, team: Team | None, session: AssistedSession | None, event: Event
) -> tuple[Who, WithdrawnBy, Person | None]:
    """As the log names it, as the record names it, and the reader if there is one.

    * a person who signed in alone and decides about this dossier;
    * a reader in an open, confirmed session of this professional, who decides about it;
    * a professional of a team that has to do with the person.

    Raises:
        Denied: otherwise.
    """
    if actor.person_id is not None:
        return actor.who, WithdrawnBy.PERSON, _own_reader(actor, person, event)
    if session is not None:
        held = AssistedSession.objects.filter(
            pk=session.pk,
            professional=actor.user_pk,
            confirmed_at__isnull=False,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        if not held.exists() or person not in dossiers_of(session.person):
            raise Denied(decision=deny("session_not_open"), event=event, subject=str(person.public_id))
        who = acting_for(actor, session.team, on_behalf_of=str(session.person.public_id))
        return who, WithdrawnBy.ASSISTED, session.person
    if team is None:
        raise Denied(decision=deny("no_team"), event=event, subject=str(person.public_id))
    require_team_and_person(actor=actor, team=team, person=person, event=event)
    return acting_for(actor, team), WithdrawnBy.PROFESSIONAL, None


def _own_reader(actor: Actor, person: Person, event: Event) -> Person:
    reader = Person.objects.select_related("subject_key").filter(public_id=str(actor.person_id)).first()
    if reader is None or not reads_on_own_account(reader) or person not in dossiers_of(reader):
        raise Denied(decision=deny("not_yours"), event=event, subject=str(person.public_id))
    return reader
