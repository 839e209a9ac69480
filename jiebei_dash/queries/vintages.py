"""What each cohort lent, and what was past due or lost at each age."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import count_where, sum_of


def originated(scope: Scope) -> Question:
    """Ask what each cohort lent: the denominator, which never shrinks.

    Returns
    -------
    Question
        One row an ``opened_month``: ``loans``, ``principal_fen``.
    """
    table = schema.loan
    statement = (
        select(table.c.opened_month, func.count().label("loans"), sum_of(table.c.principal_fen).label("principal_fen"))
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
        "30+" is more than 30 days.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``mob``: ``late_loans``, ``late_fen`` still on the book; ``lost_loans``,
        ``lost_fen`` written off or sold in that month (not to date).
    """
    table = schema.loan_month
    late = and_(table.c.dpd_days > past_due_days, table.c.state.in_(terms.BUCKETS))
    lost = table.c.state.in_(("WO", "SOLD"))
    statement = (
        select(
            table.c.opened_month,
            table.c.mob,
            count_where(late).label("late_loans"),
            sum_of(table.c.balance_fen, late).label("late_fen"),
            count_where(lost).label("lost_loans"),
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
    table = schema.loan
    month, mob = table.c[f"first_{past_due_days}_month"], table.c[f"first_{past_due_days}_mob"]
    statement = (
        select(
            table.c.opened_month,
            mob.label("mob"),
            func.count().label("first_loans"),
            sum_of(table.c[f"first_{past_due_days}_fen"]).label("first_fen"),
        )
        .where(*scope.conditions(table), month <= scope.as_of_month)
        .group_by(table.c.opened_month, mob)
        .order_by(table.c.opened_month, mob)
    )
    return Question("vintages.first_past_due", statement, scope)
