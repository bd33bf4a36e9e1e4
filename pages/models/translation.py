"""What translations are compared with."""

from django.db import models


class SourceText(models.Model):
    """The fingerprints of a Dutch page as it is live, by family; written when it is published."""

    translation_key = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    segments = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.translation_key} {self.digest[:8]}"
