"""What is non-performing, what left the book as lost, and what is held against it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_migrated import MIGRATION_MONTHS
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import sum_of


def states_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what stood in each state at each month-end, how long past due, and where it stood a month before.

    Parameters
    ----------
    scope
        Part of the book; its as-of month is the last.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month``, ``prev_state`` (null for loans without a month before), ``state`` and ``long_days`` (the
        longest of ``terms.LONG_PAST_DUE_DAYS`` passed, else 0): ``loans``, ``balance_fen`` (0 for exits), ``lost_fen``
        and ``lost_interest_fen`` (principal and interest that left with exits).
    """
    table = rows_of(scope, "performance", from_month)
    keys = [table.c.month, table.c.prev_state, table.c.state, table.c.long_days]
    names = ("loans", "balance_fen", "lost_fen", "lost_interest_fen")
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in names])
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("non_performing.states_by_month", statement, scope)


def allowance_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what is set aside for credit losses at each month-end, by stage.

    Parameters
    ----------
    scope
        Part of the book: all of it, or product classes; the table knows nothing narrower.
    from_month
        First month.

    Returns
    -------
    Question
        One row a ``month`` and ``ecl_stage``: ``gross_fen`` (principal in the stage), ``allowance_fen``.
    """
    table = rows_of(scope, "allowance", from_month)
    keys = [table.c.month, table.c.ecl_stage]
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in ("gross_fen", "allowance_fen")])
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("non_performing.allowance_by_month", statement, scope)


def migrated(scope: Scope) -> Question:
    """Ask where the loans on the book a year before the as-of month stand now.

    Parameters
    ----------
    scope
        Part of the book.

    Returns
    -------
    Question
        One row a ``state_then``, ``long_days_then``, ``state`` and ``long_days``: ``loans``, ``opening_fen`` (principal
        then), ``left_fen`` (of it not repaid: on the book, written off or sold). A loan of which no month-end is told
        after a year, nor its closing, is not in.
    """
    month = month_plus(scope.as_of_month, -MIGRATION_MONTHS)
    table = rows_of(scope, "migrated", month)
    keys = [table.c[name] for name in ("state_then", "long_days_then", "state", "long_days")]
    statement = (
        select(*keys, *[sum_of(table.c[name]).label(name) for name in ("loans", "opening_fen", "left_fen")])
        .where(*scope.conditions(table), table.c.month == month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("non_performing.migrated", statement, scope)
