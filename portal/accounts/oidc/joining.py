"""An invitation taken up with a provider in the place of a password."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.accounts import queries, services, sessions, terms
from portal.accounts.models import Invitation, OidcIdentity, OidcProvider, User
from portal.accounts.services.joining import give_role
from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .client import OidcError
from .policy import may_join_with
from .services import begin_session, make_link
from .tokens import Identity


def link_by_invitation(*, request: HttpRequest, provider: OidcProvider, identity: Identity, token: str) -> str:
    """Make the account of the invited, without a password, and link it to the subject that came back.

    With the provider's second factor the invitation is accepted at once; without, the invited enrols one of ours first.
    Who stopped on the way goes on with the same link and the same subject. An account that is finished links the
    provider from its own page: an invitation does not add a way into it.

    Args:
        token: of the invitation; whoever left for the provider had agreed to the terms.

    Returns:
        The local address to go on to.

    Raises:
        OidcError: ``invitation_closed``, ``other_organisation``, ``has_account`` or ``linked_already``.
    """
    try:
        with transaction.atomic():
            return _join(request, provider=provider, identity=identity, token=token)
    except IntegrityError as error:  # the same link in two tabs
        raise OidcError("has_account") from error


def _join(request: HttpRequest, *, provider: OidcProvider, identity: Identity, token: str) -> str:
    invitation = queries.open_invitation(token=token)
    if invitation is None:
        raise OidcError("invitation_closed")
    decision = may_join_with(provider, organisation=invitation.team.organisation_id)
    if not decision:
        raise OidcError(decision.code)
    user = _account_for(invitation, provider=provider, identity=identity)
    link = OidcIdentity.objects.filter(provider=provider, subject=identity.subject, user=user).first()
    if link is None:
        link = make_link(user=user, provider=provider, subject=identity.subject, who=_who(request, user))
    begun = Invitation.objects.filter(queries.still_open(), pk=invitation.pk, token_hash=invitation.token_hash)
    version = terms.terms_version()
    if begun.update(user=user, terms_version=version, terms_accepted_at=timezone.now()) != 1:
        raise OidcError("invitation_closed")
    invitation.refresh_from_db()
    invitation.save(update_fields=["expires_at"])  # update() leaves no row in the history
    begin_session(request=request, link=link, identity=identity)
    who = request.actor.who  # type: ignore[attr-defined]
    record(
        event=Event.INVITATION_OPENED,
        action=Action.EXECUTE,
        who=who,
        object_type="invitation",
        object_id=str(invitation.public_id),
        details={"provider": str(provider.public_id)},
    )
    if not identity.second_factor:
        ticket = services.continue_invitation(request=request, token=token)
        return reverse("accounts:enrol", args=[ticket])
    if not give_role(invitation=invitation, user=user, who=who):
        raise OidcError("invitation_closed")
    return ""


def _who(request: HttpRequest, user: User) -> Who:
    return replace(sessions.nobody(request).who, kind="user", user_id=str(user.public_id))


def _account_for(invitation: Invitation, *, provider: OidcProvider, identity: Identity) -> User:
    """The account to link: a new one, one that was begun and never finished, or the one that this subject began."""
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        return User.objects.create_user(invitation.email, name=invitation.name, language=invitation.language)
    mine = OidcIdentity.objects.filter(provider=provider, subject=identity.subject, user=user).exists()
    if not queries.is_unfinished(user=user) or (invitation.user_id is not None and not mine):
        raise OidcError("has_account")
    services.end_sessions(user=user)
    user.refresh_from_db()
    user.set_unusable_password()
    user.save()
    OidcIdentity.objects.filter(user=user).exclude(provider=provider, subject=identity.subject).delete()
    return user
