"""How often consent was given, refused and taken back: counts of conversations in whole months, without persons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncMonth
from django.utils import timezone

from ..enums import Outcome, Purpose, Sitting
from ..models import Conversation, Decision
from ..policy import HOME
from ..suppression import protected, protected_line, rounded

OUTCOMES = (Outcome.GIVEN, Outcome.REFUSED, Outcome.WITHDRAWN)
FEWEST_TO_COMPARE = 30
LEAST_DIFFERENCE = 0.10
"""A language is marked if at least so many conversations were held in it, and its share of refusals differs from that
of all languages by so much and by more than twice the standard error."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a table: what it is about, and a count for each of ``OUTCOMES``; ``None`` is not shown.

    ``refusal`` is the share of refusals in per cent, as far as both counts are shown; ``marked`` that it differs much.
    """

    key: str
    counts: tuple[int | None, ...]
    refusal: int | None = None
    marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """All tables. ``cells`` counts each (purpose, language, outcome); ``until`` is the first moment left out."""

    until: datetime
    languages: tuple[str, ...]
    total: Line
    by_purpose: tuple[Line, ...]
    by_language: tuple[Line, ...]
    by_month: tuple[Line, ...]
    cells: dict[tuple[str, str, str], int | None]


def count_consents(*, now: datetime | None = None) -> Statistics:
    """Count conversations until the first day of this month, in the Netherlands.

    A conversation counts as given with at least one yes, as refused with none. The same number stands in no table if it
    is small, nor where a small one could be found by subtraction, and all are rounded: see :mod:`consent.suppression`.
    """
    here = (now or timezone.now()).astimezone(HOME)
    until = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    said_yes = Exists(Decision.objects.filter(conversation=OuterRef("pk"), outcome=Outcome.GIVEN))
    rows = (
        Conversation.objects.filter(at__lt=until)
        .annotate(yes=said_yes, month=TruncMonth("at", tzinfo=HOME))
        .values_list("purpose", "language", "month", "sitting", "yes")
        .annotate(number=Count("pk"))
        .order_by()
    )
    cells: Counter[tuple[str, str, str]] = Counter()
    months: Counter[tuple[str, str]] = Counter()
    for purpose, language, month, sitting, yes, number in rows:
        given = Outcome.GIVEN if yes else Outcome.REFUSED
        outcome = Outcome.WITHDRAWN if sitting == Sitting.WITHDRAWAL else given
        cells[purpose, language, outcome] += number
        months[month.strftime("%Y-%m"), outcome] += number
    languages = tuple(sorted({language for _purpose, language, _outcome in cells}))
    return _arranged(until, languages, cells, months)


def _arranged(
    until: datetime,
    languages: tuple[str, ...],
    cells: Counter[tuple[str, str, str]],
    months: Counter[tuple[str, str]],
) -> Statistics:
    purposes = Purpose.values
    tables = [
        [
            rounded(row)
            for row in protected([[cells[purpose, code, outcome] for code in languages] for purpose in purposes])
        ]
        for outcome in OUTCOMES
    ]
    names = sorted({month for month, _outcome in months})
    series = [rounded(protected_line([months[month, outcome] for month in names])) for outcome in OUTCOMES]
    overall = _refusal([table[-1][-1] for table in tables])
    total = _line("", [table[-1][-1] for table in tables], None)
    return Statistics(
        until=until,
        languages=languages,
        total=total,
        by_purpose=tuple(_line(key, [table[at][-1] for table in tables], None) for at, key in enumerate(purposes)),
        by_language=tuple(_line(key, [table[-1][at] for table in tables], overall) for at, key in enumerate(languages)),
        by_month=tuple(Line(key=key, counts=tuple(line[at] for line in series)) for at, key in enumerate(names)),
        cells={
            (purpose, language, outcome): tables[number][row][column]
            for number, outcome in enumerate(OUTCOMES)
            for row, purpose in enumerate(purposes)
            for column, language in enumerate(languages)
        },
    )


def _line(key: str, counts: Sequence[int | None], overall: float | None) -> Line:
    share = _refusal(counts)
    marked = False
    if share is not None and overall is not None:
        number = sum(count or 0 for count in counts[:2])
        apart = abs(share - overall)
        beyond_chance = apart > 2 * sqrt(overall * (1 - overall) / number)
        marked = number >= FEWEST_TO_COMPARE and apart >= LEAST_DIFFERENCE and beyond_chance
    return Line(key=key, counts=tuple(counts), refusal=None if share is None else round(100 * share), marked=marked)


def _refusal(counts: Sequence[int | None]) -> float | None:
    given, refused = counts[0], counts[1]
    if given is None or refused is None or not given + refused:
        return None
    return refused / (given + refused)
