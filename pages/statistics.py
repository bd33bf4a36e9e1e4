"""What editors see of how often pages are read."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from wagtail.models import Page

from pages.models import PageViews
from pages.sight import title_for_editors

PERIODS = (7, 30, 90, 365)
MOST_READ = 50


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of a table with a bar beside it; ``share`` is its length in percent of the longest."""

    label: str
    count: int
    share: int
    page_id: int | None = None
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Views of a period: in all, by day, by language, by page."""

    total: int
    days: list[Bar]
    languages: list[Bar]
    pages: list[Bar]


def statistics(*, days: int = 30, language: str = "") -> Statistics:
    """What was read in the last days, today included; four queries.

    Args:
        days: how many.
        language: only below this one; empty means all.
    """
    first = timezone.localdate() - timedelta(days=days - 1)
    views = PageViews.objects.filter(day__gte=first)
    names = dict(settings.LANGUAGES)
    by_language = dict(views.values_list("language").annotate(count=Sum("count")).order_by("-count", "language"))
    if language:
        views = views.filter(language=language)
    by_day: dict[date, int] = dict(views.values_list("day").annotate(count=Sum("count")).order_by("day"))
    by_page = list(views.values_list("page_id").annotate(count=Sum("count")).order_by("-count", "page_id")[:MOST_READ])
    titles = Page.objects.in_bulk([page_id for page_id, _ in by_page], field_name="pk")
    all_days = [first + timedelta(days=offset) for offset in range(days)]
    return Statistics(
        total=sum(by_day.values()),
        days=_bars([(day.isoformat(), by_day.get(day, 0), None, "") for day in all_days]),
        languages=_bars([(str(names.get(code, code)), count, None, code) for code, count in by_language.items()]),
        pages=_bars([(title_for_editors(titles[pk]), count, pk, "") for pk, count in by_page if pk in titles]),
    )


def _bars(rows: list[tuple[str, int, int | None, str]]) -> list[Bar]:
    longest = max((count for _, count, _, _ in rows), default=0) or 1
    return [
        Bar(label=label, count=count, share=round(100 * count / longest), page_id=page_id, language=language)
        for label, count, page_id, language in rows
    ]
