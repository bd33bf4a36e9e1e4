"""Who reads the person's own pages: at a desk beside a professional, or alone with an own passkey."""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.accounts.actor import Actor

from . import assisted
from .models import AssistedSession, Person
from .queries import reads_on_own_account


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person who reads, and the session at a desk; without one the person signed in alone."""

    person: Person
    session: AssistedSession | None


def reader_of(request: HttpRequest) -> Reader | None:
    """Who reads in this request; ``None`` for a professional without a confirmed session.

    Asked anew each time: somebody who was erased, or who decides about nothing any more, reads nothing.
    """
    session = assisted.current(request)
    if session is not None:
        return Reader(person=session.person, session=session)
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    if actor.person_id is None:
        return None
    person = Person.objects.select_related("subject_key").filter(public_id=actor.person_id).first()
    if person is None or not reads_on_own_account(person):
        return None
    return Reader(person=person, session=None)
