"""What each cohort lent, and what was past due or lost at each age."""

from __future__ import annotations

from sqlalchemy import select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


def originated(scope: Scope) -> Question:
    """Ask what each cohort lent: the denominator, which never shrinks.

    Returns
    -------
    Question
        One row an ``opened_month``: ``loans``, ``principal_fen``.
    """
    table = rows_of(scope, "origination", None)
    statement = (
        select(
            table.c.opened_month,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.principal_fen).label("principal_fen"),
        )
        .where(*scope.conditions(table))
        .group_by(table.c.opened_month)
        .order_by(table.c.opened_month)
    )
    return Question("vintages.originated", statement, scope)


def months_on_book(scope: Scope, past_due_days: int) -> Question:
    """Ask what was past due at each month-end of a cohort, and what left as a loss in that month.

    Parameters
    ----------
    scope
        Part of the book.
    past_due_days
        "30+" is more than 30 days; the upper end of a bucket (``terms.BUCKET_EDGES_DAYS``).

    Returns
    -------
    Question
        One row an ``opened_month`` and ``mob``: ``late_loans``, ``late_fen`` still on the book; ``lost_loans``,
        ``lost_fen`` written off or sold in that month (not to date).
    """
    table = rows_of(scope, "performance", None)
    late = table.c.state.in_(terms.buckets_beyond(past_due_days))
    lost = table.c.state.in_(("WO", "SOLD"))
    statement = (
        select(
            table.c.opened_month,
            table.c.mob,
            sum_of(table.c.loans, late).label("late_loans"),
            sum_of(table.c.balance_fen, late).label("late_fen"),
            sum_of(table.c.loans, lost).label("lost_loans"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month <= scope.as_of_month)
        .group_by(table.c.opened_month, table.c.mob)
        .order_by(table.c.opened_month, table.c.mob)
    )
    return Question("vintages.months_on_book", statement, scope)


def first_past_due(scope: Scope, past_due_days: int) -> Question:
    """Ask at which age loans were past due for the first time.

    Parameters
    ----------
    scope
        Part of the book.
    past_due_days
        One of ``terms.PAST_DUE_DAYS``: the loan carries its milestone.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``mob``: ``first_loans``, ``first_fen`` (principal outstanding then).
    """
    table = rows_of(scope, "milestone", None)
    statement = (
        select(
            table.c.opened_month,
            table.c.first_mob.label("mob"),
            sum_of(table.c.loans).label("first_loans"),
            sum_of(table.c.first_fen).label("first_fen"),
        )
        .where(
            *scope.conditions(table), table.c.past_due_days == past_due_days, table.c.first_month <= scope.as_of_month
        )
        .group_by(table.c.opened_month, table.c.first_mob)
        .order_by(table.c.opened_month, table.c.first_mob)
    )
    return Question("vintages.first_past_due", statement, scope)
