"""Mails: that something waits or happened, never what or about whom ("notified pull")."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .addresses import local_path
from .enums import MessageKind
from .models import OutgoingMessage, Team, User
from .sealing import seal, unseal

__all__ = ["MessageKind", "deliver_due", "mail_address", "notify_team", "notify_user"]

logger = logging.getLogger(__name__)

BATCH = 20
# When a message that did not go out is tried again; the first also keeps a second worker away while one sends.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 240, 720, 1440))


def notify_team(*, team: Team, kind: MessageKind, path: str = "") -> OutgoingMessage:
    """Leave a notice for a team's mailbox, in the caller's transaction: it is mailed after the commit, or never was.

    Args:
        path: local address that the mail links to, without a name or a number of a person in it; by default the
            work list.

    Raises:
        ValueError: if ``path`` is not a local address.
    """
    return OutgoingMessage.objects.create(team=team, kind=MessageKind(kind), path=_local(path))


def notify_user(*, user: User, kind: MessageKind, path: str = "", secret: str = "") -> OutgoingMessage | None:
    """Leave a notice for somebody, in the caller's transaction; mailed in that user's language.

    Args:
        secret: the last part of a one-time link, put behind ``path`` in the mail and nowhere else; sealed until then.

    Returns:
        The notice; ``None`` for a person with a dossier, who has no mail address here.

    Raises:
        ValueError: if ``path`` is not a local address.
    """
    if not user.email:
        return None
    message = OutgoingMessage(user=user, kind=MessageKind(kind), path=_local(path), language=user.language)
    return _save(message, secret)


def mail_address(*, address: str, kind: MessageKind, path: str, language: str, secret: str = "") -> OutgoingMessage:
    """Mail an address that may not have an account yet: an invitation. Arguments as in :func:`notify_user`."""
    message = OutgoingMessage(address=address, kind=MessageKind(kind), path=_local(path), language=language)
    return _save(message, secret)


def _save(message: OutgoingMessage, secret: str) -> OutgoingMessage:
    if secret:
        message.secret = seal(secret.encode(), owner=str(message.public_id))
    message.save()
    return message


def _local(path: str) -> str:
    if path and not local_path(path):
        raise ValueError("a message links to this site only")
    return path


def deliver_due() -> int:
    """Mail what is due and return how many went out.

    A message is claimed by compare-and-swap on its count of attempts, so of two workers one sends it. One that could
    not be sent is tried again later and later, eight times in two days.
    """
    sent = 0
    due = OutgoingMessage.objects.filter(sent_at=None, attempts__lte=len(RETRY_AFTER), due_at__lte=timezone.now())
    for message in due.select_related("team", "user").order_by("due_at", "pk")[:BATCH]:
        if _claim(message):
            sent += _deliver(message)
    return sent


def _claim(message: OutgoingMessage) -> bool:
    again = RETRY_AFTER[min(message.attempts, len(RETRY_AFTER) - 1)]
    claimed = OutgoingMessage.objects.filter(pk=message.pk, sent_at=None, attempts=message.attempts).update(
        attempts=message.attempts + 1, due_at=timezone.now() + again
    )
    return claimed == 1


def _deliver(message: OutgoingMessage) -> int:
    try:
        _mail(message)
    except OSError:  # smtplib's errors are OSErrors too
        logger.exception("a message could not be mailed; attempt %d", message.attempts + 1)
        return 0
    with transaction.atomic():
        OutgoingMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now(), secret="")
        record(
            event=Event.NOTICE_MAILED,
            action=Action.EXECUTE,
            who=SYSTEM,
            object_type="message",
            object_id=str(message.public_id),
            details=_recipient_for_the_log(message) | {"kind": message.kind},
        )
    return 1


def _recipient_for_the_log(message: OutgoingMessage) -> dict[str, str]:
    if message.team is not None:
        return {"team": str(message.team.public_id)}
    return {"user": str(message.user.public_id)} if message.user is not None else {}


def _recipient(message: OutgoingMessage) -> str:
    if message.team is not None:
        return message.team.mailbox
    return str(message.user.email) if message.user is not None else message.address


def _mail(message: OutgoingMessage) -> None:
    with translation.override(message.language or settings.LANGUAGE_CODE):
        kind = MessageKind(message.kind)
        path = message.path or resolve_url(settings.LOGIN_REDIRECT_URL)
        if message.secret:
            path += unseal(message.secret, owner=str(message.public_id)).decode() + "/"
        context = {"kind": kind.value, "subject": kind.label, "link": settings.BASE_URL.rstrip("/") + path}
        mail = EmailMultiAlternatives(
            subject=str(kind.label),
            body=render_to_string("accounts/mail/notice.txt", context),
            to=[_recipient(message)],
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
        mail.attach_alternative(render_to_string("accounts/mail/notice.html", context), "text/html")
        mail.send()
