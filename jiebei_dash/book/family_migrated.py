"""The statement of the family of migrations: where a loan on the book stood twelve months later."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, SmallInteger, and_, case, cast, literal, or_, select

from jiebei_dash.book import schema
from jiebei_dash.book.within import Within, dims
from jiebei_dash.terms import BUCKETS, EXITS, LONG_PAST_DUE_DAYS

MIGRATION_MONTHS = 12


def migrated(within: Within) -> Select:
    """A row a loan on the book and month-end for which the loan is seen a year later, or was closed by then.

    ``left_fen`` is what was not repaid: its principal a year later, or what was written off or sold.
    """
    then, now = schema.loan_month.alias("then_month"), schema.loan_month.alias("now_month")
    # A loan is closed once, in its last month: it is seen either after the year or at its closing, never at both.
    later = and_(
        now.c.loan_id == then.c.loan_id,
        now.c.opened_month == then.c.opened_month,
        now.c.mob > then.c.mob,
        now.c.mob <= then.c.mob + MIGRATION_MONTHS,
        or_(now.c.mob == then.c.mob + MIGRATION_MONTHS, now.c.state.in_(EXITS)),
        *within.since(now.c.month),
    )
    return (
        select(
            then.c.month,
            then.c.opened_month,
            then.c.state.label("state_then"),
            long_days_of(then.c.dpd_days).label("long_days_then"),
            now.c.state,
            long_days_of(now.c.dpd_days).label("long_days"),
            *dims(then),
            literal(1).label("loans"),
            then.c.balance_fen.label("opening_fen"),
            case((now.c.state.in_(BUCKETS), now.c.balance_fen), else_=now.c.lost_fen).label("left_fen"),
        )
        .select_from(then.join(now, later))
        .where(*within(then), then.c.state.in_(BUCKETS))
    )


def long_days_of(dpd_days: ColumnElement[int]) -> ColumnElement[int]:
    """Return the longest of the long thresholds that a loan is past due, 0 if none."""
    longest = case(*[(dpd_days > days, days) for days in reversed(LONG_PAST_DUE_DAYS)], else_=0)
    return cast(longest, SmallInteger)
