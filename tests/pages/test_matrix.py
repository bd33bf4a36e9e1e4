"""The overview of translations: right in each cell, narrowed by each filter, and as many questions for many pages."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from pages.editors import grant_editing
from pages.enums import Audience, TranslationStatus
from pages.models import ArticlePage, HomePage, PageViews, TopicPage, TranslationState
from pages.translating.matrix import Wanted, matrix, sections, status_of, translate_next
from pages.translating.services import write
from portal.accounts.enums import Role
from tests.pages.editing import editor, publisher, translator, writer
from tests.pages.site import article, locale, make_site, topic, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db

OTHERS = ("en", "ar")


@shared
def home() -> HomePage:
    home = make_site(("nl", *OTHERS))
    grant_editing()
    return home


def put(page: Any, text: str) -> None:
    page = type(page).objects.get(pk=page.pk)
    page.summary = text
    page.save_revision().publish()


def states(home: HomePage) -> dict[TranslationStatus, ArticlePage]:
    """A Dutch article for each status that its Arabic translation can have."""
    health = topic(home)
    made = {status: article(health, title=f"Artikel {status.value}", slug=status.value) for status in TranslationStatus}
    for status, page in made.items():
        if status is TranslationStatus.MISSING:
            continue
        theirs = translate(page, "ar", title=f"مقال {status.value}", publish=status is not TranslationStatus.DRAFT)
        if status is TranslationStatus.MACHINE:
            write(theirs, live=True, revision=True, translation_origin="machine")
        elif status is TranslationStatus.CURRENT:
            write(
                theirs, live=True, revision=True, translation_checked_by="Amal", translation_checked_on=date(2026, 3, 1)
            )
        elif status is TranslationStatus.OUTDATED:
            put(page, "Er is iets anders.")
    return made


def cells(page: Any) -> dict[str, dict[str, str]]:
    return {row.title: {cell.language: cell.status.value for cell in row.cells} for row in page}


def test_each_status_is_in_its_cell(home: HomePage) -> None:
    made = states(home)
    found = cells(matrix(Wanted(languages=OTHERS)))
    for status, page in made.items():
        assert found[page.title] == {"en": "missing", "ar": status.value}


@pytest.mark.parametrize("status", TranslationStatus)
def test_the_filter_says_the_same_as_the_cell(home: HomePage, status: TranslationStatus) -> None:
    states(home)
    every = cells(matrix(Wanted(languages=("ar",))))
    found = cells(matrix(Wanted(languages=("ar",), status=status.value)))
    assert found == {title: row for title, row in every.items() if row["ar"] == status.value}
    assert found


def test_a_place_in_the_tree_is_no_translation(home: HomePage) -> None:
    page = article(topic(home, title="Wonen", slug="wonen"))
    place = TopicPage(
        title="Wonen", slug="wonen", summary="…", live=False, locale=locale("ar"),
        translation_key=page.get_parent().translation_key,
    )  # fmt: skip
    HomePage.objects.get(locale=locale("ar")).add_child(instance=place)
    assert cells(matrix(Wanted(languages=("ar",))))["Wonen"]["ar"] == "missing"


def test_sections_and_audiences(home: HomePage) -> None:
    health, work = topic(home), topic(home, title="Werk", slug="werk")
    one = article(health, title="Een", slug="een")
    two = article(work, title="Twee", slug="twee", audience=Audience.PROFESSIONALS)
    assert {name for _pk, name in sections()} == {"Gezondheid", "Werk"}
    assert set(cells(matrix(Wanted(languages=("ar",), section=work.pk)))) == {"Werk", two.title}
    assert set(cells(matrix(Wanted(languages=("ar",), audience="professionals")))) == {two.title}
    assert one.title not in cells(matrix(Wanted(languages=("ar",), section=999999)))


def test_next_is_the_most_read_of_what_is_missing_or_outdated(home: HomePage) -> None:
    made = states(home)
    today = timezone.localdate()
    for status, count in (
        (TranslationStatus.MISSING, 5),
        (TranslationStatus.OUTDATED, 3),
        (TranslationStatus.CURRENT, 9),
    ):
        PageViews.objects.create(page=made[status], language="ar", day=today, count=count)
    PageViews.objects.create(page=made[TranslationStatus.OUTDATED], language="en", day=today, count=100)
    found = translate_next("ar")
    assert [(row["title"], row["views"]) for row in found[:2]] == [("Artikel missing", 5), ("Artikel outdated", 3)]
    assert "Artikel current" not in [row["title"] for row in found]


def test_without_views_what_is_wrong_comes_before_what_is_missing(home: HomePage) -> None:
    states(home)
    assert translate_next("ar", limit=1)[0]["status"] is TranslationStatus.OUTDATED


def many(home: HomePage, number: int) -> None:
    """Pages as rows, without their text: quick to make."""
    health = topic(home)
    for index in range(number):
        health.add_child(
            instance=ArticlePage(title=f"Artikel {index}", slug=f"a{index}", summary="…", locale=home.locale)
        )


@pytest.mark.parametrize("query", ["", "?status=missing", "?language=ar&status=outdated", "?audience=everyone"])
def test_as_many_questions_for_many_pages(home: HomePage, query: str) -> None:
    client = publisher()
    client.get(reverse("pages_translations"))
    counted = []
    for number in (3, 60):
        TopicPage.objects.filter(slug="gezondheid").delete()
        Page.fix_tree()
        many(HomePage.objects.get(pk=home.pk), number)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse("pages_translations") + query).status_code == 200
        counted.append(len([one for one in captured if "page" in one["sql"]]))
    assert counted[0] == counted[1]


def test_pages_of_rows(home: HomePage) -> None:
    many(home, 60)
    first, second = matrix(Wanted(languages=OTHERS)), matrix(Wanted(languages=OTHERS), number=2)
    assert first.paginator.num_pages == 2
    assert not set(cells(first)) & set(cells(second))
    client = publisher()
    assert client.get(reverse("pages_translations"), {"p": "nonsense"}).status_code == 200


NAUGHTY = ["'", "<script>", "\x00", "9" * 30, "-1", "😀", "nl", "../..", "ar\n"]


@pytest.mark.parametrize("name", ["language", "status", "section", "audience", "p"])
@pytest.mark.parametrize("value", NAUGHTY)
def test_hostile_filters_do_no_harm(home: HomePage, name: str, value: str) -> None:
    response = publisher().get(reverse("pages_translations"), {name: value})
    assert response.status_code == 200
    assert b"<script>" not in response.content.split(b"</head>")[-1] or value != "<script>"


def test_a_translator_sees_the_own_languages_only(home: HomePage) -> None:
    states(home)
    response = translator("ar").get(reverse("pages_translations"))
    assert [column.code for column in response.context["columns"]] == ["ar"]
    assert response.context["next_language"].code == "ar"
    asked = translator("ar").get(reverse("pages_translations"), {"language": "en"})
    assert [column.code for column in asked.context["columns"]] == ["ar"]


class TestChecking:
    def test_names_who_and_when(self, home: HomePage) -> None:
        page = article(home)
        theirs = translate(page, "ar", title="طبيب")
        write(theirs, live=True, revision=True, translation_origin="machine")
        client, _user = editor(Role.TRANSLATOR, languages=("ar",), name="Amal")

        response = client.post(reverse("pages_translation_checked", args=[page.pk, "ar"]), follow=True)

        state = TranslationState.objects.get(page=theirs)
        assert (state.checked_by, state.checked_on, state.origin) == ("Amal", timezone.localdate(), "person")
        assert ArticlePage.objects.get(pk=theirs.pk).translation_checked_by == "Amal"
        assert "Amal" in response.content.decode()
        # The next version carries it along, as long as nobody touches the words.
        assert ArticlePage.objects.get(pk=theirs.pk).get_latest_revision_as_object().translation_checked_by == "Amal"

    @pytest.mark.parametrize("who", ["writer", "publisher", "other language", "nobody"])
    def test_is_refused_to_whoever_does_not_translate_this_language(self, home: HomePage, who: str) -> None:
        page = article(home)
        theirs = translate(page, "ar", title="طبيب")
        client = {
            "writer": writer, "publisher": publisher, "other language": lambda: translator("en"), "nobody": Client
        }[who]()  # fmt: skip
        status = client.post(reverse("pages_translation_checked", args=[page.pk, "ar"])).status_code
        assert status == (302 if who == "nobody" else 404)
        assert TranslationState.objects.get(page=theirs).checked_by == ""

    def test_a_draft_cannot_be_checked(self, home: HomePage) -> None:
        page = article(home)
        translate(page, "ar", title="طبيب", publish=False)
        assert translator("ar").post(reverse("pages_translation_checked", args=[page.pk, "ar"])).status_code == 404

    def test_reading_writes_nothing(self, home: HomePage) -> None:
        page = article(home)
        assert translator("ar").get(reverse("pages_translation_checked", args=[page.pk, "ar"])).status_code == 405


class TestFollowing:
    def test_the_translation_counts_as_current_again(self, home: HomePage) -> None:
        page = article(home)
        theirs = translate(page, "ar", title="طبيب")
        put(page, "Nieuw.")
        client = translator("ar")
        seen = client.get(reverse("pages_translation", args=[page.pk, "ar"]))
        assert [segment.text for segment in seen.context["changes"].changed] == ["Nieuw."]
        assert "Nieuw." in seen.content.decode()
        client.post(reverse("pages_translation_follows", args=[page.pk, "ar"]), {"digest": seen.context["digest"]})
        assert status_in(theirs, page) is TranslationStatus.WAITING

    @pytest.mark.parametrize("digest", ["", "0" * 64, "\x00", "x" * 5000])
    def test_not_for_a_text_that_the_translator_did_not_see(self, home: HomePage, digest: str) -> None:
        page = article(home)
        theirs = translate(page, "ar", title="طبيب")
        put(page, "Nieuw.")
        address = reverse("pages_translation_follows", args=[page.pk, "ar"])
        response = translator("ar").post(address, {"digest": digest}, follow=True)
        assert response.status_code == 200
        assert status_in(theirs, page) is TranslationStatus.OUTDATED


def status_in(theirs: ArticlePage, page: ArticlePage) -> TranslationStatus:
    from pages.staleness import live_digest
    from pages.translating.matrix import CELL_FIELDS

    row = Page.objects.filter(pk=theirs.pk).values(*CELL_FIELDS).get()
    return status_of(row, live_digest(page.translation_key))


@pytest.mark.parametrize(("source", "language"), [(0, "ar"), ("own", "xx"), ("own", "nl"), ("theirs", "ar")])
def test_absent_pages_and_languages(home: HomePage, source: Any, language: str) -> None:
    page = article(home)
    theirs = translate(page, "ar", title="طبيب")
    pk = {"own": page.pk, "theirs": theirs.pk}.get(source, source)
    assert publisher().get(reverse("pages_translation", args=[pk, language])).status_code == 404
