"""A conversation under way, kept between the steps on the server, sealed with the person's key, never in an address.

It survives a lost line and a lost session: who signs in again within a week goes on where the conversation stopped.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import Organisation, Team
from portal.vault.errors import Unreadable

from .enums import Purpose
from .identity import open_private
from .models import ConsentDraft, Person

KEPT_FOR = timedelta(days=7)
STEPS = ("language", "interpreter", "notice", "choices", "deciders", "confirm")


@dataclass(kw_only=True)
class Draft:
    """The answers so far, by step. ``token`` is the one under which the conversation will be recorded, once.

    ``meanwhile`` is the public id of a conversation that somebody else recorded about the same since ``begun_at``.
    """

    token: uuid.UUID
    begun_at: datetime
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    meanwhile: str = ""

    def first_open_step(self) -> str:
        """The first step without an answer."""
        return next((step for step in STEPS if step not in self.answers), STEPS[-1])

    def may_show(self, step: str) -> bool:
        """A step is open once all before it are answered."""
        return all(earlier in self.answers for earlier in STEPS[: STEPS.index(step)])

    def answer(self, step: str, values: dict[str, Any]) -> None:
        """Keep the answers of a step. After a change of language, what was read and understood is gone through anew."""
        if step == "language" and self.answers.get(step, {}).get("language") not in (None, values["language"]):
            for later in STEPS[STEPS.index("notice") :]:
                self.answers.pop(later, None)
        self.answers[step] = values

    def forget_from(self, step: str) -> None:
        """Go back: this step and all after it are open again."""
        for later in STEPS[STEPS.index(step) :]:
            self.answers.pop(later, None)


def open_draft(*, user_pk: int | None, team: Team, person: Person, purpose: Purpose, recipient: Organisation) -> Draft:
    """The draft that this user left about person, purpose and recipient; a new one if there is none to read."""
    now = timezone.now()
    row = ConsentDraft.objects.filter(
        user=user_pk, team=team, person=person, purpose=purpose, recipient=recipient, changed_at__gt=now - KEPT_FOR
    ).first()
    if row is not None:
        try:
            opened = open_private(person, bytes(row.sealed), context=row.token)
        except Unreadable:
            opened = {}
        if opened:
            answers = json.loads(opened["answers"])
            return Draft(token=row.token, begun_at=row.begun_at, answers=answers, meanwhile=opened["meanwhile"])
    return Draft(token=uuid.uuid4(), begun_at=now)
