"""Access letters: whose, which of them count, and which one a token belongs to."""

import uuid
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..letters import hash_of
from ..models import (
    AccessLetter,
    Person,
)
from .persons import reads_on_own_account


def get_letter_for(actor: Actor, public_id: uuid.UUID) -> AccessLetter:
    """An access letter of somebody to whom the actor may give one.

    Raises:
        Denied: absent and forbidden alike.
    """
    letter = AccessLetter.objects.select_related("person__subject_key", "team").filter(public_id=public_id).first()
    # Asked of nobody too, so that a letter of elsewhere costs what an absent one costs.
    is_reader = Person.objects.readers_for(actor).filter(pk=letter.person_id if letter else 0).exists()
    if letter is None or not is_reader:
        raise Denied(
            decision=deny("letter_not_visible"),
            event=Event.ACCESS_LETTER_REVOKED,
            subject=str(letter.person.public_id) if letter else "",
            object_type="access_letter",
            object_id=str(public_id),
        )
    return letter


def letters_of(person: Person) -> QuerySet[AccessLetter]:
    """The letters that a person got, newest first, with the team that gave them."""
    return AccessLetter.objects.filter(person=person).select_related("team__organisation").order_by("-pk")


def open_letters(at: datetime) -> QuerySet[AccessLetter]:
    """Letters that count at a moment: not used, not revoked, not expired."""
    return AccessLetter.objects.filter(used_at=None, revoked_at=None, expires_at__gt=at)


def letter_of_token(token: str) -> AccessLetter | None:
    """The letter with this token, if it counts now and its person can be told from the birth date."""
    letter = (
        open_letters(timezone.now())
        .select_related("person__subject_key", "team")
        .filter(token_hash=hash_of(token))
        .first()
    )
    return letter if letter is not None and reads_on_own_account(letter.person) else None
