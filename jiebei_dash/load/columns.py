"""From a column of the tape to a column of ours: the closed list of steps, as SQL expressions.

Each step also says when a value was there and could not be understood: such a row goes to quarantine, never to a
guess. The statements run in the embedded engine that stages the tape, whatever engine holds the book.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash.load.checks import bucket as bucket
from jiebei_dash.load.formula import built, columns_of
from jiebei_dash.load.mapping import YEARS_FROM_DAYS, ColumnRule
from jiebei_dash.load.reading import LINE as LINE
from jiebei_dash.load.reading import is_moment, is_number, moment_of, number_of, text_of, whole

REASON = "_tape_reason"
"""Why the row cannot be loaded: a code of ``codes.tape_reason``, a blank and the tape's column; null for a good row."""
OF_LOAN = "loan."
"""Before the name of a column of ``loan`` that stands on a row of the course."""


@dataclass(frozen=True)
class Understood:
    """The value of our column, and when the tape's value was not understood: pairs of a condition and a reason."""

    value: ColumnElement[Any]
    faults: tuple[tuple[ColumnElement[bool], str], ...] = ()


def mapped(
    source: FromClause,
    columns: Iterable[tuple[str, ColumnRule, sa.Column[Any]]],
    newest_month: date | None,
    needed: Iterable[str],
    no_status: Iterable[str] = (),
) -> sa.Select[tuple[object, ...]]:
    """Return the select that maps a staged file, good and bad rows alike.

    Parameters
    ----------
    source
        The staged file; has the tape's columns and ``LINE``.
    columns
        Name in the answer, rule, and the column whose type it takes.
    newest_month
        Calendar month of offset 0.
    needed
        Names that must not be null: the key.
    no_status
        Names without which a row says nothing.

    Returns
    -------
    Select
        Our columns, ``LINE`` and ``REASON``; one row a row of the file.
    """
    listed = list(columns)
    # In layers, so that the engine reads each field once: the fields, what they say, and what could not be understood.
    fields = _fields([rule for _, rule, _ in listed], source)
    raw = {name for _, rule, _ in listed if rule.expression for name in columns_of(rule.expression)}
    plain = [source.c[name] for name in sorted(raw)]
    base = sa.select(source.c[LINE], *plain, *[field.label(label) for label, field in fields.values()]).subquery()
    values: list[ColumnElement[Any]] = [base.c[LINE]]
    faults: dict[str, str] = {}
    for place, (name, rule, target) in enumerate(listed):
        field = base.c[fields[_key(rule, source)][0]] if rule.column is not None else None
        found = understood(rule, target, base, field, newest_month)
        values.append(sa.cast(found.value, target.type).label(name))
        for number, (condition, reason) in enumerate(found.faults):
            label = f"_fault_{place}_{number}"
            values.append(condition.label(label))
            faults[label] = reason
    rows = sa.select(*values).subquery()
    told: list[tuple[ColumnElement[bool], str]] = [(rows.c[label], reason) for label, reason in faults.items()]
    told += [(rows.c[name].is_(None), "missing_key ") for name in needed]
    told += [(rows.c[name].is_(None), "no_status ") for name in no_status]
    why: ColumnElement[Any] = sa.case(*told, else_=sa.null()) if told else sa.cast(sa.null(), sa.String)
    return sa.select(*[rows.c[name] for name, _, _ in listed], rows.c[LINE], why.label(REASON))


def _key(rule: ColumnRule, source: FromClause) -> tuple[str, tuple[str, ...], bool]:
    """What tells one reading of a field from another: the column, its codes for no data, and whether it is text."""
    column = source.c[str(rule.column)]
    is_text = bool(rule.codes or rule.no_data) or not (is_number(column) or is_moment(column))
    return str(rule.column), rule.no_data, is_text


def _fields(rules: list[ColumnRule], source: FromClause) -> dict[tuple[str, tuple[str, ...], bool], Any]:
    found: dict[tuple[str, tuple[str, ...], bool], Any] = {}
    for rule in rules:
        if rule.column is not None:
            key = _key(rule, source)
            field = text_of(source, rule.column, rule.no_data) if key[2] else source.c[rule.column]
            found.setdefault(key, (f"_field_{len(found)}", field))
    return found


