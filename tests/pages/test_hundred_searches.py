"""A hundred questions of readers, in their own words, over the whole site."""

import pytest

from pages.loading import Report
from pages.search import vocabulary
from pages.search.finding import search
from pages.search.synonyms import daily_words
from tests.pages.searches import SEARCHES

pytestmark = pytest.mark.django_db


def test_a_hundred_queries_find_their_page_among_the_first_three(site: Report) -> None:
    vocabulary.forget()
    assert len(set(SEARCHES)) == 100
    missed = [
        f"{language}: {query}"
        for language, query, path in SEARCHES
        if f"/{language}/{path}/" not in [found.address for found in search(query, language)[:3]]
    ]
    print(f"{100 - len(missed)} of 100; missed: {missed}")

    assert len(missed) <= 10, missed


def test_the_table_is_about_every_language() -> None:
    assert {language for language, _, _ in SEARCHES} == {"nl", "en", "ar", "ti", "fa", "prs", "so", "tr", "uk", "fr"}
    assert all(len(concept.expressions) > 5 for concept in daily_words())
