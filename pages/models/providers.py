"""Schools for civic integration, and how their figures compare."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from pages.blocks.results import ResultsBlock

from .base import BasePage
from .facts import WhereMixin, same_in_all


class ProvidersPage(BasePage):
    """All providers side by side."""

    template = "pages/providers.html"
    file_kind = "providers"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ProviderPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("taalscholen")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.comparison import comparison_context  # it knows the kinds of page

        context = super().get_context(request, *args, **kwargs)
        return {**context, **comparison_context(context["family"], context["page_lang"], request.GET)}


class ProviderPage(WhereMixin, BasePage):  # type: ignore[django-manager-missing]
    """One provider of integration courses."""

    website = models.URLField(_("website"), blank=True)
    results = StreamField(ResultsBlock(), blank=True, verbose_name=_("resultaten"))

    template = "pages/provider.html"
    file_kind = "provider"
    parent_page_types = ["pages.ProvidersPage"]
    subpage_types: list[str] = []
    content_facts = ("municipalities", "example", "website", "results")
    override_translatable_fields = same_in_all(*content_facts)
    content_panels = [
        *BasePage.content_panels[:2],
        FieldPanel("website"),
        MultiFieldPanel([FieldPanel("municipalities"), FieldPanel("example")], heading=_("Voor wie")),
        FieldPanel("results"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("taalschool")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.comparison import figures_of
        from pages.directory import names_of

        context = super().get_context(request, *args, **kwargs)
        return {**context, "figures": figures_of(self), "places": names_of(self)}
