"""The notice centre: what is read, and when one is mailed."""

import uuid

from django.db import transaction

from portal.accounts.actor import Actor
from portal.accounts.enums import MailPace
from portal.accounts.messages.queries import notices_visible_to, unread_notices
from portal.accounts.models import NoticeRead, OutgoingMessage, User
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event


@transaction.atomic
def read_notice(*, actor: Actor, public_id: uuid.UUID) -> OutgoingMessage:
    """Mark one notice as read by this user; a second time changes nothing.

    Raises:
        Denied: if it is not for this user, or does not exist.
    """
    message = notices_visible_to(actor).filter(public_id=public_id).first()
    if message is None or actor.user_pk is None:
        raise Denied(
            decision=deny("not_visible"), event=Event.ROUTE_DENIED, object_type="message", object_id=str(public_id)
        )
    NoticeRead.objects.bulk_create([NoticeRead(message=message, user_id=actor.user_pk)], ignore_conflicts=True)
    return message


@transaction.atomic
def read_all_notices(*, actor: Actor) -> int:
    """Mark everything that this user can see as read; returns how many were not."""
    if actor.user_pk is None:
        return 0
    reads = [
        NoticeRead(message_id=pk, user_id=actor.user_pk) for pk in unread_notices(actor).values_list("pk", flat=True)
    ]
    NoticeRead.objects.bulk_create(reads, ignore_conflicts=True, batch_size=500)
    return len(reads)


def choose_mail_pace(*, actor: Actor, pace: MailPace) -> None:
    """From here on the user's notices are mailed at this pace; what waits goes along with it."""
    User.objects.filter(pk=actor.user_pk or 0).update(mail_pace=MailPace(pace))
