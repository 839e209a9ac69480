"""From a monthly status panel to ``loan_month`` and ``loan``: age, state before, milestones and closing follow.

The opening month of a loan is its smallest month in the panel unless the mapping gives it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.columns import OF_LOAN, bucket


def loan_months(panel: FromClause) -> sa.Select[tuple[object, ...]]:
    """Return ``loan_month``.

    Parameters
    ----------
    panel
        Good rows: at least ``loan_id``, ``month`` and ``dpd_days``.

    Returns
    -------
    Select
        One row a loan and month. ``prev_state`` is null at the first month and after a gap; ``mob`` counts calendar
        months since the opening month. Columns that the mapping gives are kept.
    """
    in_order = sa.over(func.row_number(), partition_by=panel.c.loan_id, order_by=panel.c.month)

    def over(call: Any) -> ColumnElement[Any]:
        """Every window is the same one, so that rows are sorted once."""
        found: ColumnElement[Any] = call.over(partition_by=in_order.partition_by, order_by=in_order.order_by)
        return found

    first = func.coalesce(panel.c.opened_month, panel.c.month) if "opened_month" in panel.c else panel.c.month
    before_month, opened = over(func.lag(panel.c.month)), over(func.min(first))
    state = panel.c.state if "state" in panel.c else bucket(panel.c.dpd_days)
    # What is the same on every row need not go through the sort.
    fixed = _fixed(panel)
    seen = sa.select(
        *[
            panel.c[column.name]
            for column in schema.loan_month.c
            if column.name in panel.c and column.name not in fixed
        ],
        opened.label("_opened"),
        before_month.label("_before_month"),
        over(func.lag(state)).label("_before_state"),
        *([over(func.lag(panel.c.balance_fen)).label("_before_fen")] if "balance_fen" in panel.c else []),
    ).subquery("seen")
    follows = func.date_diff("month", seen.c._before_month, seen.c.month) == 1
    derived: dict[str, ColumnElement[Any]] = {
        "opened_month": seen.c._opened,
        "mob": func.date_diff("month", seen.c._opened, seen.c.month),
        "state": bucket(seen.c.dpd_days),
        "prev_state": sa.case((follows, seen.c._before_state)),
    }
    if "balance_fen" in panel.c:
        is_first = seen.c.month == seen.c._opened
        derived["opening_fen"] = sa.case((follows, seen.c._before_fen), (is_first, sa.literal(0)))
    given = {
        column.name: fixed[column.name] if column.name in fixed else seen.c[column.name]
        for column in schema.loan_month.c
        if column.name in panel.c
    }
    columns = {**derived, **{name: column for name, column in given.items() if name != "opened_month"}}
    return sa.select(*[_as(value, schema.loan_month.c[name]) for name, value in columns.items()])


def loans(panel: FromClause) -> sa.Select[tuple[object, ...]]:
    """Return ``loan``.

    Parameters
    ----------
    panel
        Good rows of the panel. Columns behind ``OF_LOAN`` are columns of ``loan``: a loan has the value of its first
        month in which there is one.

    Returns
    -------
    Select
        One row a loan. A milestone is the first month-end on the book strictly more than 30, 60 or 90 days past due;
        ``closed_*`` stay null unless the panel says PAID, WO or SOLD: that a loan is no longer reported is no reason.
    """
    month, opened, fixed = panel.c.month, _opened(panel), _fixed(panel)
    columns: dict[str, ColumnElement[Any]] = {"loan_id": panel.c.loan_id, "opened_month": opened}
    for name in (segment for segment in _SEGMENTS if segment in panel.c):
        columns[name] = fixed[name] if name in fixed else func.arg_min(panel.c[name], month)
    for days in terms.PAST_DUE_DAYS:
        late = panel.c.dpd_days > days
        if "state" in panel.c:
            late = sa.and_(late, panel.c.state.in_(terms.BUCKETS))
        first = func.min(month).filter(late)
        columns[f"first_{days}_month"] = first
        columns[f"first_{days}_mob"] = func.date_diff("month", opened, first)
        if "balance_fen" in panel.c:
            columns[f"first_{days}_fen"] = func.arg_min(panel.c.balance_fen, month).filter(late)
    if "state" in panel.c:
        left = panel.c.state.in_(terms.EXITS)
        closed = func.min(month).filter(left)
        columns["closed_month"] = closed
        columns["closed_mob"] = func.date_diff("month", opened, closed)
        columns["closed_state"] = func.arg_min(panel.c.state, month).filter(left)
    if "lost_fen" in panel.c:
        columns["lost_fen"] = func.coalesce(func.sum(panel.c.lost_fen), 0)
    for column in panel.c:
        if column.name.startswith(OF_LOAN):
            first_told = fixed[column.name] if column.name in fixed else func.arg_min(column, month)
            columns[column.name.removeprefix(OF_LOAN)] = first_told
    rows = sa.select(*[_as(value, schema.loan.c[name]) for name, value in columns.items()])
    return rows.select_from(panel).group_by(panel.c.loan_id)


def _fixed(panel: FromClause) -> dict[str, ColumnElement[Any]]:
    """Segments and columns of the loan that are a literal, the same on every row of the panel."""
    told = panel.element if isinstance(panel, sa.Subquery) else None
    if not isinstance(told, sa.Select):
        return {}
    found: dict[str, ColumnElement[Any]] = {}
    for column in told.selected_columns:
        value = column.element if isinstance(column, sa.Label) else column
        is_literal = isinstance(value, sa.Cast) and isinstance(value.clause, sa.BindParameter)
        if is_literal and (str(column.name) in _SEGMENTS or str(column.name).startswith(OF_LOAN)):
            found[str(column.name)] = value
    return found


_SEGMENTS = ("product_class", "channel", "province_code", "zhima_band", "term_months")


def _opened(panel: FromClause) -> sa.sql.functions.FunctionElement[object]:
    return func.min(panel.c.opened_month if "opened_month" in panel.c else panel.c.month)


def _as(value: ColumnElement[Any], column: sa.Column[object]) -> ColumnElement[Any]:
    return sa.cast(value, column.type).label(column.name)
