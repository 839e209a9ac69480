"""Families of facts about collections: entry batches and cures, contacts and promises, who collected after a loss."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SmallInteger,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from jiebei_dash.book import schema
from jiebei_dash.book.within import Within, dims, one
from jiebei_dash.terms import BUCKETS, REACHED, WATCHED_MONTHS

_LATE = BUCKETS[1:]


def collected(within: Within) -> Select:
    """A row a loan and month in which cash was collected after its write-off, with who collected it."""
    table = schema.recovery
    return select(
        table.c.month,
        func.coalesce(table.c.agency_code, "NA").label("agency_code"),
        table.c.opened_month,
        *dims(table),
        literal(1).label("payments"),
        table.c.recovered_fen,
        table.c.commission_fen,
    ).where(*within(table), table.c.kind == "CASH")


def contacted(within: Within) -> Select:
    """A row a contact of collections with a borrower; ``judged`` is 1 where the book says whether it was permitted."""
    table = schema.contact
    promised = table.c.promised_month.is_not(None)
    return select(
        table.c.month,
        func.coalesce(table.c.agency_code, "NA").label("agency_code"),
        func.coalesce(table.c.contact_channel, "NA").label("contact_channel"),
        table.c.promised_month,
        table.c.opened_month,
        *dims(table),
        literal(1).label("contacts"),
        one(table.c.result.in_(REACHED)).label("reached"),
        one(table.c.is_permitted.is_not(None)).label("judged"),
        one(table.c.is_permitted.is_(False)).label("outside"),
        one(promised).label("promises"),
        one(and_(promised, table.c.kept_on.is_not(None))).label("kept"),
    ).where(*within(table))


def entered(within: Within) -> Select:
    """A row a loan, bucket that it entered from a better one, and month-end since, up to its cure or so many months.

    It is of the month that is looked at last, so that a month's sums need only months before it; ``after_months`` is
    how long that is after the entry. Money counts while the loan is late and in the month in which it is cured; a loan
    that is cured and late again has entered anew. Paid off is cured; written off and sold is not.
    """
    now, entry = _late_spells(within, "now"), _late_spells(within, "entry")
    after = now.c.mob - entry.c.mob
    cured = now.c.state.in_(("C", "PAID"))
    return (
        select(
            now.c.month,
            entry.c.month.label("entered_month"),
            entry.c.state.label("bucket"),
            cast(after, SmallInteger).label("after_months"),
            now.c.opened_month,
            *dims(now),
            one(after == 0).label("loans"),
            one(after == 0, entry.c.balance_fen).label("entered_fen"),
            one(after > 0, now.c.paid_principal_fen).label("paid_fen"),
            one(cured).label("cured"),
            one(cured, entry.c.balance_fen).label("cured_fen"),
        )
        .select_from(
            now.join(
                entry,
                and_(
                    entry.c.loan_id == now.c.loan_id,
                    entry.c.spell_no == now.c.spell_no,
                    entry.c.month <= now.c.month,
                    after <= WATCHED_MONTHS,
                ),
            )
        )
        .where(*within(now), _place(entry.c.state) > _place(entry.c.prev_state))
    )


def relapsed(within: Within) -> Select:
    """A row a loan that was cured and stayed open, and a row more where it was late again within so many months.

    It is of the month that is looked at last, as :func:`entered`; ``bucket`` is where it stood before the cure.
    """
    now, cure = _late_spells(within, "now"), _late_spells(within, "cure")
    after = now.c.mob - cure.c.mob
    return (
        select(
            now.c.month,
            cure.c.month.label("cured_month"),
            cure.c.prev_state.label("bucket"),
            cast(after, SmallInteger).label("after_months"),
            now.c.opened_month,
            *dims(now),
            one(after == 0).label("cured"),
            one(now.c.begins == 1).label("relapsed"),
        )
        .select_from(
            now.join(
                cure,
                and_(
                    cure.c.loan_id == now.c.loan_id,
                    cure.c.spell_no == now.c.spell_no - now.c.begins,
                    cure.c.month <= now.c.month,
                    after <= WATCHED_MONTHS,
                ),
            )
        )
        .where(*within(now), cure.c.state == "C")
    )


def _late_spells(within: Within, name: str) -> Subquery:
    """Month-ends of loans that are late or were so a month before; the spells of a loan are numbered as they begin.

    Numbers begin anew with the first month that is read, so only that two are equal, or one apart, says anything.
    """
    table = schema.loan_month
    begins = case((table.c.prev_state.in_(_LATE), 0), else_=1)
    spell_no = func.sum(begins).over(partition_by=table.c.loan_id, order_by=table.c.month)
    names = ("loan_id", "month", "opened_month", "mob", "state", "prev_state", "balance_fen", "paid_principal_fen")
    return (
        select(
            *[table.c[column] for column in names],
            *dims(table),
            begins.label("begins"),
            cast(spell_no, Integer).label("spell_no"),
        )
        .where(
            or_(table.c.state.in_(_LATE), table.c.prev_state.in_(_LATE)),
            *within.since(table.c.month, WATCHED_MONTHS),
        )
        .subquery(name)
    )


def _place(state: ColumnElement[str]) -> ColumnElement[int]:
    """Its place among the buckets, 0 for current and for what was not there yet."""
    return case(*[(state == bucket, place) for place, bucket in enumerate(BUCKETS) if place], else_=0)
