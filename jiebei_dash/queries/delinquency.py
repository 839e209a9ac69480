"""How late the book is: balances by state, what fell due and when it was paid, and first instalments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_borrowers import NO_SPLIT
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope, month_plus
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


def due_by_month(scope: Scope, from_month: date) -> Question:
    """Ask what fell due, what of it was unpaid at the end of its day, and what of that was paid within 30 days.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First due month.

    Returns
    -------
    Question
        One row a ``due_month``: ``instalments`` and ``due_fen`` (principal and interest); ``entered``,
        ``entered_fen`` unpaid at the end of the due date; ``mature`` instalments whose 30 days have passed by the
        as-of month's end; ``collected``, ``collected_fen``: entered, mature and paid within 30 days. What never fell
        due on the book (paid off early, written off or sold before) is left out, and so is what fell due on a loan
        that was late already: it cannot enter again. Money pays the oldest instalment first, so a loan is current on a
        due date if the instalment before was settled by then.
    """
    table = rows_of(scope, "due", from_month)
    mature = table.c.due_on <= as_of_end(scope) - timedelta(days=terms.COLLECTED_WITHIN_DAYS)
    statement = (
        select(
            table.c.due_month,
            sum_of(table.c.instalments).label("instalments"),
            sum_of(table.c.due_fen).label("due_fen"),
            sum_of(table.c.entered).label("entered"),
            sum_of(table.c.entered_fen).label("entered_fen"),
            sum_of(table.c.instalments, mature).label("mature"),
            sum_of(table.c.collected, mature).label("collected"),
            sum_of(table.c.collected_fen, mature).label("collected_fen"),
        )
        .where(*scope.conditions(table), table.c.due_month >= from_month, table.c.due_month <= scope.as_of_month)
        .group_by(table.c.due_month)
        .order_by(table.c.due_month)
    )
    return Question("delinquency.due_by_month", statement, scope)


def first_instalments(scope: Scope, from_month: date) -> Question:
    """Ask how many loans left their first instalment unpaid x days after its due date.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First cohort.

    Returns
    -------
    Question
        One row an ``opened_month``: ``loans``, ``principal_fen`` of all loans (variant A); for each x of
        ``terms.FIRST_UNPAID_DAYS`` ``mature_x`` (loans whose first due date is at least x days old at the as-of month's
        end), ``unpaid_x``, ``unpaid_x_fen`` (original principal) among them; ``never_paid`` and ``never_paid_fen``:
        mature at 30 days and nothing received on the first instalment, which is paid before any other.
    """
    table = rows_of(scope, "first_due", from_month)
    end = as_of_end(scope)
    columns = []
    for days in terms.FIRST_UNPAID_DAYS:
        mature = table.c.due_on <= end - timedelta(days=days)
        columns += [
            sum_of(table.c.loans, mature).label(f"mature_{days}"),
            sum_of(table.c[f"unpaid_{days}"], mature).label(f"unpaid_{days}"),
            sum_of(table.c[f"unpaid_{days}_fen"], mature).label(f"unpaid_{days}_fen"),
        ]
    mature = table.c.due_on <= end - timedelta(days=terms.FIRST_UNPAID_DAYS[-1])
    paid_since = and_(mature, table.c.late_paid_month > scope.as_of_month)
    statement = (
        select(
            table.c.opened_month,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.principal_fen).label("principal_fen"),
            *columns,
            (sum_of(table.c.loans, paid_since) + sum_of(table.c.never_paid, mature)).label("never_paid"),
            (sum_of(table.c.principal_fen, paid_since) + sum_of(table.c.never_paid_fen, mature)).label(
                "never_paid_fen"
            ),
        )
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(table.c.opened_month)
        .order_by(table.c.opened_month)
    )
    return Question("delinquency.first_instalments", statement, scope)


def as_of_end(scope: Scope) -> date:
    """Return the last day of the as-of month."""
    return month_plus(scope.as_of_month, 1) - timedelta(days=1)
