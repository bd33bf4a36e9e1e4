"""The reader at the desk, for the request at hand."""

import uuid

from django.http import HttpRequest
from django.utils import timezone

from .models import AssistedSession

SESSION_KEY = "assisted_session"
LANGUAGE_KEY = "my_language"
"""The language that a reader chose on the own pages; it is not that of the next reader."""


def opened(request: HttpRequest) -> AssistedSession | None:
    """The session that this professional opened in this browser and that has not ended, confirmed or not."""
    public_id = request.session.get(SESSION_KEY)
    if not public_id or not request.actor.signed_in:
        return None
    return (
        AssistedSession.objects.select_related("person__subject_key", "team__organisation")
        .filter(
            public_id=uuid.UUID(public_id),
            professional=request.actor.user_pk,
            team__in=request.actor.team_pks,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )


def current(request: HttpRequest) -> AssistedSession | None:
    """The same, once the reader has confirmed: only then may anything be shown."""
    session = opened(request)
    return session if session is not None and session.confirmed_at is not None else None
