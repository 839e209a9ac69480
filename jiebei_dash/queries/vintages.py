"""What each cohort lent, and what was past due, lost or recovered at each age."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def originated(scope: Scope, by: str | None = None) -> Question:
    """Ask what each cohort lent: the denominator, which never shrinks.

    Parameters
    ----------
    scope
        Part of the book.
    by
        A key of ``scope.DIMENSIONS`` to split by, or None.

    Returns
    -------
    Question
        One row an ``opened_month`` (and code of ``by``): ``loans``, ``principal_fen``.
    """
    table = rows_of(scope, "origination", None, *([by] if by else []))
    keys = _keys(table, by, table.c.opened_month)
    statement = (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.principal_fen).label("principal_fen"),
        )
        .where(*scope.conditions(table))
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("vintages.originated", statement, scope)


def months_on_book(scope: Scope, past_due_days: int, by: str | None = None) -> Question:
    """Ask what was past due at each month-end of a cohort, and what left as a loss in that month.

    Parameters
    ----------
    scope
        Part of the book.
    past_due_days
        "30+" is more than 30 days; the upper end of a bucket (``terms.BUCKET_EDGES_DAYS``).
    by
        As in :func:`originated`.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``mob`` (and code of ``by``):
        ``late_loans``, ``late_fen`` still on the book; ``lost_loans``,
        ``lost_fen`` written off or sold in that month (not to date).
    """
    table = rows_of(scope, "performance", None, *([by] if by else []))
    late = table.c.state.in_(terms.buckets_beyond(past_due_days))
    lost = table.c.state.in_(("WO", "SOLD"))
    keys = _keys(table, by, table.c.opened_month, table.c.mob)
    statement = (
        select(
            *keys,
            sum_of(table.c.loans, late).label("late_loans"),
            sum_of(table.c.balance_fen, late).label("late_fen"),
            sum_of(table.c.loans, lost).label("lost_loans"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("vintages.months_on_book", statement, scope)


def first_past_due(scope: Scope, past_due_days: int, by: str | None = None) -> Question:
    """Ask at which age loans were past due for the first time.

    Parameters
    ----------
    scope
        Part of the book.
    past_due_days
        One of ``terms.PAST_DUE_DAYS``: the loan carries its milestone.
    by
        As in :func:`originated`.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``mob`` (and code of ``by``):
        ``first_loans``, ``first_fen`` (principal outstanding then).
    """
    table = rows_of(scope, "milestone", None, *([by] if by else []))
    keys = _keys(table, by, table.c.opened_month, table.c.first_mob)
    statement = (
        select(
            *[key.label("mob") if key.name == "first_mob" else key for key in keys],
            sum_of(table.c.loans).label("first_loans"),
            sum_of(table.c.first_fen).label("first_fen"),
        )
        .where(
            *scope.conditions(table), table.c.past_due_days == past_due_days, table.c.first_month <= scope.as_of_month
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("vintages.first_past_due", statement, scope)


def recovered(scope: Scope, by: str | None = None) -> Question:
    """Ask what came back of the loans of each cohort that were written off or sold, by the month it came in.

    Parameters
    ----------
    scope, by
        As in :func:`originated`.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``month`` (and code of ``by``): ``recovered_fen``, collections and sale proceeds
        together.
    """
    table = rows_of(scope, "recovered", None, *([by] if by else []))
    keys = _keys(table, by, table.c.opened_month, table.c.month)
    statement = (
        select(*keys, sum_of(table.c.recovered_fen).label("recovered_fen"))
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("vintages.recovered", statement, scope)


def _keys(table: FromClause, by: str | None, *keys: ColumnElement) -> list[ColumnElement]:
    return [*keys, *([table.c[by]] if by else [])]
