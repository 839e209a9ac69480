"""Columns that follow from others of the same row: computed where the book is written, so no source can disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Table, func


@dataclass(frozen=True)
class Derived:
    """One such column.

    Parameters
    ----------
    table, column
        What is derived.
    unit
        ``day`` or ``second``; or ``month``: the month of ``start``.
    start, end
        Columns between which time is counted; for a month both are the one column.
    """

    table: str
    column: str
    unit: str
    start: str
    end: str


DERIVED: tuple[Derived, ...] = (
    Derived("instalment", "days_late", "day", "due_on", "paid_on"),
    Derived("application", "decision_seconds", "second", "submitted_at", "decided_at"),
    Derived("loan", "cash_seconds", "second", "requested_at", "disbursed_at"),
    Derived("application", "decided_month", "month", "decided_at", "decided_at"),
    Derived("application_stage", "entered_month", "month", "entered_at", "entered_at"),
    Derived("application_stage", "left_month", "month", "left_at", "left_at"),
    Derived("instalment", "paid_month", "month", "paid_on", "paid_on"),
    Derived("line_event", "month", "month", "changed_at", "changed_at"),
    Derived("contact", "month", "month", "contacted_at", "contacted_at"),
    Derived("contact", "promised_month", "month", "promised_on", "promised_on"),
)


def derived_columns(target: Table, incoming: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the columns that the incoming rows lack and that follow from those they have.

    Parameters
    ----------
    target
        Table of the schema.
    incoming
        The rows as they came.

    Returns
    -------
    dict of str to ColumnElement
        Expression by column; null where one of the two moments is unknown.
    """
    return {
        rule.column: _expression(
            rule.unit,
            sa.cast(incoming.c[rule.start], target.c[rule.start].type),
            sa.cast(incoming.c[rule.end], target.c[rule.end].type),
        )
        for rule in DERIVED
        if rule.table == target.name
        and rule.column not in incoming.c
        and rule.start in incoming.c
        and rule.end in incoming.c
    }


def _expression(unit: str, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    if unit == "month":
        return sa.cast(func.date_trunc("month", start), sa.Date)
    return func.date_diff(unit, start, end)
