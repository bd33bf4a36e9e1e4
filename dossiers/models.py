"""Couplings and packages: what is stored, and which rows the database itself refuses."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consent.models import Person
from portal.accounts.models import Centre, Municipality, Team, User
from portal.vault.models import Container, StoredFile

from .enums import EndReason, KindCode, LawfulBasis, Status
from .kinds import KINDS, Kind
from .queries.sets import CouplingQuerySet, PackageQuerySet
from .workflow import UNSEALED

_UNSEALED = sorted(UNSEALED)
_NEVER_ENDED = sorted(
    {
        *UNSEALED,
        Status.READY,
        Status.AWAITING_CONSENT,
        Status.OFFERED,
        Status.ACCEPTED,
        Status.COLLECTED,
    }
)


class Coupling(models.Model):
    """COA couples a person to a municipality, which finds a home. A person has one open coupling at most."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="couplings")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="couplings")
    centre = models.ForeignKey(Centre, null=True, on_delete=models.PROTECT, related_name="couplings")
    coupled_on = models.DateField()
    moves_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = CouplingQuerySet.as_manager()

    class Meta:
        ordering = ["-coupled_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="coupling_open_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Package(models.Model):
    """One handover of one kind about one person, from a team at the centre to a team in the municipality.

    The form and the names of files are sealed with the package's container key, so that shredding makes them unreadable
    too. What stays is the manifest: hashes, parties, decisions and times, without a name.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind_code = models.CharField(max_length=32, choices=KindCode)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="packages")
    coupling = models.ForeignKey(Coupling, on_delete=models.PROTECT, related_name="packages")
    sender_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="packages_sent")
    recipient_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="packages_received")
    container = models.OneToOneField(Container, on_delete=models.PROTECT, related_name="package")
    categories = models.JSONField(default=list)
    lawful_basis = models.CharField(max_length=24, choices=LawfulBasis, default=LawfulBasis.CONSENT)
    sealed_ground = models.BinaryField(default=bytes, blank=True)
    sealed_form = models.BinaryField(default=bytes, blank=True)

    status = models.CharField(max_length=24, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    previous = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next")
    manifest = models.JSONField(null=True, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    sealed_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    collection_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=24, choices=Status, blank=True)
    end_reason = models.CharField(max_length=32, choices=EndReason, blank=True)
    shred_after = models.DateTimeField(null=True, blank=True)
    shredded_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient_team", "status"]),
            models.Index(fields=["sender_team", "status"]),
            models.Index(fields=["status", "shred_after"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="package_status_known"),
            models.CheckConstraint(condition=Q(kind_code__in=KindCode.values), name="package_kind_known"),
            models.CheckConstraint(
                condition=~Q(sender_team=models.F("recipient_team")), name="package_leaves_the_team"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[*_UNSEALED, Status.ENTERED_IN_ERROR, Status.SHREDDED])
                | (Q(sealed_at__isnull=False) & ~Q(manifest_sha256="")),
                name="package_sealed_before_it_travels",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_NEVER_ENDED) | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="package_end_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SHREDDED) | Q(shredded_at__isnull=False), name="package_shredded_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def kind(self) -> Kind:
        """The entry in the table of kinds."""
        return KINDS[KindCode(self.kind_code)]

    @property
    def path(self) -> str:
        """The package's local address, as notices link to it."""
        return reverse("dossiers:package", args=[self.public_id])

    @property
    def collection_days(self) -> timedelta:
        """How long the receiver has, from the offer."""
        return self.kind.collection


class PackageFile(models.Model):
    """A file in a package; its bytes are in the vault, its name is sealed with the package's container key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="files")
    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="package_file")
    sealed_name = models.BinaryField()
    position = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["package", "position"], name="package_file_position_once")]

    def __str__(self) -> str:
        return str(self.public_id)


class FileRelease(models.Model):
    """A file that left the vault: to whom and when. The audit log has the same, this is for the person's overview."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="releases")
    file = models.ForeignKey(PackageFile, null=True, on_delete=models.PROTECT, related_name="releases")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.at:%Y-%m-%d %H:%M}"
