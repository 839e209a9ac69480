"""How late the book is: balances by state."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def states_by_month(scope: Scope, from_month: date) -> Question:
    """Ask how many loans and how much principal stood in each state at each month-end.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month`` and ``state``: ``loans``, ``balance_fen`` (0 for exits), ``lost_fen``.
    """
    table = rows_of(scope, "performance", from_month)
    statement = (
        select(
            table.c.month,
            table.c.state,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month, table.c.state)
        .order_by(table.c.month, table.c.state)
    )
    return Question("delinquency.states_by_month", statement, scope)
