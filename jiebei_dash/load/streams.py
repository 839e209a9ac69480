"""What the embedded engine does not read by itself, brought to a file that it does read, a piece at a time.

Another encoding becomes UTF-8; a workbook and the rows of a SQL address become Parquet of text, every field as it would
be written: nothing is guessed, and nothing is held whole in memory.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from jiebei_dash.errors import TapeMissing, TapeUnreadable
from jiebei_dash.load.columns import LINE
from jiebei_dash.load.tape import Source

_ROWS = 20_000
_CHARACTERS = 1 << 20
_BLANK = re.compile(r"(?<=\n)(?=\r?\n)")


def as_utf8(source: Source, target: Path) -> Path:
    """Return a copy of a CSV file in UTF-8, in which a blank line holds a blank, so that it is counted.

    Raises
    ------
    UnicodeError, LookupError
        The file is not in the encoding that the mapping names, or there is no such encoding.
    """
    with (
        source.file.open(encoding=source.rule.encoding, newline="") as file,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        before = ""
        while text := file.read(_CHARACTERS):
            # A blank line may lie across two pieces.
            joined = before[-2:] + text
            filled = _BLANK.sub(" ", joined)
            copy.write(filled[len(before[-2:]) :])
            before = joined
    return target


def workbook(source: Source, target: Path) -> Path:
    """Return a sheet of a workbook as Parquet of text, with the row that each line came from.

    Raises
    ------
    TapeUnreadable
        It is no workbook, has no such sheet, or its header is none.
    """
    try:
        book = openpyxl.load_workbook(source.file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise TapeUnreadable(path=source.place, why=str(error)) from error
    try:
        if source.rule.sheet and source.rule.sheet not in book.sheetnames:
            raise TapeUnreadable(path=f"{source.place} [{source.rule.sheet}]", why="no_sheet")
        sheet = book[source.rule.sheet] if source.rule.sheet else book.worksheets[0]
        rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(min_row=source.rule.header_line, values_only=True)
        header = ["" if cell is None else str(cell).strip() for cell in next(rows, ())]
        while header and not header[-1]:
            header.pop()
        checked_header(header, source.place)
        numbered = ((number, row) for number, row in enumerate(rows) if any(cell is not None for cell in row))
        _write(target, header, ((number, row[: len(header)]) for number, row in numbered))
    finally:
        book.close()
    return target


def sql_rows(source: Source, target: Path) -> str:
    """Write the rows of a table at a SQL address as Parquet of text, and return their hash.

    Raises
    ------
    TapeMissing
        There is no such table, or the address does not answer.
    TapeUnreadable
        The address is none, or its driver is not installed.
    """
    whole = hashlib.sha256()
    try:
        address = sa.make_url(source.address)
        shown = f"{address.render_as_string(hide_password=True)} [{source.shown}]"
        engine = sa.create_engine(address)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise TapeUnreadable(path=source.address.partition("://")[0], why="no_driver") from error
    schema, _, name = source.shown.rpartition(".")
    try:
        table = sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=engine)
        header = [column.name for column in table.columns]
        with engine.connect() as connection:
            found = connection.execution_options(stream_results=True, max_row_buffer=_ROWS).execute(sa.select(table))

            def rows() -> Iterator[tuple[int, Sequence[Any]]]:
                for number, row in enumerate(found):
                    whole.update(repr(tuple(row)).encode())
                    yield number, row

            _write(target, header, rows())
    except SQLAlchemyError as error:
        raise TapeMissing(path=shown) from error
    finally:
        engine.dispose()
    return whole.hexdigest()


def checked_header(header: Sequence[str], path: str) -> None:
    """Refuse a header that does not name each column once; the engine does not tell capitals from small letters.

    Raises
    ------
    TapeUnreadable
    """
    if not header or not all(header) or len({name.casefold() for name in header}) != len(header):
        raise TapeUnreadable(path=path, why="bad_header")


def _write(target: Path, header: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]) -> None:
    schema = pa.schema([(LINE, pa.int64()), *[(name, pa.string()) for name in header]])
    with pq.ParquetWriter(target, schema, compression="snappy") as writer:
        numbered = iter(rows)
        while piece := list(islice(numbered, _ROWS)):
            columns: list[list[Any]] = [[number for number, _ in piece]]
            columns += [
                [_text(row[place]) if place < len(row) else None for _, row in piece] for place in range(len(header))
            ]
            writer.write_table(pa.table(columns, schema=schema))


def _text(value: Any) -> str | None:
    """A cell as it would be written in a file."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
