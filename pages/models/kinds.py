"""The kinds of page and where each may stand: Home > road > step; Home > topic > article; Home > about the site."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from pages.blocks.text import FEATURES
from pages.enums import Pictogram
from pages.queries import children_for, public_pages

from .base import BasePage


class HomePage(BasePage):
    """The beginning, once per language."""

    template = "pages/home.html"
    file_kind = "home"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.JourneyPage",
        "pages.TopicPage",
        "pages.InfoPage",
        "pages.EmergencyPage",
        "pages.MunicipalitiesPage",
        "pages.DirectoryPage",
        "pages.InitiativesPage",
        "pages.OpportunitiesPage",
        "pages.EventsPage",
        "pages.ProvidersPage",
        "pages.GlossaryPage",
        "pages.KnowledgeBasePage",
    ]

    class Meta:
        verbose_name = _("begin")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        reader, family = context["page_lang"], context["family"]
        context["journeys"] = children_for(family, reader, JourneyPage)
        context["topics"] = children_for(family, reader, TopicPage)
        return context


class JourneyPage(BasePage):
    """The road from arrival to new resident."""

    template = "pages/journey.html"
    file_kind = "journey"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.StepPage"]

    class Meta:
        verbose_name = _("de weg")


class StepPage(BasePage):
    """One step of the road: what happens, what the reader does and gets, who helps, how long it takes, what follows."""

    number = models.PositiveSmallIntegerField(_("stap"), validators=[MinValueValidator(1), MaxValueValidator(20)])
    what_happens = RichTextField(_("wat gebeurt er"), features=FEATURES)
    what_you_do = RichTextField(_("wat doet u"), features=FEATURES, blank=True)
    what_you_get = RichTextField(_("wat krijgt u"), features=FEATURES, blank=True)
    who_helps = RichTextField(_("wie helpt u"), features=FEATURES, blank=True)
    how_long = RichTextField(_("hoe lang duurt het"), features=FEATURES, blank=True)
    what_comes_next = RichTextField(_("wat komt hierna"), features=FEATURES, blank=True)

    template = "pages/step.html"
    file_kind = "step"
    parent_page_types = ["pages.JourneyPage"]
    subpage_types: list[str] = []
    content_words = ("what_happens", "what_you_do", "what_you_get", "who_helps", "how_long", "what_comes_next")
    content_facts = ("number",)
    content_panels = [
        *BasePage.content_panels[:2],
        FieldPanel("number"),
        *(FieldPanel(name) for name in content_words),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("stap")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The reader sees where on the road this step is, and goes on to the next or back to the one before."""
        context = super().get_context(request, *args, **kwargs)
        around = public_pages(StepPage).defer(*self.content_words)
        road = [one.above for one in context["family"]]
        steps = children_for(road, context["page_lang"], StepPage, among=around)
        here = next((at for at, step in enumerate(steps) if step.translation_key == self.translation_key), None)
        return {
            **context,
            "steps": steps,
            "step_before": steps[here - 1] if here else None,
            "step_after": steps[here + 1] if here is not None and here + 1 < len(steps) else None,
        }


class TopicPage(BasePage):
    """A subject with articles below it."""

    pictogram = models.CharField(_("pictogram"), max_length=16, choices=Pictogram, default=Pictogram.INFO)

    template = "pages/topic.html"
    file_kind = "topic"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ArticlePage"]
    content_facts = ("pictogram",)
    content_panels = [*BasePage.content_panels, FieldPanel("pictogram")]

    class Meta:
        verbose_name = _("onderwerp")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = children_for(context["family"], context["page_lang"], ArticlePage)
        return context


class ArticlePage(BasePage):
    """An answer to one question."""

    template = "pages/article.html"
    file_kind = "article"
    parent_page_types = ["pages.TopicPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("artikel")


class InfoPage(BasePage):
    """About the site itself: privacy, accessibility, who makes it. Linked at the foot of every page."""

    template = "pages/article.html"
    file_kind = "info"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("over de site")


class EmergencyPage(BasePage):
    """What to do in danger, one tap from everywhere and kept on the phone first."""

    template = "pages/article.html"
    file_kind = "emergency"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("nood")
