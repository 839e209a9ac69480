"""Columns of the book by kind: the unit is in the name and in the comment, the reader's level in ``info``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Double, Integer, SmallInteger, String


def text_column(
    name: str, meaning: str, key: bool = False, level: str | None = None, grouped: str | None = None
) -> Column[str]:
    """Return a column of a code or an opaque number; ``grouped`` is its level where it only names large groups."""
    return Column(name, String, primary_key=key, comment=meaning, info=_marks(level, grouped))


def int_column(name: str, meaning: str, key: bool = False) -> Column[int]:
    """Return a column of a whole number."""
    return Column(name, Integer, primary_key=key, autoincrement=False, comment=meaning)


def big_column(name: str, meaning: str) -> Column[int]:
    """Return a column of a whole number that may be large."""
    return Column(name, BigInteger, comment=meaning)


def fen_column(name: str, meaning: str, level: str | None = None) -> Column[int]:
    """Return a column of an amount in whole fen."""
    return Column(name, BigInteger, comment=f"{meaning}; fen", info={"level": level} if level else {})


def rate_column(name: str, meaning: str) -> Column[float]:
    """Return a column of a fraction or a measure."""
    return Column(name, Double, comment=meaning)


def month_column(name: str, meaning: str, key: bool = False) -> Column[object]:
    """Return a column of a month, as the date of its first day."""
    return Column(name, Date, primary_key=key, comment=f"{meaning}; first day of the month")


def time_column(name: str, meaning: str) -> Column[object]:
    """Return a column of a moment, local time in Shanghai."""
    return Column(name, DateTime, comment=f"{meaning}; Asia/Shanghai")


def day_column(name: str, meaning: str) -> Column[object]:
    """Return a column of a calendar day."""
    return Column(name, Date, comment=meaning)


def flag_column(name: str, meaning: str, level: str | None = None, grouped: str | None = None) -> Column[bool]:
    """Return a column of a yes or no; levels as for a text."""
    return Column(name, Boolean, comment=meaning, info=_marks(level, grouped))


def _marks(level: str | None, grouped: str | None) -> dict[str, str]:
    return {name: mark for name, mark in (("level", level), ("grouped", grouped)) if mark}


def segments() -> list[Column[Any]]:
    """Return the dimensions of the scope, repeated on every fact so that no chart needs a join."""
    return [
        text_column("product_class", "product class, e.g. JB_M1; not the bucket M1"),
        text_column("channel", "where the application came in"),
        text_column("province_code", "province at application, two letters"),
        text_column("zhima_band", "Zhima band at application"),
        Column("term_months", SmallInteger, comment="contract term; months, 0 if unknown"),
    ]
