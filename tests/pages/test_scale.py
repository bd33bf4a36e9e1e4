"""A page view costs the same few queries on a small site and on a large one, in two languages and in ten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.models import BasePage, EmergencyPage, InfoPage, JourneyPage, StepPage
from pages.queries import page_kinds
from tests.pages.many import many_articles
from tests.pages.site import add, article, make_site, topic, translate

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ALL = tuple(code for code, _ in settings.LANGUAGES)
AT_MOST = 10


def queries(client: Client, path: str) -> int:
    """The number of queries of a second visit: the first one fills what the process keeps."""
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def small_site(languages: tuple[str, ...]) -> dict[str, str]:
    """One page of each common kind, translated into every language; the path of each by its kind."""
    home = make_site(languages)
    road = add(home, JourneyPage, title="De weg", slug="de-weg", show_in_menus=True)
    pages: list[BasePage] = [
        road,
        *(
            add(
                road, StepPage, title=f"Stap {number}", slug=f"stap-{number}", number=number, what_happens="<p>Dit.</p>"
            )
            for number in (1, 2, 3)
        ),
        about := topic(home, show_in_menus=True),
        article(about),
        add(home, InfoPage, title="Privacy", slug="privacy"),
        add(home, EmergencyPage, title="Nood", slug="nood"),
    ]
    linked = [f'<p>Lees <a linktype="page" id="{page.pk}">meer</a>.</p>' for page in pages[:4]]
    pages.append(article(about, title="Met links", slug="met-links", body=[("text", text) for text in linked]))
    for page in pages:
        for language in languages[1:]:
            translate(page, language, title=f"{page.title} {language}")
    return {type(page).__name__ + page.slug: page.url_path.split("/", 2)[2] for page in pages} | {"home": ""}


def test_at_most_ten_queries_whatever_the_size(client: Client) -> None:
    paths = small_site(("nl", "ar"))
    in_two = {key: queries(client, f"/ar/{path}") for key, path in paths.items()}
    paths = small_site(ALL)
    in_ten = {key: queries(client, f"/ar/{path}") for key, path in paths.items()}
    large = make_large()
    at_5000 = {key: queries(client, f"/ar/{path}") for key, path in paths.items()}

    assert large >= 5000
    assert in_two == in_ten == at_5000
    assert max(in_ten.values()) <= AT_MOST, in_ten


def make_large() -> int:
    """Five thousand pages beside those that are there."""
    from wagtail.models import Page

    home = next(kind for kind in page_kinds() if kind.file_kind == "home").objects.get(locale__language_code="nl")
    many_articles(topic(home, title="Veel", slug="veel"), 5000)
    return Page.objects.live().count()


def test_a_page_that_stands_in_costs_no_more(client: Client) -> None:
    home = make_site(("nl", "ti"))
    article(home)

    assert queries(client, "/ti/gezondheid/huisarts/") <= AT_MOST
    assert queries(client, "/ti/gezondheid/") <= AT_MOST


def test_the_counter_sees_one_query_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instrument itself: a query in a template would be counted."""
    home = make_site(("nl",))
    article(home)
    before = queries(client, "/nl/gezondheid/huisarts/")
    original: Callable[..., dict[str, Any]] = BasePage.get_context

    def with_one_more(self: BasePage, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from wagtail.models import Locale

        Locale.objects.count()
        return original(self, *args, **kwargs)

    monkeypatch.setattr(BasePage, "get_context", with_one_more)
    assert queries(client, "/nl/gezondheid/huisarts/") == before + 1
