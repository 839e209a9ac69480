"""Counting and adding, written once: every sum comes back as a whole number on every engine."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, case, cast, func


def sum_of(column: ColumnElement[int], where: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """Return the sum of a whole-number column, 0 over no rows and over rows that do not fit.

    Parameters
    ----------
    column
        Whole fen or a count; null counts as 0.
    where
        Adds only rows that fit.

    Notes
    -----
    An engine answers a sum of BIGINT as a wider or decimal type: the cast brings it back.
    """
    part = column if where is None else case((where, column), else_=0)
    return cast(func.coalesce(func.sum(part), 0), BigInteger)


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of rows that fit; an unknown condition does not."""
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), BigInteger)
