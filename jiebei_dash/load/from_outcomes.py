"""From one final status a loan to an ESTIMATED course: loan-months and loans that nobody observed.

A loan is taken for current to the month of its last payment; from then on days past due run by the calendar until the
stated status is reached. The balance follows the annuity schedule to the last payment. The book is marked
``final_status`` (``terms.ESTIMATES``) and every figure says "estimated". Source: house definition 4.1 (LendingClub).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.calendar_sql import (
    each_month,
    last_closed_month,
    month_end,
    month_of,
    months_between,
    plus_days,
    plus_months,
)
from jiebei_dash.load.columns import bucket
from jiebei_dash.load.lines import as_stored, dimensions_of, loan_lines

ESTIMATE = "final_status"


def loan_months(given: FromClause, observed_to: date | None = None) -> Select[tuple[object, ...]]:
    """Return ``loan_month``.

    Parameters
    ----------
    given
        One row a loan: ``loan_id``, ``opened_month``, ``status`` (one of ``terms.STATES``), ``charged_off_days`` (from
        the last payment to the write-off) and ``paid_day`` (day of the month on which payments are taken to come, 1 to
        28); and where known ``last_paid_month`` (null: never paid), ``dpd_days`` at the last day seen and, with
        amounts, ``principal_fen``, ``term_months``, ``rate_day`` and ``paid_principal_fen`` or ``balance_fen``.
    observed_to
        Last day seen; None if the column ``observed_to`` says it.

    Returns
    -------
    Select
        One row a loan and month-end up to the estimated closing or the last closed month. ``scheduled_fen`` and
        interest are the annuity's, stretched to the last payment where that came after the term.
    """
    lines = _lines(given, observed_to).cte("lines")
    spine = sa.select(lines, each_month(lines.c.opened_month, lines.c.last_month).label("month")).cte("spine")
    month, mob = spine.c.month, months_between(spine.c.opened_month, spine.c.month)
    is_end = sa.and_(month == spine.c.end_month, spine.c.status.in_(terms.EXITS))
    dpd_days = _dpd_days(spine)
    columns: dict[str, ColumnElement[Any]] = {
        "loan_id": spine.c.loan_id,
        "month": month,
        "opened_month": spine.c.opened_month,
        "mob": mob,
        "state": sa.case((is_end, spine.c.status), else_=bucket(dpd_days)),
        "dpd_days": dpd_days,
        **dimensions_of(spine),
    }
    if "principal_fen" in spine.c:
        left = spine.c.left_fen
        is_after = month >= spine.c.paid_month
        still_owed = sa.case((is_after, left), else_=func.greatest(_scheduled_left(spine, mob), left))
        fell_due = _scheduled_left(spine, mob - 1) - _scheduled_left(spine, mob)
        columns |= {
            "principal_fen": spine.c.principal_fen,
            "balance_fen": sa.case((is_end, 0), else_=still_owed),
            "lost_fen": sa.case((sa.and_(is_end, spine.c.status != "PAID"), left), else_=0),
            "scheduled_fen": sa.case((mob == 0, 0), else_=fell_due),
            "rate_month": sa.case((sa.and_(mob > 0, month <= spine.c.paid_month), spine.c.rate_month), else_=0.0),
        }
    rows = sa.select(*[value.label(name) for name, value in columns.items()]).cte("rows")
    return _with_before(rows)


def loans(months: FromClause, given: FromClause) -> Select[tuple[object, ...]]:
    """Return ``loan``.

    Parameters
    ----------
    months
        The rows of :func:`loan_months`.
    given
        As there; columns of ``loan`` are kept.
    """
    return loan_lines(months, given)


def _lines(given: FromClause, observed_to: date | None) -> Select[Any]:
    """One row a loan: its last payment, the first due date that was missed, its end and what was left then."""
    seen = sa.cast(given.c.observed_to, sa.Date) if observed_to is None else sa.literal(observed_to, sa.Date)
    opened = month_of(sa.cast(given.c.opened_month, sa.Date))
    paid: ColumnElement[Any] = sa.cast(sa.null(), sa.Date)
    if "last_paid_month" in given.c:
        paid = func.greatest(month_of(sa.cast(given.c.last_paid_month, sa.Date)), opened)
        paid = sa.case((given.c.last_paid_month.is_not(None), paid))
    base = sa.select(
        *[column for column in given.c if column.name not in ("opened_month", "observed_to", "last_paid_month")],
        opened.label("opened_month"),
        last_closed_month(seen).label("closed_to"),
        paid.is_not(None).label("has_paid"),
        func.coalesce(paid, opened).label("paid_month"),
    ).subquery("base")
    paid_on = plus_days(base.c.paid_month, base.c.paid_day - 1)
    lost = func.least(month_of(plus_days(paid_on, base.c.charged_off_days)), base.c.closed_to)
    end = sa.case(
        (base.c.status == "PAID", base.c.paid_month),
        (base.c.status.in_(("WO", "SOLD")), func.greatest(lost, base.c.paid_month)),
        else_=base.c.closed_to,
    )
    columns = [*base.c, plus_months(paid_on, 1).label("missed_on"), end.label("end_month")]
    columns.append(func.least(end, base.c.closed_to).label("last_month"))  # type: ignore[arg-type]
    if "principal_fen" in base.c:
        columns += _money(base, end)  # type: ignore[arg-type]
    return sa.select(*columns)


def _money(base: FromClause, end: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    rate = func.coalesce(base.c.rate_day * 365 / 12, 0.0) if "rate_day" in base.c else sa.literal(0.0)
    paid_mob = months_between(base.c.opened_month, base.c.paid_month)
    is_paid = base.c.status == "PAID"
    term = func.greatest(func.coalesce(base.c.term_months, 1), sa.case((is_paid, paid_mob), else_=1), 1)
    told: list[ColumnElement[Any]] = []
    if "balance_fen" in base.c:
        told.append(sa.case((base.c.status.in_(terms.BUCKETS), base.c.balance_fen)))
    if "paid_principal_fen" in base.c:
        told.append(func.greatest(base.c.principal_fen - base.c.paid_principal_fen, 0))
    by_schedule = sa.case((base.c.has_paid, _annuity(base.c.principal_fen, rate, term, paid_mob)))
    told += [by_schedule, base.c.principal_fen]
    left = sa.case((is_paid, 0), else_=func.coalesce(*told))
    return [rate.label("rate_month"), term.label("schedule_months"), sa.cast(left, sa.BigInteger).label("left_fen")]


def _annuity(
    principal_fen: ColumnElement[Any], rate: ColumnElement[Any], term: ColumnElement[Any], paid: ColumnElement[Any]
) -> ColumnElement[Any]:
    """What is left of a principal after so many equal payments, whole fen."""
    done = func.least(func.greatest(paid, 0), term)
    whole, part = func.power(1 + rate, term), func.power(1 + rate, done)
    share = sa.case((rate > 0, (whole - part) / func.nullif(whole - 1, 0.0)), else_=1 - done * 1.0 / term)
    return sa.cast(func.round(principal_fen * share), sa.BigInteger)


def _scheduled_left(spine: FromClause, mob: ColumnElement[Any]) -> ColumnElement[Any]:
    return _annuity(spine.c.principal_fen, spine.c.rate_month, spine.c.schedule_months, mob)


def _dpd_days(spine: FromClause) -> ColumnElement[Any]:
    """Days by the calendar; of a loan still on the book never beyond its stated bucket, and within it at the end."""
    counted: ColumnElement[Any] = func.greatest(func.date_diff("day", spine.c.missed_on, month_end(spine.c.month)), 0)
    counted = sa.case((spine.c.month <= spine.c.paid_month, 0), else_=counted)
    lows = dict(zip(terms.BUCKETS, (0, *(edge + 1 for edge in terms.BUCKET_EDGES_DAYS)), strict=True))
    highs = dict(zip(terms.BUCKETS, terms.BUCKET_EDGES_DAYS, strict=False))
    high = sa.case(highs, value=spine.c.status, else_=30_000)
    low = sa.case(lows, value=spine.c.status, else_=0)
    is_last = sa.and_(spine.c.month == spine.c.end_month, spine.c.status.in_(terms.BUCKETS))
    last = func.least(func.greatest(counted, low), high)
    if "dpd_days" in spine.c:
        last = func.coalesce(spine.c.dpd_days, last)
    return sa.case(
        (sa.and_(spine.c.month == spine.c.end_month, spine.c.status == "PAID"), 0),
        (is_last, last),
        else_=func.least(counted, high),
    )


def _with_before(rows: FromClause) -> Select[tuple[object, ...]]:
    """The months with the state and the balance of the month before, and what was received between."""

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=rows.c.loan_id, order_by=rows.c.month)

    was = before(rows.c.state)
    derived: dict[str, ColumnElement[Any]] = {"prev_state": was}
    if "balance_fen" in rows.c:
        opening = func.coalesce(before(rows.c.balance_fen), rows.c.principal_fen)
        received = opening - rows.c.balance_fen - rows.c.lost_fen
        ahead = sa.case((func.coalesce(was, "C") == "C", func.greatest(received - rows.c.scheduled_fen, 0)), else_=0)
        derived |= {
            "opening_fen": sa.case((rows.c.mob == 0, 0), else_=opening),
            "paid_principal_fen": received,
            "prepaid_fen": ahead,
            "paid_interest_fen": func.round(opening * rows.c.rate_month),
        }
    columns = {column.name: column for column in rows.c if column.name in schema.loan_month.c} | derived
    return sa.select(*[as_stored(value, schema.loan_month.c[name]) for name, value in columns.items()])
