"""From money received each month, without days past due, to loan-months, loans and recoveries.

Days past due are ESTIMATED: payments of nothing in a row are counted, each a step of thirty days, so the bucket is that
of the missed payments; any payment ends the run, and a payment holiday looks like a missed payment. The book is marked
``missed_payments`` (``terms.ESTIMATES``). Loans may come under observation long after they were opened (a pool):
nothing is said of the months before, and the state before is unknown in the first one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func

from jiebei_dash.book import schema
from jiebei_dash.load.calendar_sql import last_closed_month, month_of, months_between
from jiebei_dash.load.columns import bucket
from jiebei_dash.load.lines import as_stored, dimensions_of, loan_lines

ESTIMATE = "missed_payments"


def loan_months(given: FromClause, loans: FromClause, observed_to: date | None = None) -> Select[tuple[object, ...]]:
    """Return ``loan_month``.

    Parameters
    ----------
    given
        One row a loan and month: ``loan_id``, ``month``, ``paid_fen`` (all money received; null: not reported any
        more), ``balance_fen`` at the month's end, ``paid_principal_fen``, ``repaid_within_fen`` (a loan whose balance
        goes to nothing with no more than this unpaid is repaid; above it, it is written off) and, where known,
        ``opening_fen``, ``scheduled_fen``, ``paid_interest_fen`` (left out: what is not principal).
    loans
        One row a loan: ``loan_id``, ``opened_month`` and columns of ``loan``.
    observed_to
        Last day seen; None if every month given has closed.

    Returns
    -------
    Select
        One row a loan and month reported, to the month in which its balance is nothing. Corrections below nothing are
        kept as they are. ``opening_fen`` is the balance before, at first sight what the tape says.
    """
    rows = _reported(given, loans, observed_to).subquery("reported")
    with_run = sa.select(
        rows,
        func.row_number().over(partition_by=[rows.c.loan_id, rows.c.payment_no], order_by=rows.c.month).label("place"),
    ).subquery("runs")
    missed = with_run.c.place - sa.case((with_run.c.payment_no > 0, 1), else_=0)
    dpd_days = sa.case((missed > 0, 30 * (missed - 1) + 1), else_=0)
    unpaid = func.coalesce(with_run.c.opening_fen, 0) - with_run.c.paid_principal_fen
    is_last = with_run.c.balance_fen <= 0
    is_lost = sa.and_(is_last, unpaid > with_run.c.repaid_within_fen)
    state = sa.case((is_lost, "WO"), (is_last, "PAID"), else_=bucket(dpd_days))

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=with_run.c.loan_id, order_by=with_run.c.month)

    follows = func.date_diff("month", before(with_run.c.month), with_run.c.month) == 1
    columns: dict[str, ColumnElement[Any]] = {
        **{column.name: column for column in with_run.c if column.name in schema.loan_month.c},
        "mob": months_between(with_run.c.opened_month, with_run.c.month),
        "state": state,
        "prev_state": sa.case((follows, before(state))),
        "dpd_days": sa.case((sa.and_(is_last, sa.not_(is_lost)), 0), else_=dpd_days),
        "balance_fen": sa.case((is_last, 0), else_=with_run.c.balance_fen),
        "lost_fen": sa.case((is_lost, unpaid), else_=0),
    }
    return sa.select(*[as_stored(value, schema.loan_month.c[name]) for name, value in columns.items()])


def loans(months: FromClause, loans: FromClause) -> Select[tuple[object, ...]]:
    """Return ``loan``.

    Parameters
    ----------
    months
        The rows of :func:`loan_months`.
    loans
        As there.
    """
    return loan_lines(months, loans)


def recoveries(lines: FromClause, given: FromClause) -> Select[tuple[object, ...]]:
    """Return ``recovery``: cash after the balance of a loan was written off.

    Parameters
    ----------
    lines
        The rows of :func:`loans`.
    given
        As in :func:`loan_months`, with ``recovered_fen``.

    Returns
    -------
    Select
        One row a loan and month with cash from the month of the write-off on; corrections may be below nothing.
    """
    month = month_of(sa.cast(given.c.month, sa.Date))
    cash = func.sum(given.c.recovered_fen)
    columns: dict[str, ColumnElement[Any]] = {
        "loan_id": given.c.loan_id,
        "month": month,
        "kind": sa.literal("CASH"),
        "opened_month": lines.c.opened_month,
        "lost_month": lines.c.closed_month,
        "recovered_fen": cash,
        **dimensions_of(lines),
    }
    return (
        sa.select(*[as_stored(value, schema.recovery.c[name]) for name, value in columns.items()])
        .select_from(given.join(lines, lines.c.loan_id == given.c.loan_id))
        .where(lines.c.closed_state == "WO", month >= lines.c.closed_month)
        .group_by(*[value for name, value in columns.items() if name not in ("kind", "recovered_fen")])
        .having(cash != 0)
    )


def _reported(given: FromClause, loans: FromClause, observed_to: date | None) -> Select[Any]:
    """The months to the first one with no balance, with the balance before and the number of payments to date."""
    month = month_of(sa.cast(given.c.month, sa.Date))
    opened = month_of(sa.cast(loans.c.opened_month, sa.Date))
    principal = func.coalesce(given.c.paid_principal_fen, 0)
    columns: dict[str, ColumnElement[Any]] = {
        **{name: given.c[name] for name in ("scheduled_fen", "opening_fen") if name in given.c},
        "loan_id": given.c.loan_id,
        "month": month,
        "opened_month": opened,
        "balance_fen": given.c.balance_fen,
        "paid_fen": given.c.paid_fen,
        "paid_principal_fen": principal,
        "paid_interest_fen": given.c.paid_fen - principal,
        "repaid_within_fen": given.c.repaid_within_fen,
        **dimensions_of(loans),
    }
    if "paid_interest_fen" in given.c:
        columns["paid_interest_fen"] = func.coalesce(given.c.paid_interest_fen, columns["paid_interest_fen"])
    known: list[ColumnElement[bool]] = [given.c.paid_fen.is_not(None), given.c.balance_fen.is_not(None)]
    if observed_to is not None:
        known.append(month <= last_closed_month(sa.literal(observed_to, sa.Date)))
    both = given.join(loans, loans.c.loan_id == given.c.loan_id)
    rows = (
        sa.select(*[value.label(name) for name, value in columns.items()])
        .select_from(both)
        .where(*known)
        .subquery("rows")
    )

    def so_far(value: ColumnElement[Any], to: int) -> ColumnElement[Any]:
        return func.sum(value).over(partition_by=rows.c.loan_id, order_by=rows.c.month, rows=(None, to))

    was = func.lag(rows.c.balance_fen).over(partition_by=rows.c.loan_id, order_by=rows.c.month)
    first_sight = rows.c.opening_fen if "opening_fen" in rows.c else sa.cast(sa.null(), sa.BigInteger)
    opening = func.coalesce(was, sa.case((rows.c.month == rows.c.opened_month, 0), else_=first_sight))
    told = [column for column in rows.c if column.name != "opening_fen"]
    every = sa.select(
        *told,
        opening.label("opening_fen"),
        so_far(sa.case((rows.c.paid_fen > 0, 1), else_=0), 0).label("payment_no"),
        func.coalesce(so_far(sa.case((rows.c.balance_fen <= 0, 1), else_=0), -1), 0).label("ended"),
    ).subquery("every")
    return sa.select(*[column for column in every.c if column.name != "ended"]).where(every.c.ended == 0)
