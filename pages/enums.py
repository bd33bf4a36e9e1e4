"""Kinds that pages choose from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """For whom a page is written."""

    EVERYONE = "everyone", _("Iedereen")
    REFUGEES = "refugees", _("Vluchtelingen")
    PROFESSIONALS = "professionals", _("Professionals")


class Pictogram(TextChoices):
    """The own drawings under ``templates/icons``."""

    ROAD = "road", _("De weg")
    HOUSE = "house", _("Wonen")
    HEALTH = "health", _("Gezondheid")
    SCHOOL = "school", _("School en taal")
    WORK = "work", _("Werk en geld")
    FILE = "file", _("Dossier")
    INFO = "info", _("Uitleg")
