"""What a book says, month by month, in hashes: equal marks, equal sums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, case, func

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Book
from jiebei_dash.book.family_rows import BAD_BY_MOB

Marks = Mapping[tuple[str, date], str]
"""Content hash by table, or by what is seen of one, and month."""

CLOSINGS = "loan:closings"
"""Loans written off or sold, by the month of their closing: all that instalments see of loans."""
FIRST_DRAWS = "loan:first_draws"
"""First drawdowns of lines, by opening month, and whether they were bad early: all that decisions see of loans."""
COVERED = "book:covered"
"""The last closed month of a book, under that month: questions look no further."""


def _closings() -> Select[tuple[object, ...]]:
    loan = schema.loan.c
    sums = [
        func.count(),
        func.sum(loan.principal_fen),
        func.sum(loan.lost_fen),
        func.sum(loan.closed_mob),
        func.sum(loan.closed_mob * loan.principal_fen),
    ]
    lost = loan.closed_state.in_(("WO", "SOLD"))
    return sa.select(loan.closed_month, *sums).where(lost, loan.closed_month.is_not(None)).group_by(loan.closed_month)


def _first_draws() -> Select[tuple[object, ...]]:
    loan = schema.loan.c
    early = case((loan.first_30_mob <= BAD_BY_MOB, loan.first_30_mob + 1), else_=0)
    sums = [
        func.count(),
        func.sum(loan.principal_fen),
        func.sum(early),
        func.sum(early * early),
        func.sum(early * loan.principal_fen),
    ]
    first = loan.draw_no == 1
    return sa.select(loan.opened_month, *sums).where(first, loan.opened_month.is_not(None)).group_by(loan.opened_month)


@dataclass(frozen=True)
class Contents:
    """What a version of a book says.

    Parameters
    ----------
    marks
        Of every table and month, and of what is seen of loans elsewhere.
    counts
        Rows by table and month.
    """

    marks: Marks
    counts: Mapping[tuple[str, date], int]


def contents_of(book: Book) -> Contents:
    """Return what a book says, read from its engine."""
    marks: dict[tuple[str, date], str] = {(COVERED, book.last_closed_month): ""}
    counts: dict[tuple[str, date], int] = {}
    with book.engine.connect() as connection:
        for row in connection.execute(sa.select(schema.book_month)):
            marks[row.table_name, row.month] = row.content_hash
            counts[row.table_name, row.month] = int(row.row_count)
        for name, statement in ((CLOSINGS, _closings()), (FIRST_DRAWS, _first_draws())):
            rows: Any = connection.execute(statement)
            for month, *sums in rows:
                marks[name, month] = _hash(sums)
    return Contents(marks, counts)


def _hash(sums: Iterable[object]) -> str:
    """Engines answer whole numbers in types of their own."""
    text = ",".join("" if each is None else str(int(str(each).partition(".")[0])) for each in sums)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
