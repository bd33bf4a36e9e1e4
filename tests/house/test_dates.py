"""A date in each language: in its own words, or in figures that everybody reads."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

AT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
pytestmark = pytest.mark.sqlite


def spoken(language: str) -> tuple[str, str]:
    with translation.override(language):
        told = Template('{{ at|date:"j F Y" }}').render(Context({"at": AT}))
        return told, date_format(localtime(AT), "DATETIME_FORMAT")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "nl"])
def test_no_language_borrows_a_dutch_month(language: str) -> None:
    told, written = spoken(language)
    assert told.startswith("3 ")
    if language != "en":
        assert "november" not in told.lower()
    assert "nov " not in written, "a format of Django's for languages that it does not know"


@pytest.mark.parametrize(("language", "written"), [("ti", "3 ሕዳር 2026 15:05"), ("prs", "3 نومبر 2026 15:05")])
def test_a_language_that_django_does_not_know_has_its_own(language: str, written: str) -> None:
    assert spoken(language) == (written.removesuffix(" 15:05"), written)


def test_dutch_months_stay_dutch() -> None:
    assert spoken("nl")[0] == "3 november 2026"
