"""From a column of the tape to a column of ours: the closed list of steps, as SQL expressions.

Each step also says when a value was there and could not be understood: such a row goes to quarantine, never to a
guess. The statements run in the embedded engine that stages the tape, whatever engine holds the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.mapping import MONTHS_FROM_NEWEST, YEARS_FROM_DAYS, ColumnRule, TableRule

LINE = "_tape_line"
"""Line of the tape that a staged row came from."""
REASON = "_tape_reason"
"""Why the row cannot be loaded: a code of ``codes.tape_reason``, a blank and the tape's column; null for a good row."""


@dataclass(frozen=True)
class Understood:
    """The value of our column, and whether the tape's value was not understood."""

    value: ColumnElement[Any]
    failed: ColumnElement[bool]
    reason: str


def mapped(
    rule: TableRule, source: FromClause, newest_month: date | None, loan_columns: tuple[ColumnRule, ...] = ()
) -> sa.Select[tuple[object, ...]]:
    """Return the select that maps a staged file to a table, good and bad rows alike.

    Parameters
    ----------
    rule
        The table and its columns.
    source
        The staged file; has the tape's columns and ``LINE``.
    newest_month
        Calendar month of offset 0.
    loan_columns
        Columns of ``loan`` that will be taken from the same rows: they too must be understood.

    Returns
    -------
    Select
        Our columns, ``LINE`` and ``REASON``; one row a row of the file. A key that stands on more than one row makes
        all of them bad: which one is right cannot be known.
    """
    table = schema.book.tables[rule.table]
    found = {column.target: understood(column, table, source, newest_month) for column in rule.columns}
    key = [found[column.name].value for column in table.primary_key]
    beside = [understood(column, schema.loan, source, newest_month) for column in loan_columns]
    told = [(each.failed, each.reason) for each in [*found.values(), *beside] if each.reason]
    told += [(value.is_(None), "missing_key") for value in key]
    told += [(func.count().over(partition_by=key) > 1, "repeated_key")]
    if rule.table == schema.loan_month.name:
        told += [(found["dpd_days"].value.is_(None), "no_status")]
    values = [sa.cast(each.value, table.c[name].type).label(name) for name, each in found.items()]
    return sa.select(*values, source.c[LINE], sa.case(*told, else_=sa.null()).label(REASON))


def understood(rule: ColumnRule, table: sa.Table, source: FromClause, newest_month: date | None) -> Understood:
    """Return the expression of one of our columns.

    Parameters
    ----------
    rule
        How it follows from the tape.
    table
        The table that the column belongs to.
    source
        The staged file.
    newest_month
        Calendar month of offset 0.
    """
    target = table.c[rule.target]
    if rule.column is None:
        return Understood(sa.cast(sa.literal(rule.constant), target.type), sa.false(), "")
    text = func.nullif(func.trim(sa.cast(source.c[rule.column], sa.String)), "", type_=sa.String)
    if rule.codes:
        coded = sa.case(dict(rule.codes), value=text, else_=sa.literal(rule.others))
        failed = sa.and_(text.is_not(None), coded.is_(None))
        return Understood(sa.cast(coded, target.type), failed, f"unknown_code {rule.column}")
    value, why = _read(rule, text, target, newest_month)
    return Understood(value, sa.and_(text.is_not(None), value.is_(None)), f"{why} {rule.column}")


def _read(
    rule: ColumnRule, text: ColumnElement[str], target: sa.Column[object], newest_month: date | None
) -> tuple[ColumnElement[Any], str]:
    """The value where the text says what the column needs, null where it does not, and what it should have said."""
    if rule.form == MONTHS_FROM_NEWEST:
        months = _whole(text)
        moved = sa.literal(newest_month, sa.Date).op("+")(func.to_months(months))
        return sa.cast(moved, sa.Date), "not_a_whole_number"
    if isinstance(target.type, sa.Date | sa.DateTime):
        moment = func.try_strptime(text, rule.form) if rule.form else sa.try_cast(text, sa.DateTime)
        if target.name.endswith("_month") or target.name == "month":
            moment = func.date_trunc("month", moment)
        return sa.cast(moment, target.type), "not_a_date"
    if rule.form == YEARS_FROM_DAYS:
        years = func.floor(sa.try_cast(text, sa.Double) / -365.25)
        return (_band(years, rule.bands) if rule.bands else sa.cast(years, target.type)), "not_a_number"
    if rule.bands:
        return _band(sa.try_cast(text, sa.Double), rule.bands), "not_a_number"
    if isinstance(target.type, sa.Boolean):
        return sa.try_cast(text, sa.Boolean), "not_yes_or_no"
    if isinstance(target.type, sa.BigInteger):
        # Decimal, not binary: 0.29 yuan are 29 fen.
        times, over = rule.unit
        exact = sa.try_cast(text, sa.Numeric(28, 6)) * times
        return sa.try_cast(func.round(exact / over if over > 1 else exact), sa.BigInteger), "not_a_number"
    if isinstance(target.type, sa.Integer):
        return sa.try_cast(_whole(text), target.type), "not_a_whole_number"
    if isinstance(target.type, sa.Float):
        times, over = rule.unit
        number = sa.try_cast(text, sa.Double)
        return sa.case((func.isfinite(number), number * times / over)), "not_a_number"
    return text, "not_text"


def _whole(text: ColumnElement[str]) -> ColumnElement[int]:
    """A whole number, also where the tape writes it as 3.0; never rounded."""
    number = sa.try_cast(text, sa.Double)
    return sa.case((number == func.floor(number), sa.try_cast(number, sa.Integer)))


def _band(number: ColumnElement[float], edges: tuple[int, ...]) -> ColumnElement[str]:
    whens = [(number < edges[0], f"LT{edges[0]}")]
    whens += [(number < high, f"{low}_{high - 1}") for low, high in pairwise(edges)]
    return sa.case(*whens, (number >= edges[-1], f"{edges[-1]}_UP"))


def bucket(dpd_days: ColumnElement[int]) -> ColumnElement[str]:
    """Return the bucket of days past due, the SQL twin of :func:`jiebei_dash.terms.bucket_of`."""
    edges = zip(terms.BUCKETS, terms.BUCKET_EDGES_DAYS, strict=False)
    return sa.case(*[(dpd_days <= edge, bucket) for bucket, edge in edges], else_=terms.BUCKETS[-1])
