"""Giving and ending roles."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.messages import notify_user
from portal.accounts.models import Membership, Organisation, Team, User
from portal.accounts.policy import (
    Decision,
    Denied,
    deny,
    has_languages,
    is_administrator,
    is_region_administrator,
    may_end_membership,
    may_grant_membership,
    may_leave_without_administrator,
)
from portal.accounts.policy import may_lapse as may_lapse_by_rule
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .ending import end_sessions
from .withdrawing import end_invitations

CMS_ROLES = (Role.EDITOR, Role.TRANSLATOR, Role.PUBLISHER)
LANGUAGE_GROUP = f"{Role.TRANSLATOR.value}-"


@transaction.atomic
def grant_membership(
    *,
    granted_by: Actor | None,
    user: User,
    team: Team,
    role: Role,
    reason: str,
    active_until: datetime | None = None,
    languages: Iterable[str] = (),
) -> Membership:
    """Give ``user`` a role in a team from now on; a role that is held already is returned as it is.

    Args:
        granted_by: the administrator; ``None`` when it is done from the command line of the machine.
        reason: why, in the administrator's words; it stays in the row and its history, not in the audit log.
        languages: codes; what a translator may translate, and nothing for any other role. A translator who has the role
            already gets these instead of the former ones.

    Raises:
        ValueError: for a language that the site does not have.
        Denied: see :func:`portal.accounts.policy.may_grant_membership`.
    """
    role = Role(role)
    decision = may_grant_membership(granted_by, user=user, team=team, role=role)
    if not decision:
        raise Denied(
            decision=decision, event=Event.MEMBERSHIP_GRANTED, object_type="team", object_id=str(team.public_id)
        )
    who = granted_by.who if granted_by else SYSTEM
    codes = known_languages(languages) if has_languages(role) else []
    held = Membership.objects.active().filter(user=user, team=team, role=role).first()
    if held is not None and (held.languages == codes or not has_languages(role)):
        return held
    if held is not None:
        held.languages = codes
        held.save(update_fields=["languages"])
        sync_groups(user=user)
        record_granted(who, user=user, team=team, role=role, reason=decision.code, languages=codes)
        return held
    membership, is_new = open_membership(
        user=user,
        team=team,
        role=role,
        active_until=active_until,
        granted_by_id=granted_by.user_pk if granted_by else None,
        reason=reason,
        languages=codes,
    )
    if not is_new:
        return membership
    sync_groups(user=user)
    if granted_by is not None:
        notify_user(user=user, kind=MessageKind.ACCESS_CHANGED, path=reverse("accounts:home"))
    record_granted(who, user=user, team=team, role=role, reason=decision.code, languages=codes)
    return membership


def open_membership(
    *,
    user: User,
    team: Team,
    role: Role,
    granted_by_id: int | None,
    reason: str,
    languages: list[str],
    active_until: datetime | None = None,
) -> tuple[Membership, bool]:
    """The row of a role, and whether it is new: of two that give the same role at once, one makes it.

    A role without an end that is yet to begin is not given a second time either.
    """
    try:
        with transaction.atomic():
            row = Membership.objects.create(
                user=user,
                team=team,
                role=role,
                active_until=active_until,
                granted_by_id=granted_by_id,
                reason=reason[:200],
                languages=languages,
            )
    except IntegrityError:
        held = Membership.objects.filter(user=user, team=team, role=role, active_until=None).first()
        if held is None:  # it was refused for another reason
            raise
        return held, False
    return row, True


def known_languages(languages: Iterable[str]) -> list[str]:
    """The codes once each, in order.

    Raises:
        ValueError: for a language that the site does not have.
    """
    known = [code for code, _name in settings.LANGUAGES]
    codes = sorted(set(languages))
    if unknown := set(codes) - set(known):
        raise ValueError(f"unknown languages: {', '.join(sorted(unknown))}")
    return codes


def record_granted(who: Who, *, user: User, team: Team, role: Role, reason: str, languages: list[str]) -> None:
    """The audit row of a role that was given."""
    record(
        event=Event.MEMBERSHIP_GRANTED,
        action=Action.CREATE,
        who=who,
        object_type="user",
        object_id=str(user.public_id),
        reason=reason,
        details={"team": str(team.public_id), "role": role.value}
        | ({"languages": "-".join(languages)} if languages else {}),
    )


@transaction.atomic
def end_membership(*, ended_by: Actor | None, membership: Membership, reason: str, ground: str = "") -> None:
    """End a role now, and with it every session of that user: what was open there had this right.

    Args:
        ended_by: the administrator; ``None`` for the command line, or for a rule that ran out of time.
        reason: why, in the administrator's words; it stays in the row and its history, not in the audit log.
        ground: a code for the audit log, instead of the rule by which it was allowed.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_end_membership`; also when the role had ended already, or when it
            is the last administrator's.

    Invitations that hang on the role end with it: see :mod:`portal.accounts.services.withdrawing`.
    """
    user, team, role = membership.user, membership.team, Role(membership.role)
    _one_at_a_time(team, role)
    decision = may_end_membership(ended_by, user=user, team=team, role=role)
    now = timezone.now()
    # Not before it began: a role that was to begin later ends as it begins.
    ends = max(now, membership.active_from)
    if decision and not _close(membership, ends=ends, now=now):
        decision = deny("ended_already")
    if decision:
        others = administrators_besides(membership).count()
        without = may_leave_without_administrator(ended_by, role=role, others=others)
        decision = decision if without else without
    if not decision:
        raise Denied(decision=decision, event=Event.MEMBERSHIP_ENDED, object_type="user", object_id=str(user.public_id))
    membership.refresh_from_db()
    membership.end_reason = reason[:200]
    membership._change_reason = reason[:100]  # type: ignore[attr-defined]  # read by django-simple-history
    membership.save(update_fields=["active_until", "end_reason"])  # update() above leaves no row in the history
    end_sessions(user=user)
    sync_groups(user=user)
    notify_user(user=user, kind=MessageKind.ACCESS_CHANGED, path=reverse("accounts:home"))
    who = ended_by.who if ended_by else SYSTEM
    end_invitations(user=user, organisation_pk=team.organisation_id, who=who)
    record(
        event=Event.MEMBERSHIP_ENDED,
        action=Action.UPDATE,
        who=who,
        object_type="user",
        object_id=str(user.public_id),
        reason=ground or decision.code,
        details={"team": str(team.public_id), "role": role.value},
    )


def _one_at_a_time(team: Team, role: Role) -> None:
    """Two administrators who remove each other would both find that another is left."""
    rows = Organisation.objects.select_for_update().order_by("pk")
    list(
        rows.filter(kind=OrganisationKind.REGION)
        if is_region_administrator(role)
        else rows.filter(pk=team.organisation_id)
    )


def administrators_besides(membership: Membership) -> QuerySet[User]:
    """Who else looks after the same now: the region if that is the role, else the organisation; may be the same user
    by another role of the region."""
    if not is_region_administrator(Role(membership.role)):
        return administrators_of(membership.team.organisation_id).exclude(pk=membership.user_id)
    rows = Membership.objects.active().filter(role=membership.role).exclude(pk=membership.pk)
    return User.objects.filter(is_active=True, pk__in=rows.values("user"))


@transaction.atomic
def may_lapse(*, membership: Membership) -> Decision:
    """Whether a role may end because nobody confirmed it: see :func:`portal.accounts.policy.may_lapse`."""
    role = Role(membership.role)
    _one_at_a_time(membership.team, role)
    return may_lapse_by_rule(role=role, others=administrators_besides(membership).count())


def administrators_of(organisation_pk: int) -> QuerySet[User]:
    """Who may sign in and looks after an organisation's people now."""
    rows = Membership.objects.active().filter(
        team__organisation_id=organisation_pk, role__in=[role for role in Role if is_administrator(role)]
    )
    return User.objects.filter(is_active=True, pk__in=rows.values("user"))


def _close(membership: Membership, *, ends: datetime, now: datetime) -> bool:
    holds = Q(active_until=None) | Q(active_until__gt=now)
    return Membership.objects.filter(holds, pk=membership.pk).update(active_until=ends) == 1


def sync_groups(*, user: User) -> None:
    """Bring the user's groups, which Wagtail looks at, in line with the roles that hold now.

    A translator is in a group per language too, such as ``translator-ar``. The gate asks the memberships themselves at
    each request; a group alone lets nobody in.
    """
    held = groups_for(user)
    ours = Q(name__in=CMS_ROLES) | Q(name__startswith=LANGUAGE_GROUP)
    present = set(user.groups.filter(ours).values_list("name", flat=True))
    for name in held - present:
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    gone = present - held
    if gone:
        user.groups.remove(*Group.objects.filter(name__in=gone))


def groups_for(user: User) -> set[str]:
    """The names of the groups that a user's roles ask for at this moment."""
    names: set[str] = set()
    for role, languages in (
        Membership.objects.active().filter(user=user, role__in=CMS_ROLES).values_list("role", "languages")
    ):
        names.add(role)
        if has_languages(Role(role)):
            names |= {LANGUAGE_GROUP + code for code in languages}
    return names


def is_cms_group(name: str) -> bool:
    """Whether a group stands for a role in the CMS or for a translator's language."""
    return name in set(CMS_ROLES) or name.startswith(LANGUAGE_GROUP)
