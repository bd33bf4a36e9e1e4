"""From an invitation to a role: once, and only as long as whoever invited could still give it."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import EnrolmentTicket, Invitation, Membership, User
from portal.accounts.policy import has_languages
from portal.accounts.ports import on_enrolled
from portal.accounts.queries import is_backed, still_open
from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .memberships import open_membership, record_granted, sync_groups


@on_enrolled
def complete_invitations(*, user: User, ticket: EnrolmentTicket) -> None:
    """Give the roles of the invitations that the user began, now that there is a second factor, of whichever kind.

    Part of the transaction in which the first factor is made. An invitation that ran out or was revoked meanwhile gives
    nothing.
    """
    who = Who(kind="user", user_id=str(user.public_id))
    begun = Invitation.objects.filter(still_open(), user=user, terms_accepted_at__isnull=False)
    rows = begun.select_related("team__organisation", "invited_by", "user")
    for invitation in rows:
        give_role(invitation=invitation, user=user, who=who)


@transaction.atomic
def give_role(*, invitation: Invitation, user: User, who: Who) -> bool:
    """Use an invitation up, by compare-and-swap, and give its role; ``False`` if it does not count any more."""
    if not is_backed(invitation):
        return False
    now = timezone.now()
    accepted = Invitation.objects.filter(still_open(), pk=invitation.pk, token_hash=invitation.token_hash)
    if accepted.update(accepted_at=now, user=user) != 1:
        return False
    invitation.refresh_from_db()
    invitation.save(update_fields=["accepted_at"])  # update() leaves no row in the history
    role = Role(invitation.role)
    codes = list(invitation.languages) if has_languages(role) else []
    held = Membership.objects.active().filter(user=user, team=invitation.team, role=role).first()
    if held is None:
        open_membership(
            user=user,
            team=invitation.team,
            role=role,
            granted_by_id=invitation.invited_by_id,
            reason=invitation.reason,
            languages=codes,
        )
    sync_groups(user=user)
    record_granted(who, user=user, team=invitation.team, role=role, reason="invitation", languages=codes)
    record(
        event=Event.INVITATION_ACCEPTED,
        action=Action.UPDATE,
        who=who,
        object_type="invitation",
        object_id=str(invitation.public_id),
    )
    return True
