"""Mails: that something waits or happened, never what or about whom ("notified pull")."""

from portal.accounts.enums import MessageKind

from .bounces import take_bounce
from .digest import gather_digests
from .notices import mail_address, notify_team, notify_user
from .outbox import deliver_due
from .queries import last_told

__all__ = [
    "MessageKind",
    "deliver_due",
    "gather_digests",
    "last_told",
    "mail_address",
    "notify_team",
    "notify_user",
    "take_bounce",
]
