"""A choice that somebody makes alone, between reading and signing: in the session, sealed, one at a time."""

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from portal.vault.errors import Unreadable

from .identity import open_private, seal_private
from .models import Person

KEY = "my_choice"


@dataclass(frozen=True, kw_only=True)
class OwnChoice:
    """``answers`` are those of the form; ``token`` is the one under which they will be recorded, once."""

    token: uuid.UUID
    begun_at: datetime
    answers: dict[str, Any]


def keep_choice(session: SessionBase, choice: OwnChoice, *, person: Person, scope: str) -> None:
    """Put the choice away until it is signed; an earlier one of this session is gone."""
    words = {"answers": json.dumps(choice.answers), "scope": scope, "begun_at": choice.begun_at.isoformat()}
    sealed = seal_private(person, words, context=choice.token)
    session[KEY] = {"token": str(choice.token), "sealed": base64.b64encode(sealed).decode()}


def kept_choice(session: SessionBase, *, person: Person, scope: str) -> OwnChoice | None:
    """The choice about this person and scope, if it is the one that was put away last."""
    stored = session.get(KEY)
    if not stored:
        return None
    token = uuid.UUID(stored["token"])
    try:
        words = open_private(person, base64.b64decode(stored["sealed"]), context=token)
    except Unreadable:  # about somebody else
        return None
    if words.get("scope") != scope:
        return None
    begun_at = datetime.fromisoformat(words["begun_at"])
    return OwnChoice(token=token, begun_at=begun_at, answers=json.loads(words["answers"]))


def drop_choice(session: SessionBase) -> None:
    """It was recorded, or is to be made anew."""
    session.pop(KEY, None)
