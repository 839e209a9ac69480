"""Numbers to months: where a case stands, so that a question about it need not read the whole book.

A number is opaque, and a book is kept by month: without its month every row has to be looked at. The list of numbers
is a mart; it holds no number, only a short hash of each, and narrows where a question looks. The base rows alone say
whether a number is there: two numbers of one hash cost a month more, never a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, Table, cast, func, or_

from jiebei_dash.book.columns import month_column, text_column
from jiebei_dash.book.marts import marts

Months = tuple[date | None, ...] | None
"""Months in which something may stand; a None among them is rows without a month. None is any month."""
Kind = Literal["decision", "application", "loan", "line"]

number_month = Table(
    "number_month", marts,
    Column("number_hash", BigInteger, comment="hash of the number by the embedded engine", info={"level": "applicant"}),
    text_column("kind", "decision, application, loan; line: the application that a loan was drawn on"),
    month_column("month", "of submission of what was decided, of opening of a loan or of what was drawn on a line"),
    Column("run", Integer, comment="rows that were put in together, in the order of their hashes"),
    comment="one row a number, kind and month", info={"row": "applicant", "mart": "number_month"},
)  # fmt: skip

_DROPPED_BITS = 20
"""Of 64: of a hundred million numbers, two share a hash once in a hundred thousand, and a row takes half the place."""


@dataclass(frozen=True)
class Places:
    """In which months to look for a number.

    Parameters
    ----------
    decision
        Months of submission, if it is a decision's number.
    application
        The same, if it is that of an application that was decided.
    loan
        Opening months, if it is a drawdown's.
    line
        Opening months of the drawdowns, if it is that of an application drawn on.
    """

    decision: Months = None
    application: Months = None
    loan: Months = None
    line: Months = None

    @classmethod
    def of(cls, found: Iterable[tuple[str, date | None]]) -> Places:
        """Return the places from kinds and months; a kind that is not among them is nowhere."""
        pairs = list(found)
        by_kind: dict[str, Any] = {
            each.name: tuple(month for kind, month in pairs if kind == each.name) for each in fields(cls)
        }
        return cls(**by_kind)


ANYWHERE = Places()
"""Where to look while there is no list of numbers."""


def hash_of(number: Any) -> ColumnElement[Any]:
    """Return the hash under which a number, or a column of numbers, stands in the list; the embedded engine's alone."""
    return cast(func.hash(number).op(">>")(_DROPPED_BITS), BigInteger)


def held_to(column: ColumnElement[Any], months: Months) -> list[ColumnElement[bool]]:
    """Return the conditions that hold a month column to some months; bounds let an engine skip what it keeps by month.

    Parameters
    ----------
    column
        Month by which a table is kept, or the cohort.
    months
        None does not hold it; an empty tuple leaves nothing.
    """
    if months is None:
        return []
    known = sorted({month for month in months if month is not None})
    if None in months:
        return [or_(column.is_(None), column.in_(known))]
    if len(known) == 1:
        return [column == known[0]]
    bounds = [column >= known[0], column <= known[-1]] if known else []
    return [*bounds, column.in_(known)]
