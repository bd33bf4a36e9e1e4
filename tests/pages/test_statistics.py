"""Views are counted by page, language and day, without knowing whose they are and without a query for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pages import counting
from pages.models import ArticlePage, PageViews
from pages.statistics import statistics
from portal.accounts.enums import Role
from tests.factories import MembershipFactory
from tests.pages.editing import sign_in_as
from tests.pages.naughty import NAUGHTY
from tests.pages.site import article, make_site, translate
from tests.shared import shared

pytestmark = pytest.mark.django_db
PERSON = (
    "Mozilla/5.0 (Linux; Android 13; SM-A137F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def nothing_counted() -> Any:
    counting._counted.clear()
    counting._flushed_at = counting.time.monotonic()
    yield
    counting._counted.clear()


@shared
def page() -> ArticlePage:
    page = article(make_site())
    translate(page, "ar", title="طبيب")
    return page


def look(client: Client, language: str = "nl", **headers: str) -> None:
    client.get(f"/{language}/gezondheid/huisarts/", headers={"user-agent": PERSON, **headers})


def totals() -> dict[tuple[int, str], int]:
    counting.flush()
    return {
        (page, language): count for page, language, count in PageViews.objects.values_list("page", "language", "count")
    }


def test_views_add_up_over_flushes_and_languages(client: Client, page: ArticlePage) -> None:
    other = ArticlePage.objects.get(locale__language_code="ar")
    look(client)
    assert totals() == {(page.pk, "nl"): 1}
    look(client)
    look(client)
    look(client, "ar")
    look(client, "en")

    assert totals() == {(page.pk, "nl"): 3, (other.pk, "ar"): 1, (page.pk, "en"): 1}
    assert totals() == totals()


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "WhatsApp/2.23.20.0 A"},
        {"user-agent": "curl/8.4.0"},
        {"user-agent": "python-requests/2.31"},
        {"user-agent": "Mozilla/5.0 HeadlessChrome/120.0"},
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"sec-fetch-dest": "iframe"},
    ],
)
def test_programs_and_pages_in_advance_do_not_count(client: Client, page: ArticlePage, headers: dict[str, str]) -> None:
    look(client, **headers)

    assert totals() == {}


@pytest.mark.parametrize(
    "agent",
    [
        PERSON,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
        "Mozilla/5.0 (Linux; Android 9; Redmi) SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36",
        "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16",
    ],
)
def test_telephones_and_computers_count(client: Client, page: ArticlePage, agent: str) -> None:
    look(client, **{"user-agent": agent})

    assert sum(totals().values()) == 1


def test_editors_do_not_count(client: Client, page: ArticlePage, sign_in: Any) -> None:
    membership = MembershipFactory(role=Role.EDITOR)
    sign_in(client, membership.user, team=membership.team)
    look(client)

    assert totals() == {}


def test_absent_pages_posts_and_heads_do_not_count(client: Client, page: ArticlePage) -> None:
    client.get("/nl/bestaat-niet/", headers={"user-agent": PERSON})
    client.head("/nl/gezondheid/huisarts/", headers={"user-agent": PERSON})
    client.post("/nl/gezondheid/huisarts/", headers={"user-agent": PERSON})

    assert totals() == {}


def test_counting_asks_nothing_of_the_database(
    client: Client, page: ArticlePage, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    look(client)
    with django_assert_max_num_queries(10) as counted:
        look(client, **{"user-agent": "curl/8"})
    with django_assert_num_queries(len(counted)):
        look(client)


def test_it_is_written_at_a_count_and_after_a_time(
    client: Client, page: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FLUSH_COUNT", 3)
    for _ in range(2):
        look(client)
    counting.flush_if_due()
    assert not PageViews.objects.exists()
    look(client)
    counting.flush_if_due()
    assert PageViews.objects.get().count == 3

    look(client)
    monkeypatch.setattr(counting, "_flushed_at", counting.time.monotonic() - counting.FLUSH_SECONDS - 1)
    counting.flush_if_due()
    assert PageViews.objects.get().count == 4


def test_one_statement_for_many_pages(page: ArticlePage, django_assert_max_num_queries: Any) -> None:
    for number in range(200):
        counting._counted[number + 1_000_000, "nl", timezone.localdate()] += 1
    with django_assert_max_num_queries(3):  # and a savepoint around it
        assert counting.flush() == 200


def test_what_cannot_be_written_waits(page: ArticlePage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(counted: Any) -> None:
        raise counting.DatabaseError

    counting._counted[page.pk, "nl", timezone.localdate()] += 1
    real = counting._add
    monkeypatch.setattr(counting, "_add", fails)
    assert counting.flush() == 0
    monkeypatch.setattr(counting, "_add", real)
    assert counting.flush() == 1


@pytest.mark.parametrize(
    "agent", [text for text in NAUGHTY if text.isascii() and text.isprintable() and len(text) < 9000]
)
def test_a_naughty_name_of_a_browser_is_no_fault(client: Client, page: ArticlePage, agent: str) -> None:
    look(client, **{"user-agent": agent})
    counting.flush()


def test_what_editors_see(page: ArticlePage) -> None:
    today = timezone.localdate()
    for day, language, count in ((today, "nl", 8), (today, "ar", 2), (today - timedelta(days=40), "nl", 100)):
        PageViews.objects.create(page=page, language=language, day=day, count=count)

    found = statistics(days=30)
    assert (found.total, len(found.days)) == (10, 30)
    assert [(bar.language, bar.count, bar.share) for bar in found.languages] == [("nl", 8, 100), ("ar", 2, 25)]
    assert [(bar.label, bar.count) for bar in found.pages] == [(page.title, 10)]
    assert statistics(days=90, language="nl").total == 108
    assert statistics(days=7, language="fr").total == 0


@pytest.mark.parametrize("query", [{}, {"dagen": "365", "taal": "ar"}, *({"dagen": t, "taal": t} for t in NAUGHTY)])
def test_the_page_with_numbers(client: Client, page: ArticlePage, sign_in: Any, query: dict[str, str]) -> None:
    PageViews.objects.create(page=page, language="nl", day=timezone.localdate(), count=5)
    sign_in_as(client, sign_in, Role.PUBLISHER)

    response = client.get("/cms/gelezen/", query)
    assert response.status_code == 200
    assert b"<caption" in response.content


def test_strangers_see_no_numbers(client: Client, page: ArticlePage) -> None:
    assert client.get("/cms/gelezen/").status_code == 302
