"""One line a loan from its months: milestones, closing and losses, beside what the tape told of the loan."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.scope import DIMENSION_KEYS
from jiebei_dash.load.calendar_sql import months_between


def loan_lines(months: FromClause, told: FromClause) -> Select[tuple[object, ...]]:
    """Return ``loan``.

    Parameters
    ----------
    months
        Rows of ``loan_month``: ``loan_id``, ``month``, ``opened_month``, ``state``, ``dpd_days`` and, where the book
        has amounts, ``balance_fen`` and ``lost_fen``.
    told
        One row a loan: ``loan_id`` and columns of ``loan`` as the tape gives them. A loan without a month is left out.

    Returns
    -------
    Select
        One row a loan. A milestone is the first month-end on the book strictly more than 30, 60 or 90 days past due;
        what follows from the months is taken from them, whatever was told.
    """
    month, state = months.c.month, months.c.state
    opened: ColumnElement[Any] = func.min(months.c.opened_month)
    found: dict[str, ColumnElement[Any]] = {"opened_month": opened}
    for days in terms.PAST_DUE_DAYS:
        late = sa.and_(months.c.dpd_days > days, state.in_(terms.BUCKETS))
        first = func.min(month).filter(late)
        found[f"first_{days}_month"] = first
        found[f"first_{days}_mob"] = months_between(opened, first)
        if "balance_fen" in months.c:
            found[f"first_{days}_fen"] = func.arg_min(months.c.balance_fen, month).filter(late)
    left = state.in_(terms.EXITS)
    closed = func.min(month).filter(left)
    found |= {"closed_month": closed, "closed_mob": months_between(opened, closed)}
    found["closed_state"] = func.arg_min(state, month).filter(left)
    if "lost_fen" in months.c:
        found["lost_fen"] = func.coalesce(func.sum(months.c.lost_fen), 0)
    followed = (
        sa.select(months.c.loan_id, *[value.label(name) for name, value in found.items()])
        .group_by(months.c.loan_id)
        .subquery("followed")
    )
    columns = {column.name: told.c[column.name] for column in schema.loan.c if column.name in told.c}
    columns |= {column.name: column for column in followed.c}
    return sa.select(*[as_stored(value, schema.loan.c[name]) for name, value in columns.items()]).select_from(
        followed.join(told, told.c.loan_id == followed.c.loan_id)
    )


def as_stored(value: ColumnElement[Any], column: sa.Column[Any]) -> ColumnElement[Any]:
    """Return an expression with the name and the type of a column of the book."""
    return sa.cast(value, column.type).label(column.name)


def dimensions_of(told: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the dimensions of the scope that the tape tells of a loan, to be repeated on every fact."""
    return {key: told.c[key] for key in DIMENSION_KEYS if key in told.c}
