"""Accounts of persons with a dossier: they come in by a letter and a passkey, without mail address or password."""

import uuid

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import devices_for_user

from portal.accounts import sessions
from portal.accounts.models import EnrolmentTicket, OutgoingMessage, User
from portal.accounts.policy import Denied, deny
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .ending import end_sessions
from .enrolment import issue_enrolment

BACKEND = "django.contrib.auth.backends.ModelBackend"


@transaction.atomic
def admit_person(*, request: HttpRequest, person_id: uuid.UUID, language: str) -> str:
    """Begin a session for a person who showed a letter and the own birth date; it opens one page: making a key.

    What this person signed in with before stops counting, here and now: passkeys go, sessions end, earlier tickets too.
    The account is made if there is none; it has no name, no mail address and no password.

    Returns:
        The token of an enrolment ticket, for ``/accounts/enrol/<token>/``.

    Raises:
        Denied: if access was ended for this person.
    """
    user = person_account(person_id=person_id, language=language)
    if not user.is_active:
        raise Denied(decision=deny("user_inactive"), event=Event.SIGN_IN, subject=str(person_id))
    _take_factors(user, who=sessions.nobody(request).who, reason="replaced_by_letter")
    User.objects.filter(pk=user.pk).update(language=language)
    end_sessions(user=user)
    user.refresh_from_db()
    request.session.flush()
    login(request, user, backend=BACKEND)
    sessions.begin(request, language=language)
    token = issue_enrolment(granted_by=None, user=user, reason="access_letter")
    actor = sessions.resolve_actor(request)
    record(
        event=Event.SIGN_IN,
        action=Action.EXECUTE,
        who=actor.who,
        subject=str(person_id),
        object_type="user",
        object_id=str(user.public_id),
        reason="access_letter",
    )
    request.actor = actor  # type: ignore[attr-defined]
    return token


def person_account(*, person_id: uuid.UUID, language: str) -> User:
    """The account of a person, made if there is none yet."""
    user, created = User.objects.get_or_create(person_id=person_id, defaults={"email": None, "language": language})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


@transaction.atomic
def end_person_access(*, person_id: uuid.UUID, who: Who = SYSTEM) -> bool:
    """Close the account of a person for good: passkeys go, sessions end. Answers whether there was one to close."""
    user = User.objects.filter(person_id=person_id, is_active=True).first()
    if user is None:
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    _take_factors(user, who=who, reason="access_ended")
    EnrolmentTicket.objects.filter(user=user, used_at=None).update(expires_at=timezone.now())
    end_sessions(user=user)
    return True


@transaction.atomic
def forget_person_messages(*, person_id: uuid.UUID) -> int:
    """Delete the notices that were left for a person's account, mailed or not; returns how many."""
    messages = OutgoingMessage.objects.filter(user__person_id=person_id)
    return messages.delete()[0] if messages.exists() else 0


def _take_factors(user: User, *, who: Who, reason: str) -> None:
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    if devices:
        record(
            event=Event.FACTOR_REMOVED,
            action=Action.DELETE,
            who=who,
            subject=str(user.person_id),
            object_type="user",
            object_id=str(user.public_id),
            reason=reason,
            details={"factors": len(devices)},
        )
