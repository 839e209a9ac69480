"""From contractual payments with their due and paid days to loan-months and loans.

What is paid after the last day seen is unknown, and a blank day of payment is unpaid: the day of the extract heals no
loan. Source: house definitions 1.2 (calendar days from the oldest unpaid due date, the whole balance in the bucket) and
1.7 (a month exists once its end was seen).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.calendar_sql import (
    NEVER,
    each_month,
    last_closed_month,
    month_end,
    month_of,
    months_between,
    plus_months,
)
from jiebei_dash.load.columns import bucket
from jiebei_dash.load.lines import as_stored, dimensions_of, loan_lines
from jiebei_dash.load.past_due import fell_due, past_due, settled, still_owed

ObservedTo = date | str
"""The last day seen by the tape; or the column of the instalments that holds it, the earliest of a loan's rows."""


def instalments(given: FromClause, loans: FromClause, observed_to: ObservedTo) -> Select[tuple[object, ...]]:
    """Return ``instalment``.

    Parameters
    ----------
    given
        One row a contractual payment: ``loan_id``, ``instalment_no``, ``due_on``, ``paid_on`` (null: not settled) and,
        where the tape has amounts, ``due_principal_fen``, ``due_interest_fen``, ``paid_principal_fen``,
        ``paid_interest_fen`` (left out: what was due is paid when settled).
    loans
        One row a loan: ``loan_id``, ``opened_month`` and columns of ``loan``.
    observed_to
        Last day seen.

    Returns
    -------
    Select
        One row an instalment of a known loan. ``paid_on`` after the last day seen is null and nothing was received;
        an instalment settled before its due month began counts as prepaid unless the tape says.
    """
    known = _known(given, loans, observed_to).subquery("known")
    names = [column.name for column in schema.instalment.c if column.name in known.c]
    return sa.select(*[as_stored(known.c[name], schema.instalment.c[name]) for name in names])


def loan_months(given: FromClause, loans: FromClause, observed_to: ObservedTo) -> Select[tuple[object, ...]]:
    """Return ``loan_month``.

    Parameters
    ----------
    given, loans, observed_to
        As in :func:`instalments`. ``loans`` may also tell ``principal_fen`` (else what all instalments owe) and
        ``closed_month`` with ``closed_state``: only the tape can say that a loan was written off or sold.

    Returns
    -------
    Select
        One row a loan and month-end, from the opening month to the month of closing or the last closed month. A loan
        is PAID in the month in which its last instalment was settled, if the principal settled is the loan's (short
        of it by less than a fen an instalment: rounding). Part of an instalment counts when the rest is settled.
    """
    known = _known(given, loans, observed_to).cte("known")
    spans = _spans(known, loans).cte("spans")
    late = _late(known, spans).cte("late")
    spine = sa.select(spans.c.loan_id, each_month(spans.c.opened_month, spans.c.last_month).label("month")).cte("spine")
    month = spine.c.month
    source: FromClause = spine.join(spans, spans.c.loan_id == spine.c.loan_id)
    source = source.outerjoin(late, sa.and_(late.c.loan_id == spine.c.loan_id, late.c.month == month))
    is_last = sa.and_(month == spans.c.closed_month, spans.c.closed_state.is_not(None))
    dpd_days = func.coalesce(func.date_diff("day", late.c.due_on, month_end(month)), 0)
    columns: dict[str, ColumnElement[Any]] = {
        "loan_id": spine.c.loan_id,
        "month": month,
        "opened_month": spans.c.opened_month,
        "mob": months_between(spans.c.opened_month, month),
        "state": sa.case((is_last, spans.c.closed_state), else_=bucket(dpd_days)),
        "dpd_days": sa.case((sa.and_(is_last, spans.c.closed_state == "PAID"), 0), else_=dpd_days),
        **dimensions_of(spans),
    }
    if "due_principal_fen" in known.c:
        money, owed = _received(known).cte("money"), _owed(known).cte("owed")
        source = source.outerjoin(money, sa.and_(money.c.loan_id == spine.c.loan_id, money.c.month == month))
        source = source.outerjoin(owed, sa.and_(owed.c.loan_id == spine.c.loan_id, owed.c.month == month))
        columns |= {"principal_fen": spans.c.principal_fen, "scheduled_fen": func.coalesce(owed.c.scheduled_fen, 0)}
        columns |= {name: func.coalesce(money.c[name], 0) for name in _CASH}
        columns |= still_owed(owed, money)
    rows = sa.select(*[value.label(name) for name, value in columns.items()]).select_from(source).cte("rows")
    return _with_before(rows)


