"""Days and months in the statements that derive a book: expressions of the embedded engine that stages a tape."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func

Day = ColumnElement[Any]
NEVER = date(9999, 12, 1)
"""A month that does not come: of what has not happened."""


def month_of(day: Day) -> Day:
    """Return the first day of a day's month."""
    return sa.cast(func.date_trunc("month", day), sa.Date)


def month_end(day: Day) -> Day:
    """Return the last day of a day's month."""
    return func.last_day(day, type_=sa.Date)


def plus_months(day: Day, months: ColumnElement[int] | int) -> Day:
    """Return the day so many months on; the last of a shorter month."""
    return sa.cast(sa.cast(day, sa.Date).op("+")(func.to_months(sa.cast(months, sa.Integer))), sa.Date)


def plus_days(day: Day, days: ColumnElement[int] | int) -> Day:
    """Return the day so many days on."""
    return sa.cast(sa.cast(day, sa.Date).op("+")(sa.cast(days, sa.Integer)), sa.Date)


def each_month(first: Day, last: Day) -> Day:
    """Return every month from one to another, a row each; no row if the last is before the first."""
    every = func.unnest(func.generate_series(sa.cast(first, sa.Date), sa.cast(last, sa.Date), func.to_months(1)))
    return sa.cast(every, sa.Date)


def months_between(first: Day, last: Day) -> ColumnElement[int]:
    """Return the calendar months from one day's month to another's."""
    return func.date_diff("month", first, last, type_=sa.Integer)


def last_closed_month(observed_to: Day) -> Day:
    """Return the last month whose end was seen by a day: the month itself only if the day is its last."""
    return plus_months(month_of(plus_days(observed_to, 1)), -1)
