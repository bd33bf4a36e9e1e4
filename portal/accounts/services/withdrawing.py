"""Invitations end with the roles that they hang on: those for somebody who leaves, and those that somebody sent."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts import queries
from portal.accounts.models import EnrolmentTicket, Invitation, User
from portal.audit.actor import Who
from portal.audit.enums import Action, Event
from portal.audit.services import record


def end_invitations(*, user: User, organisation_pk: int, who: Who) -> int:
    """In the transaction that ends a role: open invitations into the organisation end too. Returns how many.

    1. those for this user: whoever just sent somebody away did not mean an older letter to let them in again;
    2. those that this user sent and could not send any more: they would count again with a later role.
    """
    waiting = Invitation.objects.filter(
        team__organisation_id=organisation_pk, accepted_at=None, revoked_at=None
    ).select_related("team__organisation", "invited_by", "user")
    ended = 0
    for invitation in waiting.filter(Q(email=user.email or "") | Q(user=user) | Q(invited_by=user)).order_by("pk"):
        is_for_user = invitation.user_id == user.pk or invitation.email == user.email
        if is_for_user or not queries.is_backed(invitation):
            ended += _end(invitation, who=who)
    return ended


def _end(invitation: Invitation, *, who: Who) -> int:
    if waiting(invitation).update(revoked_at=timezone.now()) != 1:
        return 0
    forget_tickets(invitation)
    invitation.refresh_from_db()
    invitation.save(update_fields=["revoked_at"])  # update() leaves no row in the history
    record(
        event=Event.INVITATION_REVOKED,
        action=Action.UPDATE,
        who=who,
        object_type="invitation",
        object_id=str(invitation.public_id),
        reason="role_ended",
        details={"team": str(invitation.team.public_id), "role": str(invitation.role)},
    )
    return 1


def waiting(invitation: Invitation) -> QuerySet[Invitation]:
    """The invitation, if nobody accepted or revoked it; for a compare-and-swap."""
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)


def forget_tickets(invitation: Invitation) -> None:
    """Leave to enrol that came from the invitation stops counting."""
    if invitation.user is not None and not queries.has_factor(user=invitation.user):
        EnrolmentTicket.objects.filter(user=invitation.user, used_at=None).delete()
