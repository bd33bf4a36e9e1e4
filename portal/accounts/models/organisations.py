"""The region's map: municipalities, centres, organisations and their teams."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.accounts.enums import OrganisationKind


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
    mail_domains = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Alleen mensen met een e-mailadres van deze domeinen kunt u uitnodigen. Leeg: elk adres mag."),
    )
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
