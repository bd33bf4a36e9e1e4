"""Erasing a person to the last copy (GDPR art. 17): the key goes, and with it every row, history row and backup."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.services import end_person_access, forget_person_messages
from portal.audit import services as audit
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event

from .. import ports
from ..enums import LetterEnd, RightDecision, RightGround, RightState
from ..models import (
    AccessLetter,
    AssistedSession,
    ConsentDraft,
    Erasure,
    Guardianship,
    Involvement,
    Person,
    PersonMessage,
    RightsRequest,
    SubjectKey,
)
from ..queries import wards_of
from .acting import lock_person
from .standing import telling_what_changes

# What was filled in about the person outside the sealed identity goes as well.
EMPTY = {
    "identity": b"",
    "spoken_language": "nl",
    "reading_languages": [],
    "needs_interpreter": False,
    "cannot_read": False,
}


@transaction.atomic
def erase_person(*, person: Person, who: Who = SYSTEM, request: RightsRequest | None = None) -> None:
    """Erase somebody. What stays are ids, codes and times: decisions, manifests, and the audit log.

    In one transaction, under the lock on the person: other apps destroy what they hold (``ports.on_erased``), the
    account is closed and its notices go, letters and sessions at a desk end, nobody is guardian of or for this person
    any more (what that does to a child's consent is told as for any change of custody; one that this parent never gave
    does not come to count by it), no team has to do with them, the identity and its indexes are emptied in the row and
    its history, and the key is deleted: what was sealed with it (conversations, signatures, questions, drafts,
    requests) cannot be read by anybody. What waited for an answer is closed.

    The audit log stays as it is (NEN 7513; GDPR art. 17(3)(b)): it holds ids only. Idempotent: erasing again, after an
    old backup was restored, cleans what came back.
    """
    person = lock_person(person)
    wards = [lock_person(ward) for ward in wards_of(person)]
    now = timezone.now()
    ports.announce_erased(person=person, who=who)
    end_person_access(person_id=person.public_id, who=who)
    forget_person_messages(person_id=person.public_id)
    _end_reading(person)
    with telling_what_changes(wards, who=who):
        # First, so that a bond which the erasure ends is known from one that somebody ended before.
        Erasure.objects.get_or_create(
            person_id=person.public_id,
            defaults={"request_id": request.public_id if request else None, "erased_at": now},
        )
        _end_bonds(person, now=now)
    Person.objects.filter(pk=person.pk).update(v_number_index=None, lookup_index=None, **EMPTY)
    Person.history.filter(id=person.pk).update(**EMPTY)
    _close_requests(person, who=who)
    _forget_questions(person)
    # A draft about a child may hold what a parent said or signed in it.
    drafts = Q(person__in=[person, *wards]) | Q(user__person_id=person.public_id)
    ConsentDraft.objects.filter(drafts).delete()
    keys, _rows = SubjectKey.objects.filter(person=person).delete()
    audit.record(
        event=Event.PERSON_ERASED,
        action=Action.DELETE,
        who=who,
        subject=str(person.public_id),
        object_type="person",
        object_id=str(person.public_id),
        basis=str(request.public_id) if request else "",
        details={"key_deleted": bool(keys)},
    )


def _close_requests(person: Person, *, who: Who) -> None:
    """What was asked by law is answered by the erasure, which does more than any of it; the words go."""
    now = timezone.now()
    closed = list(RightsRequest.objects.filter(person=person).exclude(state=RightState.DECIDED))
    for request in closed:
        request.state, request.decided_at = RightState.DECIDED, now
        request.decision, request.ground = RightDecision.GRANTED, RightGround.NONE
        audit.record(
            event=Event.RIGHT_DECIDED,
            action=Action.UPDATE,
            who=who,
            subject=str(person.public_id),
            object_type="rights_request",
            object_id=str(request.public_id),
            reason="erased",
            details={"right": str(request.right), "decision": RightDecision.GRANTED.value},
        )
    RightsRequest.objects.bulk_update(closed, ["state", "decided_at", "decision", "ground"])
    RightsRequest.history.bulk_history_create(closed, update=True)
    RightsRequest.objects.filter(person=person).update(private=b"")


def _forget_questions(person: Person) -> None:
    """Questions about somebody, or asked by them: what waits is taken away, of what was answered the words go."""
    mine = Q(person=person) | Q(asked_by=person)
    PersonMessage.objects.filter(mine, answered_at=None).delete()
    PersonMessage.objects.filter(mine).update(question=b"", answer=b"")
    PersonMessage.history.filter(mine).update(question=b"", answer=b"")


def _end_reading(person: Person) -> None:
    now = timezone.now()
    letters = list(AccessLetter.objects.filter(person=person, used_at=None, revoked_at=None))
    for letter in letters:
        letter.revoked_at, letter.revoked_because = now, LetterEnd.REVOKED
    AccessLetter.objects.bulk_update(letters, ["revoked_at", "revoked_because"])
    AccessLetter.history.bulk_history_create(letters, update=True)
    sessions = list(AssistedSession.objects.filter(person=person, closed_at=None))
    for session in sessions:
        session.closed_at = now
    AssistedSession.objects.bulk_update(sessions, ["closed_at"])
    AssistedSession.history.bulk_history_create(sessions, update=True)


def _end_bonds(person: Person, *, now: datetime) -> None:
    guardianships = list(Guardianship.objects.filter(Q(child=person) | Q(adult=person), active_until=None))
    for guardianship in guardianships:
        guardianship.active_until = now
    Guardianship.objects.bulk_update(guardianships, ["active_until"])
    Guardianship.history.bulk_history_create(guardianships, update=True)
    involvements = list(Involvement.objects.filter(person=person, active_until=None))
    for involvement in involvements:
        involvement.active_until = now
    Involvement.objects.bulk_update(involvements, ["active_until"])
    Involvement.history.bulk_history_create(involvements, update=True)
