"""The queue: what is left in a transaction is mailed after it, by one worker, again later when the post was shut."""

import logging
import re
import smtplib
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import MailPace, MessageKind
from portal.accounts.models import OutgoingMessage
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .bounces import GIVEN_UP, bounce, recipient_for_the_log
from .rendering import as_mail
from .texts import AT_ONCE

logger = logging.getLogger(__name__)

BATCH = 20
# When a message that did not go out is tried again; the first also keeps a second worker away while one sends.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 240, 720, 1440))
ATTEMPTS = len(RETRY_AFTER) + 1
ENHANCED_CODE = re.compile(rb"\A(5\.\d{1,3}\.\d{1,3})\b")  # RFC 3463


def waits_for_digest() -> Q:
    """Notices of whoever wants one mail a day; what concerns the safety of the account does not wait."""
    return Q(user__mail_pace=MailPace.DAILY, secret="") & ~Q(kind__in=AT_ONCE)


def deliver_due() -> int:
    """Mail what is due and return how many went out.

    A message is claimed by compare-and-swap on its count of attempts, so of two workers one sends it. One that could
    not be sent is tried again later and later, eight times in two days. What the other side refuses for good, and what
    failed eight times, has bounced.
    """
    now = timezone.now()
    is_open = OutgoingMessage.objects.filter(sent_at=None, bounced_at=None, digest=None)
    due = is_open.filter(due_at__lte=now).exclude(waits_for_digest())
    sent = 0
    for message in due.select_related("team", "user").order_by("due_at", "pk")[:BATCH]:
        if message.attempts >= ATTEMPTS:  # its worker was stopped in the middle of the last attempt
            bounce(message=message, code=GIVEN_UP)
        elif _claim(message):
            sent += _deliver(message)
    return sent


def _claim(message: OutgoingMessage) -> bool:
    again = RETRY_AFTER[min(message.attempts, len(RETRY_AFTER) - 1)]
    open_rows = OutgoingMessage.objects.filter(pk=message.pk, sent_at=None, bounced_at=None, attempts=message.attempts)
    if open_rows.update(attempts=message.attempts + 1, due_at=timezone.now() + again) != 1:
        return False
    message.attempts += 1
    return True


def _deliver(message: OutgoingMessage) -> int:
    try:
        as_mail(message).send()
    except Exception as error:  # a message that cannot be made must not hold up the others
        code = _permanent_code(error) or (GIVEN_UP if message.attempts >= ATTEMPTS else "")
        # The text of a mail server repeats the address: of that error only the kind is written down.
        logger.error("a message could not be mailed; attempt %d: %s", message.attempts, type(error).__name__)
        if code:
            bounce(message=message, code=code)
        return 0
    with transaction.atomic():
        now = timezone.now()
        OutgoingMessage.objects.filter(Q(pk=message.pk) | Q(digest=message)).update(sent_at=now, secret="")
        record(
            event=Event.NOTICE_MAILED,
            action=Action.EXECUTE,
            who=SYSTEM,
            object_type="message",
            object_id=str(message.public_id),
            details=recipient_for_the_log(message) | {"kind": MessageKind(message.kind).value},
        )
    return 1


def _permanent_code(error: Exception) -> str:
    """The code of a refusal of this recipient or this mail that holds for good (RFC 5321, 4.2.1), else nothing.

    A refused sender or a wrong password is a fault on our side: it is put right, and the mail goes out.
    """
    replies: list[tuple[int, bytes]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPDataError):
        replies = [(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"")]
    for code, text in replies:
        if 500 <= code < 600:
            enhanced = ENHANCED_CODE.match(text)
            return enhanced[1].decode() if enhanced else str(code)
    return ""
