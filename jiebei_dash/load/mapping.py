"""What a lender's tape means in our tables: the records of a mapping; :mod:`jiebei_dash.load.mapping_file` reads them.

A column of ours follows from one column of the tape, from an expression over several, or from a constant, by one of a
closed list of steps; a mapping holds no SQL and no code.
"""

from __future__ import annotations

from collections.abc import Mapping as ByName
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Value = str | int | float | bool
Kind = Literal["panel", "instalments", "outcomes", "payments"]
KINDS: tuple[Kind, ...] = ("panel", "instalments", "outcomes", "payments")
"""What a tape tells of the course of its loans: a state each month, each payment due, one final status, or payments
without days past due."""

UNITS: dict[str, dict[str, tuple[int, int]]] = {
    "_fen": {"fen": (1, 1), "yuan": (100, 1), "wan_yuan": (1_000_000, 1), "yuan_a_year": (100, 12)},
    "_rate": {"rate": (1, 1), "percent": (1, 100), "per_mille": (1, 1_000), "basis_points": (1, 10_000)},
    "rate_day": {
        "rate": (1, 1),
        "percent": (1, 100),
        "per_mille": (1, 1_000),
        "basis_points": (1, 10_000),
        "rate_a_month": (12, 365),
        "percent_a_month": (12, 36_500),
        "rate_a_year": (1, 365),
        "percent_a_year": (1, 36_500),
        "basis_points_a_year": (1, 3_650_000),
    },
    "_months": {"months": (1, 1), "years": (12, 1)},
}
"""Times what, over what, by the ending of our column: an amount is brought to fen (a year's to a month's), a rate to a
fraction (a month's or a year's to a day's by ACT/365), a term to months."""
NO_UNIT_NEEDED = ("_months",)
"""Endings of columns that are taken as they are where no unit is named."""
MONTHS_FROM_NEWEST = "months_from_newest"
"""Form of a month given as a whole number: 0 is ``book.newest_month``, -1 the month before."""
YEARS_FROM_DAYS = "years_from_days"
"""Form of an age given as days counted back from today, e.g. -12005: whole years of 365.25 days."""
EXCEL_DAYS = "excel_days"
"""Form of a date given as days since 1899-12-30, the way spreadsheets count."""
EPOCH_SECONDS = "epoch_seconds"
"""Form of a moment given as seconds since 1970-01-01 00:00 UTC; it becomes local time in Shanghai."""
DAYS_COUNTED = (EXCEL_DAYS, EPOCH_SECONDS)
NUMBERS = ("plain", "as_written", "decimal_comma")
"""How numbers stand in text: ``1234.56``; as people write them (``1,234.56``, ``12.5%``, ``¥3,000``, ``3万``, fullwidth
digits, brackets for a minus); or with a decimal comma (``1.234,56``)."""


@dataclass(frozen=True)
class ColumnRule:
    """How one of our columns follows from the tape.

    Parameters
    ----------
    target
        Our column.
    column
        The tape's column; None for a constant or an expression.
    constant
        The value where neither ``column`` nor ``expression`` is given.
    expression
        Formula over the tape's columns, see :mod:`jiebei_dash.load.formula`; empty if there is none.
    codes
        Pairs of the tape's code and our value; empty if the value is taken as it is.
    others
        Value of a code that is not listed; None sends the row to quarantine.
    unit
        Multiplier and divisor that bring the tape's unit to ours.
    forms
        How a date is written (``%Y-%m-%d``; several are tried in order), or ``months_from_newest``, ``excel_days``,
        ``epoch_seconds``, or ``years_from_days``.
    bands
        Edges of bands, ascending: ``(25, 35)`` makes ``LT25``, ``25_34`` and ``35_UP``.
    number
        One of ``NUMBERS``.
    no_data
        Values that say "not known": they become null, never 0.
    """

    target: str
    column: str | None
    constant: Value | None = None
    expression: str = ""
    codes: tuple[tuple[str, Value], ...] = ()
    others: Value | None = None
    unit: tuple[int, int] = (1, 1)
    forms: tuple[str, ...] = ()
    bands: tuple[int, ...] = ()
    number: str = "plain"
    no_data: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableRule:
    """Which file makes a table, row by row."""

    table: str
    file: str
    columns: tuple[ColumnRule, ...]


