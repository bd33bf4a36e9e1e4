"""Schools side by side. What is best follows from the figures of the newest period; nobody types it in.

A percentage of few people says little: one more or one fewer changes it much. So a group smaller than
:data:`FEWEST_PARTICIPANTS` is shown as such and has no place among the best, and so has a figure without a number of
participants. What is not known is said, sorts last, and is never counted as nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pages.families import Member
from pages.models.facts import municipality_options
from pages.models.providers import ProviderPage
from pages.queries import children_for

FEWEST_PARTICIPANTS = 20
BEST = 5


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The results of one school in one period."""

    period: str
    participants: int | None
    passed_exam: Decimal | None
    finished_600_hours: Decimal | None
    source: str

    @property
    def is_small(self) -> bool:
        """Too few people for a percentage to mean much; also when nobody knows how many."""
        return self.participants is None or self.participants < FEWEST_PARTICIPANTS


@dataclass(frozen=True, kw_only=True)
class Row:
    """One school in the comparison; ``figures`` is ``None`` if it has none for the period compared."""

    page: ProviderPage
    places: tuple[str, ...]
    figures: Figures | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the comparison that can be sorted by. ``largest_first`` is the way round that helps a reader."""

    name: str
    largest_first: bool
    state: str = ""
    address: str = ""


COLUMNS = (
    Column(name="naam", largest_first=False),
    Column(name="deelnemers", largest_first=True),
    Column(name="geslaagd", largest_first=True),
    Column(name="uren", largest_first=True),
)
FIGURE_OF = {"deelnemers": "participants", "geslaagd": "passed_exam", "uren": "finished_600_hours"}


def figures_of(page: ProviderPage) -> list[Figures]:
    """All periods of a school, newest first."""
    found = [
        Figures(
            period=block.value["period"],
            participants=block.value["participants"],
            passed_exam=_percentage(block.value["passed_exam"]),
            finished_600_hours=_percentage(block.value["finished_600_hours"]),
            source=block.value["source"],
        )
        for block in page.results
    ]
    return sorted(found, key=lambda figures: figures.period, reverse=True)


def _percentage(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def newest_period(schools: Iterable[list[Figures]]) -> str:
    """The latest period for which any school has figures; empty if there are none."""
    return max((figures.period for school in schools for figures in school), default="")


def best_of(rows: Iterable[Row], figure: str = "passed_exam") -> list[Row]:
    """The best schools by one figure: large enough, known, highest first; who is equal to the last is in as well."""
    ranked = [
        row
        for row in rows
        if row.figures is not None and not row.figures.is_small and getattr(row.figures, figure) is not None
    ]
    ranked.sort(key=lambda row: (-getattr(row.figures, figure), row.page.title))
    if len(ranked) <= BEST:
        return ranked
    last = getattr(ranked[BEST - 1].figures, figure)
    return [row for row in ranked if getattr(row.figures, figure) >= last]


def in_order(rows: Iterable[Row], column: str, *, turned: bool = False) -> list[Row]:
    """The rows sorted by a column; what is not known is last, whichever way round."""
    chosen = next((one for one in COLUMNS if one.name == column), COLUMNS[0])
    rows = sorted(rows, key=lambda row: row.page.title.casefold())
    if chosen.name == "naam":
        return rows[::-1] if turned else rows

    def value(row: Row) -> Any:
        return getattr(row.figures, FIGURE_OF[chosen.name]) if row.figures else None

    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    return sorted(known, key=value, reverse=chosen.largest_first != turned) + unknown


def comparison_context(family: Iterable[Member], reader: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The template variables of the comparison. Two queries, however many schools.

    Args:
        asked: the query of the address: ``sorteer``, a column, and ``om``, which turns it round. Anything else counts
            as not asked.
    """
    names = dict(municipality_options())
    pages = children_for(family, reader, ProviderPage, streams=True)
    schools = {page.pk: figures_of(page) for page in pages}
    period = newest_period(schools.values())
    rows = [
        Row(
            page=page,
            places=tuple(names[code] for code in page.municipalities if code in names),
            figures=next((figures for figures in schools[page.pk] if figures.period == period), None),
        )
        for page in pages
    ]
    column = next((one.name for one in COLUMNS if one.name == asked.get("sorteer")), "geslaagd")
    turned = asked.get("om") == "1"
    return {
        "rows": in_order(rows, column, turned=turned),
        "columns": {one.name: _headed(one, column, turned) for one in COLUMNS},
        "period": period,
        "best_by_exam": best_of(rows, "passed_exam"),
        "best_by_hours": best_of(rows, "finished_600_hours"),
        "fewest": FEWEST_PARTICIPANTS,
        "sources": sorted({row.figures.source for row in rows if row.figures}),
    }


def _headed(column: Column, sorted_by: str, turned: bool) -> Column:
    """The column with ``aria-sort`` and with the address that sorts by it, or turns it round if it is sorted by."""
    if column.name != sorted_by:
        return Column(name=column.name, largest_first=column.largest_first, address=f"?sorteer={column.name}")
    down = column.largest_first != turned
    return Column(
        name=column.name,
        largest_first=column.largest_first,
        state="descending" if down else "ascending",
        address=f"?sorteer={column.name}" + ("" if turned else "&om=1"),
    )
