"""Municipalities, organisations, teams, users, memberships: who is who in the region, and how they prove it."""

import uuid
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from simple_history.models import HistoricalRecords

from .enums import MessageKind, OrganisationKind, Role


class Municipality(models.Model):
    """One of the region's municipalities; the key is the code of Statistics Netherlands (CBS), such as ``GM0355``."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "municipalities"

    def __str__(self) -> str:
        return self.name


class Centre(models.Model):
    """An asylum seekers' centre (AZC)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="centres")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ActiveQuerySet(models.QuerySet):
    """Rows with a first and a last day."""

    def active(self) -> Self:
        """Those that hold now."""
        now = timezone.now()
        return self.filter(Q(active_from__lte=now), Q(active_until=None) | Q(active_until__gt=now))


class Organisation(models.Model):
    """A party in the chain: sender, receiver, municipality or the region itself."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=32, choices=OrganisationKind)
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations")
    contact_email = models.EmailField()
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """The address of a package: a group of colleagues in one organisation that serves some municipalities."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    mailbox = models.EmailField(help_text=_("Hierheen gaan berichten zonder naam of inhoud."))
    serves = models.ManyToManyField(Municipality, blank=True, related_name="teams")
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(DjangoUserManager):
    """Users are found by mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username).lower())

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":  # type: ignore[override]
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":  # type: ignore[override]
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Somebody who signs in. ``is_superuser`` opens no dossier: rights come from memberships alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = None
    first_name = None
    last_name = None
    name = models.CharField(_("naam"), max_length=120)
    email = models.EmailField(_("e-mailadres"), unique=True)
    language = models.CharField(max_length=8, default="nl")
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "session_epoch"])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django's session hash, with the epoch in it: raising ``session_epoch`` ends every session of this user."""
        salt = "portal.accounts.models.User.get_session_auth_hash"
        return salted_hmac(
            salt, f"{self.password}\n{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Membership(models.Model):
    """A user in a team, in one role, for a time; who granted it and why."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=Role)
    languages = models.JSONField(
        default=list, blank=True, help_text=_("Codes van talen, voor een vertaler: alleen die talen mag deze vertalen.")
    )
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "team", "role"], condition=Q(active_until=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.team_id}"


class TotpDevice(ThrottlingMixin, Device):
    """An authenticator app (RFC 6238). The key is sealed at rest; :mod:`portal.accounts.factors` reads and verifies it.

    ``last_step`` is the time step of the newest code that was accepted: no code of that step or before counts again.
    """

    sealed_key = models.TextField()
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(confirmed=True), name="totp_device_confirmed_once"),
        ]

    def get_throttle_factor(self) -> int:
        return 1

    def verify_token(self, token: str) -> bool:
        """What django-otp calls; the same rules as everywhere, for a caller whose address is not known."""
        from .factors import verify

        return bool(verify(device=self, code=token, source=""))


class FactorSource(models.Model):
    """A network address, hashed, from which a device was used with success: it keeps a count of failures of its own.

    So that somebody elsewhere who has only the password cannot use up the owner's attempts.
    """

    device = models.ForeignKey(TotpDevice, on_delete=models.CASCADE, related_name="sources")
    source = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "source"], name="factor_source_once")]

    def __str__(self) -> str:
        return f"source {self.pk} of device {self.device_id}"


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


class OutgoingMessage(models.Model):
    """A notice for a team's mailbox: a kind and a local address, never a name or content ("notified pull")."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=32, choices=MessageKind)
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="outgoing_message_kind_known"),
            models.CheckConstraint(condition=Q(path="") | Q(path__startswith="/"), name="outgoing_message_path_local"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="outgoing_message_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class DemoAccount(models.Model):
    """Marks a user of a demo, whose password anybody can derive; outside a demo such a user cannot sign in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="demo_account")
    seed = models.CharField(max_length=40)
    first_page = models.CharField(max_length=200)
    with_factor = models.BooleanField(default=True)
    password_only = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"demo account of user {self.user_id}"
