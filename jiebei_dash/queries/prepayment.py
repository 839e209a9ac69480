"""What was repaid ahead of schedule on loans that were current, by month, age or dimension."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def by_month(scope: Scope, from_month: date, has_schedule: bool, by: str | None = None) -> Question:
    """Ask what loans that were current a month before owed, and what they repaid in the month.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.
    has_schedule
        Loans that repay by instalments, or the classes whose principal falls due at the end
        (``terms.WITHOUT_SCHEDULE``).
    by
        A key of ``scope.DIMENSIONS`` to split by, or None.

    Returns
    -------
    Question
        One row a ``month`` (and code of ``by``): ``loans``, ``opening_fen`` (principal a month before),
        ``scheduled_fen`` (fell due in the month), ``prepaid_fen`` (received above schedule), ``paid_fen`` (all
        principal received).
    """
    table = _rows(scope, from_month, *([by] if by else []))
    keys: list[ColumnElement] = [table.c.month, *([table.c[by]] if by else [])]
    return Question("prepayment.by_month", _of_current(scope, from_month, table, keys, has_schedule), scope)


def by_age(scope: Scope, from_month: date, has_schedule: bool) -> Question:
    """Ask the same at each age.

    Parameters
    ----------
    scope, from_month, has_schedule
        As in :func:`by_month`.

    Returns
    -------
    Question
        One row a ``mob`` at the month's end; columns as in :func:`by_month`.
    """
    table = _rows(scope, from_month)
    keys: list[ColumnElement] = [table.c.mob]
    return Question("prepayment.by_age", _of_current(scope, from_month, table, keys, has_schedule), scope)


def _rows(scope: Scope, from_month: date, *used: str) -> FromClause:
    return rows_of(scope, "performance", from_month, "product_class", *used)


def _of_current(
    scope: Scope, from_month: date, table: FromClause, keys: list[ColumnElement], has_schedule: bool
) -> Select:
    """The sums of loans that were current a month before, by keys."""
    ends_at_once = table.c.product_class.in_(terms.WITHOUT_SCHEDULE)
    return (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.scheduled_fen).label("scheduled_fen"),
            sum_of(table.c.prepaid_fen).label("prepaid_fen"),
            sum_of(table.c.paid_principal_fen).label("paid_fen"),
        )
        .where(
            *scope.conditions(table),
            table.c.month >= from_month,
            table.c.month <= scope.as_of_month,
            table.c.prev_state == "C",
            ~ends_at_once if has_schedule else ends_at_once,
        )
        .group_by(*keys)
        .order_by(*keys)
    )
