"""Second factors, and the leave to enrol a first one. Passkeys are ``django_otp_webauthn.WebAuthnCredential``."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin

from portal.accounts.enums import IdentityCheck

from .organisations import Organisation
from .users import User


class TotpDevice(ThrottlingMixin, Device):
    """An authenticator app (RFC 6238). The key is sealed at rest; :mod:`portal.accounts.factors` reads and verifies it.

    ``last_step`` is the time step of the newest code that was accepted: no code of that step or before counts again.
    ``burnt_steps`` are steps to come whose code somebody has tried already (a clock that is ahead): they do not count
    when their time comes, or the answer about the clock would tell a guesser when to come back.
    """

    sealed_key = models.TextField()
    last_step = models.BigIntegerField(default=-1)
    burnt_steps = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(confirmed=True), name="totp_device_confirmed_once"),
        ]

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """What django-otp calls; the same rules as everywhere, for a caller whose address is not known."""
        from portal.accounts.factors import verify

        return bool(verify(device=self, code=token, source=""))


class FactorSource(models.Model):
    """A network address, hashed, from which somebody used a factor with success: it has a count of failures of its own.

    So that somebody elsewhere who has only the password cannot use up the owner's attempts.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_sources")
    source = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="factor_source_once")]

    def __str__(self) -> str:
        return f"source {self.pk} of user {self.user_id}"


class EnrolmentTicket(models.Model):
    """Leave to enrol a first second factor: given by an administrator, used once, together with the password.

    The token itself is not kept, only its hash. The key that will become the factor's is made with the ticket, so that
    showing it (a GET) writes nothing.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolment_tickets")
    token_hash = models.CharField(max_length=64, unique=True)
    sealed_key = models.TextField()
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="enrolment_expires_after_issue"),
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk} of user {self.user_id}"


class RecoveryDevice(ThrottlingMixin, Device):
    """The recovery codes of a user, as django-otp's device: a session that one of them verified says so.

    ``sealed_key`` is the random key of the codes' hashes, sealed. New codes are a new device: what an old one verified
    ends with it.
    """

    sealed_key = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="recovery_device_once")]

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """Nothing counts here: codes are used through :mod:`portal.accounts.recovery`, which bounds guessing."""
        return False


class RecoveryCode(models.Model):
    """One recovery code, used once. A code has at least 80 random bits; only a keyed hash of it is kept."""

    device = models.ForeignKey(RecoveryDevice, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk} of device {self.device_id}"


class FactorReset(models.Model):
    """Taking away all factors of somebody who lost them: two people, a day's delay, a notice, and a way to stop it.

    ``requested_by`` has checked the owner's identity and says how; ``approved_by`` is somebody else. From
    ``not_before`` on the owner may use the link (with the password) to enrol anew; ``link_hash`` is set when that link
    is mailed. ``cancel_hash`` is of the link in the notices by which the owner stops it without signing in.
    ``organisation`` is the one that the first administrator acted for.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factor_resets")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    identity_check = models.CharField(max_length=32, choices=IdentityCheck)
    requested_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    cancel_hash = models.CharField(max_length=64, unique=True)
    link_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=32, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(requested_by=F("user")), name="factor_reset_not_by_owner"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")), name="factor_reset_by_two"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("user")), name="factor_reset_not_approved_by_owner"
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None)
                | Q(approved_at__isnull=False, not_before__isnull=False, cancelled_at=None),
                name="factor_reset_completed_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(link_hash=None) | Q(approved_by__isnull=False), name="factor_reset_link_after_approval"
            ),
            models.CheckConstraint(
                condition=Q(identity_check__in=IdentityCheck.values), name="factor_reset_identity_check_known"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(cancelled_at=None, completed_at=None), name="factor_reset_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"reset {self.public_id}"
