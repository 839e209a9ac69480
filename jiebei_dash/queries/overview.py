"""What came onto the book and what came back after a loss, by month."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def opened_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what was lent in each month.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month.

    Returns
    -------
    Question
        One row an ``opened_month``: ``loans`` (drawdowns), ``principal_fen``.
    """
    table = rows_of(scope, "origination", from_month)
    statement = (
        select(
            table.c.opened_month,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.principal_fen).label("principal_fen"),
        )
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(table.c.opened_month)
        .order_by(table.c.opened_month)
    )
    return Question("overview.opened_by_month", statement, scope)


def recovered_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what cash came in for loans written off or sold.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month``: ``recovered_fen``, collections and sale proceeds together.
    """
    table = rows_of(scope, "recovered", from_month)
    statement = (
        select(table.c.month, sum_of(table.c.recovered_fen).label("recovered_fen"))
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month)
        .order_by(table.c.month)
    )
    return Question("overview.recovered_by_month", statement, scope)
