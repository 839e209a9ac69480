"""What a book says, in one hash: equal rows give the equal hash, whatever their order or how they are packed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Table, func

from jiebei_dash.book.history import NO_MONTH


class MonthMark(NamedTuple):
    """The contents of a table in a month: a row of ``book_month``."""

    table_name: str
    month: date
    row_count: int
    content_hash: str


def period_of(table: Table, rows: FromClause | None = None) -> ColumnElement[Any]:
    """Return the month under which a row is stored: its period, or ``NO_MONTH`` where it has none."""
    nowhere = sa.cast(sa.literal(NO_MONTH), sa.Date)
    name = table.info.get("period")
    if name is None:
        return nowhere
    return func.coalesce((table if rows is None else rows).c[name], nowhere)


def month_marks(connection: sa.Connection, table: Table, rows: FromClause) -> list[MonthMark]:
    """Return the contents of each month of some rows of a table.

    Parameters
    ----------
    connection
        To the embedded engine.
    table
        A table of the schema.
    rows
        Rows of it, with every column, each of its declared type; a month must be whole.

    Returns
    -------
    list of MonthMark
        One a month that has rows, by month.

    Notes
    -----
    Each row is hashed to 64 bits twice, with different seasoning, and both are summed as whole numbers without
    overflow. A sum has no order and, unlike exclusive or, does not forget a row that is there twice. It guards against
    accident and against change unseen; against forgery of the files stands the SHA-256 of each part. The row hash is
    that of the pinned engine. **Source**: house definition; the sum of row hashes is the additive multiset hash of
    Clarke et al. 2003.
    """
    columns = [rows.c[column.name] for column in table.columns]
    month = period_of(table, rows)
    marks = (
        sa.select(
            month.label("month"),
            func.count().label("row_count"),
            func.sum(func.hash(*columns)).label("one"),
            func.sum(func.hash("jiebei", *reversed(columns))).label("other"),
        )
        .group_by(sa.text("1"))
        .order_by(sa.text("1"))
    )
    signature = ",".join(f"{column.name}:{column.type}" for column in table.columns)
    found = []
    for row in connection.execute(marks):
        text = f"{table.name}({signature}){row.row_count},{int(row.one)},{int(row.other)}"
        found.append(MonthMark(table.name, row.month, row.row_count, hashlib.sha256(text.encode()).hexdigest()[:32]))
    return found


def table_hashes_of(marks: Iterable[MonthMark]) -> dict[str, str]:
    """Return one hash a table that has rows, over its months."""
    lines: dict[str, list[str]] = {}
    for mark in sorted(marks):
        lines.setdefault(mark.table_name, []).append(f"{mark.month} {mark.row_count} {mark.content_hash}")
    return {name: hashlib.sha256("\n".join(each).encode()).hexdigest() for name, each in lines.items()}


def data_version(marks: Iterable[MonthMark], lacks: Iterable[str], estimates: Iterable[str]) -> str:
    """Return the identity of a book from its contents and what is known to be missing or estimated; 12 hex digits."""
    lines = [f"{name} {value}" for name, value in sorted(table_hashes_of(marks).items())]
    lines += [f"lacks {code}" for code in sorted(lacks)] + [f"estimates {code}" for code in sorted(estimates)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
