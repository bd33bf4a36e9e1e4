"""The ten languages of the site, in their own script. One more is a line here and a ``.po`` file.

Django knows neither Tigrinya nor Dari: :func:`register` adds them to its table, so that ``{% get_language_info %}`` and
Wagtail's forms can name them. Somali it does not know either.
"""

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_noop

SOURCE = "nl"
LANGUAGES = [
    ("nl", "Nederlands"),
    ("en", "English"),
    ("ar", "العربية"),
    ("ti", "ትግርኛ"),
    ("fa", "فارسی"),
    ("prs", "دری"),
    ("so", "Soomaali"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("fr", "Français"),
]
RIGHT_TO_LEFT = ["ar", "fa", "prs"]
ADDED = {
    "prs": {"bidi": True, "code": "prs", "name": "Dari", "name_local": "دری"},
    "ti": {"bidi": False, "code": "ti", "name": "Tigrinya", "name_local": "ትግርኛ"},
    "so": {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"},
}
# What browsers and telephones say for a language that has a code of its own here (CLDR: Dari is fa-AF).
SPOKEN_AS = {"fa-af": "prs"}
# Django's own texts, named here so that the catalogues hold them: without, a date in Tigrinya has a Dutch month.
MONTHS = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


def register() -> None:
    """Add the languages that Django lacks to its table."""
    LANG_INFO.update({code: info for code, info in ADDED.items() if code not in LANG_INFO})
