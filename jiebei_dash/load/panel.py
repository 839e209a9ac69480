"""From a monthly status panel to ``loan_month`` and ``loan``: age, state before, milestones and closing follow.

The opening month of a loan is its smallest month in the panel unless the mapping gives it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.columns import LINE, bucket, understood
from jiebei_dash.load.mapping import ColumnRule

MONTHS = "panel_months"
"""The staged good rows of the panel, with our columns as far as the mapping gives them."""


def loan_months(panel: FromClause) -> sa.Select[tuple[object, ...]]:
    """Return ``loan_month``, sorted by month, cohort and loan.

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
    loan_id, month = panel.c.loan_id, panel.c.month

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=loan_id, order_by=month)

    opened = _opened(panel).over(partition_by=loan_id)
    state = panel.c.state if "state" in panel.c else bucket(panel.c.dpd_days)
    follows = func.date_diff("month", before(month), month) == 1
    derived: dict[str, ColumnElement[Any]] = {
        "opened_month": opened,
        "mob": func.date_diff("month", opened, month),
        "state": state,
        "prev_state": sa.case((follows, before(state))),
    }
    if "balance_fen" in panel.c:
        derived["opening_fen"] = sa.case((follows, before(panel.c.balance_fen)), (month == opened, sa.literal(0)))
    given = {column.name: panel.c[column.name] for column in schema.loan_month.c if column.name in panel.c}
    columns = {**derived, **{name: column for name, column in given.items() if name != "opened_month"}}
    rows = sa.select(*[_as(value, schema.loan_month.c[name]) for name, value in columns.items()]).subquery()
    return sa.select(rows).order_by(rows.c.month, rows.c.opened_month, rows.c.loan_id)


def loans(
    panel: FromClause, source: FromClause, rules: tuple[ColumnRule, ...], newest_month: date | None
) -> sa.Select[tuple[object, ...]]:
    """Return ``loan``, sorted by cohort and loan.

    Parameters
    ----------
    panel
        Good rows of the panel; has ``LINE``.
    source
        The staged file that the panel came from.
    rules
        Columns of ``loan`` that the mapping gives; a loan has the value of its first month.
    newest_month
        Calendar month of offset 0.

    Returns
    -------
    Select
        One row a loan. A milestone is the first month-end on the book strictly more than 30, 60 or 90 days past due;
        ``closed_*`` stay null unless the panel says PAID, WO or SOLD: that a loan is no longer reported is no reason.
    """
    month, opened = panel.c.month, _opened(panel)
    columns: dict[str, ColumnElement[Any]] = {"loan_id": panel.c.loan_id, "opened_month": opened}
    for name in (dimension for dimension in _SEGMENTS if dimension in panel.c):
        columns[name] = func.arg_min(panel.c[name], month)
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
    for rule in rules:
        value = understood(rule, schema.loan, source, newest_month).value
        columns[rule.target] = func.arg_min(value, month) if rule.column else func.min(value)
    both = panel.join(source, panel.c[LINE] == source.c[LINE]) if any(rule.column for rule in rules) else panel
    rows = (
        sa.select(*[_as(value, schema.loan.c[name]) for name, value in columns.items()])
        .select_from(both)
        .group_by(panel.c.loan_id)
        .subquery()
    )
    return sa.select(rows).order_by(rows.c.opened_month, rows.c.loan_id)


_SEGMENTS = ("product_class", "channel", "province_code", "zhima_band", "term_months")


def _opened(panel: FromClause) -> sa.sql.functions.FunctionElement[object]:
    return func.min(panel.c.opened_month if "opened_month" in panel.c else panel.c.month)


def _as(value: ColumnElement[Any], column: sa.Column[object]) -> ColumnElement[Any]:
    return sa.cast(value, column.type).label(column.name)
