"""Who signs in."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.accounts.enums import MailPace
from portal.accounts.passwords import LONGEST, normal


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
    """Somebody who signs in. ``is_superuser`` opens no dossier: rights come from memberships alone.

    A professional has a mail address. A person with a dossier has none here: ``person_id`` is the public id of the
    person in ``consent``, about whom accounts know nothing else. ``dormant_since`` says that the account was put to
    sleep because nobody used it; it wakes through an administrator. Meanwhile ``is_active`` is false, so that no way of
    signing in needs to know. ``awake_since`` is when it was made or last woken.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = None
    first_name = None
    last_name = None
    name = models.CharField(_("naam"), max_length=120)
    email = models.EmailField(_("e-mailadres"), unique=True, null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    language = models.CharField(max_length=8, default="nl")
    awake_since = models.DateTimeField(default=timezone.now, editable=False)
    dormancy_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail_pace = models.CharField(max_length=16, choices=MailPace, default=MailPace.AT_ONCE)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    dormant_since = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "session_epoch", "dormancy_warned_at"])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False, person_id=None) | Q(email=None, person_id__isnull=False),
                name="user_is_professional_or_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """As Django's, for a password in one form (NFKC); one of more than 1,000 characters is no password at all."""
        super().set_password(normal(raw_password) if raw_password and len(raw_password) <= LONGEST else None)

    def check_password(self, raw_password: str) -> bool:
        """As Django's, for a password in one form (NFKC); what is too long is not hashed."""
        return len(raw_password) <= LONGEST and super().check_password(normal(raw_password))

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


class KnownDevice(models.Model):
    """A browser that a user signed in with, known again by a random value in a cookie, of which the hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_devices")
    token_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=120, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_hash"], name="known_device_once")]

    def __str__(self) -> str:
        return f"device {self.pk} of user {self.user_id}"


class SignInPace(models.Model):
    """How often a wrong password was given for a mail address, existing or not, from a known device or from all others.

    ``key`` is a keyed hash: the table does not say for whom.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["touched_at"], name="sign_in_pace_touched")]

    def __str__(self) -> str:
        return f"pace {self.pk}"


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
