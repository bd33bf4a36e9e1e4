"""Printing forms: to ask consent on paper, and to withdraw by one, at a team's desk or from the own pages."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event

from ..enums import PaperKind, Purpose
from ..errors import NotRecorded
from ..models import AssistedSession, Conversation, PaperForm, Person
from ..papers import paper_pdf
from ..policy import OWN_PAPERS, PAPER_LASTS
from ..queries import current_texts, guardians_of, requirement_for
from .acting import acting_for, require_team_and_person, user_of
from .authority import authority


def print_paper(
    *,
    actor: Actor,
    person: Person,
    team: Team,
    recipient: Organisation,
    purpose: Purpose,
    kind: PaperKind,
    language: str,
) -> tuple[PaperForm, bytes]:
    """Set a form and write down that it was printed. Setting it takes a second and holds no transaction.

    Raises:
        Denied: if the actor may not act for the team or see the person.
        NotRecorded: ``notice_missing`` if the explanation is not there in this language; ``nobody_may_decide``, unless
            it is to withdraw: that never fails for want of somebody who may.
        consent.papers.PdfUnavailable, consent.identity.Erased: as they say.
    """
    require_team_and_person(actor=actor, team=team, person=person, event=Event.PAPER_PRINTED)
    who = acting_for(actor, team)
    return _print(actor, who, person, team, recipient, purpose=purpose, kind=kind, language=language)


def print_own_withdrawal(
    *,
    actor: Actor,
    person: Person,
    sender: Organisation,
    recipient: Organisation,
    purpose: Purpose,
    language: str,
    assisted_session: AssistedSession | None = None,
) -> tuple[PaperForm, bytes]:
    """A form to withdraw for who decides, alone or at a desk. It goes back to the team of the sender that asked.

    Raises:
        Denied: if the dossier is not the reader's, or nobody of this sender ever asked.
        NotRecorded: ``too_many_papers`` after ``policy.OWN_PAPERS`` in an hour.
        consent.papers.PdfUnavailable, consent.identity.Erased: as they say.
    """
    event = Event.PAPER_PRINTED
    who, _by, _reader = authority(actor=actor, person=person, team=None, session=assisted_session, event=event)
    asked = Conversation.objects.filter(
        person=person, purpose=purpose, sender=sender, recipient=recipient, team__organisation=sender
    ).order_by("-pk")
    first = asked.select_related("team__organisation").first()
    if first is None or first.team is None:
        raise Denied(decision=deny("never_asked"), event=event, subject=str(person.public_id))
    hour = timezone.now() - timedelta(hours=1)
    own = PaperForm.objects.filter(person=person, kind=PaperKind.WITHDRAWAL, printed_by=user_of(actor))
    if own.filter(printed_at__gt=hour).count() >= OWN_PAPERS:
        raise NotRecorded("too_many_papers")
    kind = PaperKind.WITHDRAWAL
    return _print(actor, who, person, first.team, recipient, purpose=purpose, kind=kind, language=language)


def _print(
    actor: Actor,
    who: Who,
    person: Person,
    team: Team,
    recipient: Organisation,
    *,
    purpose: Purpose,
    kind: PaperKind,
    language: str,
) -> tuple[PaperForm, bytes]:
    texts = current_texts(purpose=purpose)
    if kind == PaperKind.DECISION and language not in texts:
        raise NotRecorded("notice_missing")
    if team.organisation_id == recipient.pk:
        raise NotRecorded("recipient_unknown")
    guardianships = list(guardians_of(person))
    requirement = requirement_for(person, guardianships=guardianships)
    if not requirement.deciders and kind == PaperKind.DECISION:
        raise NotRecorded("nobody_may_decide")
    people = [person, *(row.adult for row in guardianships)]
    signing = [someone for someone in people if someone.public_id in requirement.deciders]
    public_id = uuid.uuid4()
    printed = paper_pdf(
        public_id=public_id,
        kind=kind,
        person=person,
        purpose=purpose,
        sender=team.organisation,
        recipient=recipient,
        own_language=language,
        deciders=signing or people,
        texts=texts,
    )
    now = timezone.now()
    with transaction.atomic():
        form = PaperForm.objects.create(
            public_id=public_id,
            kind=kind,
            person=person,
            purpose=purpose,
            sender=team.organisation,
            recipient=recipient,
            team=team,
            language=language,
            notice_text=texts[language] if kind == PaperKind.DECISION else None,
            pages=printed.pages,
            printed_by_id=user_of(actor),
            printed_at=now,
            expires_at=now + PAPER_LASTS if kind == PaperKind.DECISION else None,
        )
        record_about(Event.PAPER_PRINTED, Action.CREATE, who, form, {"kind": kind.value})
    return form, printed.content


def record_about(event: Event, action: Action, who: Who, form: PaperForm, details: Mapping[str, str | int]) -> None:
    """The row of the log about a form. Call it inside the transaction of what it is about."""
    audit.record(
        event=event,
        action=action,
        who=who,
        subject=str(form.person.public_id),
        object_type="paper",
        object_id=str(form.public_id),
        details=details,
    )
