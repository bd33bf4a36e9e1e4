"""What every page has, whatever its kind."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from pages.blocks import BodyBlock
from pages.content_hash import fingerprint
from pages.enums import Audience
from pages.frame import frame


class BasePage(Page):
    """A page with an owner, a date to look at it again, and, if it is a translation, the source it was made from.

    ``source_hash`` is the :meth:`content_hash` of the Dutch page at the moment of translating. ``loaded_file_hash`` and
    ``loaded_content_hash`` say which file the page came from and what it said then, so that loading again leaves alone
    what an editor changed.
    """

    summary = models.TextField(_("samenvatting"), max_length=300, help_text=_("Eén of twee korte zinnen."))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("inhoud"))
    owner_organisation = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("eigenaar"),
    )
    audience = models.CharField(_("voor wie"), max_length=16, choices=Audience, default=Audience.EVERYONE)
    reviewed_on = models.DateField(_("nagekeken op"), null=True, blank=True)
    next_review = models.DateField(_("opnieuw nakijken op"), null=True, blank=True)
    translation_checked_by = models.CharField(
        _("vertaling nagekeken door"),
        max_length=120,
        blank=True,
        help_text=_("Naam van wie deze taal als moedertaal spreekt. Leeg: de lezer ziet dat niemand heeft nagekeken."),
    )
    translation_checked_on = models.DateField(_("vertaling nagekeken op"), null=True, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    loaded_file_hash = models.CharField(max_length=64, blank=True, editable=False)
    loaded_content_hash = models.CharField(max_length=64, blank=True, editable=False)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel(
            [
                FieldPanel("owner_organisation"),
                FieldPanel("audience"),
                FieldPanel("reviewed_on"),
                FieldPanel("next_review"),
            ],
            heading=_("Beheer"),
        ),
        MultiFieldPanel(
            [FieldPanel("translation_checked_by"), FieldPanel("translation_checked_on")], heading=_("Vertaling")
        ),
    ]
    hashed_fields = ("title", "summary", "body")

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        """The code of the language that the page itself is written in."""
        return self.locale.language_code

    @property
    def is_source(self) -> bool:
        """Whether others are translations of this page."""
        return self.language == settings.LANGUAGE_CODE

    def content_hash(self) -> str:
        """The fingerprint of everything a translator would translate."""
        fields = {name: self._meta.get_field(name) for name in self.hashed_fields}
        content = {
            name: field.stream_block.get_prep_value(getattr(self, name))
            if isinstance(field, StreamField)
            else getattr(self, name)
            for name, field in fields.items()
        }
        return fingerprint(content)

    def is_outdated(self) -> bool:
        """Whether the Dutch text has changed since this translation was made."""
        if self.is_source:
            return False
        source = (
            type(self)
            .objects.filter(translation_key=self.translation_key, locale__language_code=settings.LANGUAGE_CODE)
            .first()
        )
        return source is not None and source.content_hash() != self.source_hash

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **frame(self, request)}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The preview speaks the language of the page, not that of the editor."""
        with translation.override(self.language):
            response = super().serve_preview(request, mode_name)
            return response.render() if hasattr(response, "render") else response
