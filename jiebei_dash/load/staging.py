"""The tape in the embedded engine that writes the book: out of core, every row numbered, broken lines apart.

A CSV file is read as text alone, with declared columns: a reader that guesses types changes codes such as 01 in
silence. Parquet is read where it lies.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa
from pyarrow import ArrowException
from sqlalchemy import FromClause, Table, func
from sqlalchemy.exc import DBAPIError

from jiebei_dash.errors import TapeColumnMissing, TapeCurrency, TapeUnreadable
from jiebei_dash.load.columns import LINE
from jiebei_dash.load.mapping import Unpivot
from jiebei_dash.load.parts import quoted
from jiebei_dash.load.streams import as_utf8, checked_header, sql_rows, workbook
from jiebei_dash.load.tape import Source, look_over

ENDINGS = (".csv", ".txt", ".tsv", ".parquet", ".xlsx")
_TYPES: dict[str, Any] = {
    "VARCHAR": sa.String, "BOOLEAN": sa.Boolean, "DATE": sa.Date, "DOUBLE": sa.Double, "FLOAT": sa.Double,
    "TINYINT": sa.BigInteger, "SMALLINT": sa.BigInteger, "INTEGER": sa.BigInteger, "BIGINT": sa.BigInteger,
    "UTINYINT": sa.BigInteger, "USMALLINT": sa.BigInteger, "UINTEGER": sa.BigInteger, "UBIGINT": sa.Numeric,
    "HUGEINT": sa.Numeric, "TIMESTAMP": sa.DateTime, "TIMESTAMP_NS": sa.DateTime, "TIMESTAMP_MS": sa.DateTime,
    "TIMESTAMP_S": sa.DateTime,
}  # fmt: skip
_NOT_THE_TAPE = ("No space left", "Out of Memory", "INTERRUPT", "could not be written", "Could not write")
"""In a failure of the engine while it reads: it is not the tape's fault."""


@dataclass(frozen=True)
class Staged:
    """A file of the tape, staged.

    Parameters
    ----------
    source
        Where it came from.
    rows
        Its rows: the tape's columns, each of its declared type, and ``LINE``.
    row_count
        How many they are.
    first_line
        Line of the first row: after the header in CSV and Excel, 1 in Parquet.
    broken
        Lines that are no rows: ``line``, ``raw`` and ``before`` (rows that come before it); None if there are none.
    broken_count
        How many they are.
    sha256
        Hash of the file, or of the rows of a SQL address.
    """

    source: Source
    rows: Table
    row_count: int
    first_line: int
    broken: Table | None
    broken_count: int
    sha256: str

    @property
    def columns(self) -> list[str]:
        """The tape's columns, in its order."""
        return [str(column.name) for column in self.rows.columns if column.name != LINE]


def stage(connection: sa.Connection, name: str, source: Source, scratch: Path, columns: Iterable[str]) -> Staged:
    """Stage a file of the tape.

    Parameters
    ----------
    connection
        To the embedded engine.
    name
        Name of the file in the mapping.
    source
        Where it lies.
    scratch
        Folder for what must be copied; gone with the unfinished version.
    columns
        Columns that the mapping names.

    Returns
    -------
    Staged

    Raises
    ------
    TapeColumnMissing
        A named column is not in it.
    TapeUnreadable
        It is not what its ending claims, or has no row.
    """
    shown = source.place
    try:
        staged = _staged(connection, name, source, scratch)
    except (UnicodeError, LookupError, OSError, csv.Error, ArrowException) as error:
        raise TapeUnreadable(path=shown, why=str(error).splitlines()[0]) from error
    except DBAPIError as error:
        text = str(error.orig)
        if any(mark in text for mark in _NOT_THE_TAPE):
            raise
        raise TapeUnreadable(path=shown, why=text.splitlines()[0]) from error
    for column in sorted(set(columns) - set(staged.columns)):
        raise TapeColumnMissing(column=column, tape=source.shown, known=", ".join(staged.columns))
    if staged.row_count + staged.broken_count == 0:
        raise TapeUnreadable(path=shown, why="no_rows")
    return staged


def _staged(connection: sa.Connection, name: str, source: Source, scratch: Path) -> Staged:
    view = f"_tape_{name}"
    ending = ".sql" if source.path is None else source.path.suffix.lower()
    if source.path is not None and ending not in ENDINGS:
        raise TapeUnreadable(path=str(source.path), why="unknown_ending")
    copy = scratch / f"tape-{len(list(scratch.iterdir()))}.parquet"
    if source.path is None:
        sha256 = sql_rows(source, copy)
    else:
        looked = look_over(source.path)
        sha256 = looked.sha256
    broken, broken_count = None, 0
    first_line = 1
    if ending in (".csv", ".txt", ".tsv"):
        first_line = source.rule.header_line + 1
        broken, broken_count = _csv(connection, name, source, copy, first_line, looked.has_blank_lines)
    elif ending == ".parquet":
        pq.read_schema(source.file)
        _view(connection, view, f"file_row_number AS {LINE}, * EXCLUDE (file_row_number)",
              f"read_parquet('{quoted(source.file)}', file_row_number = true)")  # fmt: skip
    else:
        if ending == ".xlsx":
            workbook(source, copy)
            first_line = source.rule.header_line + 1
        _view(connection, view, "*", f"read_parquet('{quoted(copy)}')")
    rows = described(connection, view)
    count = int(connection.execute(sa.select(func.count()).select_from(rows)).scalar_one())
    return Staged(source, rows, count, first_line, broken, broken_count, sha256)


