"""A choice that somebody makes alone, between reading and signing: kept for a week, sealed, one for each consent.

It outlives a lost line and a session that ended: who signs in again goes on to sign.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.accounts.models import Organisation
from portal.vault.errors import Unreadable

from .drafts import KEPT_FOR
from .enums import Purpose
from .identity import open_private
from .models import ConsentDraft, Person


@dataclass(frozen=True, kw_only=True)
class OwnChoice:
    """``answers`` are those of the form; ``token`` is the one under which they will be recorded, once."""

    token: uuid.UUID
    begun_at: datetime
    answers: dict[str, Any]


def kept_choice(
    *, user_pk: int | None, person: Person, sender: Organisation, recipient: Organisation, purpose: Purpose
) -> OwnChoice | None:
    """The choice that this user put away about this, if it waits to be signed and can be read."""
    row = ConsentDraft.objects.filter(
        user=user_pk,
        team=None,
        sender=sender,
        person=person,
        purpose=purpose,
        recipient=recipient,
        changed_at__gt=timezone.now() - KEPT_FOR,
    ).first()
    if row is None:
        return None
    try:
        words = open_private(person, bytes(row.sealed), context=row.token)
    except Unreadable:
        return None
    return OwnChoice(token=row.token, begun_at=row.begun_at, answers=json.loads(words["answers"]))
