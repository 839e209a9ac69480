"""The statements that define the marts, and the hash that tells one set of them from another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, SmallInteger, cast, func, select, tuple_
from sqlalchemy.dialects import registry

from jiebei_dash.book.families import BY_NAME, FAMILIES, Family
from jiebei_dash.book.marts import TABLES
from jiebei_dash.book.numbers import number_month
from jiebei_dash.book.sums import sum_of
from jiebei_dash.book.within import WHOLE, Within
from jiebei_dash.marts import numbers

FORM = "2"
"""Raised when the files, or how rows are summed, are laid out anew, so that those of an older form are not used."""


def summed(family: Family, shape: tuple[str, ...], within: Within) -> Select[tuple[object, ...]]:
    """Return the statement that one mart of a family is: sums of its rows by its keys, or the rows themselves.

    Parameters
    ----------
    family
        The facts.
    shape
        The optional columns that the mart keeps.
    within
        Holds each source to a part of the book.

    Returns
    -------
    Select
        The columns of the mart, in their order.
    """
    rows = family.rows(within).subquery(family.name)
    keys = [rows.c[name] for name in (*family.keys, *(name for name in family.optional if name in shape))]
    if not family.measures:
        return select(*keys)
    return select(*keys, *[sum_of(rows.c[name]).label(name) for name in family.measures]).group_by(*keys)


def summed_at_once(family: Family, within: Within) -> Select[tuple[object, ...]]:
    """Return the statement that sums the largest marts of a family in one reading of the book.

    Parameters
    ----------
    family
        The facts; it has measures.
    within
        Holds each source to a part of the book.

    Returns
    -------
    Select
        Keys, optional columns that one of those marts keeps, ``not_<column>`` (1 in a row that is summed over all
        values of an optional column, 0 in one that is of a value), measures.
    """
    rows = family.rows(within).subquery(family.name)
    keys = [rows.c[name] for name in family.keys]
    shapes = largest(family)
    kept = [name for name in family.optional if any(name in shape for shape in shapes)]
    sets = [tuple_(*keys, *[rows.c[name] for name in shape]) for shape in shapes]
    return select(
        *keys,
        *[rows.c[name] for name in kept],
        *[cast(func.grouping(rows.c[name]), SmallInteger).label(f"not_{name}") for name in kept],
        *[sum_of(rows.c[name]).label(name) for name in family.measures],
    ).group_by(func.grouping_sets(*sets))


def definition_of(mart: str, dialect: str = "duckdb") -> str:
    """Return the statement over the book that a mart is, for people to read and run by hand."""
    if mart == number_month.name:
        return _text(numbers.listed(), dialect)
    family = BY_NAME[TABLES[mart].info["mart"]]
    shape = next(shape for shape in family.shapes if family.mart_name(shape) == mart)
    return _text(summed(family, shape, WHOLE), dialect)


@cache
def definition() -> str:
    """Return the hash of what all marts are: another hash, other marts."""
    whole = hashlib.sha256(FORM.encode())
    for family in FAMILIES:
        whole.update(f"{_text(family.rows(WHOLE), 'duckdb')}\n".encode())
    for name, table in TABLES.items():
        columns = ",".join(f"{column.name} {column.type}" for column in table.columns)
        whole.update(f"{name}({columns})\n".encode())
    whole.update(numbers.definition().encode())
    return whole.hexdigest()


def _text(statement: Select[tuple[object, ...]] | CompoundSelect[Any], dialect: str) -> str:
    kind: Callable[[], Any] = registry.load(dialect)
    return str(statement.compile(dialect=kind(), compile_kwargs={"literal_binds": True}))


def largest(family: Family) -> list[tuple[str, ...]]:
    """Return the shapes that no other shape of a family holds: what has to be summed from the book itself."""
    return [one for one in family.shapes if not any(set(one) < set(other) for other in family.shapes)]


def parent(family: Family, shape: tuple[str, ...]) -> tuple[str, ...]:
    """Return the smallest shape from whose sums a shape can be summed."""
    return min((other for other in family.shapes if set(shape) < set(other)), key=len)
