"""Opening hours, day by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any

from pages.enums import Weekday


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the week and when the door is open on it; nothing means closed."""

    name: str
    stretches: tuple[tuple[time, time], ...]


def week(openings: Iterable[Any]) -> list[Day]:
    """Monday to Sunday, from the blocks of a page in any order; empty if no hours are known at all.

    Args:
        openings: blocks of :class:`pages.blocks.opening.OpeningsBlock`.
    """
    by_day: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for block in openings:
        by_day[int(block.value["day"])].append((_time(block.value["opens"]), _time(block.value["closes"])))
    if not by_day:
        return []
    return [Day(name=str(day.label), stretches=tuple(sorted(by_day[day.value]))) for day in Weekday]


def _time(value: time | str) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)
