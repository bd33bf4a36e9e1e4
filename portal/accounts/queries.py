"""What accounts can be asked."""

from django.utils import timezone

from .factors import hash_token
from .models import EnrolmentTicket, TotpDevice, User


def has_factor(*, user: User) -> bool:
    """Whether the user has a second factor that counts."""
    return TotpDevice.objects.filter(user=user, confirmed=True).exists()


def open_ticket(*, user: User, token: str) -> EnrolmentTicket | None:
    """The user's own enrolment ticket with this token, if it is unused and in time and the user has no factor yet."""
    if has_factor(user=user):
        return None
    open_tickets = EnrolmentTicket.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
    return open_tickets.select_related("user").filter(token_hash=hash_token(token)).first()
