"""What a page says besides words: where, for whom, about what. The same in every language."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail_localize.fields import SynchronizedField

from pages.enums import Theme
from pages.fields import CodesField


def municipality_options() -> list[tuple[str, str]]:
    """Code and name of each municipality of the region."""
    return list(apps.get_model("accounts", "Municipality").objects.values_list("code", "name"))


def theme_options() -> list[tuple[str, str]]:
    """Code and name of each theme."""
    return [(code, str(name)) for code, name in Theme.choices]


def language_options() -> list[tuple[str, str]]:
    """Code and own name of each language of the site."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def same_in_all(*names: str) -> list[SynchronizedField]:
    """For ``override_translatable_fields``: nobody translates these, they follow the Dutch page."""
    return [SynchronizedField(name, overridable=False) for name in names]


class WhereMixin(models.Model):
    """For which municipalities something is; none named means: for the whole region."""

    municipalities = CodesField(
        _("gemeenten"), options=municipality_options, help_text=_("Geen gekozen: voor de hele regio.")
    )
    example = models.BooleanField(
        _("voorbeeld"), default=False, help_text=_("Bedacht: bestaat niet echt. De lezer ziet dat erbij.")
    )

    class Meta:
        abstract = True


class PlaceMixin(WhereMixin):
    """A place with a door, and how to reach whoever is behind it."""

    themes = CodesField(_("onderwerpen"), options=theme_options)
    street = models.CharField(_("straat en nummer"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("plaats"), max_length=80, blank=True)
    telephone = models.CharField(_("telefoon"), max_length=24, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    languages_spoken = CodesField(_("talen die men er spreekt"), options=language_options)
    wheelchair = models.BooleanField(_("met een rolstoel bereikbaar"), null=True, blank=True)
    services = models.TextField(_("wat kunt u hier doen"), blank=True, max_length=1000)
    accessibility = models.TextField(_("hoe komt u binnen"), blank=True, max_length=500)

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """The address as on an envelope."""
        return [line for line in (self.street, f"{self.postcode} {self.city}".strip()) if line]


PLACE_FACTS = (
    "municipalities",
    "example",
    "themes",
    "street",
    "postcode",
    "city",
    "telephone",
    "email",
    "website",
    "languages_spoken",
    "wheelchair",
)
PLACE_WORDS = ("services", "accessibility")
PLACE_PANELS: list[Any] = [
    FieldPanel("services"),
    FieldPanel("accessibility"),
    MultiFieldPanel(
        [FieldPanel("street"), FieldPanel("postcode"), FieldPanel("city"), FieldPanel("wheelchair")],
        heading=_("Adres"),
    ),
    MultiFieldPanel(
        [FieldPanel("telephone"), FieldPanel("email"), FieldPanel("website"), FieldPanel("languages_spoken")],
        heading=_("Contact"),
    ),
    MultiFieldPanel(
        [FieldPanel("municipalities"), FieldPanel("themes"), FieldPanel("example")], heading=_("Voor wie en waarover")
    ),
]
