"""One message as a mail: text and HTML, in the reader's language, with one link and no name."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage
from portal.accounts.sealing import unseal

from .texts import TEXTS

# RFC 3834 and what Microsoft's servers look at: no out-of-office answers to a machine.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def recipient(message: OutgoingMessage) -> str:
    """The mail address that a message goes to."""
    if message.team is not None:
        return message.team.mailbox
    return str(message.user.email or "") if message.user is not None else message.address


def message_id(message: OutgoingMessage) -> str:
    """The same at each attempt: a mail that went out twice can be told from two mails, and a bounce names it."""
    return f"<{message.public_id}@{_domain()}>"


def envelope_sender(message: OutgoingMessage) -> str:
    """Where mail systems send their "could not be delivered": ``MAIL_BOUNCE_ADDRESS`` with the message's id in it.

    Without that setting it is the sender's own address; a report is then known by its copy of the headers.
    """
    local, _, domain = settings.MAIL_BOUNCE_ADDRESS.partition("@")
    return f"{local}+{message.public_id.hex}@{domain}" if domain else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def as_mail(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The mail itself.

    Raises:
        portal.accounts.sealing.UnsealableError: if the secret of its link cannot be opened.
    """
    language = message.language if message.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        context = _context(message)
        mail = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string("accounts/mail/notice.txt", context),
            from_email=envelope_sender(message),
            to=[recipient(message)],
            headers={
                **HEADERS,
                "From": settings.DEFAULT_FROM_EMAIL,
                "Message-ID": message_id(message),
                "Content-Language": language,
            },
        )
        mail.attach_alternative(render_to_string("accounts/mail/notice.html", context), "text/html")
    return mail


def _context(message: OutgoingMessage) -> dict[str, Any]:
    kind = MessageKind(message.kind)
    text = TEXTS[kind]
    what = str(text.what)
    if kind == MessageKind.DIGEST:
        count = message.gathered.count()
        what = ngettext(
            "Er staat %(count)d nieuw bericht voor u in het portaal.",
            "Er staan %(count)d nieuwe berichten voor u in het portaal.",
            count,
        ) % {"count": count}
    return {
        # A line break in a translation must not become a header of its own.
        "subject": " ".join(str(kind.label).split()),
        "what": what,
        "do": text.do,
        "link_text": text.link,
        "link": settings.BASE_URL.rstrip("/") + _path(message),
    }


def _path(message: OutgoingMessage) -> str:
    if message.secret:
        return f"{message.path}{unseal(message.secret, owner=str(message.public_id)).decode()}/"
    if message.path:
        return message.path
    return reverse("accounts:notices") if message.user is not None else resolve_url(settings.LOGIN_REDIRECT_URL)
