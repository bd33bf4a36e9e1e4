"""A conversation under way, kept between the steps on the server, sealed with the person's key, never in an address."""

import base64
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from portal.accounts.models import Organisation
from portal.vault.errors import Unreadable

from .enums import Purpose
from .identity import open_private, seal_private
from .models import Person

KEY = "consent_drafts"
DONE = "consent_done"
KEPT = 5
STEPS = ("language", "interpreter", "notice", "choices", "deciders", "confirm")


@dataclass(kw_only=True)
class Draft:
    """The answers so far, by step. ``token`` is the one under which the conversation will be recorded, once."""

    token: uuid.UUID
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

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


def open_draft(session: SessionBase, *, person: Person, purpose: Purpose, recipient: Organisation) -> Draft:
    """The draft of this person, purpose and recipient in this session; a new one if there is none to read."""
    stored = session.get(KEY, {}).get(_name(person, purpose, recipient))
    if stored is not None:
        token = uuid.UUID(stored["token"])
        try:
            opened = open_private(person, base64.b64decode(stored["sealed"]), context=token)
        except Unreadable:
            opened = {}
        if opened:
            return Draft(token=token, answers=json.loads(opened["answers"]))
    return Draft(token=uuid.uuid4())


def keep_draft(
    session: SessionBase, draft: Draft, *, person: Person, purpose: Purpose, recipient: Organisation
) -> None:
    """Put the draft away until the next request; a session keeps the newest five."""
    sealed = seal_private(person, {"answers": json.dumps(draft.answers)}, context=draft.token)
    drafts = session.get(KEY, {})
    drafts.pop(_name(person, purpose, recipient), None)
    drafts[_name(person, purpose, recipient)] = {
        "token": str(draft.token),
        "sealed": base64.b64encode(sealed).decode(),
    }
    session[KEY] = dict(list(drafts.items())[-KEPT:])


def finish_draft(
    session: SessionBase,
    draft: Draft,
    conversation: uuid.UUID,
    *,
    person: Person,
    purpose: Purpose,
    recipient: Organisation,
) -> None:
    """Drop the draft and remember what became of it, so that a second submit shows the same result."""
    drafts = session.get(KEY, {})
    drafts.pop(_name(person, purpose, recipient), None)
    session[KEY] = drafts
    session[DONE] = dict([*session.get(DONE, {}).items(), (str(draft.token), str(conversation))][-KEPT:])


def finished(session: SessionBase, token: str) -> str | None:
    """The conversation that a token led to in this session."""
    conversation: str | None = session.get(DONE, {}).get(token)
    return conversation


def _name(person: Person, purpose: Purpose, recipient: Organisation) -> str:
    return f"{person.public_id}:{purpose.value}:{recipient.public_id}"
