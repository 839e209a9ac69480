"""The first rows of a file of a tape, as text: enough to see what its columns mean, and nothing more."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from jiebei_dash.errors import TapeMissing, TapeUnreadable

ROWS = 2_000
ENDINGS = (".csv", ".txt", ".tsv", ".parquet", ".xlsx")
"""Files that can be looked into."""
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", "\t", ";", "|")
_BYTES = 4_000_000


@dataclass(frozen=True)
class Looked:
    """The first rows of a file.

    Parameters
    ----------
    path
        The file.
    columns
        Names in order.
    rows
        Texts, at most ``ROWS``; an empty text where there is no value.
    delimiter, encoding
        Of a CSV file.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    encoding: str = "utf-8"

    def values(self, column: str) -> list[str]:
        """Return the values of a column."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows]


def files_of(tape: Path) -> list[Path]:
    """Return the files of a tape that can be looked into: itself, or those of its folder by name.

    Raises
    ------
    TapeMissing
        Nothing is there, or nothing that can be read.
    """
    found = [tape] if tape.is_file() else sorted(tape.iterdir()) if tape.is_dir() else []
    kept = [path for path in found if path.is_file() and path.suffix.lower() in ENDINGS]
    if not kept:
        raise TapeMissing(path=str(tape))
    return kept


def look(path: Path) -> Looked:
    """Return the first rows of a file.

    Parameters
    ----------
    path
        CSV (UTF-8 or GB18030; comma, tab, semicolon or bar), Parquet, or the first sheet of a workbook.

    Raises
    ------
    TapeUnreadable
        It is not what its ending claims, has no row, or does not name each column once.
    """
    try:
        if path.suffix.lower() == ".parquet":
            found = _parquet(path)
        elif path.suffix.lower() == ".xlsx":
            found = _workbook(path)
        else:
            found = _csv(path)
    except (OSError, pa.ArrowInvalid, zipfile.BadZipFile, InvalidFileException, csv.Error, KeyError) as error:
        raise TapeUnreadable(path=path.name, why=str(error).splitlines()[0]) from error
    if not all(found.columns) or len(set(found.columns)) != len(found.columns):
        raise TapeUnreadable(path=path.name, why="bad_header")
    if not found.rows:
        raise TapeUnreadable(path=path.name, why="no_rows")
    return found


def _parquet(path: Path) -> Looked:
    file = pq.ParquetFile(path)
    batch = next(file.iter_batches(batch_size=ROWS), None)
    columns = tuple(file.schema_arrow.names)
    rows = [] if batch is None else [[row[name] for name in columns] for row in batch.to_pylist()]
    return Looked(path, columns, _texts(rows, len(columns)))


def _workbook(path: Path) -> Looked:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        columns = tuple("" if cell is None else str(cell).strip() for cell in next(rows, ()))
        while columns and not columns[-1]:
            columns = columns[:-1]
        return Looked(path, columns, _texts(islice(rows, ROWS), len(columns)))
    finally:
        book.close()


def _csv(path: Path) -> Looked:
    with path.open("rb") as file:
        head = file.read(_BYTES)
    # Only whole lines are read: a sign of several bytes must not be cut.
    head = head[: head.rfind(b"\n") + 1] or head
    for encoding in _ENCODINGS:
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=first.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = tuple(name.strip() for name in next(lines, []))
        rows = _texts(islice(lines, ROWS), len(columns))
        return Looked(path, columns, rows, delimiter, "utf-8" if encoding == "utf-8-sig" else encoding)
    raise TapeUnreadable(path=path.name, why="not_decoded")


def _texts(rows: Iterable[Sequence[Any]], width: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple("" if place >= len(row) or row[place] is None else str(row[place]).strip() for place in range(width))
        for row in rows
        if any(cell not in (None, "") for cell in row)
    )
