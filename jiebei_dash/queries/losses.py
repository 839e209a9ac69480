"""What the book lost, what defaulted, what cohorts owed over their lives, and what came back after a loss."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, FromClause, and_, select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of

LOST = ("WO", "SOLD")
DEFAULTED = terms.buckets_beyond(terms.DEFAULTED_BEYOND_DAYS)
PERFORMING = tuple(bucket for bucket in terms.BUCKETS if bucket not in DEFAULTED)


def by_month(scope: Scope, from_month: date) -> Question:
    """Ask what stood on the book at each month-end, and what of it was lost or defaulted in the month.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month``: ``loans``, ``balance_fen`` on the book; ``lost_loans``, ``lost_fen`` written off or sold;
        ``performing_loans``, ``performing_fen`` (principal a month before, of loans at most 90 days past due then);
        ``defaulted_loans``, ``defaulted_fen`` of them: principal that passed 90 days in the month or was lost before.
    """
    table = rows_of(scope, "performance", from_month)
    performing, defaults = table.c.prev_state.in_(PERFORMING), _defaults(table)
    statement = (
        select(
            table.c.month,
            sum_of(table.c.loans, table.c.state.in_(terms.BUCKETS)).label("loans"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.loans, table.c.state.in_(LOST)).label("lost_loans"),
            sum_of(table.c.lost_fen).label("lost_fen"),
            sum_of(table.c.loans, performing).label("performing_loans"),
            sum_of(table.c.opening_fen, performing).label("performing_fen"),
            sum_of(table.c.loans, defaults).label("defaulted_loans"),
            (sum_of(table.c.balance_fen, defaults) + sum_of(table.c.lost_fen, defaults)).label("defaulted_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month)
        .order_by(table.c.month)
    )
    return Question("losses.by_month", statement, scope)


def lives(scope: Scope) -> Question:
    """Ask what each cohort owed over its whole life, and what of it defaulted and was lost.

    Parameters
    ----------
    scope
        Part of the book.

    Returns
    -------
    Question
        One row an ``opened_month``: ``balance_fen`` (sum over all month-ends), ``left_fen`` (on the book in the as-of
        month), ``defaulted_fen``, ``lost_fen``.
    """
    table = rows_of(scope, "performance", None)
    defaults = _defaults(table)
    statement = (
        select(
            table.c.opened_month,
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.balance_fen, table.c.month == scope.as_of_month).label("left_fen"),
            (sum_of(table.c.balance_fen, defaults) + sum_of(table.c.lost_fen, defaults)).label("defaulted_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(table.c.opened_month)
        .order_by(table.c.opened_month)
    )
    return Question("losses.lives", statement, scope)


def written_off(scope: Scope, from_month: date) -> Question:
    """Ask what was lost in each month, and what interest current loans paid in it.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month``: ``lost_loans``, ``lost_fen``; ``interest_fen`` received in the month on loans that were
        current before and after it, ``current_fen`` their principal a month before.
    """
    table = rows_of(scope, "performance", from_month)
    current = and_(table.c.prev_state == "C", table.c.state == "C")
    statement = (
        select(
            table.c.month,
            sum_of(table.c.loans, table.c.state.in_(LOST)).label("lost_loans"),
            sum_of(table.c.lost_fen).label("lost_fen"),
            sum_of(table.c.paid_interest_fen, current).label("interest_fen"),
            sum_of(table.c.opening_fen, current).label("current_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month)
        .order_by(table.c.month)
    )
    return Question("losses.written_off", statement, scope)


def back_by_loss(scope: Scope, from_month: date) -> Question:
    """Ask what came back of what was lost in each month, by the month it came in.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First month of a loss.

    Returns
    -------
    Question
        One row a ``lost_month`` and ``month``: ``recovered_fen`` (cash and sale proceeds), ``commission_fen`` (fees of
        agencies).
    """
    table = rows_of(scope, "recovered", from_month)
    keys = [table.c.lost_month, table.c.month]
    statement = (
        select(
            *keys,
            sum_of(table.c.recovered_fen).label("recovered_fen"),
            sum_of(table.c.commission_fen).label("commission_fen"),
        )
        .where(*scope.conditions(table), table.c.lost_month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("losses.back_by_loss", statement, scope)


def closed_books(scope: Scope, from_month: date) -> Question:
    """Ask what each cohort had performing at each month-end, and what of it defaulted and was lost in the month.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month`` and ``opened_month``: ``performing_fen`` (principal of loans at most 90 days past due at the
        month's end), ``defaulted_fen``, ``lost_fen``.
    """
    table = rows_of(scope, "performance", from_month)
    keys, defaults = [table.c.month, table.c.opened_month], _defaults(table)
    statement = (
        select(
            *keys,
            sum_of(table.c.balance_fen, table.c.state.in_(PERFORMING)).label("performing_fen"),
            (sum_of(table.c.balance_fen, defaults) + sum_of(table.c.lost_fen, defaults)).label("defaulted_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("losses.closed_books", statement, scope)


def _defaults(table: FromClause) -> ColumnElement[bool]:
    """Performing a month before, and past 90 days or lost now."""
    return and_(table.c.prev_state.in_(PERFORMING), table.c.state.in_((*DEFAULTED, *LOST)))
