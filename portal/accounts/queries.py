"""What accounts can be asked."""

from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from .factors import hash_token
from .models import EnrolmentTicket, TotpDevice, User

# Anything else that django-otp knows (recovery codes, a provider's word) is no factor to build upon.


def has_factor(*, user: User) -> bool:
    """Whether the user has a second factor that counts: an authenticator app or a passkey."""
    return any(model.objects.filter(user=user, confirmed=True).exists() for model in (TotpDevice, WebAuthnCredential))


def open_ticket(*, user: User, token: str) -> EnrolmentTicket | None:
    """The user's own enrolment ticket with this token, if it is unused and in time and the user has no factor yet."""
    if has_factor(user=user):
        return None
    open_tickets = EnrolmentTicket.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
    return open_tickets.select_related("user").filter(token_hash=hash_token(token)).first()
