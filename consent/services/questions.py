"""A person asks about an own consent; the team that sends, or the privacy officer, answers."""

import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, Role
from portal.accounts.messages import notify_team, notify_user
from portal.accounts.models import Membership, Organisation
from portal.accounts.policy import Denied, deny
from portal.audit import services as audit
from portal.audit.enums import Action, Event

from ..enums import Addressee, Purpose
from ..errors import NotRecorded
from ..identity import seal_private
from ..models import AssistedSession, Decision, Person, PersonMessage
from ..policy import OPEN_QUESTIONS
from ..queries import get_question_for, teams_to_ask
from .acting import lock_person, user_of
from .authority import authority


@transaction.atomic
def ask_question(
    *,
    actor: Actor,
    person: Person,
    purpose: Purpose,
    sender: Organisation,
    recipient: Organisation,
    addressee: Addressee,
    text: str,
    language: str,
    assisted_session: AssistedSession | None = None,
) -> PersonMessage:
    """Keep a question about one consent, sealed, and tell who answers that one waits.

    Args:
        addressee: the sender's teams that have to do with the person, or the privacy officers.
        text: in own words, at most 2,000 characters.
        language: in which the reader writes.

    Raises:
        Denied: if the reader does not read this dossier, or nobody ever asked consent for this.
        NotRecorded: ``question_empty``; ``too_many_questions`` while ten of the reader wait; ``nobody_to_ask``.
        consent.identity.Erased: if the person was erased.
    """
    who, _by, reader = authority(
        actor=actor, person=person, team=None, session=assisted_session, event=Event.QUESTION_ASKED
    )
    if reader is None:
        raise Denied(decision=deny("no_reader"), event=Event.QUESTION_ASKED, subject=str(person.public_id))
    person = lock_person(person)
    scope = {"purpose": purpose, "sender": sender, "recipient": recipient}
    if not Decision.objects.filter(person=person, **scope).exists():
        raise Denied(decision=deny("never_asked"), event=Event.QUESTION_ASKED, subject=str(person.public_id))
    words = text.strip()
    if not words:
        raise NotRecorded("question_empty")
    if PersonMessage.objects.open().filter(asked_by=reader).count() >= OPEN_QUESTIONS:
        raise NotRecorded("too_many_questions")
    teams = list(teams_to_ask(person, sender))
    if addressee == Addressee.SENDER and not teams:
        raise NotRecorded("nobody_to_ask")
    public_id = uuid.uuid4()
    message = PersonMessage.objects.create(
        public_id=public_id,
        person=person,
        asked_by=reader,
        assisted_session=assisted_session,
        addressee=addressee,
        language=language,
        question=seal_private(person, {"question": words[:2000]}, context=public_id),
        **scope,
    )
    path = reverse("consent:question", args=[public_id])
    if addressee == Addressee.SENDER:
        for team in teams:
            notify_team(team=team, kind=MessageKind.QUESTION_WAITING, path=path)
    else:
        officers = Membership.objects.active().filter(role=Role.PRIVACY_OFFICER, user__is_active=True)
        for user in dict.fromkeys(row.user for row in officers.select_related("user").order_by("pk")):
            notify_user(user=user, kind=MessageKind.QUESTION_WAITING, path=path)
    audit.record(
        event=Event.QUESTION_ASKED,
        action=Action.CREATE,
        who=who,
        subject=str(person.public_id),
        object_type="question",
        object_id=str(public_id),
        details={"purpose": purpose.value, "to": addressee.value},
    )
    return message


@transaction.atomic
def answer_question(*, actor: Actor, message: PersonMessage, text: str, language: str) -> None:
    """Answer a question, once.

    Args:
        language: in which the answer is written; the person sees it as it was written.

    Raises:
        Denied: if the question is not the actor's to answer.
        NotRecorded: ``answer_empty``, or ``already_answered`` by somebody else.
        consent.identity.Erased: if the person was erased.
    """
    lock_person(message.person)
    message = get_question_for(actor, message.public_id)
    words = text.strip()
    if not words:
        raise NotRecorded("answer_empty")
    changed = PersonMessage.objects.filter(pk=message.pk, answered_at=None).update(
        answer=seal_private(message.person, {"answer": words[:2000]}, context=message.public_id),
        answer_language=language,
        answered_at=timezone.now(),
        answered_by=user_of(actor),
    )
    if changed != 1:
        raise NotRecorded("already_answered")
    PersonMessage.history.bulk_history_create([PersonMessage.objects.get(pk=message.pk)], update=True)
    audit.record(
        event=Event.QUESTION_ANSWERED,
        action=Action.UPDATE,
        who=actor.who,
        subject=str(message.person.public_id),
        object_type="question",
        object_id=str(message.public_id),
        details={"language": language},
    )


def record_question_read(*, actor: Actor, message: PersonMessage) -> None:
    """Write down that somebody read a question. Call it inside the transaction of the reading."""
    audit.record(
        event=Event.QUESTION_READ,
        action=Action.READ,
        who=actor.who,
        subject=str(message.person.public_id),
        object_type="question",
        object_id=str(message.public_id),
    )
