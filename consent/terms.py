"""The terms of a person's request: a month, at most two more, and when to remind (GDPR art. 12(3))."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

REMINDERS = (14, 7, 1)
"""How many days before the last day the privacy officer is reminded; from the day after it, every day."""
LIFTING_TOLD_BEFORE = timedelta(days=7)
"""How long before a restriction ends the person is told (GDPR art. 18(3): before it ends)."""


def last_day(asked_on: date) -> date:
    """The last day on which an answer is in time: the same date one month on, or the last day of a shorter month.

    Regulation (EEC, Euratom) 1182/71 art. 3(1) and 3(2)(c): the day of asking does not count, and 31 January gives 28
    or 29 February. The longer term that art. 3(4) allows when the last day is a Saturday, a Sunday or a holiday is not
    used: the portal's term never ends later than that of the law.
    """
    return asked_on + relativedelta(months=1)


def last_extension(asked_on: date) -> date:
    """The latest day to which the term can be extended: three months after asking, all in all."""
    return asked_on + relativedelta(months=3)


def first_received(today: date) -> date:
    """The earliest day on which a request that is written down today can have come in: a year ago."""
    return today - relativedelta(years=1)


def reminds(last: date, *, today: date) -> bool:
    """Whether today is a day on which an open request with this last day calls for a reminder."""
    left = (last - today).days
    return left < 0 or left in REMINDERS
