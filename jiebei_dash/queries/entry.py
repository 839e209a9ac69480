"""How loans become late: what fell due and when it was paid, and the first instalments."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import and_, select

from jiebei_dash import terms
from jiebei_dash.book.engine import Question
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.sums import sum_of


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
    mature = table.c.due_on <= scope.as_of_end - timedelta(days=terms.COLLECTED_WITHIN_DAYS)
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
    return Question("entry.due_by_month", statement, scope)


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
    end = scope.as_of_end
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
    return Question("entry.first_instalments", statement, scope)


def later_instalments(scope: Scope, from_month: date) -> Question:
    """Ask how many loans left their second or third instalment unpaid x days after its due date.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First cohort.

    Returns
    -------
    Question
        One row an ``opened_month`` and ``instalment_no`` (2 or 3): ``loans``, ``principal_fen`` of all loans with such
        an instalment; for each x of ``terms.FIRST_UNPAID_DAYS`` ``mature_x`` (loans whose due date is at least x days
        old at the as-of month's end), ``unpaid_x`` among them; ``given_x``: mature, and all earlier instalments were
        settled by that due date; ``given_unpaid_x`` among these; the last three also as ``_fen`` of original principal.
    """
    table = rows_of(scope, "early_due", from_month)
    columns = []
    for days in terms.FIRST_UNPAID_DAYS:
        mature = table.c.due_on <= scope.as_of_end - timedelta(days=days)
        columns.append(sum_of(table.c.loans, mature).label(f"mature_{days}"))
        for measure, name in (
            (f"unpaid_{days}", f"unpaid_{days}"), ("given", f"given_{days}"),
            (f"given_unpaid_{days}", f"given_unpaid_{days}"),
        ):  # fmt: skip
            columns.append(sum_of(table.c[measure], mature).label(name))
            columns.append(sum_of(table.c[f"{measure}_fen"], mature).label(f"{name}_fen"))
    keys = [table.c.opened_month, table.c.instalment_no]
    statement = (
        select(
            *keys,
            sum_of(table.c.loans).label("loans"),
            sum_of(table.c.principal_fen).label("principal_fen"),
            *columns,
        )
        .where(*scope.conditions(table), table.c.opened_month >= from_month)
        .group_by(*keys)
        .order_by(*keys)
    )
    return Question("entry.later_instalments", statement, scope)


def due_by_day(scope: Scope, from_month: date) -> Question:
    """Ask what fell due on each day, and what of it was unpaid at the end of that day.

    Parameters
    ----------
    scope
        Part of the book.
    from_month
        First due month.

    Returns
    -------
    Question
        One row a ``due_on``: ``instalments``, ``due_fen``, ``entered``, ``entered_fen``; of loans that were current on
        that day, as in :func:`due_by_month`.
    """
    table = rows_of(scope, "due", from_month)
    names = ("instalments", "due_fen", "entered", "entered_fen")
    statement = (
        select(table.c.due_on, *[sum_of(table.c[name]).label(name) for name in names])
        .where(*scope.conditions(table), table.c.due_month >= from_month, table.c.due_month <= scope.as_of_month)
        .group_by(table.c.due_on)
        .order_by(table.c.due_on)
    )
    return Question("entry.due_by_day", statement, scope)
