"""Months of a panel into a book that has others: states before, ages, milestones and closings follow anew.

In whatever order months come in, the book is the one that all of them at once would make. If the months are newer than
the book, nothing of the past is read but each loan's line and the month before; if not, all later months are written
anew, since an age or a state before may depend on what came late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, Table, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.scope import month_plus
from jiebei_dash.load.writer import BookWriter

_MILESTONES = tuple(f"first_{days}_{what}" for days in terms.PAST_DUE_DAYS for what in ("month", "mob", "fen"))
_FOLLOWS = (*_MILESTONES, "closed_month", "closed_mob", "closed_state", "lost_fen")
"""Columns of a loan's line that follow from its months."""


def merge_panel(writer: BookWriter, months: Select, loans: Select, given: Collection[str]) -> None:
    """Bring months of a panel into the book of which a writer replaces months.

    Parameters
    ----------
    writer
        Made with ``replaces="months"``.
    months
        Rows of ``loan_month`` as :func:`jiebei_dash.load.panel.loan_months` makes them of these months alone.
    loans
        Rows of ``loan`` as :func:`jiebei_dash.load.panel.loans` makes them of these months alone.
    given
        Columns of ``loan_month`` that the tape itself gives: those are not derived anew.

    Notes
    -----
    A loan's opening month is the earliest that is known; its line keeps what its first month said, but for milestones
    and closing, which follow from all months. A loan of which no month is left is gone.
    """
    connection = writer.connection
    new_months = _staged(connection, "_merge_months", _full(schema.loan_month, months), schema.loan_month)
    new_loans = _staged(connection, "_merge_loans", _full(schema.loan, loans), schema.loan)
    every = sa.select(new_months.c.month).distinct().order_by(new_months.c.month)
    replaced: list[date] = list(connection.execute(every).scalars())
    if not replaced:
        return
    old_months, old_loans = writer.old("loan_month"), writer.old("loan")
    newest: date | None = connection.execute(sa.select(func.max(old_months.c.month))).scalar_one()
    is_later = newest is None or replaced[0] > newest
    kept = sa.select(*old_months.c).where(old_months.c.month.not_in(replaced))
    seen: Any = sa.select(new_months.c.loan_id)
    if not is_later:
        seen = seen.union(sa.select(old_months.c.loan_id).where(old_months.c.month.in_(replaced)))
    rows = seen.subquery()
    affected = _staged(connection, "_merge_affected", sa.select(rows.c.loan_id).distinct(), schema.loan, "loan_id")
    known = _staged(
        connection, "_merge_known", _known(affected, old_loans, new_loans, kept, new_months, is_later), schema.loan
    )
    writer.append("loan_month", _months(kept, new_months, known, replaced[0], given))
    history = sa.select(*new_months.c)
    if not is_later:
        of_affected = kept.where(old_months.c.loan_id.in_(sa.select(affected.c.loan_id)))
        history = sa.select(*sa.union_all(history, of_affected).subquery().c)
    cohorts = _cohorts(connection, affected, old_loans, known)
    others = old_loans.c.loan_id.not_in(sa.select(affected.c.loan_id))
    writer.append("loan", _loans(known, history.subquery(), is_later))
    writer.append("loan", sa.select(*old_loans.c).where(old_loans.c.opened_month.in_(cohorts), others))
    writer.replace_months("loan", cohorts)


def _full(table: Table, rows: Select) -> Select:
    """Rows with every column of a table, each of its type."""
    source = rows.subquery()
    return sa.select(
        *[
            sa.cast(source.c[column.name] if column.name in source.c else sa.null(), column.type).label(column.name)
            for column in table.columns
        ]
    )


def _staged(connection: sa.Connection, name: str, rows: Select, table: Table, *names: str) -> Table:
    """Rows put down in a table of their own, with the columns of a table of the schema or some of them."""
    columns = [sa.Column(each.name, each.type) for each in table.columns if not names or each.name in names]
    staged = sa.Table(name, sa.MetaData(), *columns)
    staged.drop(connection, checkfirst=True)
    staged.create(connection)
    connection.execute(sa.insert(staged).from_select([column.name for column in rows.selected_columns], rows))
    return staged


def _known(affected: Table, old: Table, new: Table, kept: Select, new_months: Table, is_later: bool) -> Select:
    """One line an affected loan: opened in the earliest month known, otherwise as its first month says."""
    is_first: ColumnElement[bool] = old.c.loan_id.is_(None)
    source: FromClause = affected.outerjoin(old, old.c.loan_id == affected.c.loan_id)
    source = source.outerjoin(new, new.c.loan_id == affected.c.loan_id)
    if not is_later:
        firsts = [_firsts(rows) for rows in (kept.subquery(), new_months)]
        for first in firsts:
            source = source.outerjoin(first, first.c.loan_id == affected.c.loan_id)
        is_first = sa.or_(is_first, firsts[1].c.month <= func.coalesce(firsts[0].c.month, firsts[1].c.month))
    columns: list[ColumnElement[Any]] = []
    for column in schema.loan.columns:
        was, now = old.c[column.name], new.c[column.name]
        value: ColumnElement[Any] = sa.case((is_first, func.coalesce(now, was)), else_=func.coalesce(was, now))
        if column.name == "loan_id":
            value = affected.c.loan_id
        elif column.name == "opened_month":
            value = func.least(func.coalesce(was, now), func.coalesce(now, was))
        elif column.name in _FOLLOWS:
            value = was
        columns.append(value.label(column.name))
    return sa.select(*columns).select_from(source)


