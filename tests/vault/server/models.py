"""Somebody's files."""

from django.db import models

from portal.vault.models import StoredFile


class Attachment(models.Model):
    """The row that makes a stored file somebody's."""

    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="attachment")

    def __str__(self) -> str:
        return str(self.pk)
