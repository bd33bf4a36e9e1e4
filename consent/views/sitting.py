"""What all steps of a conversation share."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..drafts import Draft, open_draft
from ..enums import Purpose
from ..languages import Language, language
from ..models import NoticeText, Person
from ..queries import current_texts, get_person_for, get_recipient_to_ask, guardians_of
from ..services.drafts import keep_draft
from .teams import acting_team


@dataclass(kw_only=True)
class Sitting:
    """Who it is about, what for, from whom to whom, and the answers so far."""

    request: HttpRequest
    person: Person
    purpose: Purpose
    recipient: Organisation
    team: Team
    draft: Draft
    texts: dict[str, NoticeText]

    @property
    def reader(self) -> Language:
        return language(self.draft.answers.get("language", {}).get("language", "nl"))

    def address(self, step: str) -> str:
        query = {"purpose": self.purpose.value, "recipient": str(self.recipient.public_id), "step": step}
        return f"{reverse('consent:decide', args=[self.person.public_id])}?{urlencode(query)}"

    def keep(self) -> None:
        keep_draft(
            actor=self.request.actor,
            team=self.team,
            person=self.person,
            purpose=self.purpose,
            recipient=self.recipient,
            draft=self.draft,
        )

    def people(self) -> list[Person]:
        """The person and the adults with custody, of whom the deciders are ticked."""
        return [self.person, *(row.adult for row in guardians_of(self.person))]

    def deciders(self) -> list[Person]:
        """Those who were ticked."""
        chosen = set(self.draft.answers["deciders"]["deciders"])
        return [person for person in self.people() if str(person.public_id) in chosen]


def open_sitting(request: HttpRequest, public_id: UUID) -> Sitting:
    """The sitting of a request; ``purpose`` and ``recipient`` come in the query.

    Raises:
        Denied: for a person, purpose or recipient that is not there for the actor.
    """
    person = get_person_for(request.actor, public_id)
    purpose = request.GET.get("purpose", "")
    if purpose not in Purpose.values:
        raise Denied(decision=deny("recipient_unknown"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
    team = acting_team(request)
    recipient = get_recipient_to_ask(
        person=person,
        purpose=Purpose(purpose),
        sender=team.organisation,
        public_id=request.GET.get("recipient", ""),
        event=Event.CONSENT_RECORDED,
    )
    draft = open_draft(
        user_pk=request.actor.user_pk, team=team, person=person, purpose=Purpose(purpose), recipient=recipient
    )
    return Sitting(
        request=request,
        person=person,
        purpose=Purpose(purpose),
        recipient=recipient,
        team=team,
        draft=draft,
        texts=current_texts(purpose=Purpose(purpose)),
    )
