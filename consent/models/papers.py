"""Forms on paper and the scans of them. Rows hold ids only; what stands on a scan lies in the vault."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.accounts.models import Organisation, Team
from portal.vault.enums import FileState, Scan
from portal.vault.models import Container, StoredFile

from ..enums import PaperKind, Purpose
from .conversations import Conversation
from .notices import NoticeText
from .persons import Person


class PaperForm(models.Model):
    """One printed form: counts once, and one that asks consent counts for a month.

    ``token`` is the one under which the conversation will be recorded. A form to withdraw has no last day.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=PaperKind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="papers")
    purpose = models.CharField(max_length=32, choices=Purpose)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    notice_text = models.ForeignKey(NoticeText, null=True, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="paper_purpose_known"),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.WITHDRAWAL, expires_at=None, notice_text=None)
                | Q(kind=PaperKind.DECISION, expires_at__isnull=False, notice_text__isnull=False),
                name="paper_asks_or_withdraws",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class PaperScan(models.Model):
    """The scan of a form, in a container of its own in the vault.

    Kept as proof (GDPR art. 7(1)): see ``shred_at``; destroyed at once when the person is erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(PaperForm, on_delete=models.PROTECT, related_name="scans")
    container = models.OneToOneField(Container, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    conversation = models.OneToOneField(Conversation, null=True, on_delete=models.PROTECT, related_name="paper_scan")
    shred_at = models.DateTimeField(db_index=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_clean(self) -> bool:
        """Whether every file was inspected and found clean, and is still there."""
        files = [row.file for row in self.files.all()]
        return bool(files) and all(file.scan == Scan.CLEAN and file.state == FileState.STORED for file in files)

    @property
    def is_refused(self) -> bool:
        """Whether a file will never be clean."""
        return any(row.file.scan not in {Scan.CLEAN, Scan.PENDING} for row in self.files.all())


class ScannedFile(models.Model):
    """One file of a scan, in the order in which they came: a PDF of many pages, or a picture of one."""

    scan = models.ForeignKey(PaperScan, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.scan_id} {self.file_id}"
