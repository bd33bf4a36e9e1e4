"""Publishing costs the same queries on a small site and on a large one, and however many pages link to the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from pages.models import ArticlePage, BasePage
from tests.pages.many import linking_articles, many_articles
from tests.pages.site import article, make_site, topic

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.slow]


def publish(page: BasePage, *, words: str) -> list[str]:
    """Edit a page and publish it as the editor does, background work included; the SQL that it took."""
    page = type(page).objects.get(pk=page.pk)
    page.title = words
    page.body = [("text", f"<p>{words}</p>")]
    with CaptureQueriesContext(connection) as captured:
        page.save_revision(log_action=True).publish()
    return [query["sql"] for query in captured.captured_queries]


def test_publishing_costs_the_same_whatever_the_size(django_capture_on_commit_callbacks) -> None:
    home = make_site(("nl", "en"))
    page = article(home)
    around = topic(home, title="Veel", slug="veel")

    def cost(words: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
            publish(page, words=words)
        return [query["sql"] for query in captured.captured_queries]

    many_articles(around, 98)
    linking_articles(around, 2, to=page)
    cost("eerste woorden")  # fills what the process keeps
    small = cost("tweede woorden")
    many_articles(around, 4702)
    linking_articles(around, 198, to=page)
    assert ReferenceIndex.get_references_to(page).count() >= 200
    large = cost("derde woorden")

    assert ArticlePage.objects.live().count() >= 5000
    assert len(small) == len(large), "\n".join(sorted(set(large) - set(small)))
