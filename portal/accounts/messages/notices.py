"""Leaving a notice: for a team, for a user, for an address that has no account yet."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.accounts.addresses import local_path
from portal.accounts.enums import MessageKind
from portal.accounts.models import OutgoingMessage, Team, User
from portal.accounts.sealing import seal


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
        path: local address that the mail links to; by default the notice centre.
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
    """Mail an address that may not have an account yet: an invitation. Arguments as in :func:`notify_user`.

    Raises:
        ValueError: if ``path`` is not a local address, or ``address`` is no mail address.
    """
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError("not a mail address") from error
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
