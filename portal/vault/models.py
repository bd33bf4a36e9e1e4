"""Containers, files and their wrapped keys.

Keys stand in tables of their own, so that they can be backed up apart and for a shorter time: whoever restores files
and rows after a shredding still has nothing to read.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .enums import FileState, Scan, ScanReason


class Container(models.Model):
    """What is read and shredded together: one handover package has one container with one key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    shredded_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return str(self.public_id)


class ContainerKey(models.Model):
    """The container's AEAD key, wrapped by the key-encryption key ``key_id``. Gone once shredded."""

    container = models.OneToOneField(Container, on_delete=models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    key_id = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.container_id} under {self.key_id}"


class StoredFile(models.Model):
    """One file: never changed after it was stored. A correction is a new file with a higher ``version``."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="files")
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, choices=FileState, default=FileState.RECEIVING)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=100)
    storage_name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    stored_at = models.DateTimeField(null=True, blank=True)
    blob_deleted_at = models.DateTimeField(null=True, blank=True)

    scan = models.CharField(max_length=16, choices=Scan, default=Scan.PENDING)
    scan_reason = models.CharField(max_length=32, choices=ScanReason, default=ScanReason.NONE, blank=True)
    scan_signature = models.CharField(max_length=200, blank=True)
    scan_attempts = models.PositiveIntegerField(default=0)
    scan_due_at = models.DateTimeField(default=timezone.now)
    inspected_at = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["scan_due_at"], condition=Q(state="stored", scan="pending"), name="file_scan_due"),
            models.Index(fields=["created_at"], condition=Q(state="receiving"), name="file_receiving"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["shredded", "swept"], blob_deleted_at=None),
                name="file_blob_to_go",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FileState.values), name="file_state_known"),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="file_scan_known"),
            models.CheckConstraint(
                condition=~Q(state="stored") | (Q(size__gt=0, stored_at__isnull=False) & ~Q(sha256="")),
                name="file_stored_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(scan="clean") | Q(scanned_at__isnull=False, inspected_at__isnull=False),
                name="file_clean_was_scanned",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class FileKey(models.Model):
    """The file's streaming key, wrapped by its container's key. Gone once shredded or swept."""

    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return str(self.file_id)
