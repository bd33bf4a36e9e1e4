"""Putting conversations under way aside, and clearing those that nobody finished."""

import json

from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.audit.enums import Event

from ..drafts import KEPT_FOR, Draft
from ..enums import Purpose
from ..identity import seal_private
from ..models import ConsentDraft, Person
from ..own_choice import OwnChoice
from .acting import require_team_and_person, user_of
from .authority import authority


@transaction.atomic
def keep_draft(
    *, actor: Actor, team: Team, person: Person, purpose: Purpose, recipient: Organisation, draft: Draft
) -> None:
    """Put the answers away until the next request, for a week after the last one.

    No audit row: nothing is decided yet, and each step that was shown has a row of its own.

    Raises:
        Denied: if the actor may not act for the team or see the person.
        consent.identity.Erased: if the person was erased.
    """
    require_team_and_person(actor=actor, team=team, person=person, event=Event.CONSENT_RECORDED)
    words = {"answers": json.dumps(draft.answers), "meanwhile": draft.meanwhile}
    ConsentDraft.objects.update_or_create(
        user_id=user_of(actor),
        team=team,
        person=person,
        purpose=purpose,
        recipient=recipient,
        defaults={
            "token": draft.token,
            "begun_at": draft.begun_at,
            "changed_at": timezone.now(),
            "sealed": seal_private(person, words, context=draft.token),
        },
    )


@transaction.atomic
def keep_choice(
    *, actor: Actor, person: Person, sender: Organisation, recipient: Organisation, purpose: Purpose, choice: OwnChoice
) -> None:
    """Put away what somebody chose alone, until it is signed; an earlier choice about the same is gone.

    Raises:
        Denied: if the actor did not sign in alone, or does not decide about this dossier.
        consent.identity.Erased: if the person was erased.
    """
    authority(actor=actor, person=person, team=None, session=None, event=Event.CONSENT_RECORDED)
    words = {"answers": json.dumps(choice.answers)}
    ConsentDraft.objects.update_or_create(
        user_id=user_of(actor),
        team=None,
        sender=sender,
        person=person,
        purpose=purpose,
        recipient=recipient,
        defaults={
            "token": choice.token,
            "begun_at": choice.begun_at,
            "changed_at": timezone.now(),
            "sealed": seal_private(person, words, context=choice.token),
        },
    )


def drop_choice(*, actor: Actor, choice: OwnChoice) -> None:
    """Forget a choice that could not be recorded and is to be made anew."""
    ConsentDraft.objects.filter(user=user_of(actor), token=choice.token).delete()


def sweep_drafts() -> int:
    """Remove the drafts that nobody went on with for a week. Returns how many."""
    old = ConsentDraft.objects.filter(changed_at__lte=timezone.now() - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0