def loans(
    months: FromClause, given: FromClause, loans: FromClause, observed_to: ObservedTo
) -> Select[tuple[object, ...]]:
    """Return ``loan``.

    Parameters
    ----------
    months
        The rows of :func:`loan_months`.
    given, loans, observed_to
        As there.

    Returns
    -------
    Select
        :func:`jiebei_dash.load.lines.loan_lines`, with the first due date and the principal of the instalments where
        the tape's line does not tell them.
    """
    known = _known(given, loans, observed_to).subquery("known")
    sums = [func.min(known.c.due_on).label("first_due_on")]
    if "due_principal_fen" in known.c:
        sums.append(func.sum(known.c.due_principal_fen).label("principal_fen"))
    owed = sa.select(known.c.loan_id, *sums).group_by(known.c.loan_id).subquery("owed")
    columns = {column.name: column for column in loans.c}
    for value in owed.c:
        if value.name != "loan_id":
            columns[value.name] = (
                func.coalesce(loans.c[value.name], value).label(value.name) if value.name in loans.c else value
            )
    told = sa.select(*columns.values()).select_from(loans.join(owed, owed.c.loan_id == loans.c.loan_id))
    return loan_lines(months, told.subquery("told"))


_CASH = ("paid_principal_fen", "prepaid_fen", "paid_interest_fen")


def _known(given: FromClause, loans: FromClause, observed_to: ObservedTo) -> Select[Any]:
    """The instalments as they were known on the last day seen, with the cohort and the dimensions of their loan."""
    seen: ColumnElement[Any] = (
        func.min(given.c[observed_to]).over(partition_by=given.c.loan_id)
        if isinstance(observed_to, str)
        else sa.literal(observed_to, sa.Date)
    )
    day = sa.cast(given.c.paid_on, sa.Date)
    is_settled = sa.and_(day.is_not(None), day <= seen)
    due_on = sa.cast(given.c.due_on, sa.Date)
    opened = given.c.opened_month if "opened_month" in given.c and "opened_month" not in loans.c else None
    columns: dict[str, ColumnElement[Any]] = {
        "loan_id": given.c.loan_id,
        "instalment_no": given.c.instalment_no,
        "opened_month": month_of(loans.c.opened_month if opened is None else opened),
        "due_on": due_on,
        "due_month": month_of(due_on),
        "paid_on": sa.case((is_settled, day)),
        "is_prepaid": func.coalesce(sa.and_(is_settled, day < month_of(due_on)), sa.false()),
        "closed_to": last_closed_month(seen),
        **dimensions_of(loans),
    }
    if "is_prepaid" in given.c:
        columns["is_prepaid"] = func.coalesce(sa.and_(is_settled, given.c.is_prepaid), sa.false())
    for kind in ("principal", "interest"):
        due, paid = f"due_{kind}_fen", f"paid_{kind}_fen"
        if due in given.c:
            columns[due] = func.coalesce(given.c[due], 0)
            columns[paid] = sa.case((is_settled, columns[due]), else_=0)
        if paid in given.c:
            # Received in part and not settled: kept where the tape gives no day, since then it is not from later.
            told = func.coalesce(given.c[paid], columns[paid]) if due in given.c else func.coalesce(given.c[paid], 0)
            columns[paid] = sa.case((sa.or_(is_settled, day.is_(None)), told), else_=0)
    both = given.join(loans, loans.c.loan_id == given.c.loan_id)
    return sa.select(*[value.label(name) for name, value in columns.items()]).select_from(both)


def _spans(known: FromClause, loans: FromClause) -> Select[Any]:
    """One row a loan: its first and last month in the book, and how it closed."""
    closed_to = func.min(known.c.closed_to)
    settled = sa.case((month_of(known.c.paid_on) <= known.c.closed_to, month_of(known.c.paid_on)))
    columns: dict[str, ColumnElement[Any]] = {
        "loan_id": known.c.loan_id,
        "opened_month": func.min(known.c.opened_month),
        "closed_to": closed_to,
        "settled_month": func.max(settled),
        "instalment_count": func.count(),
        "is_whole": func.bool_and(settled.is_not(None)),
        **{name: func.min(value) for name, value in dimensions_of(known).items()},
    }
    if "due_principal_fen" in known.c:
        columns["principal_fen"] = func.sum(known.c.due_principal_fen)
        columns["received_fen"] = func.sum(known.c.paid_principal_fen).filter(settled.is_not(None))
    sums = sa.select(*[value.label(name) for name, value in columns.items()]).group_by(known.c.loan_id).subquery("sums")
    principal: ColumnElement[Any] | None = None
    is_paid: ColumnElement[bool] = sums.c.is_whole
    if "principal_fen" in sums.c:
        principal = sums.c.principal_fen
        if "principal_fen" in loans.c:
            principal = func.coalesce(loans.c.principal_fen, principal)
        is_paid = sa.and_(is_paid, sums.c.received_fen > principal - sums.c.instalment_count)
    elif "term_months" in loans.c:
        # Without amounts, a tape that lists only what has fallen due must not look like a loan paid off.
        is_paid = sa.and_(is_paid, sums.c.instalment_count >= loans.c.term_months)
    left: list[tuple[ColumnElement[Any], ...]] = [(is_paid, sums.c.settled_month, sa.literal("PAID"))]
    if "closed_state" in loans.c and "closed_month" in loans.c:
        told = sa.and_(loans.c.closed_state.in_(("WO", "SOLD")), loans.c.closed_month <= sums.c.closed_to)
        left.insert(0, (told, month_of(loans.c.closed_month), sa.cast(loans.c.closed_state, sa.String)))
    closed = sa.case(*[(when, month) for when, month, _ in left])
    found = [column for column in sums.c if column.name not in ("principal_fen", "closed_to")]
    if principal is not None:
        found.append(principal.label("principal_fen"))  # type: ignore[arg-type]
    return sa.select(
        *found,
        closed.label("closed_month"),
        sa.case(*[(when, state) for when, _, state in left]).label("closed_state"),
        func.coalesce(closed, sums.c.closed_to).label("last_month"),
    ).select_from(sums.join(loans, loans.c.loan_id == sums.c.loan_id))


