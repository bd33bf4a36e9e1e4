"""The overview of translations at 1,000 pages in ten languages: ``python -m tests.bench.translations``.

A scratch database of its own, rows as Wagtail would write them; each address is asked through the whole middleware by a
publisher with a second factor.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import django

PAGES = 1000
TURNS = 7
BOUND_SECONDS = 1.0
STATUSES = ("current", "outdated", "machine", "waiting", "missing", "draft")
ADDRESSES = ("", "?p=12", "?language=ar", "?status=outdated", "?status=missing&language=ti", "?audience=everyone")


def fill() -> None:
    """A thousand Dutch pages, each in every other language in one of the statuses by turns."""
    from django.conf import settings
    from django.utils import timezone
    from wagtail.models import Page

    from pages.models import PageViews, SourceText, TranslationState
    from tests.pages.many import many_articles
    from tests.pages.site import make_site, topic, translate

    codes = [code for code, _name in settings.LANGUAGES]
    home = make_site(codes)
    first = topic(home)
    many_articles(first, PAGES)
    rows = list(Page.objects.child_of(first).order_by("path"))
    SourceText.objects.bulk_create(
        SourceText(translation_key=row.translation_key, digest="d" * 64, segments=["title:1"]) for row in rows
    )
    keep(rows, ["" for _row in rows], "nl", TranslationState)
    for number, code in enumerate(codes[1:], start=1):
        theirs = translate(first, code, title=f"Topic {code}")
        many_articles(theirs, PAGES)
        pages = list(Page.objects.child_of(theirs).order_by("path"))
        status = [STATUSES[(index + number) % len(STATUSES)] for index in range(PAGES)]
        for page, source, one in zip(pages, rows, status, strict=True):
            page.translation_key = source.translation_key if one != "missing" else uuid4()
            page.live = one != "draft"
        Page.objects.bulk_update(pages, ["translation_key", "live"], batch_size=200)
        keep(pages, status, code, TranslationState)
    today = timezone.localdate()
    PageViews.objects.bulk_create(
        PageViews(page_id=row.pk, language=code, day=today, count=index % 97 + 1)
        for code in codes
        for index, row in enumerate(rows)
    )


def keep(pages: list, status: list[str], language: str, model: type) -> None:
    """The records that saving would have made."""
    model.objects.bulk_create(
        model(
            page_id=page.pk,
            translation_key=page.translation_key,
            language=language,
            made_from="o" * 64 if one == "outdated" else "d" * 64,
            audience="everyone",
            origin="machine" if one == "machine" else "person",
            checked_by="Amal" if one == "current" else "",
        )
        for page, one in zip(pages, status, strict=True)
    )


def main() -> int:
    """Prints the figures; 1 if an address takes a second or more."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from pages.editors import grant_editing
        from tests.pages.editing import publisher

        call_command("migrate", verbosity=0)
        fill()
        grant_editing()
        client = publisher()
        worst = 0.0
        for address in ADDRESSES:
            path = f"/cms/translations/{address}"
            client.get(path)
            taken = []
            for _turn in range(TURNS):
                start = time.perf_counter()
                response = client.get(path)
                taken.append(time.perf_counter() - start)
                if response.status_code != 200:
                    print(f"{path}: {response.status_code}")
                    return 1
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            middle = statistics.median(taken)
            worst = max(worst, middle)
            print(f"{path}: median {middle * 1000:.0f} ms, {len(queries)} queries, {len(response.content) // 1024} KB")
    print(f"{PAGES} pages in 10 languages, slowest {worst:.2f} s (bound {BOUND_SECONDS} s)")
    return int(worst >= BOUND_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
