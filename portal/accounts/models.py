"""Municipalities, organisations, teams, users, memberships: who is who in the region."""

import uuid
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .enums import OrganisationKind, Role


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


class User(AbstractUser):
    """Somebody who signs in. ``is_superuser`` opens no dossier: rights come from memberships alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = None
    first_name = None
    last_name = None
    name = models.CharField(_("naam"), max_length=120)
    email = models.EmailField(_("e-mailadres"), unique=True)
    language = models.CharField(max_length=8, default="nl")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in a team, in one role, for a time; who granted it and why."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=Role)
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
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "team", "role"], condition=Q(active_until=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.team_id}"
