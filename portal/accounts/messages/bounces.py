"""Mail that did not arrive: what says so, and who is told."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import MessageKind, Role
from portal.accounts.models import Invitation, Membership, OutgoingMessage, User
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .notices import notify_user

GIVEN_UP = "given_up"
REPORT_BYTES = 512 * 1024
PARTS = 50
TELL_AGAIN_AFTER = timedelta(hours=24)
STATUS = re.compile(r"\A\s*([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
IN_AN_ADDRESS = re.compile(r"\+([0-9a-f]{32})@")
IN_A_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
HEADER_LENGTH = 2_000


class UnreadableReportError(ValueError):
    """Not a report on the delivery of a mail that can be read: too large, too deep, or something else altogether."""


def recipient_for_the_log(message: OutgoingMessage) -> dict[str, str]:
    """The team or the user by public id; of an address without an account nothing."""
    if message.team is not None:
        return {"team": str(message.team.public_id)}
    return {"user": str(message.user.public_id)} if message.user is not None else {}


def take_bounce(report: bytes, *, recipient: str = "") -> OutgoingMessage | None:
    """Read a delivery status notification (RFC 3464) and mark the message that it is about, if it failed for good.

    Args:
        report: the whole mail as it came in, at most 512 KiB of it.
        recipient: the address that the report was delivered to, as the mail server knows it; it holds the id of the
            message when ``MAIL_BOUNCE_ADDRESS`` is set. Without it, the headers that came back are searched.

    Returns:
        The message that is marked now; ``None`` if the report speaks of a delay, of a message that is marked already,
        or of none of ours.

    Raises:
        UnreadableReportError: if it is no such report.
    """
    if len(report) > REPORT_BYTES:
        raise UnreadableReportError("larger than a report is")
    try:
        mail = BytesParser(policy=compat32).parsebytes(report)
        parts = list(_parts(mail))
        code = _failure(mail, parts)
        ids = list(_ids(mail, parts, recipient)) if code else []
    except UnreadableReportError:
        raise
    except (RecursionError, MessageError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnreadableReportError("not a report on a delivery") from error
    for public_id in ids:
        message = OutgoingMessage.objects.select_related("team", "user").filter(public_id=public_id).first()
        if message is not None:
            return message if bounce(message=message, code=code) else None
    return None


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= PARTS:
            raise UnreadableReportError("more parts than a report has")
        yield part


def _failure(mail: Message, parts: list[Message]) -> str:
    """The status code of the recipient that failed for good, or nothing when none did."""
    if mail.get_content_type() != "multipart/report":
        raise UnreadableReportError("not a multipart/report")
    for part in parts:
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and _header(block, "Action").strip().lower() == "failed":
                status = STATUS.match(_header(block, "Status"))
                return status[1] if status else "5.0.0"
    return ""


def _ids(mail: Message, parts: list[Message], recipient: str) -> Iterator[uuid.UUID]:
    addresses = [recipient, *(_header(mail, name) for name in ("Delivered-To", "X-Original-To", "To"))]
    for address in addresses:
        for found in IN_AN_ADDRESS.findall(address.lower()[:HEADER_LENGTH]):
            yield uuid.UUID(hex=found)
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            # Some systems send these headers as the text of a part, with another header block in front of it.
            headers = part.get_payload(decode=True)
            returned = headers[:REPORT_BYTES].decode("ascii", "replace") if isinstance(headers, bytes) else ""
            lines = [line for line in returned.splitlines() if line.lower().startswith("message-id:")]
            yield from (uuid.UUID(found) for line in lines for found in IN_A_MESSAGE_ID.findall(line.lower()))
        elif part is not mail:
            yield from (uuid.UUID(found) for found in IN_A_MESSAGE_ID.findall(_header(part, "Message-ID").lower()))


def _header(part: Message, name: str) -> str:
    return str(part.get(name, ""))[:HEADER_LENGTH]


def bounce(*, message: OutgoingMessage, code: str) -> bool:
    """Mark a message as not arrived and tell the administrators; whether it was not marked before.

    The secret of its link is emptied, and what a digest gathered goes with it. Administrators are told once a day at
    most; that a message to themselves came back is not mailed to them.

    Args:
        code: a status code (RFC 3463, or three digits of RFC 5321), or :data:`GIVEN_UP`.
    """
    with transaction.atomic():
        now = timezone.now()
        open_rows = OutgoingMessage.objects.filter(pk=message.pk, bounced_at=None)
        if open_rows.update(bounced_at=now, bounce_code=code[:16], secret="") != 1:
            return False
        OutgoingMessage.objects.filter(digest=message).update(bounced_at=now, bounce_code=code[:16])
        if message.kind != MessageKind.MAIL_BOUNCED:
            for administrator in _administrators_of(message):
                notify_user(user=administrator, kind=MessageKind.MAIL_BOUNCED, path=reverse("accounts:bounces"))
        record(
            event=Event.MESSAGE_BOUNCED,
            action=Action.EXECUTE,
            who=SYSTEM,
            object_type="message",
            object_id=str(message.public_id),
            reason=code[:16],
            details=recipient_for_the_log(message) | {"kind": MessageKind(message.kind).value},
        )
    return True

    return reverse("accounts:bounces")


def _administrators_of(message: OutgoingMessage) -> list[User]:
    """Administrators of the organisation that the recipient works for, who were not told in the last day."""
    if message.team is not None:
        organisations = [message.team.organisation_id]
    elif message.user is not None:
        memberships = Membership.objects.active().filter(user=message.user)
        organisations = list(memberships.values_list("team__organisation_id", flat=True))
    else:
        invitations = Invitation.objects.filter(email__iexact=message.address)
        organisations = list(invitations.values_list("team__organisation_id", flat=True))
    administers = Membership.objects.active().filter(
        role=Role.ORGANISATION_ADMINISTRATOR, team__organisation_id__in=organisations
    )
    told = OutgoingMessage.objects.filter(
        kind=MessageKind.MAIL_BOUNCED, user__isnull=False, created_at__gt=timezone.now() - TELL_AGAIN_AFTER
    )
    administrators = User.objects.filter(
        ~Q(pk=message.user_id), is_active=True, pk__in=administers.values("user_id")
    ).exclude(pk__in=told.values("user_id"))
    return list(administrators.order_by("pk"))
