"""What translations are compared with, and the state of each in one table, whatever the kind of page."""

from django.db import models

from pages.enums import Audience, TranslationOrigin


class SourceText(models.Model):
    """The fingerprints of a Dutch page as readers see it, by family; there as long as the page is live."""

    translation_key = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64)
    segments = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.translation_key} {self.digest[:8]}"


class TranslationState(models.Model):
    """What lists need to know of a page in a language: kept from the page itself, which is the truth.

    ``made_from`` is the digest of the Dutch text that it was made from; a live translation is outdated where that of
    :class:`SourceText` is another.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="translation_state")
    translation_key = models.UUIDField()
    language = models.CharField(max_length=8)
    made_from = models.CharField(max_length=64)
    audience = models.CharField(max_length=16, choices=Audience)
    origin = models.CharField(max_length=16, choices=TranslationOrigin)
    checked_by = models.CharField(max_length=120, blank=True)
    checked_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["translation_key", "language"], name="translation_state_family")]

    def __str__(self) -> str:
        return f"{self.language} {self.page_id}"
