"""Inviting somebody, and what the invited does with the link until there is a second factor."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.accounts import messages, queries, sessions, terms
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, Role
from portal.accounts.factors import hash_token
from portal.accounts.mail_addresses import fold_address, is_in_domains
from portal.accounts.models import EnrolmentTicket, Invitation, Membership, Team, User
from portal.accounts.policy import Denied, deny, has_languages, may_grant_membership, may_wake
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .dormancy import wake
from .ending import end_sessions
from .enrolment import issue_enrolment
from .joining import give_role
from .memberships import known_languages
from .withdrawing import forget_tickets, waiting

LIFETIME = timedelta(hours=72)
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105


class InvitationRefusedError(Exception):
    """Something about the invitation that its reader can put right; ``code`` says what.

    ``own``, ``domain``, ``has_role``, ``open_already`` (inviting); ``closed``, ``has_account``, ``not_yours``,
    ``not_verified`` (using the link).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def invite(
    *,
    actor: Actor | None,
    team: Team,
    role: Role,
    email: str,
    name: str,
    reason: str,
    language: str = "nl",
    languages: Iterable[str] = (),
    token: str | None = None,
) -> Invitation:
    """Invite somebody into a team; a mail with a one-time link goes to the address, good for 72 hours.

    Args:
        actor: the administrator; ``None`` for the command line of the machine.
        language: of the mail, and of the screens of a new account.
        languages: what a translator may translate.
        token: a given token, for demos; otherwise 256 random bits. Only its hash is kept.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_grant_membership`; also for a team that has ended.
        InvitationRefusedError: ``own`` address, address outside the organisation's ``domain``s, somebody who
            ``has_role`` already, or who is invited for it already (``open_already``).
        ValueError: for a language that the site does not have.
    """
    email, role = fold_address(email), Role(role)
    user = User.objects.filter(email=email).first()
    decision = may_grant_membership(actor, user=user, team=team, role=role)
    if decision.code == "own_membership":
        raise InvitationRefusedError("own")
    if decision and not queries.is_running(team):
        decision = deny("team_ended")
    if not decision:
        raise Denied(decision=decision, event=Event.INVITATION_SENT, object_type="team", object_id=str(team.public_id))
    if not is_in_domains(email, team.organisation.mail_domains):
        raise InvitationRefusedError("domain")
    if user is not None and Membership.objects.active().filter(user=user, team=team, role=role).exists():
        raise InvitationRefusedError("has_role")
    codes = known_languages(languages) if has_languages(role) else []
    known_languages([language])
    now = timezone.now()
    # What ran out stands in nobody's way.
    ran_out = Invitation.objects.filter(team=team, role=role, email=email, accepted_at=None, revoked_at=None)
    ran_out.filter(expires_at__lte=now).update(revoked_at=now)
    token = token or secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                team=team,
                role=role,
                languages=codes,
                email=email,
                name=name,
                language=language,
                reason=reason[:200],
                token_hash=hash_token(token),
                invited_by_id=actor.user_pk if actor else None,
                created_at=now,
                expires_at=now + LIFETIME,
            )
    except IntegrityError as error:
        raise InvitationRefusedError("open_already") from error
    if user is not None and _may_wake(actor, user):
        wake(user=user, who=actor.who if actor else SYSTEM, reason="invited")
    _mail(invitation, token)
    _record(Event.INVITATION_SENT, Action.CREATE, actor, invitation, reason=decision.code)
    return invitation


def _may_wake(actor: Actor | None, user: User) -> bool:
    """Inviting wakes no more than the button does; the page of the invitation says so to whoever still sleeps."""
    return actor is None or bool(may_wake(actor, user=user, organisations_of_user=queries.organisations_of(user=user)))


