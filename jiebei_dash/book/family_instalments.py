"""Families of facts about instalments: what fell due, and the first three of each loan."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, cast, func, literal, or_, select

from jiebei_dash.book import schema
from jiebei_dash.book.within import Within, dims, one
from jiebei_dash.terms import COLLECTED_WITHIN_DAYS, FIRST_UNPAID_DAYS, LATER_INSTALMENTS

_LOST = ("WO", "SOLD")
_NEVER = date(9999, 12, 31)
_MOST_MONTHS_BETWEEN_INSTALMENTS = 12


def due(within: Within) -> Select:
    """A row an instalment that fell due on the book, of a loan that was current then.

    What never fell due on the book (paid off early, written off or sold before) is left out, and so is what fell due on
    a loan that was late already: it cannot enter again. Money pays the oldest instalment first, so a loan is current on
    a due date if the instalment before was settled by then. What was settled by its own due date is not looked at, and
    no two instalments that follow each other are more than a year apart.
    """
    table, loan, before = schema.instalment, schema.loan, schema.instalment.alias("before")
    # Engines join by hash where conditions compare, and pair by pair where they say "or".
    settled = func.coalesce(before.c.paid_on, cast(literal(_NEVER), Date))
    lost = select(loan.c.loan_id, loan.c.closed_month).where(loan.c.closed_state.in_(_LOST)).subquery("lost")
    late = (
        select(before.c.loan_id, (before.c.instalment_no + 1).label("next_no"), settled.label("settled_on"))
        .where(
            *within.since(before.c.due_month, _MOST_MONTHS_BETWEEN_INSTALMENTS),
            settled > before.c.due_on,
        )
        .subquery("late")
    )
    still_late = and_(
        late.c.loan_id == table.c.loan_id,
        late.c.next_no == table.c.instalment_no,
        late.c.settled_on > table.c.due_on,
    )
    amount = table.c.due_principal_fen + func.coalesce(table.c.due_interest_fen, 0)
    entered = or_(table.c.days_late.is_(None), table.c.days_late > 0)
    collected = and_(table.c.days_late > 0, table.c.days_late <= COLLECTED_WITHIN_DAYS)
    return (
        select(
            table.c.due_month,
            table.c.due_on,
            table.c.opened_month,
            *dims(table),
            literal(1).label("instalments"),
            amount.label("due_fen"),
            one(entered).label("entered"),
            one(entered, amount).label("entered_fen"),
            one(collected).label("collected"),
            one(collected, amount).label("collected_fen"),
        )
        .select_from(
            table.outerjoin(
                lost, and_(lost.c.loan_id == table.c.loan_id, lost.c.closed_month <= table.c.due_month)
            ).outerjoin(late, still_late)
        )
        .where(
            *within(table),
            table.c.opened_month <= table.c.due_month,
            late.c.loan_id.is_(None),
            lost.c.loan_id.is_(None),
            func.coalesce(table.c.is_prepaid, False).is_(False),
        )
    )


def first_due(within: Within) -> Select:
    """A row a loan with its first instalment; ``late_paid_month`` is when it was paid, if more than 30 days late."""
    first, loan = schema.instalment, schema.loan
    sums: list[ColumnElement[Any]] = []
    for days in FIRST_UNPAID_DAYS:
        unpaid = or_(first.c.days_late.is_(None), first.c.days_late > days)
        sums.append(one(unpaid).label(f"unpaid_{days}"))
        sums.append(one(unpaid, loan.c.principal_fen).label(f"unpaid_{days}_fen"))
    received = func.coalesce(first.c.paid_principal_fen, 0) + func.coalesce(first.c.paid_interest_fen, 0)
    never = and_(first.c.paid_on.is_(None), received == 0)
    return (
        select(
            loan.c.opened_month,
            first.c.due_on,
            case((first.c.days_late > FIRST_UNPAID_DAYS[-1], first.c.paid_month)).label("late_paid_month"),
            *dims(loan),
            literal(1).label("loans"),
            loan.c.principal_fen,
            *sums,
            one(never).label("never_paid"),
            one(never, loan.c.principal_fen).label("never_paid_fen"),
        )
        .select_from(loan.join(first, and_(first.c.loan_id == loan.c.loan_id, first.c.instalment_no == 1)))
        .where(*within(loan), *within(first))
    )


def early_due(within: Within) -> Select:
    """A row a loan and its second or third instalment; ``given`` is 1 if all earlier ones were settled by its due date.

    Money pays the oldest instalment first, so all earlier ones were settled if the one before was.
    """
    table, loan, before = schema.instalment, schema.loan, schema.instalment.alias("before")
    was_current = before.c.paid_on <= table.c.due_on
    sums: list[ColumnElement[Any]] = [one(was_current).label("given")]
    sums.append(one(was_current, loan.c.principal_fen).label("given_fen"))
    for days in FIRST_UNPAID_DAYS:
        unpaid = or_(table.c.days_late.is_(None), table.c.days_late > days)
        for name, condition in ((f"unpaid_{days}", unpaid), (f"given_unpaid_{days}", and_(unpaid, was_current))):
            sums.append(one(condition).label(name))
            sums.append(one(condition, loan.c.principal_fen).label(f"{name}_fen"))
    joined = loan.join(
        table, and_(table.c.loan_id == loan.c.loan_id, table.c.instalment_no.in_(LATER_INSTALMENTS))
    ).join(
        before,
        and_(before.c.loan_id == table.c.loan_id, before.c.instalment_no + 1 == table.c.instalment_no),
    )
    return (
        select(
            loan.c.opened_month,
            table.c.instalment_no,
            table.c.due_on,
            *dims(loan),
            literal(1).label("loans"),
            loan.c.principal_fen,
            *sums,
        )
        .select_from(joined)
        .where(*within(loan), *within(table))
    )
