"""How loans moved between states from one month-end to the next."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def moves(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask what moved from each state to each other, loan by loan.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last month of arrival.
    from_month
        First month of arrival.
    by
        A key of ``scope.DIMENSIONS`` to split by, or None.

    Returns
    -------
    Question
        One row a ``month``, (code of ``by``,) ``prev_state`` and ``state``: ``loans``, ``opening_fen`` (principal a
        month before), ``balance_fen`` (principal now), ``lost_fen``. Loans of the month itself have no
        state before and are not in.
    """
    table = rows_of(scope, "performance", from_month, *([by] if by else []))
    keys = [table.c.month, *([table.c[by]] if by else []), table.c.prev_state, table.c.state]
    statement = (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(
            *scope.conditions(table),
            table.c.month >= from_month,
            table.c.month <= scope.as_of_month,
            table.c.prev_state.in_(terms.BUCKETS),
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("roll_rates.moves", statement, scope)


def moves_by_age(scope: Scope, from_month: date) -> Question:
    """Ask what moved from each state to each other at each age, with what came on the book.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last month of arrival.
    from_month
        First month of arrival.

    Returns
    -------
    Question
        One row a ``month``, ``mob`` (at arrival), ``prev_state`` (null for loans without a month before) and
        ``state``: ``loans``, ``opening_fen``, ``balance_fen``.
    """
    table = rows_of(scope, "performance", from_month)
    keys = [table.c.month, table.c.mob, table.c.prev_state, table.c.state]
    statement = (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.balance_fen).label("balance_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("roll_rates.moves_by_age", statement, scope)
