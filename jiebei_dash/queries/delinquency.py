"""How late the book is: balances by state, what fell due and when it was paid, and first instalments."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import count_where, sum_of

FIRST_UNPAID_DAYS: tuple[int, ...] = (1, 7, 15, 30)
"""The x of FPDx. Source: house definition E4."""
COLLECTED_WITHIN_DAYS = 30
"""Source: house definition E2."""


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
    table = schema.loan_month
    statement = (
        select(
            table.c.month,
            table.c.state,
            func.count().label("loans"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month >= from_month, table.c.month <= scope.as_of_month)
        .group_by(table.c.month, table.c.state)
        .order_by(table.c.month, table.c.state)
    )
    return Question("delinquency.states_by_month", statement, scope)


def states_by_dimension(scope: Scope, by: str, months: tuple[date, ...]) -> Question:
    """Ask the same split by a dimension, for a few months.

    Parameters
    ----------
    scope
        Part of the book.
    by
        A key of ``scope.DIMENSIONS``.
    months
        Months wanted; those after the as-of month are left out.

    Returns
    -------
    Question
        One row a ``month``, code of ``by`` and ``state``: ``loans``, ``balance_fen``, ``lost_fen``.
    """
    table = schema.loan_month
    statement = (
        select(
            table.c.month,
            table.c[by],
            table.c.state,
            func.count().label("loans"),
            sum_of(table.c.balance_fen).label("balance_fen"),
            sum_of(table.c.lost_fen).label("lost_fen"),
        )
        .where(*scope.conditions(table), table.c.month.in_(months), table.c.month <= scope.as_of_month)
        .group_by(table.c.month, table.c[by], table.c.state)
        .order_by(table.c.month, table.c[by], table.c.state)
    )
    return Question("delinquency.states_by_dimension", statement, scope)


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
    table, loan = schema.instalment, schema.loan
    before = table.alias("before")
    lost = (
        select(loan.c.loan_id, loan.c.closed_month)
        .where(loan.c.closed_state.in_(("WO", "SOLD")), loan.c.closed_month <= scope.as_of_month)
        .subquery("lost")
    )
    due = table.c.due_principal_fen + func.coalesce(table.c.due_interest_fen, 0)
    entered = or_(table.c.days_late.is_(None), table.c.days_late > 0)
    mature = table.c.due_on <= as_of_end(scope) - timedelta(days=COLLECTED_WITHIN_DAYS)
    collected = and_(mature, table.c.days_late > 0, table.c.days_late <= COLLECTED_WITHIN_DAYS)
    statement = (
        select(
            table.c.due_month,
            func.count().label("instalments"),
            sum_of(due).label("due_fen"),
            count_where(entered).label("entered"),
            sum_of(due, entered).label("entered_fen"),
            count_where(mature).label("mature"),
            count_where(collected).label("collected"),
            sum_of(due, collected).label("collected_fen"),
        )
        .select_from(
            table.outerjoin(lost, lost.c.loan_id == table.c.loan_id).outerjoin(
                before,
                and_(
                    before.c.loan_id == table.c.loan_id,
                    before.c.instalment_no == table.c.instalment_no - 1,
                    before.c.due_month >= month_plus(from_month, -12),
                ),
            )
        )
        .where(
            *scope.conditions(table),
            or_(table.c.instalment_no == 1, before.c.paid_on <= table.c.due_on),
            or_(lost.c.closed_month.is_(None), table.c.due_month < lost.c.closed_month),
            table.c.due_month >= from_month,
            table.c.due_month <= scope.as_of_month,
            func.coalesce(table.c.is_prepaid, False).is_(False),
        )
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
        ``FIRST_UNPAID_DAYS`` ``mature_x`` (loans whose first due date is at least x days old at the as-of month's
        end), ``unpaid_x``, ``unpaid_x_fen`` (original principal) among them; ``never_paid`` and ``never_paid_fen``:
        mature at 30 days and nothing received on the first instalment, which is paid before any other.
    """
    first, loan = schema.instalment, schema.loan
    end = as_of_end(scope)
    columns = []
    for days in FIRST_UNPAID_DAYS:
        mature = first.c.due_on <= end - timedelta(days=days)
        unpaid = and_(mature, or_(first.c.days_late.is_(None), first.c.days_late > days))
        columns += [
            count_where(mature).label(f"mature_{days}"),
            count_where(unpaid).label(f"unpaid_{days}"),
            sum_of(loan.c.principal_fen, unpaid).label(f"unpaid_{days}_fen"),
        ]
    received = func.coalesce(first.c.paid_principal_fen, 0) + func.coalesce(first.c.paid_interest_fen, 0)
    never = and_(
        first.c.due_on <= end - timedelta(days=FIRST_UNPAID_DAYS[-1]),
        or_(first.c.paid_on > end, and_(first.c.paid_on.is_(None), received == 0)),
    )
    statement = (
        select(
            loan.c.opened_month,
            func.count().label("loans"),
            sum_of(loan.c.principal_fen).label("principal_fen"),
            *columns,
            count_where(never).label("never_paid"),
            sum_of(loan.c.principal_fen, never).label("never_paid_fen"),
        )
        .select_from(loan.join(first, and_(first.c.loan_id == loan.c.loan_id, first.c.instalment_no == 1)))
        .where(*scope.conditions(loan), loan.c.opened_month >= from_month, first.c.opened_month >= from_month)
        .group_by(loan.c.opened_month)
        .order_by(loan.c.opened_month)
    )
    return Question("delinquency.first_instalments", statement, scope)


def as_of_end(scope: Scope) -> date:
    """Return the last day of the as-of month."""
    return month_plus(scope.as_of_month, 1) - timedelta(days=1)
