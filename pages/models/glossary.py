"""Difficult words: a list of its own, and marked in running text (:mod:`pages.glossary`)."""

import uuid
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, TranslatableMixin
from wagtail.snippets.models import register_snippet
from wagtail_localize.fields import SynchronizedField, TranslatableField

from pages.content_hash import fingerprint

from .base import BasePage


class GlossaryPage(BasePage):
    """All words in the order of the reader's alphabet."""

    template = "pages/glossary.html"
    file_kind = "glossary"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("woordenlijst")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.glossary import listed

        context = super().get_context(request, *args, **kwargs)
        context["terms"] = listed(context["page_lang"])
        return context

    def beside(self) -> dict[str, Any]:
        """The words of this language, as the file holds them."""
        rows = GlossaryTerm.objects.filter(locale=self.locale).order_by("pk")
        return {"terms": [row.as_file() for row in rows]}

    def after_loading(self, data: dict[str, Any], *, overwrite: bool) -> None:
        """Store the words of this language; not over what an editor changed, unless ``overwrite``."""
        for entry in data.get("terms", []):
            GlossaryTerm.load(entry, self.locale, overwrite=overwrite)


@register_snippet
class GlossaryTerm(TranslatableMixin):
    """One word in one language, its forms as they stand in running text, and what it means.

    ``loaded_hash`` is the fingerprint of the file's words when they were loaded, so that loading again leaves alone
    what an editor changed.
    """

    key = models.SlugField(_("sleutel"), max_length=40, help_text=_("Dezelfde in elke taal, zoals bsn."))
    term = models.CharField(_("woord"), max_length=80)
    also = models.TextField(
        _("andere vormen"), blank=True, help_text=_("Zoals het woord in teksten staat; elke vorm op een eigen regel.")
    )
    explanation = models.TextField(_("uitleg"), max_length=400, help_text=_("Eén tot drie korte zinnen."))
    loaded_hash = models.CharField(max_length=64, blank=True, editable=False)

    panels = [FieldPanel("key"), FieldPanel("term"), FieldPanel("also"), FieldPanel("explanation")]
    translatable_fields = [
        SynchronizedField("key", overridable=False),
        TranslatableField("term"),
        TranslatableField("also"),
        TranslatableField("explanation"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("woord")
        verbose_name_plural = _("woordenlijst")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["key", "locale"], name="glossary_term_once_per_language")]

    def __str__(self) -> str:
        return self.term

    @classmethod
    def load(cls, entry: dict[str, Any], locale: Locale, *, overwrite: bool) -> None:
        """Store one table of ``[[terms]]``.

        Args:
            entry: ``key``, ``term``, ``also`` and ``explanation``.
            overwrite: also where an editor changed the word since it was loaded.
        """
        found = cls.objects.filter(key=entry["key"], locale=locale).first()
        row = found or cls(key=entry["key"], locale=locale, translation_key=cls._family_of(entry["key"]))
        before = row.words_hash()
        row.term, row.explanation = entry["term"], entry["explanation"].strip()
        row.also = "\n".join(entry.get("also", []))
        if found is not None and row.words_hash() != before != row.loaded_hash and not overwrite:
            return
        if row.words_hash() != row.loaded_hash or found is None:
            row.loaded_hash = row.words_hash()
            row.full_clean()
            row.save()

    def as_file(self) -> dict[str, Any]:
        """The table of ``[[terms]]`` that :meth:`load` reads back."""
        also = self.also.splitlines()
        return {
            "key": self.key,
            "term": self.term,
            **({"also": also} if also else {}),
            "explanation": self.explanation,
        }

    @classmethod
    def _family_of(cls, key: str) -> uuid.UUID:
        known = cls.objects.filter(key=key).values_list("translation_key", flat=True).first()
        return known or uuid.uuid4()

    def words_hash(self) -> str:
        """The fingerprint of what an editor may change."""
        return fingerprint([self.term, self.also, self.explanation])

    @property
    def forms(self) -> list[str]:
        """The word itself and its other forms."""
        words = [self.term, *self.also.splitlines()]
        return [form for form in (word.strip() for word in words) if form]
