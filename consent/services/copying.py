"""Taking the copy of everything along, by who decides about it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.audit import services as audit
from portal.audit.enums import Action, Event
from portal.audit.queries import timeline

from ..copies import copy_archive
from ..errors import NotRecorded
from ..models import AssistedSession, Person
from .authority import authority

COPIES = 5
COPIES_WINDOW = timedelta(hours=1)


def take_copy(*, actor: Actor, person: Person, language: str, assisted_session: AssistedSession | None = None) -> bytes:
    """The ZIP with everything about a person, for that person or who decides for them; in the log.

    Raises:
        Denied: for anybody else; no professional takes a copy without the person at the side.
        NotRecorded: ``too_many_copies``, after five in an hour.
        portal.print.PdfUnavailable: if this machine cannot make a PDF.
    """
    who, _by, reader = authority(
        actor=actor, person=person, team=None, session=assisted_session, event=Event.COPY_TAKEN
    )
    since = timezone.now() - COPIES_WINDOW
    taken = timeline(subject=str(person.public_id)).filter(event=Event.COPY_TAKEN, outcome="success", at__gte=since)
    if taken.count() >= COPIES:
        raise NotRecorded("too_many_copies")
    content = copy_archive(person, reader_language=language, reader=reader)
    with transaction.atomic():
        audit.record(
            event=Event.COPY_TAKEN,
            action=Action.READ,
            who=who,
            subject=str(person.public_id),
            object_type="person",
            object_id=str(person.public_id),
            details={"language": language},
        )
    return content
