"""How a person reads along: at a desk, or with a letter and a passkey of their own."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.models import Team

from ..enums import IdentityCheck, LetterEnd
from .persons import Person


class AssistedSession(models.Model):
    """A person reads along at a desk: opened by a professional, confirmed by the person, short, and closed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assisted_sessions")
    professional = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_open(self, at: datetime | None = None) -> bool:
        """Neither closed nor past its end."""
        return self.closed_at is None and (at or timezone.now()) < self.expires_at


class AccessLetter(models.Model):
    """A one-time letter by which a person makes a passkey, handed over face to face. Of its token only a hash is kept.

    ``enrolment_hash`` is that of the enrolment ticket that letter and birth date led to; using the ticket uses the
    letter.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_letters")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    identity_check = models.CharField(max_length=16, choices=IdentityCheck)
    language = models.CharField(max_length=8)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    enrolment_hash = models.CharField(max_length=64, blank=True, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=16, choices=LetterEnd, blank=True)
    history = HistoricalRecords(excluded_fields=["token_hash", "enrolment_hash"])

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_check__in=IdentityCheck.values), name="access_letter_identity_checked"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="access_letter_expires_after_issue"
            ),
            models.CheckConstraint(condition=Q(attempts__lte=5), name="access_letter_five_attempts"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | Q(revoked_at__isnull=False, used_at=None, revoked_because__in=LetterEnd.values),
                name="access_letter_used_or_revoked",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at=None, revoked_at=None), name="access_letter_open_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment_hash"], condition=~Q(enrolment_hash=""), name="access_letter_ticket_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
