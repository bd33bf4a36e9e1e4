"""The published explanations. Published means fixed: triggers refuse a change. And the voices that read them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.vault.enums import FileState, Scan
from portal.vault.models import StoredFile

from ..enums import Purpose


class Notice(models.Model):
    """One published version of the explanation for a purpose. Published means fixed: triggers refuse a change.

    ``asks_again`` says that consent given on an earlier version no longer counts.
    """

    purpose = models.CharField(max_length=32, choices=Purpose)
    version = models.PositiveIntegerField()
    asks_again = models.BooleanField(default=False)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["purpose", "version"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="notice_purpose_known"),
            models.UniqueConstraint(fields=["purpose", "version"], name="notice_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class NoticeText(models.Model):
    """The text of a notice in one language. ``sha256`` is that of the UTF-8 bytes of ``content`` as stored.

    ``made_from`` is the hash of the Dutch text that a translation was made from; empty for Dutch, and where unknown.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=8)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_from = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["notice", "language"]
        constraints = [models.UniqueConstraint(fields=["notice", "language"], name="notice_language_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.language}"


class NoticeCheck(models.Model):
    """Somebody whose language it is read a published text and found it right. Append-only; none means: nobody did.

    ``checked_by`` is how that reader is called at work: a name and a function. The reader may have no account.
    """

    notice_text = models.ForeignKey(NoticeText, on_delete=models.PROTECT, related_name="checks")
    checked_by = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.notice_text_id} {self.at:%Y-%m-%d}"


class NoticeDraft(models.Model):
    """The next version of a notice while it is written: one a purpose, gone once it is published.

    ``row_version`` goes up with each change to the draft or to one of its texts; who changes something names the one
    that they saw.
    """

    purpose = models.CharField(max_length=32, choices=Purpose, unique=True)
    asks_again = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        ordering = ["purpose"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="notice_draft_purpose_known")
        ]

    def __str__(self) -> str:
        return self.purpose


class NoticeDraftText(models.Model):
    """One language of a draft, perhaps not complete yet. ``made_from`` as in :class:`NoticeText`."""

    draft = models.ForeignKey(NoticeDraft, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    content = models.TextField()
    made_from = models.CharField(max_length=64, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["draft", "language"]
        constraints = [models.UniqueConstraint(fields=["draft", "language"], name="notice_draft_language_once")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.language}"


class NoticeRecording(models.Model):
    """A voice reads the words of one part in one language; it belongs to the words, not to a version.

    ``words_sha256`` is :attr:`consent.recordings.SpokenPart.sha256`. The same words in the next version, or in the
    explanation for another purpose, are read by the same voice; other words never are. ``purpose`` and ``part`` say
    where it was made. ``spoken_by`` is for who administers, readers do not see it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(max_length=8)
    words_sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=32, choices=Purpose)
    part = models.CharField(max_length=32)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    spoken_by = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    history = HistoricalRecords()

    class Meta:
        ordering = ["purpose", "part", "language", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="notice_recording_purpose_known"),
            models.UniqueConstraint(fields=["language", "words_sha256"], name="notice_recording_words_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.part} {self.language}"

    @property
    def is_clean(self) -> bool:
        """Whether the file was inspected and found clean, and is still there: only then anybody hears it."""
        return self.file.scan == Scan.CLEAN and self.file.state == FileState.STORED