def _late(known: FromClause, spans: FromClause) -> Select[Any]:
    """One row a loan and month-end with something unpaid: the due date of the oldest unpaid instalment.

    An instalment is that one from the month in which all before it are settled to the month before its own settlement.
    """
    settled = func.coalesce(month_of(known.c.paid_on), NEVER)
    before = func.max(settled).over(
        partition_by=known.c.loan_id, order_by=[known.c.due_on, known.c.instalment_no], rows=(None, -1)
    )
    first = func.greatest(known.c.due_month, func.coalesce(before, known.c.due_month))
    each = sa.select(known.c.loan_id, known.c.due_on, first.label("first"), settled.label("settled")).subquery("each")
    last = func.least(plus_months(each.c.settled, -1), spans.c.last_month)
    return (
        sa.select(each.c.loan_id, each.c.due_on, each_month(each.c.first, last).label("month"))
        .select_from(each.join(spans, spans.c.loan_id == each.c.loan_id))
        .where(each.c.first <= last)
    )


def _received(known: FromClause) -> Select[Any]:
    month = func.greatest(month_of(known.c.paid_on), known.c.opened_month)
    interest: ColumnElement[Any] = sa.literal(0)
    if "paid_interest_fen" in known.c:
        interest = func.sum(known.c.paid_interest_fen)
    return (
        sa.select(
            known.c.loan_id,
            month.label("month"),
            func.sum(known.c.paid_principal_fen).label("paid_principal_fen"),
            func.coalesce(func.sum(known.c.paid_principal_fen).filter(known.c.is_prepaid), 0).label("prepaid_fen"),
            interest.label("paid_interest_fen"),
            *settled(known),
        )
        .where(known.c.paid_on.is_not(None))
        .group_by(known.c.loan_id, month)
    )


def _owed(known: FromClause) -> Select[Any]:
    return (
        sa.select(
            known.c.loan_id,
            known.c.due_month.label("month"),
            func.sum(known.c.due_principal_fen).label("scheduled_fen"),
            *fell_due(known),
        )
        .where(known.c.is_prepaid.is_(sa.false()))
        .group_by(known.c.loan_id, known.c.due_month)
    )


def _with_before(rows: FromClause) -> Select[tuple[object, ...]]:
    """The months with the state and the balance of the month before."""

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=rows.c.loan_id, order_by=rows.c.month)

    derived: dict[str, ColumnElement[Any]] = {"prev_state": before(rows.c.state)}
    if "principal_fen" in rows.c:
        to_date = func.sum(rows.c.paid_principal_fen).over(partition_by=rows.c.loan_id, order_by=rows.c.month)
        unpaid = rows.c.principal_fen - to_date
        is_gone = rows.c.state.in_(terms.EXITS)
        derived["balance_fen"] = sa.case((is_gone, 0), else_=unpaid)
        is_lost = rows.c.state.in_(("WO", "SOLD"))
        derived["lost_fen"] = sa.case((is_lost, unpaid), else_=0)
        derived |= past_due(rows, is_gone, is_lost)
        derived["opening_fen"] = sa.case((rows.c.mob == 0, 0), else_=unpaid + rows.c.paid_principal_fen)
        was_current = func.coalesce(derived["prev_state"], "C") == "C"
        derived["prepaid_fen"] = sa.case((was_current, rows.c.prepaid_fen), else_=0)
    columns = {column.name: column for column in rows.c if column.name in schema.loan_month.c} | derived
    return sa.select(*[as_stored(value, schema.loan_month.c[name]) for name, value in columns.items()])
