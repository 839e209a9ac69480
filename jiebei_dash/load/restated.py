"""Closed months that a load changed: a listed restatement, with what was known before and what is known now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import FromClause, Table, func

from jiebei_dash.book.history import MEASURES
from jiebei_dash.load.fingerprint import MonthMark, period_of

FINAL = ("loan_month", "recovery", "decision")
"""Tables whose rows are final once their month has closed; those of a loan or an application go on changing."""


def changed_months(
    before: Iterable[MonthMark], after: Iterable[MonthMark], last_closed_month: date
) -> dict[str, list[date]]:
    """Return the closed months whose contents differ, by table with a measure; a month that vanished among them."""
    was = {(mark.table_name, mark.month): mark.content_hash for mark in before}
    now = {(mark.table_name, mark.month): mark.content_hash for mark in after}
    found: dict[str, list[date]] = {}
    for (table, month), content in sorted(was.items()):
        if table in MEASURES and month <= last_closed_month and now.get((table, month)) != content:
            found.setdefault(table, []).append(month)
    return found


def restatements(
    connection: sa.Connection, table: Table, before: FromClause, after: FromClause, months: list[date]
) -> list[dict[str, Any]]:
    """Return what changed in some months of a table.

    Parameters
    ----------
    connection
        To the embedded engine.
    table
        A table of ``MEASURES``.
    before, after
        Its rows in both versions.
    months
        Months whose contents differ.

    Returns
    -------
    list of dict
        ``table_name``, ``month``, ``measure``, ``value_before``, ``value_after``; one a month and measure that differs.
        Where no sum of a final table differs, ``rows_changed``: 0 before, and how many rows are new or other now.
    """
    was, now = (_sums(connection, table, rows, months) for rows in (before, after))
    found = []
    for month in months:
        zero = dict.fromkeys(("count", *MEASURES[table.name]), 0.0)
        old, new = was.get(month, zero), now.get(month, zero)
        differing = [(measure, old[measure], new[measure]) for measure in zero if old[measure] != new[measure]]
        if not differing and table.name in FINAL:
            differing = [("rows_changed", 0.0, float(_other_rows(connection, table, before, after, month)))]
        found += [
            {"table_name": table.name, "month": month, "measure": name, "value_before": a, "value_after": b}
            for name, a, b in differing
        ]
    return found


def _sums(
    connection: sa.Connection, table: Table, rows: FromClause, months: list[date]
) -> dict[date, dict[str, float]]:
    one = (
        sa.select(period_of(table, rows).label("month"), *[rows.c[name] for name in MEASURES[table.name].values()])
        .where(period_of(table, rows).in_(months))
        .subquery()
    )
    sums = [func.coalesce(func.sum(one.c[column]), 0).label(name) for name, column in MEASURES[table.name].items()]
    asked = sa.select(one.c.month, func.count().label("count"), *sums).group_by(one.c.month)
    return {
        row["month"]: {name: float(value) for name, value in row.items() if name != "month"}
        for row in connection.execute(asked).mappings()
    }


def _other_rows(connection: sa.Connection, table: Table, before: FromClause, after: FromClause, month: date) -> int:
    columns = [column.name for column in table.columns]
    one, other = (
        sa.select(*[rows.c[name] for name in columns]).where(period_of(table, rows) == month)
        for rows in (after, before)
    )
    differing = sa.except_(one, other).subquery()
    return int(connection.execute(sa.select(func.count()).select_from(differing)).scalar_one())
