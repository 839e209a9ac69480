"""Marts: sums of a family of facts, made beforehand, as tables of an embedded database beside the dashboard."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, FromClause, MetaData, Select, Table
from sqlalchemy.sql import visitors

from jiebei_dash.book.access import LEVELS
from jiebei_dash.book.columns import month_column, text_column
from jiebei_dash.book.families import BY_NAME, FAMILIES, Family
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.within import WHOLE, Within

marts = MetaData()

mart_version = Table(
    "mart_version", marts,
    text_column("data_version", "version of the book that the marts are of", key=True),
    text_column("definition", "hash of the statements that define them"),
    comment="one row, written last", info={"row": "sums"},
)  # fmt: skip
mart_month = Table(
    "mart_month", marts,
    text_column("table_name", "table of the book", key=True),
    month_column("month", "its period", key=True),
    text_column("content_hash", "its contents when the marts were made"),
    comment="one row a table and month of the book: what need not be summed again", info={"row": "sums"},
)  # fmt: skip


def _table(family: Family, shape: tuple[str, ...]) -> Table:
    given = family.rows(WHOLE).selected_columns
    kept = [*family.keys, *(name for name in family.optional if name in shape)]
    info = {"row": "sums" if family.measures else "applicant", "mart": family.name}
    return Table(
        family.mart_name(shape),
        marts,
        *[Column(name, given[name].type, info=_level(given[name])) for name in kept],
        *[Column(name, BigInteger) for name in family.measures],
        comment=f"one row a combination of its keys: sums of {family.name}",
        info=info,
    )


def _level(given: ColumnElement[Any]) -> dict[str, str]:
    """What is made of a number of an applicant is of the number's level, also where a question groups by it."""
    levels = [str(part.info["level"]) for part in visitors.iterate(given) if isinstance(part, Column) if part.info]
    return {"level": max(levels, key=LEVELS.index)} if levels else {}


TABLES: dict[str, Table] = {
    table.name: table for family in FAMILIES for shape in family.shapes for table in [_table(family, shape)]
}
"""Every mart by its name."""


def reads_marts(select: Select[tuple[object, ...]]) -> bool:
    """Return whether a statement reads marts; one that reads a mart reads nothing else."""
    return bool(marts_of(select))


def marts_of(select: Select[tuple[object, ...]]) -> tuple[str, ...]:
    """Return the names of the marts that a statement reads."""
    read = {part.name for part in visitors.iterate(select) if isinstance(part, Table) and "mart" in part.info}
    return tuple(sorted(read))


def rows_of(scope: Scope, name: str, first: date | None, *used: str) -> FromClause:
    """Return what a question adds up: the smallest mart that has what it uses, else the rows themselves.

    Parameters
    ----------
    scope
        Part of the book; it knows which marts the book has.
    name
        Name of a family.
    first
        First month that the question asks about; None is all.
    *used
        Optional columns that the question groups by or looks at.

    Returns
    -------
    FromClause
        Columns: the family's keys, optional columns and measures; hold it to the scope with ``scope.conditions``.
    """
    family = BY_NAME[name]
    needed = {*used, *scope.chosen()}
    if "opened_month" in family.optional and (scope.opened_from is not None or scope.opened_to is not None):
        needed.add("opened_month")
    for shape in sorted(family.shapes, key=len):
        mart = family.mart_name(shape)
        if needed <= set(shape) and mart in scope.marts:
            return TABLES[mart]

    def conditions(source: FromClause) -> list[ColumnElement[bool]]:
        held = scope.conditions(source)
        if first is not None and family.period in source.c:
            held.append(source.c[family.period] >= first)
        return held

    return family.rows(Within(conditions, first)).subquery(family.name)
