"""Organisations and teams: the region's administrator makes, changes and ends them."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import OrganisationKind
from portal.accounts.models import AccessReview, Centre, Invitation, Membership, Municipality, Organisation, Team
from portal.accounts.policy import Decision, Denied, deny, may_manage_organisations
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .invitations import revoke_invitation
from .memberships import end_membership


class NameTakenError(Exception):
    """There is one of this name already."""


@transaction.atomic
def save_organisation(
    *,
    actor: Actor,
    organisation: Organisation | None,
    name: str,
    kind: OrganisationKind,
    municipality: Municipality | None,
    centre: Centre | None,
    contact_email: str,
    mail_domains: list[str],
) -> Organisation:
    """Make an organisation (``None``), or change one; its kind is chosen once, for packages depend on it.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_manage_organisations`; also for one that has ended.
        NameTakenError: names are unique in the region.
    """
    row = organisation or Organisation(kind=kind)
    _demand(_may_change(actor, organisation), Event.ORGANISATION_CHANGED, "organisation", row.public_id)
    row.name, row.municipality, row.centre = name, municipality, centre
    row.contact_email, row.mail_domains = contact_email, mail_domains
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTakenError from error
    _record(Event.ORGANISATION_CHANGED, "organisation", row.public_id, actor, is_new=organisation is None)
    return row


@transaction.atomic
def save_team(
    *,
    actor: Actor,
    team: Team | None,
    organisation: Organisation,
    name: str,
    mailbox: str,
    serves: Iterable[Municipality],
) -> Team:
    """Make a team in an organisation (``None``), or change one.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_manage_organisations`; also for one that has ended.
        NameTakenError: names are unique in an organisation.
    """
    row = team or Team(organisation=organisation)
    decision = _may_change(actor, organisation)
    if decision and team is not None and not Team.objects.active().filter(pk=team.pk).exists():
        decision = deny("ended")
    _demand(decision, Event.TEAM_CHANGED, "team", row.public_id)
    row.name, row.mailbox = name, mailbox
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTakenError from error
    row.serves.set(serves)
    codes = "-".join(sorted(row.serves.values_list("code", flat=True)))[:500]
    _record(Event.TEAM_CHANGED, "team", row.public_id, actor, is_new=team is None, serves=codes)
    return row


@transaction.atomic
def end_organisation(*, actor: Actor, organisation: Organisation, reason: str) -> None:
    """End an organisation now, with its teams, roles, invitations and open review; its people are signed out.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_manage_organisations`; also for one's own, or one that has ended.
    """
    decision = may_manage_organisations(actor)
    if decision and organisation.pk == actor.organisation_pk:
        decision = deny("own_organisation")
    now = timezone.now()
    running = Organisation.objects.active().filter(pk=organisation.pk)
    if decision and running.update(active_until=now) != 1:
        decision = deny("ended")
    _demand(decision, Event.ORGANISATION_CHANGED, "organisation", organisation.public_id)
    for team in Team.objects.active().filter(organisation=organisation).order_by("pk"):
        end_team(actor=actor, team=team, reason=reason)
    AccessReview.objects.filter(organisation=organisation, closed_at=None).update(closed_at=now)
    organisation.refresh_from_db()
    organisation._change_reason = reason[:100]  # type: ignore[attr-defined]  # read by django-simple-history
    organisation.save(update_fields=["active_until"])  # update() leaves no row in the history
    _record(Event.ORGANISATION_CHANGED, "organisation", organisation.public_id, actor, ended=True)


@transaction.atomic
def end_team(*, actor: Actor, team: Team, reason: str) -> None:
    """End a team now, with its roles and invitations; its people are signed out.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_manage_organisations`; also for a team that the actor is in, or
            that has ended.
    """
    decision = may_manage_organisations(actor)
    now = timezone.now()
    held = Membership.objects.filter(Q(active_until=None) | Q(active_until__gt=now), team=team)
    if decision and held.filter(user=actor.user_pk or 0).exists():
        decision = deny("own_team")
    if decision and Team.objects.active().filter(pk=team.pk).update(active_until=now) != 1:
        decision = deny("ended")
    _demand(decision, Event.TEAM_CHANGED, "team", team.public_id)
    for membership in held.select_related("user", "team").order_by("pk"):
        end_membership(ended_by=actor, membership=membership, reason=reason, ground="team_ended")
    waiting = Invitation.objects.filter(team=team, accepted_at=None, revoked_at=None)
    for invitation in waiting.select_related("team__organisation", "user").order_by("pk"):
        revoke_invitation(actor=actor, invitation=invitation)
    team.refresh_from_db()
    team._change_reason = reason[:100]  # type: ignore[attr-defined]  # read by django-simple-history
    team.save(update_fields=["active_until"])  # update() leaves no row in the history
    _record(Event.TEAM_CHANGED, "team", team.public_id, actor, ended=True)


def _may_change(actor: Actor, organisation: Organisation | None) -> Decision:
    decision = may_manage_organisations(actor)
    if decision and organisation is not None:
        return decision if Organisation.objects.active().filter(pk=organisation.pk).exists() else deny("ended")
    return decision


def _demand(decision: Decision, event: Event, object_type: str, public_id: object) -> None:
    if not decision:
        raise Denied(decision=decision, event=event, object_type=object_type, object_id=str(public_id))


def _record(event: Event, object_type: str, public_id: object, actor: Actor, **details: bool | str) -> None:
    record(
        event=event,
        action=Action.UPDATE,
        who=actor.who,
        object_type=object_type,
        object_id=str(public_id),
        details=details,
    )