@dataclass(frozen=True)
class FileRule:
    """A file of the tape: where it is, and how it is written.

    Parameters
    ----------
    name
        What the mapping calls it.
    path
        Its place in the tape's folder; empty if it is a table of a SQL address.
    delimiter, encoding
        Of a CSV file.
    header_line
        Line of the column names, from 1, in CSV and Excel.
    sheet
        Of a workbook; the first if empty.
    table
        Of a SQL address, ``schema.table`` or ``table``.
    currency_column
        Column that names each row's currency; empty if there is none.
    currency_names
        Values of it that mean the book's currency, beside its code.
    no_data
        Values that say "not known" in every column.
    """

    name: str
    path: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    header_line: int = 1
    sheet: str = ""
    table: str = ""
    currency_column: str = ""
    currency_names: tuple[str, ...] = ()
    no_data: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unpivot:
    """Wide columns that become rows, e.g. a status a month side by side.

    Parameters
    ----------
    name
        New column that holds what told the wide columns apart.
    values
        By new column: pairs of a wide column and its value of ``name``. All have the same values, in one order.
    """

    name: str
    values: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...]


@dataclass(frozen=True)
class CourseRule:
    """How the tape tells the course of its loans: from it follow ``loan_month`` and ``loan``.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    rows
        Its rows; the table is ``loan_month`` for a panel, otherwise one of :mod:`jiebei_dash.load.inputs`.
    loan_columns
        Columns of ``loan`` from the same rows, as they stand in the loan's first row.
    loans
        Columns of ``loan`` from another file, one row a loan; None if there is none.
    observed_to
        The last day that the tape knows of; None if the rows say it, or nobody.
    unpivot
        Wide columns that become rows first.
    also
        Rows of the same kind that stand in another file, e.g. the first report of each loan; None if there are none.
    """

    kind: Kind
    rows: TableRule
    loan_columns: tuple[ColumnRule, ...] = ()
    loans: TableRule | None = None
    observed_to: date | None = None
    unpivot: Unpivot | None = None
    also: TableRule | None = None

    @property
    def tables(self) -> list[TableRule]:
        """Its tables: the rows, those of another file, and the lines of the loans."""
        return [each for each in (self.rows, self.also, self.loans) if each is not None]


@dataclass(frozen=True)
class CheckLimits:
    """What stops a load before anything is switched.

    Parameters
    ----------
    most_quarantined_rate
        Of the rows of a file.
    most_broken_lines
        Of a file; None if only the rate counts.
    most_by_reason
        Pairs of a reason and the most rows of it.
    off
        Pairs of a check that is switched off and the reason why.
    """

    most_quarantined_rate: float = 0.05
    most_broken_lines: int | None = None
    most_by_reason: tuple[tuple[str, int], ...] = ()
    off: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ControlTotal:
    """A total given with the tape; ``month`` None is all months."""

    table: str
    month: date | None
    measure: str
    value: float


@dataclass(frozen=True)
class ControlRule:
    """Totals that what is loaded must tie with.

    Parameters
    ----------
    file
        CSV file with the columns table, month, measure, value; empty if there is none.
    rows
        Totals that stand in the mapping, in our units.
    tolerance, tolerance_rate
        Difference that is allowed, in our unit and as a share of the total: the larger counts.
    must_tie
        Whether a total that does not tie stops the load.
    unit
        Of the amounts in the file: multiplier and divisor.
    """

    file: str = ""
    rows: tuple[ControlTotal, ...] = ()
    tolerance: float = 0.0
    tolerance_rate: float = 0.0
    must_tie: bool = False
    unit: tuple[int, int] = (1, 1)


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
    course
        How the course of the loans is told; None if the tape has applications alone.
    tables
        Tables that are brought in row by row.
    sha256
        Hash of the mapping file.
    currency
        The one currency of the book.
    limits
        What stops a load.
    controls
        Totals to tie with; None if none are given.
    """

    name: str
    lacks: tuple[str, ...]
    newest_month: date | None
    files: ByName[str, FileRule]
    course: CourseRule | None
    tables: tuple[TableRule, ...]
    sha256: str
    currency: str = "CNY"
    limits: CheckLimits = field(default_factory=CheckLimits)
    controls: ControlRule | None = None
