"""A telephone number reads from left to right between Arabic letters, and stays on one line."""

import re

import pytest
from django.test import Client

from pages import telephone
from pages.enums import LeafletLayout
from pages.leaflets.documents import document_of
from pages.loading import Report
from pages.models import EmergencyPage

NUMBERS = [
    "0800-2000",
    "0900 8844",
    "030 286 00 00",
    "+31 30 286 00 00",
    "14 030",
    "0800\u20112000",
    "030\u00a02860000",
]
NO_NUMBERS = ["2025-2026", "8-18", "09:30-10:00", "09:30–16:30", "112", "1234 AB", "a0800-2000", "3,045 00"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_isolated(number: str) -> None:
    html = f'<p title="{number}">اتصل: {number}. (<a href="tel:1">{number}</a>)</p>'
    inside = f'<bdi class="telephone" dir="ltr">{number}</bdi>'
    assert telephone.shown(html) == f'<p title="{number}">اتصل: {inside}. (<a href="tel:1">{inside}</a>)</p>'
    assert telephone.printed(number) == f"\u2066{number}\u2069"


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_other_figures_stay(text: str) -> None:
    assert telephone.shown(f"<p>{text}</p>") == f"<p>{text}</p>"


@pytest.mark.parametrize("tag", ["bdi", "textarea", "option", "script", "style", "title"])
def test_where_no_tag_may_come_or_one_is_already(tag: str) -> None:
    html = f"<{tag}>0800-2000</{tag}><!-- 0800-2000 -->"
    assert telephone.shown(html) == html


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "fa", "prs"])
def test_the_numbers_of_the_emergency_page(site: Report, client: Client, language: str) -> None:
    html = client.get(f"/{language}/nood/").content.decode()
    assert len(re.findall(r">0\d{3}-\d{4}</bdi>", html)) >= 7
    assert not re.search(r"0\d{3}-\d{4}(?!</bdi>)", html)
    page = EmergencyPage.objects.get(locale__language_code=language)
    printed = document_of(page, LeafletLayout.PAGES).html
    assert len(re.findall("\u20660\\d{3}-\\d{4}\u2069", printed)) >= 7
    assert not re.search("(?<!\u2066)0\\d{3}-\\d{4}", printed)
