"""Formats of dates, and names of months, for the languages that Django itself does not have."""

from django.utils.translation import gettext_noop

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
