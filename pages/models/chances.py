"""Taking part: meeting people, internships and courses, events."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from pages.blocks.text import FEATURES
from pages.enums import DutchLevel, OpportunitySort, Repeats
from pages.fields import CodesField

from .base import BasePage
from .facts import PLACE_FACTS, PLACE_PANELS, PLACE_WORDS, PlaceMixin, WhereMixin, same_in_all, theme_options


class InitiativesPage(BasePage):
    """Where people meet: language cafés, volunteers, sport, cooking."""

    template = "pages/initiatives.html"
    file_kind = "initiatives"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.InitiativePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("ontmoeten")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import narrowed  # it knows the kinds of page

        context = super().get_context(request, *args, **kwargs)
        return {**context, **narrowed(InitiativePage, context["family"], context["page_lang"], request.GET)}


class InitiativePage(PlaceMixin, BasePage):  # type: ignore[django-manager-missing]
    """One initiative."""

    when = models.CharField(_("wanneer"), max_length=200, blank=True)
    for_whom = models.CharField(_("voor wie"), max_length=200, blank=True)
    whole_region = models.BooleanField(_("voor de hele regio"), default=False)

    template = "pages/initiative.html"
    file_kind = "initiative"
    parent_page_types = ["pages.InitiativesPage"]
    subpage_types: list[str] = []
    content_words = ("when", "for_whom", *PLACE_WORDS)
    content_facts = (*PLACE_FACTS, "whole_region")
    override_translatable_fields = same_in_all(*content_facts)
    content_panels = [
        *BasePage.content_panels[:2],
        FieldPanel("when"),
        FieldPanel("for_whom"),
        FieldPanel("whole_region"),
        *PLACE_PANELS,
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("initiatief")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import place_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **place_context(self, context["page_lang"])}


class OpportunitiesPage(BasePage):
    """Language internships, work-experience places and courses."""

    template = "pages/opportunities.html"
    file_kind = "opportunities"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.OpportunityPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("kansen")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import narrowed

        context = super().get_context(request, *args, **kwargs)
        found = narrowed(OpportunityPage, context["family"], context["page_lang"], request.GET, sorts=True)
        return {**context, **found}


class OpportunityPage(WhereMixin, BasePage):  # type: ignore[django-manager-missing]
    """One chance to learn or to work."""

    sort = models.CharField(_("soort"), max_length=24, choices=OpportunitySort)
    themes = CodesField(_("onderwerpen"), options=theme_options)
    hours_per_week = models.PositiveSmallIntegerField(_("uren per week"), null=True, blank=True)
    dutch_level = models.CharField(_("hoeveel Nederlands"), max_length=2, choices=DutchLevel, default=DutchLevel.A0)
    starts_on = models.DateField(_("begint op"), null=True, blank=True)
    ends_on = models.DateField(_("eindigt op"), null=True, blank=True)
    organisation_name = models.CharField(_("bij wie"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    what_you_do = RichTextField(_("wat doet u"), features=FEATURES, blank=True)
    what_you_learn = RichTextField(_("wat leert u"), features=FEATURES, blank=True)

    template = "pages/opportunity.html"
    file_kind = "opportunity"
    parent_page_types = ["pages.OpportunitiesPage"]
    subpage_types: list[str] = []
    content_words = ("what_you_do", "what_you_learn")
    content_facts = (
        "municipalities",
        "example",
        "sort",
        "themes",
        "hours_per_week",
        "dutch_level",
        "starts_on",
        "ends_on",
        "organisation_name",
        "email",
    )
    override_translatable_fields = same_in_all(*content_facts)
    content_panels = [
        *BasePage.content_panels[:2],
        FieldPanel("what_you_do"),
        FieldPanel("what_you_learn"),
        FieldRowPanel([FieldPanel("sort"), FieldPanel("dutch_level"), FieldPanel("hours_per_week")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldRowPanel([FieldPanel("organisation_name"), FieldPanel("email")]),
        MultiFieldPanel(
            [FieldPanel("municipalities"), FieldPanel("themes"), FieldPanel("example")],
            heading=_("Voor wie en waarover"),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("kans")

    def clean(self) -> None:
        """It ends on or after the day it begins.

        Raises:
            ValidationError: it does not.
        """
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("De laatste dag is voor de eerste.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.directory import is_over, names_of

        context = super().get_context(request, *args, **kwargs)
        return {**context, "places": names_of(self), "over": is_over(self)}


class EventsPage(BasePage):
    """What is on."""

    template = "pages/events.html"
    file_kind = "events"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.EventPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("agenda")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.agenda import agenda_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **agenda_context(self, request, context["family"], context["page_lang"])}


class EventPage(WhereMixin, BasePage):  # type: ignore[django-manager-missing]
    """One event, once or every week or month."""

    starts_at = models.DateTimeField(_("begint"))
    ends_at = models.DateTimeField(_("eindigt"))
    repeats = models.CharField(_("komt terug"), max_length=8, choices=Repeats, default=Repeats.NEVER, blank=True)
    repeats_until = models.DateField(_("tot en met"), null=True, blank=True)
    place = models.CharField(_("plek"), max_length=120, blank=True)
    street = models.CharField(_("straat en nummer"), max_length=120, blank=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)

    template = "pages/event.html"
    file_kind = "event"
    parent_page_types = ["pages.EventsPage"]
    subpage_types: list[str] = []
    content_facts = (
        "municipalities",
        "example",
        "starts_at",
        "ends_at",
        "repeats",
        "repeats_until",
        "place",
        "street",
        "city",
    )
    override_translatable_fields = same_in_all(*content_facts)
    content_panels = [
        *BasePage.content_panels[:2],
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("repeats"), FieldPanel("repeats_until")]),
        FieldRowPanel([FieldPanel("place"), FieldPanel("street"), FieldPanel("city")]),
        MultiFieldPanel([FieldPanel("municipalities"), FieldPanel("example")], heading=_("Voor wie")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("activiteit")

    def clean(self) -> None:
        """It ends after it begins, lasts at most a week, and a last repeat is not before the first time.

        Raises:
            ValidationError: naming the field.
        """
        super().clean()
        if self.starts_at and self.ends_at and not timedelta(0) < self.ends_at - self.starts_at <= timedelta(days=7):
            raise ValidationError({"ends_at": _("Het einde moet na het begin zijn, hoogstens een week later.")})
        if self.starts_at and self.repeats_until and self.repeats_until < self.starts_at.date():
            raise ValidationError({"repeats_until": _("De laatste keer is voor de eerste.")})

    @property
    def address_lines(self) -> list[str]:
        """The address as on an envelope."""
        return [line for line in (self.street, self.city) if line]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from pages.agenda import event_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **event_context(self, request, context["page_lang"])}