def _view(connection: sa.Connection, name: str, columns: str, rows: str) -> None:
    # A view takes no bound values; names are quoted.
    connection.exec_driver_sql(f'CREATE OR REPLACE TEMP VIEW "{_name(name)}" AS SELECT {columns} FROM {rows}')  # noqa: S608


def _name(text: str) -> str:
    return text.replace('"', '""')


def described(connection: sa.Connection, name: str) -> Table:
    """Return a relation of the engine with its columns, each of its type; what is neither number nor day is text."""
    found = connection.exec_driver_sql(f'DESCRIBE "{_name(name)}"').all()
    columns = [sa.Column(row[0], _TYPES.get(row[1].partition("(")[0], _other(row[1]))) for row in found]
    return sa.Table(name, sa.MetaData(), *columns)


def _other(kind: str) -> Any:
    return sa.Numeric if kind.startswith("DECIMAL") else sa.LargeBinary


def _csv(
    connection: sa.Connection, name: str, source: Source, copy: Path, first_line: int, has_blank_lines: bool
) -> tuple[Table | None, int]:
    """A table of text, and its broken lines; each is told once, however many faults it has."""
    rule, path = source.rule, source.file
    with path.open(encoding=rule.encoding, newline="") as file:
        for _ in range(rule.header_line - 1):
            file.readline()
        header = next(csv.reader(file, delimiter=rule.delimiter), [])
    header = [cell.strip() for cell in header]
    if header:
        header[0] = header[0].removeprefix("\ufeff")
    checked_header(header, str(path))
    if rule.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig", "ascii") or has_blank_lines:
        path = as_utf8(source, copy.with_suffix(".csv"))
    columns = ", ".join(f"'{_quoted(column)}': 'VARCHAR'" for column in header)
    options = (
        f"auto_detect = false, header = true, skip = {rule.header_line - 1}, delim = '{_quoted(rule.delimiter)}', "
        f"""quote = '"', escape = '"', store_rejects = true, rejects_table = '_rejects_{_quoted(name)}', """
        f"rejects_scan = '_scans_{_quoted(name)}', rejects_limit = 0, columns = {{{columns}}}"
    )
    read = f"read_csv('{quoted(path)}', {options})"
    connection.exec_driver_sql(f'CREATE OR REPLACE TEMP TABLE "_rows_{_name(name)}" AS SELECT * FROM {read}')  # noqa: S608
    _view(connection, f"_tape_{name}", f"rowid AS {LINE}, *", f'"_rows_{_name(name)}"')
    rejects = sa.table(f"_rejects_{name}", sa.column("line", sa.BigInteger), sa.column("csv_line", sa.String))
    lines = sa.select(rejects.c.line, func.trim(func.max(rejects.c.csv_line), "\r\n").label("raw")).group_by(
        rejects.c.line
    )
    numbered = lines.subquery()
    place = func.row_number().over(order_by=numbered.c.line)
    broken = sa.Table(
        f"_broken_{name}", sa.MetaData(),
        sa.Column("line", sa.BigInteger), sa.Column("raw", sa.String), sa.Column("before", sa.BigInteger),
    )  # fmt: skip
    broken.drop(connection, checkfirst=True)
    broken.create(connection)
    line = sa.cast(numbered.c.line, sa.BigInteger)
    kept = sa.select(line, numbered.c.raw, line - first_line - (place - 1))
    connection.execute(sa.insert(broken).from_select(["line", "raw", "before"], kept))
    count = int(connection.execute(sa.select(func.count()).select_from(broken)).scalar_one())
    return (broken, count) if count else (None, 0)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def one_currency(connection: sa.Connection, staged: Staged, currency: str) -> None:
    """Refuse a file with amounts in another currency than the book's: amounts of two are never summed.

    Parameters
    ----------
    connection
        To the embedded engine.
    staged
        The file.
    currency
        The book's.

    Raises
    ------
    TapeCurrency
        Rows of it are in another currency.
    """
    rule = staged.source.rule
    if not rule.currency_column:
        return
    column = func.upper(func.trim(sa.cast(staged.rows.c[rule.currency_column], sa.String)))
    asked = sa.select(column.label("it")).distinct().order_by(sa.text("1")).limit(20)
    found: list[str | None] = list(connection.execute(asked).scalars())
    same = {name.upper() for name in (currency, *rule.currency_names)}
    named = sorted({currency if name in same else name for name in found if name})
    if any(name != currency for name in named):
        raise TapeCurrency(file=staged.source.shown, column=rule.currency_column, found=", ".join(named),
                           currency=currency)  # fmt: skip


def unpivoted(rows: FromClause, unpivot: Unpivot) -> FromClause:
    """Return rows of wide columns as one row a value of the new column; the line stays."""
    wide = {column for _, pairs in unpivot.values for column, _ in pairs}
    others = [column for column in rows.c if column.name not in wide]
    count = len(unpivot.values[0][1])
    selects = []
    for place in range(count):
        value = unpivot.values[0][1][place][1]
        told = sa.cast(sa.literal(value), sa.BigInteger if isinstance(value, int) else sa.String).label(unpivot.name)
        new = [rows.c[pairs[place][0]].label(name) for name, pairs in unpivot.values]
        selects.append(sa.select(*others, told, *new))
    return sa.union_all(*selects).subquery("_unpivoted")