def _firsts(rows: FromClause) -> FromClause:
    grouped = sa.select(rows.c.loan_id, func.min(rows.c.month).label("month")).group_by(rows.c.loan_id)
    return grouped.subquery()


def _months(kept: Select, new: Table, known: Table, first: date, given: Collection[str]) -> Select:
    """All months from the first that is replaced; the month before it is only looked back at."""
    around = kept.where(kept.selected_columns["month"] >= month_plus(first, -1))
    rows = sa.union_all(sa.select(*new.c), around).subquery()
    opened = func.coalesce(known.c.opened_month, rows.c.opened_month)

    def before(name: str) -> ColumnElement[Any]:
        return func.lag(rows.c[name]).over(partition_by=rows.c.loan_id, order_by=rows.c.month)

    follows = func.date_diff("month", before("month"), rows.c.month) == 1
    derived: dict[str, ColumnElement[Any]] = {
        "opened_month": opened,
        "mob": func.date_diff("month", opened, rows.c.month),
        "prev_state": sa.case((follows, before("state"))),
    }
    if "balance_fen" in given:
        derived["opening_fen"] = sa.case((follows, before("balance_fen")), (rows.c.month == opened, sa.literal(0)))
    derived = {name: value for name, value in derived.items() if name not in given or name == "opened_month"}
    full = (
        sa.select(
            *[
                sa.cast(derived.get(column.name, rows.c[column.name]), column.type).label(column.name)
                for column in schema.loan_month.columns
            ]
        )
        .select_from(rows.outerjoin(known, known.c.loan_id == rows.c.loan_id))
        .subquery()
    )
    return sa.select(*full.c).where(full.c.month >= first)


def _loans(known: Table, history: FromClause, is_later: bool) -> Select:
    """The lines of affected loans; what is older than ``history`` stands in ``known`` if the months are later."""
    month, state = history.c.month, history.c.state
    sums: list[ColumnElement[Any]] = []
    for days in terms.PAST_DUE_DAYS:
        late = sa.and_(history.c.dpd_days > days, state.in_(terms.BUCKETS))
        sums.append(func.min(month).filter(late).label(f"first_{days}_month"))
        sums.append(func.arg_min(history.c.balance_fen, month).filter(late).label(f"first_{days}_fen"))
    left = state.in_(terms.EXITS)
    sums.append(func.min(month).filter(left).label("closed_month"))
    sums.append(func.arg_min(state, month).filter(left).label("closed_state"))
    sums.append(func.sum(history.c.lost_fen).label("lost_fen"))
    now = sa.select(history.c.loan_id, *sums).group_by(history.c.loan_id).subquery()

    def either(name: str, of: str) -> ColumnElement[Any]:
        """What was known before of a milestone stands, if nothing before was replaced."""
        return sa.case((known.c[of].is_not(None), known.c[name]), else_=now.c[name]) if is_later else now.c[name]

    def age(name: str) -> ColumnElement[Any]:
        return func.date_diff("month", known.c.opened_month, either(name, name))

    follows: dict[str, ColumnElement[Any]] = {}
    for days in terms.PAST_DUE_DAYS:
        name = f"first_{days}_month"
        follows |= {name: either(name, name), f"first_{days}_mob": age(name)}
        follows[f"first_{days}_fen"] = either(f"first_{days}_fen", name)
    follows |= {"closed_month": either("closed_month", "closed_month"), "closed_mob": age("closed_month")}
    follows["closed_state"] = either("closed_state", "closed_month")
    both: ColumnElement[Any] = func.coalesce(known.c.lost_fen, now.c.lost_fen) if is_later else now.c.lost_fen
    if is_later:
        both = sa.case(
            (sa.and_(known.c.lost_fen.is_not(None), now.c.lost_fen.is_not(None)), known.c.lost_fen + now.c.lost_fen),
            else_=both,
        )
    follows["lost_fen"] = both
    return sa.select(
        *[follows.get(column.name, known.c[column.name]).label(column.name) for column in schema.loan.columns]
    ).select_from(known.join(now, now.c.loan_id == known.c.loan_id))


def _cohorts(connection: sa.Connection, affected: Table, old: Table, known: Table) -> list[date]:
    """Opening months in which a line changes, comes or goes."""
    was = sa.select(old.c.opened_month).where(old.c.loan_id.in_(sa.select(affected.c.loan_id)))
    found: Iterable[date] = connection.execute(was.union(sa.select(known.c.opened_month))).scalars()
    return sorted(found)
