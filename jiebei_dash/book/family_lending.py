"""Families of facts about lines that are drawn: how soon, by whom, and how long the money takes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Select, SmallInteger, String, and_, case, cast, func, literal, select

from jiebei_dash.book import schema
from jiebei_dash.book.sums import sum_of
from jiebei_dash.book.within import Within, dims, one, waits_of
from jiebei_dash.terms import TAKE_UP_DAYS


def lined(within: Within) -> Select:
    """A row a line granted; ``drawn_month`` is that of its first drawdown, ``undated`` 1 if the day is unknown."""
    table, loan = schema.application, schema.loan
    first_drawdown = and_(
        loan.c.application_id == table.c.application_id, loan.c.draw_no == 1, *within.since(loan.c.opened_month)
    )
    granted_on, drawn_on = cast(table.c.decided_at, Date), cast(loan.c.disbursed_at, Date)
    return (
        select(
            table.c.submitted_month,
            table.c.decided_month,
            loan.c.opened_month.label("drawn_month"),
            *dims(table),
            literal(1).label("lines"),
            *[one(drawn_on <= granted_on + days).label(f"drawn_{days}") for days in TAKE_UP_DAYS],
            one(and_(loan.c.opened_month.is_not(None), drawn_on.is_(None))).label("undated"),
        )
        .select_from(table.outerjoin(loan, first_drawdown))
        .where(*within(table), table.c.result == "APPROVED", table.c.decided_month.is_not(None))
    )


def borrowed(within: Within) -> Select:
    """A row a borrower and month of lending, over the loans of the part.

    What was borrowed before is looked up in the whole book, whatever the part: ``new`` has no drawdown of an earlier
    month, ``repeat`` one that was paid off in an earlier month. Loans whose borrower is unknown make one row, without
    a borrower.
    """
    loan, before = schema.loan, schema.loan.alias("before")
    paid_off = func.min(case((before.c.closed_state == "PAID", before.c.closed_month)))
    history = (
        select(
            before.c.customer_id,
            func.min(before.c.opened_month).label("first_month"),
            paid_off.label("paid_off_month"),
        )
        .where(before.c.customer_id.is_not(None))
        .group_by(before.c.customer_id)
        .subquery("history")
    )
    is_new = history.c.first_month == loan.c.opened_month
    is_repeat = history.c.paid_off_month < loan.c.opened_month
    return (
        select(
            loan.c.opened_month,
            cast(func.count(loan.c.customer_id.distinct()), BigInteger).label("borrowers"),
            cast(func.count(), BigInteger).label("loans"),
            sum_of(loan.c.principal_fen).label("principal_fen"),
            sum_of(literal(1), is_new).label("new_loans"),
            sum_of(loan.c.principal_fen, is_new).label("new_fen"),
            sum_of(literal(1), is_repeat).label("repeat_loans"),
            sum_of(loan.c.principal_fen, is_repeat).label("repeat_fen"),
        )
        .select_from(loan.outerjoin(history, history.c.customer_id == loan.c.customer_id))
        .where(*within(loan))
        .group_by(loan.c.opened_month, loan.c.customer_id)
    )


def paid_out(within: Within) -> Select:
    """A row a loan: the hour in which its money was asked for, and the funder with the largest share of it.

    Of equal shares the code that comes first; no funder where the book has none.
    """
    table, share = schema.loan, schema.funding_share
    order = func.row_number().over(
        partition_by=share.c.loan_id, order_by=[share.c.share_rate.desc().nulls_last(), share.c.funder_code]
    )
    ranked = select(share.c.loan_id, share.c.funder_code, order.label("place")).where(*within(share)).subquery("ranked")
    main = and_(ranked.c.loan_id == table.c.loan_id, ranked.c.place == 1)
    # The text of a moment is the same on every engine: 2024-01-15 10:00:00.
    hour = cast(func.substr(cast(table.c.requested_at, String), 12, 2, type_=String), SmallInteger)
    return (
        select(
            table.c.opened_month,
            hour.label("requested_hour"),
            ranked.c.funder_code,
            *dims(table),
            *waits_of(table.c.cash_seconds),
        )
        .select_from(table.outerjoin(ranked, main))
        .where(*within(table))
    )
