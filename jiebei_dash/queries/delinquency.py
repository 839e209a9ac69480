"""How late the book is: balances by state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_borrowers import NO_SPLIT
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def overdue_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what instalment amounts were due and unpaid on the book at each month-end.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month``: ``loans`` on the book, ``balance_fen``, ``overdue_fen`` (principal and interest).
    """
    table = rows_of(scope, "performance", from_month)
    statement = (
        select(table.c.month, *[sum_of(table.c[name]).label(name) for name in ("loans", "balance_fen", "overdue_fen")])
        .where(
            *scope.conditions(table),
            table.c.month >= from_month,
            table.c.month <= scope.as_of_month,
            table.c.state.in_(terms.BUCKETS),
        )
        .group_by(table.c.month)
        .order_by(table.c.month)
    )
    return Question("delinquency.overdue_by_month", statement, scope)


def borrowers_by_month(scope: Scope, from_month: date) -> Question:
    """Ask how many borrowers stood in each bucket at each month-end, each in that of the worst loan.

    Parameters
    ----------
    scope
        The whole book, or one code of one dimension; borrowers do not add up over codes.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month`` and ``bucket``: ``borrowers``.
    """
    split, code = next(((key, str(codes[0])) for key, codes in scope.chosen().items()), (NO_SPLIT, ""))
    # The code is a key of the facts: they are not held to it before borrowers are counted.
    nothing: dict[str, Any] = dict.fromkeys(scope.chosen(), ())
    whole = replace(scope, opened_from=None, opened_to=None, **nothing)
    table = rows_of(whole, "borrowers", from_month)
    keys = [table.c.month, table.c.bucket]
    statement = (
        select(*keys, sum_of(table.c.borrowers).label("borrowers"))
        .where(
            table.c.split == split,
            table.c.code == code,
            table.c.month >= from_month,
            table.c.month <= scope.as_of_month,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("delinquency.borrowers_by_month", statement, scope)


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
