"""What became of loans at each age."""

from __future__ import annotations

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def moves(scope: Scope) -> Question:
    """Ask how loans moved between states at each age, over all cohorts that have reached it.

    Parameters
    ----------
    scope
        Part of the book; its cohorts and as-of month.

    Returns
    -------
    Question
        One row a ``mob`` (at arrival), ``prev_state`` (null at age 0) and ``state``: ``loans``, ``opening_fen``,
        ``balance_fen``, ``lost_fen``.
    """
    table = rows_of(scope, "performance", None)
    keys = [table.c.mob, table.c.prev_state, table.c.state]
    statement = (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("outcomes.moves", statement, scope)
