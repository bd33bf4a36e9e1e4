"""Municipalities, and the directory of organisations near the reader."""

from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from pages.blocks.local import InsertsBlock
from pages.blocks.opening import OpeningsBlock
from pages.hours import week
from pages.queries import children_for

from .base import BasePage
from .facts import PLACE_FACTS, PLACE_PANELS, PLACE_WORDS, PlaceMixin, same_in_all


class MunicipalitiesPage(BasePage):
    """The municipalities of the region."""

    template = "pages/municipalities.html"
    file_kind = "municipalities"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.MunicipalityPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("gemeenten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["entries"] = children_for(context["family"], context["page_lang"], MunicipalityPage)
        return context


class MunicipalityPage(BasePage):
    """One municipality: where it lies, who helps, and what it says in the regional texts (:mod:`pages.municipal`)."""

    municipality = models.ForeignKey(
        "accounts.Municipality", on_delete=models.PROTECT, related_name="+", verbose_name=_("gemeente")
    )
    inserts = StreamField(
        InsertsBlock(),
        blank=True,
        verbose_name=_("eigen teksten"),
        help_text=_("Wat deze gemeente zegt op een plek van een regionale tekst."),
    )

    template = "pages/municipality.html"
    file_kind = "municipality"
    parent_page_types = ["pages.MunicipalitiesPage"]
    subpage_types: list[str] = []
    content_words = ("inserts",)
    content_facts = ("municipality",)
    override_translatable_fields = same_in_all("municipality")
    content_panels = [*BasePage.content_panels, FieldPanel("municipality"), FieldPanel("inserts")]

    class Meta:
        verbose_name = _("gemeente")

    @classmethod
    def before_loading(cls, data: dict[str, Any]) -> None:
        """The municipality itself, where the database does not know it yet."""
        named = {"name": data["title"], "slug": data["slug"]}
        apps.get_model("accounts", "Municipality").objects.get_or_create(code=data["municipality"], defaults=named)


class DirectoryPage(BasePage):
    """Who helps, near you: a list to be narrowed by municipality and theme."""

    template = "pages/directory.html"
    file_kind = "directory"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.OrganisationPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("hulp in de buurt")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import narrowed  # it knows the kinds of page

        context = super().get_context(request, *args, **kwargs)
        return {**context, **narrowed(OrganisationPage, context["family"], context["page_lang"], request.GET)}


class OrganisationPage(PlaceMixin, BasePage):  # type: ignore[django-manager-missing]
    """One organisation, or one of its doors."""

    hours = StreamField(OpeningsBlock(), blank=True, verbose_name=_("openingstijden"))

    template = "pages/organisation.html"
    file_kind = "organisation"
    parent_page_types = ["pages.DirectoryPage"]
    subpage_types: list[str] = []
    content_words = PLACE_WORDS
    content_facts = (*PLACE_FACTS, "hours")
    override_translatable_fields = same_in_all(*content_facts)
    content_panels = [*BasePage.content_panels[:2], *PLACE_PANELS, FieldPanel("hours"), FieldPanel("body")]

    class Meta:
        verbose_name = _("organisatie")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import place_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **place_context(self, context["page_lang"]), "week": week(self.hours)}
