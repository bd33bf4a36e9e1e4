"""The published explanations. Published means fixed: triggers refuse a change."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

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
    """The text of a notice in one language. ``sha256`` is that of the UTF-8 bytes of ``content`` as stored."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=8)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["notice", "language"]
        constraints = [models.UniqueConstraint(fields=["notice", "language"], name="notice_language_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.language}"
