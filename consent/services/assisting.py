"""A person reads along at a desk, in a session that a professional opens and the person confirms."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team
from portal.accounts.policy import Denied, deny
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..errors import NotRecorded
from ..models import AssistedSession, Person
from ..policy import ASSISTED_ATTEMPTS, ASSISTED_ATTEMPTS_A_DAY, ASSISTED_SESSION_LASTS, can_act_for_team
from ..queries import get_reader_for
from .acting import acting_for, require, user_of


@transaction.atomic
def open_assisted_session(*, actor: Actor, person: Person, team: Team, language: str) -> AssistedSession:
    """Open a session for a reader: the person, or an adult with custody over somebody the team has to do with.

    It lasts 30 minutes at most and shows nothing before the reader confirms. An earlier session of the same
    professional ends.

    Raises:
        Denied: if the actor may not act for the team or the reader is not theirs to see.
    """
    require(can_act_for_team(actor, team.pk), event=Event.ASSISTED_SESSION_OPENED, person=person)
    get_reader_for(actor, person.public_id)
    now = timezone.now()
    for earlier in AssistedSession.objects.filter(professional=actor.user_pk, closed_at=None, expires_at__gt=now):
        close_assisted_session(actor=actor, session=earlier)
    session = AssistedSession.objects.create(
        person=person,
        professional_id=user_of(actor),
        team=team,
        language=language,
        opened_at=now,
        expires_at=now + ASSISTED_SESSION_LASTS,
    )
    audit.record(
        event=Event.ASSISTED_SESSION_OPENED,
        action=Action.CREATE,
        who=acting_for(actor, team, on_behalf_of=str(person.public_id)),
        subject=str(person.public_id),
        object_type="assisted_session",
        object_id=str(session.public_id),
        details={"language": language, "confirmed": False},
    )
    return session


def confirm_assisted_session(*, actor: Actor, session: AssistedSession, birth_date: date) -> bool:
    """The reader tells the own birth date. After five wrong ones the session closes; after ten in a day none opens.

    Raises:
        Denied: if it is another professional's session.
        NotRecorded: ``session_over`` or ``too_many_dates``.
    """
    _require_own(actor, session)
    today = AssistedSession.objects.filter(
        professional=actor.user_pk, opened_at__gt=timezone.now() - timedelta(days=1)
    ).aggregate(wrong=Sum("attempts"))
    if (today["wrong"] or 0) >= ASSISTED_ATTEMPTS_A_DAY:
        raise NotRecorded("too_many_dates")
    with transaction.atomic():
        return _confirm(actor=actor, session=session, right=session.person.birth_date == birth_date)


@transaction.atomic
def close_assisted_session(*, actor: Actor, session: AssistedSession) -> None:
    """End the session. Ending an ended one changes nothing.

    Raises:
        Denied: if it is another professional's session.
    """
    _require_own(actor, session)
    if not AssistedSession.objects.filter(pk=session.pk, closed_at=None).update(closed_at=timezone.now()):
        return
    _keep_history(session)
    _audit(actor, session, event=Event.ASSISTED_SESSION_CLOSED, details={"attempts": session.attempts})


def _confirm(*, actor: Actor, session: AssistedSession, right: bool) -> bool:
    now = timezone.now()
    mine = AssistedSession.objects.filter(
        pk=session.pk, closed_at=None, expires_at__gt=now, attempts__lt=ASSISTED_ATTEMPTS, confirmed_at=None
    )
    changes = {"confirmed_at": now} if right else {"attempts": F("attempts") + 1}
    if not mine.update(**changes):
        raise NotRecorded("session_over")
    _keep_history(session)
    if right:
        _audit(actor, session, event=Event.ASSISTED_SESSION_OPENED, details={"confirmed": True})
        return True
    _audit(actor, session, event=Event.ASSISTED_SESSION_OPENED, details={"confirmed": False, "wrong": session.attempts})
    if session.attempts >= ASSISTED_ATTEMPTS:
        close_assisted_session(actor=actor, session=session)
    return False


def _require_own(actor: Actor, session: AssistedSession) -> None:
    if session.professional_id != actor.user_pk:
        raise Denied(
            decision=deny("session_of_another"),
            event=Event.ASSISTED_SESSION_OPENED,
            subject=str(session.person.public_id),
            object_type="assisted_session",
            object_id=str(session.public_id),
        )


def _keep_history(session: AssistedSession) -> None:
    session.refresh_from_db()
    AssistedSession.history.bulk_history_create([session], update=True)


def _audit(
    actor: Actor, session: AssistedSession, *, event: Event, details: dict[str, str | int | bool | None]
) -> None:
    audit.record(
        event=event,
        action=Action.UPDATE,
        who=acting_for(actor, session.team, on_behalf_of=str(session.person.public_id)),
        subject=str(session.person.public_id),
        object_type="assisted_session",
        object_id=str(session.public_id),
        details=details,
    )
