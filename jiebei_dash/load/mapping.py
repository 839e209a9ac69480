"""What a lender's tape means in our tables: the records of a mapping; :mod:`jiebei_dash.load.mapping_file` reads them.

A column of ours follows from one column of the tape (or a constant) by one of a closed list of steps; a mapping holds
no SQL and no code.
"""

from __future__ import annotations

from collections.abc import Mapping as ByName
from dataclasses import dataclass
from datetime import date

Value = str | int | float | bool

UNITS: dict[str, dict[str, tuple[int, int]]] = {
    "_fen": {"fen": (1, 1), "yuan": (100, 1), "wan_yuan": (1_000_000, 1), "yuan_a_year": (100, 12)},
    "_rate": {"rate": (1, 1), "percent": (1, 100)},
    "rate_day": {"rate": (1, 1), "percent": (1, 100), "percent_a_year": (1, 36_500)},
}
"""Times what, over what, by the ending of our column: an amount is brought to fen (a year's to a month's), a rate to a
fraction (a year's to a day's by ACT/365)."""
MONTHS_FROM_NEWEST = "months_from_newest"
"""Form of a month given as a whole number: 0 is ``book.newest_month``, -1 the month before."""
YEARS_FROM_DAYS = "years_from_days"
"""Form of an age given as days counted back from today, e.g. -12005: whole years of 365.25 days."""


@dataclass(frozen=True)
class ColumnRule:
    """How one of our columns follows from the tape.

    Parameters
    ----------
    target
        Our column.
    column
        The tape's column; None for a constant.
    constant
        The value where ``column`` is None.
    codes
        Pairs of the tape's code and our value; empty if the value is taken as it is.
    others
        Value of a code that is not listed; None sends the row to quarantine.
    unit
        Multiplier and divisor that bring the tape's unit to ours.
    form
        How a date is written (``%Y-%m-%d``), or ``months_from_newest``, or ``years_from_days``.
    bands
        Edges of bands, ascending: ``(25, 35)`` makes ``LT25``, ``25_34`` and ``35_UP``.
    """

    target: str
    column: str | None
    constant: Value | None = None
    codes: tuple[tuple[str, Value], ...] = ()
    others: Value | None = None
    unit: tuple[int, int] = (1, 1)
    form: str = ""
    bands: tuple[int, ...] = ()


@dataclass(frozen=True)
class TableRule:
    """Which file makes a table, row by row."""

    table: str
    file: str
    columns: tuple[ColumnRule, ...]


@dataclass(frozen=True)
class FileRule:
    """A file of the tape: where it is, and for CSV how it is written."""

    name: str
    path: str
    delimiter: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True)
class TapeMapping:
    """A checked mapping.

    Parameters
    ----------
    name
        What the book is called.
    lacks
        Capabilities that the tape never had.
    newest_month
        Calendar month of offset 0, where months are offsets.
    files
        Files by name.
    panel
        The monthly status panel, table ``loan_month``: loans and their milestones follow from it.
    loan_columns
        Columns of ``loan`` beside those, as they stand in the loan's first month.
    tables
        Tables that are brought in row by row.
    sha256
        Hash of the mapping file.
    """

    name: str
    lacks: tuple[str, ...]
    newest_month: date | None
    files: ByName[str, FileRule]
    panel: TableRule
    loan_columns: tuple[ColumnRule, ...]
    tables: tuple[TableRule, ...]
    sha256: str
