"""What a field of a tape says, as SQL: text, numbers as people write them, days and moments.

Each is null where the field does not say what was looked for; the statements run in the embedded engine that stages the
tape, whatever engine holds the book.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func

from jiebei_dash.load.mapping import EPOCH_SECONDS, EXCEL_DAYS, MONTHS_FROM_NEWEST

LINE = "_tape_line"
"""Number of the row in its file, from 0, that a staged row came from."""
_WIDE = "０１２３４５６７８９．，％＋－（）　"
_NARROW = "0123456789.,%+-() "
_BESIDE_DIGITS = r"[,\s'¥￥$€£元()]|CNY|RMB|USD|EUR"
_DECIMAL = sa.Numeric(18, 4)
"""Decimal, not binary: 0.29 yuan are 29 fen; as wide as one machine word, a hundred times faster than wider ones."""


def is_number(column: ColumnElement[Any]) -> bool:
    """Return whether the tape itself declares a column to be a number."""
    return isinstance(column.type, sa.Integer | sa.Float | sa.Numeric)


def is_moment(column: ColumnElement[Any]) -> bool:
    """Return whether the tape itself declares a column to be a day or a moment."""
    return isinstance(column.type, sa.Date | sa.DateTime)


def text_of(source: FromClause, name: str, no_data: tuple[str, ...] = ()) -> ColumnElement[str]:
    """Return the text of a field, without blanks around it; null where it is empty or says that nothing is known."""
    column = source.c[name]
    is_text = isinstance(column.type, sa.String)
    text = func.nullif(func.trim(column if is_text else sa.cast(column, sa.String)), "", type_=sa.String)
    return sa.case((text.in_(no_data), sa.null()), else_=text) if no_data else text


def number_of(
    text: ColumnElement[Any], number: str = "plain", exact: bool = False, percent_is_hundredth: bool = True
) -> ColumnElement[Any]:
    """Return the number that a text says, or null.

    Parameters
    ----------
    text
        A field's text, or its number where the tape declares one.
    number
        One of ``mapping.NUMBERS``.
    exact
        As a decimal of four places instead of a binary fraction.
    percent_is_hundredth
        Whether a percent sign makes a hundredth of the number; not where the unit is per cent already.
    """
    kind: Any = _DECIMAL if exact else sa.Double()
    if is_number(text):
        return sa.cast(text, sa.Double)
    if number == "plain":
        return sa.try_cast(text, kind)
    narrow = func.translate(text, _WIDE, _NARROW, type_=sa.String)
    if number == "decimal_comma":
        narrow = func.replace(func.replace(narrow, ".", ""), ",", ".", type_=sa.String)
    bare = func.regexp_replace(narrow, _BESIDE_DIGITS, "", "g", type_=sa.String)
    digits = sa.try_cast(func.rtrim(bare, "%万亿", type_=sa.String), kind)
    scaled: list[tuple[ColumnElement[bool], Any]] = [
        (func.ends_with(bare, "万"), digits * 10_000),
        (func.ends_with(bare, "亿"), digits * 100_000_000),
    ]
    if percent_is_hundredth:
        scaled.append((func.ends_with(bare, "%"), digits / 100))
    value = sa.case(*scaled, else_=digits)
    in_brackets = sa.and_(func.starts_with(func.trim(narrow), "("), func.ends_with(func.trim(narrow), ")"))
    return sa.case((in_brackets, -value), else_=value)


def whole(number: ColumnElement[Any]) -> ColumnElement[int]:
    """Return a whole number, also where the tape writes it as 3.0; never rounded."""
    if isinstance(number.type, sa.Integer):
        return number
    return sa.case((number == func.floor(number), sa.try_cast(number, sa.BigInteger)))


def moment_of(text: ColumnElement[Any], forms: tuple[str, ...], newest_month: date | None) -> ColumnElement[Any]:
    """Return the moment that a text says, or null.

    Parameters
    ----------
    text
        A field's text, or its day or moment where the tape declares one.
    forms
        How it is written; tried in order. Without a form ISO 8601 is read.
    newest_month
        Calendar month of offset 0.
    """
    if is_moment(text):
        return text
    if MONTHS_FROM_NEWEST in forms:
        moved = sa.literal(newest_month, sa.Date).op("+")(func.to_months(whole(sa.try_cast(text, sa.Double))))
        return sa.cast(moved, sa.DateTime)
    if EXCEL_DAYS in forms:
        days = func.floor(sa.try_cast(text, sa.Double))
        first = sa.literal(date(1899, 12, 30), sa.Date)
        return sa.cast(first.op("+")(func.to_days(sa.try_cast(days, sa.Integer))), sa.DateTime)
    if EPOCH_SECONDS in forms:
        # Shanghai has kept UTC+8 without daylight saving since 1991.
        since: ColumnElement[Any] = sa.try_cast(text, sa.Double) + 8 * 3600
        return func.make_timestamp(sa.try_cast(since * 1_000_000, sa.BigInteger), type_=sa.DateTime)
    if not forms:
        return sa.try_cast(text, sa.DateTime)
    return func.coalesce(*[func.try_strptime(text, form, type_=sa.DateTime) for form in forms], type_=sa.DateTime)
