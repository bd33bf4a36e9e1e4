"""A month by the calendar, never a day more than the law allows."""

from datetime import date, timedelta

import pytest

from consent.terms import last_day, last_extension, reminds


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        (date(2026, 3, 15), date(2026, 4, 15)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 9, 30)),
        (date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_the_same_date_one_month_on(asked, last):
    assert last_day(asked) == last


def test_three_months_at_most():
    assert last_extension(date(2026, 11, 30)) == date(2027, 2, 28)


def test_reminders():
    last = date(2026, 5, 31)
    days = [left for left in range(30, -4, -1) if reminds(last, today=last - timedelta(days=left))]
    assert days == [14, 7, 1, -1, -2, -3]