@transaction.atomic
def resend_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Mail a new link, good for 72 hours from now; the old one stops counting.

    Whoever sends it again stands for it from here on. What the invited had begun is begun anew.

    Raises:
        Denied: see :func:`invite`; also when the invitation was accepted or revoked in the meantime.
    """
    decision = may_grant_membership(actor, user=invitation.user, team=invitation.team, role=Role(invitation.role))
    if decision and not queries.is_running(invitation.team):
        decision = deny("team_ended")
    token, now = secrets.token_urlsafe(32), timezone.now()
    if decision:
        forget_tickets(invitation)
        sent = (
            waiting(invitation)
            .filter(token_hash=invitation.token_hash)
            .update(
                token_hash=hash_token(token),
                expires_at=now + LIFETIME,
                invited_by=actor.user_pk,
                user=None,
                terms_version="",
                terms_accepted_at=None,
            )
        )
        decision = decision if sent == 1 else deny("closed")
    if not decision:
        raise Denied(
            decision=decision,
            event=Event.INVITATION_SENT,
            object_type="invitation",
            object_id=str(invitation.public_id),
        )
    _note_history(invitation)
    _mail(invitation, token)
    _record(Event.INVITATION_SENT, Action.UPDATE, actor, invitation, reason=decision.code)


@transaction.atomic
def revoke_invitation(*, actor: Actor | None, invitation: Invitation) -> None:
    """Take an invitation back: its link, and leave to enrol that came from it, stop counting.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_grant_membership`; also when it was accepted or revoked already.
    """
    decision = may_grant_membership(actor, user=invitation.user, team=invitation.team, role=Role(invitation.role))
    if decision and waiting(invitation).update(revoked_at=timezone.now()) != 1:
        decision = deny("closed")
    if not decision:
        raise Denied(
            decision=decision,
            event=Event.INVITATION_REVOKED,
            object_type="invitation",
            object_id=str(invitation.public_id),
        )
    forget_tickets(invitation)
    _note_history(invitation)
    _record(Event.INVITATION_REVOKED, Action.UPDATE, actor, invitation, reason=decision.code)


def begin_invitation(*, request: HttpRequest, token: str, name: str, password: str) -> str:
    """Make the account of the invited, sign it in at the level of a password, and give leave to enrol a first factor.

    The address is the invitation's. An account that was begun before and never got a factor or a role starts anew: the
    mail that the link came by went to its owner.

    Returns:
        A token for ``/accounts/enrol/<token>/``.

    Raises:
        InvitationRefusedError: ``closed``; ``has_account`` if there is an account that must sign in itself.
    """
    try:
        with transaction.atomic():
            return _begin(request, token=token, name=name, password=password)
    except IntegrityError as error:  # the same link in two tabs
        raise InvitationRefusedError("has_account") from error


def _begin(request: HttpRequest, *, token: str, name: str, password: str) -> str:
    invitation = queries.open_invitation(token=token)
    if invitation is None:
        raise InvitationRefusedError("closed")
    user = User.objects.filter(email=invitation.email).first()
    if invitation.user_id is not None or (user is not None and not queries.is_unfinished(user=user)):
        raise InvitationRefusedError("has_account")
    if user is None:
        user = User.objects.create_user(invitation.email, password, name=name, language=invitation.language)
    else:
        end_sessions(user=user)
        user.refresh_from_db()
        user.name, user.language = name, invitation.language
        user.set_password(password)
        user.save()
        user.oidc_identities.all().delete()  # whoever began with a provider may not be the one who begins anew
    now = timezone.now()
    begun = Invitation.objects.filter(
        queries.still_open(), pk=invitation.pk, token_hash=invitation.token_hash, user=None
    )
    if begun.update(user=user, terms_version=terms.terms_version(), terms_accepted_at=now) != 1:
        raise InvitationRefusedError("has_account")
    _note_history(invitation)
    request.session.flush()
    login(request, user, backend=PASSWORD_BACKEND)
    sessions.begin(request, language=user.language)
    actor = sessions.resolve_actor(request)
    request.actor = actor  # type: ignore[attr-defined]
    ticket = _issue_ticket(invitation, user=user, token=token)
    _record(Event.INVITATION_OPENED, Action.EXECUTE, actor, invitation)
    return ticket


@transaction.atomic
def continue_invitation(*, request: HttpRequest, token: str) -> str:
    """Leave to enrol for whoever began with this link before and has signed in with the password now.

    Raises:
        InvitationRefusedError: ``closed``, or ``not_yours``.
    """
    invitation = queries.open_invitation(token=token)
    if invitation is None:
        raise InvitationRefusedError("closed")
    user = User.objects.filter(pk=request.user.pk or 0).first()
    if user is None or invitation.user_id != user.pk or queries.has_factor(user=user):
        raise InvitationRefusedError("not_yours")
    return _issue_ticket(invitation, user=user, token=token)


@transaction.atomic
def accept_invitation(*, request: HttpRequest, actor: Actor, token: str) -> Invitation:
    """Accept with an account that exists: the same address, signed in with the second factor.

    The session's key changes.

    Raises:
        InvitationRefusedError: ``closed``; ``not_yours`` for another address; ``not_verified`` without second factor.
    """
    invitation = queries.open_invitation(token=token)
    if invitation is None:
        raise InvitationRefusedError("closed")
    user = User.objects.filter(pk=actor.user_pk or 0).first()
    if user is None or fold_address(user.email or "") != invitation.email:
        raise InvitationRefusedError("not_yours")
    if actor.factor_at is None:
        raise InvitationRefusedError("not_verified")
    agreed = Invitation.objects.filter(queries.still_open(), pk=invitation.pk, token_hash=invitation.token_hash)
    agreed.update(user=user, terms_version=terms.terms_version(), terms_accepted_at=timezone.now())
    if not give_role(invitation=invitation, user=user, who=actor.who):
        raise InvitationRefusedError("closed")
    messages.notify_user(user=user, kind=MessageKind.ACCESS_CHANGED, path=reverse("accounts:home"))
    sessions.renew_key(request)
    return invitation


def _issue_ticket(invitation: Invitation, *, user: User, token: str) -> str:
    """One ticket for one link, so that a second tab goes on with the same; it ends no later than the invitation."""
    ticket = hash_token(f"enrolment by invitation {token}")
    mine = EnrolmentTicket.objects.filter(user=user, token_hash=hash_token(ticket))
    if not mine.filter(used_at=None, expires_at__gt=timezone.now()).exists():
        issue_enrolment(granted_by=None, user=user, token=ticket, reason="invitation")
        mine.update(expires_at=invitation.expires_at)
    return ticket


def _note_history(invitation: Invitation) -> None:
    invitation.refresh_from_db()
    invitation.save(update_fields=["expires_at"])  # update() leaves no row in the history


def _mail(invitation: Invitation, token: str) -> None:
    messages.mail_address(
        address=invitation.email,
        kind=MessageKind.INVITATION,
        path=reverse("accounts:invitation", args=["-"]).removesuffix("-/"),
        language=invitation.language,
        secret=token,
    )


def _record(event: Event, action: Action, actor: Actor | None, invitation: Invitation, *, reason: str = "") -> None:
    record(
        event=event,
        action=action,
        who=actor.who if actor else SYSTEM,
        object_type="invitation",
        object_id=str(invitation.public_id),
        reason=reason,
        details={"team": str(invitation.team.public_id), "role": str(invitation.role)},
    )
