"""The single loans that stood in a state at month-ends, page by page, whatever figure counted them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import DIMENSION_KEYS, Scope
from jiebei_dash.book.sums import sum_of

_LISTED = (
    "loan_id", "opened_month", *DIMENSION_KEYS, "month", "mob", "prev_state", "state", "dpd_days", "opening_fen",
    "balance_fen",
)  # fmt: skip


def loans(
    scope: Scope, from_month: date, to_month: date, state: str, prev_state: str | None, offset: int, limit: int
) -> Question:
    """Ask for one page of the loans that stood in a state at a month-end, the largest first.

    Parameters
    ----------
    scope
        Part of the book.
    from_month, to_month
        First and last month-end; a loan has a row for each of them at which it stood there.
    state
        One of ``terms.STATES``.
    prev_state
        Where it stood a month before; None for anywhere, also nowhere yet.
    offset, limit
        Which page.

    Returns
    -------
    Question
        As :func:`page_of`.
    """
    condition = _stood(from_month, to_month, state, prev_state)
    return Question("standing.loans", page_of(scope, condition, offset, limit), scope)


def count(scope: Scope, from_month: date, to_month: date, state: str, prev_state: str | None) -> Question:
    """Ask how many rows :func:`loans` lists in all, and what they owe.

    Returns
    -------
    Question
        As :func:`count_of`.
    """
    return Question("standing.count", count_of(scope, _stood(from_month, to_month, state, prev_state)), scope)


def page_of(scope: Scope, condition: ColumnElement[bool], offset: int, limit: int) -> Select:
    """Return the statement for one page of the loan-months that meet a condition, the largest first.

    Parameters
    ----------
    scope
        Part of the book.
    condition
        On ``loan_month``.
    offset, limit
        Which page.

    Returns
    -------
    Select
        One row a loan and month-end: ``loan_id``, ``opened_month``, the dimensions, ``month``, ``mob``,
        ``prev_state``, ``state``, ``dpd_days``, ``opening_fen``, ``balance_fen``. No field of an applicant or a person.
    """
    table = schema.loan_month
    # What has left the book owes nothing any more: it is ordered by what it owed a month before.
    return (
        select(*[table.c[each] for each in _LISTED])
        .where(and_(*scope.conditions(table), table.c.month <= scope.as_of_month, condition))
        .order_by(table.c.balance_fen.desc().nulls_last(), table.c.opening_fen.desc().nulls_last(), table.c.loan_id,
                  table.c.month)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip


def count_of(scope: Scope, condition: ColumnElement[bool]) -> Select:
    """Return the statement for how many loan-months :func:`page_of` lists in all, and what they owe.

    Returns
    -------
    Select
        One row: ``loans``, ``opening_fen`` (a month before), ``balance_fen``.
    """
    table = schema.loan_month
    return (
        select(
            func.count().label("loans"),
            sum_of(table.c.opening_fen).label("opening_fen"),
            sum_of(table.c.balance_fen).label("balance_fen"),
        )
        .where(and_(*scope.conditions(table), table.c.month <= scope.as_of_month, condition))
        .order_by(func.count())
    )


def _stood(from_month: date, to_month: date, state: str, prev_state: str | None) -> ColumnElement[bool]:
    table = schema.loan_month
    came = [] if prev_state is None else [table.c.prev_state == prev_state]
    return and_(table.c.month >= from_month, table.c.month <= to_month, table.c.state == state, *came)
