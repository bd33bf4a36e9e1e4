"""Publishing by Wagtail's own way beside 5,000 pages, 200 of which link to the page; the matrix at 1,000 pages.

``python -m tests.bench.publishing`` on a scratch database: it adds thousands of pages to the one that the environment
names. What publishing hands to the worker is timed apart, as the editor does not wait for it.
"""

import sys
import time
from collections.abc import Callable

import django

from tests.bench.loading import percentile

PAGES = 5000
LINKS = 200
PUBLISHES = 40
BOUND_SECONDS = 1.0
MATRIX_PAGES = 1000
MATRIX_TURNS = 10


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def line(name: str, times: list[float]) -> None:
    """One line of figures."""
    print(
        f"{name}: p50 {percentile(times, 50) * 1000:.0f} ms, p95 {percentile(times, 95) * 1000:.0f} ms"
        f" ({len(times)} times)",
        flush=True,
    )


def publishing() -> bool:
    """Edits and publishes one page again and again; whether the bound was kept."""
    from django.core.management import call_command
    from wagtail.models import ReferenceIndex

    from pages.models import ArticlePage, TopicPage
    from pages.search.indexing import rebuild
    from portal.accounts.models import User
    from tests.pages.many import linking_articles, many_articles
    from tests.pages.site import article

    topic = TopicPage.objects.filter(live=True, locale__language_code="nl").order_by("path").first()
    text = (
        "<p>Woont u in een opvanglocatie? Dan gaat u naar de huisarts van de locatie.</p><p>Bel 112 bij nood.</p>" * 5
    )
    page = article(topic, title="Vaak gepubliceerd", slug="vaak-gepubliceerd", body=[("text", text)])
    many_articles(topic, PAGES - LINKS, text=text)
    linking_articles(topic, LINKS, to=page)
    rebuild()
    call_command("update_index", verbosity=0)
    run_tasks()
    links = ReferenceIndex.get_references_to(page).count()
    user = User.objects.first()
    waited, behind = [], []

    def publish(number: int) -> None:
        current = ArticlePage.objects.get(pk=page.pk)
        current.title = f"Vaak gepubliceerd {number}"
        current.body = [("text", f"{text}<p>Regel {number} is nieuw.</p>")]
        current.full_clean()
        current.save_revision(user=user, log_action=True).publish(user=user)

    for number in range(PUBLISHES):
        waited.append(seconds(lambda number=number: publish(number)))
        behind.append(seconds(run_tasks))
    line(f"publishing, {ArticlePage.objects.live().count()} articles, {links} links to the page", waited)
    line("  what the worker does after it", behind)
    kept = percentile(waited, 95) <= BOUND_SECONDS
    print(f"  bound: p95 {BOUND_SECONDS:.0f} s{'' if kept else '   MISSED'}", flush=True)
    return kept


def run_tasks() -> None:
    """All that is queued, in this process."""
    from datetime import timedelta

    from portal.background import Background

    worker = Background(reap_after=timedelta(hours=1))
    while worker.run_queue():
        pass


def main() -> int:
    """Prints the figures; 1 if a bound was missed."""
    django.setup()
    return int(not publishing())


if __name__ == "__main__":
    sys.exit(main())
