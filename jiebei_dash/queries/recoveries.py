"""What left the book as a loss, and what came back of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def lost_by_month(scope: Scope) -> Question:
    """Ask what was written off and what was sold in each month.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.

    Returns
    -------
    Question
        One row a ``month`` and ``state`` (WO or SOLD): ``loans``, ``lost_fen`` (principal), ``lost_interest_fen``.
    """
    table = rows_of(scope, "performance", None)
    statement = (
        select(
            table.c.month,
            table.c.state,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.lost_fen).label("lost_fen"),
            sum_of(table.c.lost_interest_fen).label("lost_interest_fen"),
        )
        .where(*scope.conditions(table), table.c.state.in_(("WO", "SOLD")), table.c.month <= scope.as_of_month)
        .group_by(table.c.month, table.c.state)
        .order_by(table.c.month, table.c.state)
    )
    return Question("recoveries.lost_by_month", statement, scope)


def cash_by_loss(scope: Scope) -> Question:
    """Ask what came back, by the month of the loss and the month of the cash.

    Parameters
    ----------
    scope
        Part of the book.

    Returns
    -------
    Question
        One row a ``lost_month``, ``month`` and ``kind`` (CASH or SALE): ``recovered_fen``, ``commission_fen`` (of it,
        the fee of the agencies).
    """
    table = rows_of(scope, "recovered", None)
    keys = [table.c.lost_month, table.c.month, table.c.kind]
    statement = (
        select(
            *keys,
            sum_of(table.c.recovered_fen).label("recovered_fen"),
            sum_of(table.c.commission_fen).label("commission_fen"),
        )
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("recoveries.cash_by_loss", statement, scope)


def cash_by_agency(scope: Scope, from_month: date) -> Question:
    """Ask what each agency collected after a write-off, and for which fee.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of the cash.

    Returns
    -------
    Question
        One row an ``agency_code`` (NA where the book does not say): ``payments`` (a loan and month), ``recovered_fen``,
        ``commission_fen``.
    """
    table = rows_of(scope, "collected", from_month)
    statement = (
        select(
            table.c.agency_code,
            sum_of(table.c.payments).label("payments"),
            sum_of(table.c.recovered_fen).label("recovered_fen"),
            sum_of(table.c.commission_fen).label("commission_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.agency_code)
        .order_by(table.c.agency_code)
    )
    return Question("recoveries.cash_by_agency", statement, scope)
