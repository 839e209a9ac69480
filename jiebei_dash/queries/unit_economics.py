"""What a part of the book earned, lost and cost, month by month: sums, for each 100 of which answers divide."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of
from jiebei_dash.terms import EXITS


def earned(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask what was on the book in each month, what interest it paid and what was lost.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.
    by
        A dimension to split by.

    Returns
    -------
    Question
        One row a ``month`` and code: ``opening_fen``, ``balance_fen`` (principal at both month-ends), ``interest_fen``
        received, ``lost_fen`` (principal written off and sold), ``loan_months`` on the book at the month's end,
        ``lost_loans``.
    """
    table = rows_of(scope, "performance", from_month, *([by] if by else []))
    keys = [table.c.month, *([table.c[by]] if by else [])]
    statement = (
        select(
            *keys,
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.paid_interest_fen).label("interest_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
            sum_of(table.c.loans, table.c.state.not_in(EXITS)).label("loan_months"),
            sum_of(table.c.loans, table.c.state.in_(("WO", "SOLD"))).label("lost_loans"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("unit_economics.earned", statement, scope)


def came_back(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask what came in for loans written off or sold, and what of it the agencies kept.

    Parameters
    ----------
    scope, from_month, by
        As in :func:`earned`.

    Returns
    -------
    Question
        One row a ``month`` and code: ``recovered_fen``, ``commission_fen`` of it.
    """
    table = rows_of(scope, "recovered", from_month, *([by] if by else []))
    keys = [table.c.month, *([table.c[by]] if by else [])]
    statement = (
        select(
            *keys,
            sum_of(table.c.recovered_fen).label("recovered_fen"),
            sum_of(table.c.commission_fen).label("commission_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("unit_economics.came_back", statement, scope)


def opened(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask how many loans were opened in each month.

    Parameters
    ----------
    scope, from_month, by
        As in :func:`earned`.

    Returns
    -------
    Question
        One row an ``opened_month`` and code: ``loans``.
    """
    table = rows_of(scope, "origination", from_month, *([by] if by else []))
    keys = [table.c.opened_month, *([table.c[by]] if by else [])]
    statement = (
        select(*keys, sum_of(table.c.loans).label("loans"))
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("unit_economics.opened", statement, scope)


def applied(scope: Scope, from_month: date, by: str | None = None) -> Question:
    """Ask how many applications were submitted in each month, whatever became of them.

    Parameters
    ----------
    scope, from_month, by
        As in :func:`earned`.

    Returns
    -------
    Question
        One row a ``submitted_month`` and code: ``applications``.
    """
    table = rows_of(scope, "applied", from_month, *([by] if by else []))
    keys = [table.c.submitted_month, *([table.c[by]] if by else [])]
    statement = (
        select(*keys, sum_of(table.c.applications).label("applications"))
        .where(*scope.conditions(table), table.c.submitted_month >= from_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("unit_economics.applied", statement, scope)