def understood(
    rule: ColumnRule,
    target: sa.Column[Any],
    source: FromClause,
    field: ColumnElement[Any] | None,
    newest_month: date | None,
) -> Understood:
    """Return the expression of one of our columns.

    Parameters
    ----------
    rule
        How it follows from the tape.
    target
        The column.
    source
        The staged file; an expression names its columns.
    field
        The field that the rule reads; None for a constant or an expression.
    newest_month
        Calendar month of offset 0.
    """
    faults: list[tuple[ColumnElement[bool], str]] = []
    told = rule.column or target.name
    if rule.expression:
        part, faults = built(rule.expression, source, rule.no_data, rule.number)
        field = _typed(part.sql, part.kind)
    elif field is None:
        return Understood(sa.cast(sa.literal(rule.constant), target.type))
    if rule.codes:
        text = field if isinstance(field.type, sa.String) else sa.cast(field, sa.String)
        coded: ColumnElement[Any] = sa.case(dict(rule.codes), value=text, else_=sa.literal(rule.others))
        faults.append((sa.and_(text.is_not(None), coded.is_(None)), f"unknown_code {told}"))
        return Understood(coded, tuple(faults))
    value, why = _read(rule, field, target, newest_month)
    if value is not field:
        faults.append((sa.and_(field.is_not(None), value.is_(None)), f"{why} {told}"))
    return Understood(value, tuple(faults))


def _typed(sql: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    if kind == "number":
        return sa.type_coerce(sql, sa.Double)
    if kind == "day":
        return sa.type_coerce(sql, sa.Date)
    return sa.type_coerce(sql, sa.Boolean if kind == "flag" else sa.String)


def _read(
    rule: ColumnRule, field: ColumnElement[Any], target: sa.Column[Any], newest_month: date | None
) -> tuple[ColumnElement[Any], str]:
    """The value where the field says what the column needs, null where it does not, and what it should have said."""
    if isinstance(target.type, sa.Date | sa.DateTime):
        moment = moment_of(field, rule.forms, newest_month)
        if target.name.endswith("_month") or target.name == "month":
            moment = func.date_trunc("month", moment)
        return sa.cast(moment, target.type), "not_a_date"
    if YEARS_FROM_DAYS in rule.forms:
        years = func.floor(number_of(field, rule.number) / -365.25)
        return (_band(years, rule.bands) if rule.bands else sa.try_cast(years, target.type)), "not_a_number"
    if rule.bands:
        return _band(number_of(field, rule.number), rule.bands), "not_a_number"
    if isinstance(target.type, sa.Boolean):
        return (field if isinstance(field.type, sa.Boolean) else sa.try_cast(field, sa.Boolean)), "not_yes_or_no"
    if isinstance(target.type, sa.Integer):
        return _integer(rule, field, target)
    if isinstance(target.type, sa.Float):
        times, over = rule.unit
        number = number_of(field, rule.number, percent_is_hundredth=over % 100 != 0)
        return sa.case((func.isfinite(number), number * times / over)), "not_a_number"
    return (field if isinstance(field.type, sa.String) else sa.cast(field, sa.String)), "not_text"


def _integer(rule: ColumnRule, field: ColumnElement[Any], target: sa.Column[Any]) -> tuple[ColumnElement[Any], str]:
    times, over = rule.unit
    if not target.name.endswith("_fen"):
        if isinstance(field.type, sa.Integer) and times == over == 1:
            return sa.try_cast(field, target.type), "not_a_whole_number"
        return sa.try_cast(whole(number_of(field, rule.number) * times / over), target.type), "not_a_whole_number"
    if isinstance(field.type, sa.Integer) and over == 1:
        return sa.try_cast(field, sa.BigInteger) * times, "not_a_number"
    amount = number_of(field, rule.number, exact=True) * times
    return sa.try_cast(func.round(amount / over if over > 1 else amount), sa.BigInteger), "not_a_number"


def _band(number: ColumnElement[float], edges: tuple[int, ...]) -> ColumnElement[str]:
    whens = [(number < edges[0], f"LT{edges[0]}")]
    whens += [(number < high, f"{low}_{high - 1}") for low, high in pairwise(edges)]
    return sa.case(*whens, (number >= edges[-1], f"{edges[-1]}_UP"))
