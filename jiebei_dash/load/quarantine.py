"""Rows of a tape that are not loaded: load, file, line, reason and the row as it stood, for the lender to mend.

Each load keeps its own file beside the book, for its owner's eyes alone: the rows are the tape's, with personal data.
Nothing here holds all rows in memory.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.engine import make_url

from jiebei_dash.errors import MendedInvalid
from jiebei_dash.load.columns import LINE, REASON
from jiebei_dash.load.parts import quoted
from jiebei_dash.load.splitting import Split
from jiebei_dash.load.staging import Staged
from jiebei_dash.text.export import guarded

BESIDE = ("quarantine_line", "quarantine_reason", "quarantine_column")
"""Columns that stand beside the tape's own in a list to be mended; they are not read when it is loaded again."""
_ROWS = 10_000


@dataclass(frozen=True)
class Quarantined:
    """One row that is not loaded.

    Parameters
    ----------
    load_no
        The load.
    file
        Name of the tape's file.
    table
        Our table that it was meant for.
    line
        Line of the file; in Parquet the number of the row, from 1.
    reason
        Code of ``codes.tape_reason`` in the words.
    column
        The tape's column that was not understood; empty if it is the whole row.
    raw
        The row's values as JSON; of a broken line the line.
    header
        Columns of the file, as a JSON list.
    delimiter
        Of the file.
    """

    load_no: int
    file: str
    table: str
    line: int
    reason: str
    column: str
    raw: str
    header: str = "[]"
    delimiter: str = ","


def quarantine_folder(book_url: str) -> Path:
    """Return where the quarantine of a book lies: beside it, a file a load."""
    return Path(f"{make_url(book_url).database}.quarantine").resolve()


def quarantine_path(book_url: str, load_no: int) -> Path:
    """Return the file of what one load set aside."""
    return quarantine_folder(book_url) / f"{load_no:06}.parquet"


def write_quarantine(
    connection: sa.Connection, splits: Sequence[Split], load_no: int, scratch: Path, path: Path
) -> Path | None:
    """Write down what a load sets aside.

    Parameters
    ----------
    connection
        To the embedded engine.
    splits
        The files as they were split.
    load_no
        The load.
    scratch
        Folder of the unfinished version.
    path
        Where it goes in the end.

    Returns
    -------
    Path or None
        None if no row is set aside.
    """
    selects = [select for split in splits for select in _selects(split, load_no)]
    if not selects:
        path.unlink(missing_ok=True)
        return None
    private = scratch / "quarantine"
    private.mkdir(mode=0o700)
    rows = sa.union_all(*selects).subquery()
    ordered = sa.select(*rows.c).order_by(rows.c.file, rows.c.table_name, rows.c.line)
    text = str(ordered.compile(connection.engine, compile_kwargs={"literal_binds": True}))
    aside = private / "rows.parquet"
    connection.exec_driver_sql(f"COPY ({text}) TO '{quoted(aside)}' (FORMAT parquet, COMPRESSION zstd)")
    aside.chmod(0o600)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    aside.replace(path)
    return path


def _selects(split: Split, load_no: int) -> Iterator[Select[tuple[object, ...]]]:
    staged = split.staged

    def row(line: Any, reason: Any, column: Any, raw: Any) -> Select[tuple[object, ...]]:
        told = {"load_no": sa.literal(load_no), "file": sa.literal(staged.source.shown),
                "table_name": sa.literal(split.table), "line": sa.cast(line, sa.BigInteger), "reason": reason,
                "column_name": column, "raw": sa.cast(raw, sa.String),
                "header": sa.literal(json.dumps(staged.columns, ensure_ascii=False)),
                "delimiter": sa.literal(staged.source.rule.delimiter)}  # fmt: skip
        return sa.select(*[value.label(name) for name, value in told.items()])

    if staged.broken is not None:
        yield row(staged.broken.c.line, sa.literal("broken_line"), sa.literal(""), staged.broken.c.raw)
    if split.bad_count:
        bad = sa.select(split.rows.c[LINE], split.rows.c[REASON]).where(split.rows.c[REASON].is_not(None)).subquery()
        lines = _file_lines(bad, staged).subquery()
        pairs: list[Any] = []
        for name in staged.columns:
            pairs += [name, staged.rows.c[name]]
        code = func.regexp_extract(lines.c[REASON], "^[a-z_]+")
        column = func.regexp_replace(lines.c[REASON], "^[a-z_]+ ?", "")
        raw = func.json_object(*pairs)
        joined = lines.join(staged.rows, staged.rows.c[LINE] == lines.c[LINE])
        yield row(lines.c.line, code, column, raw).select_from(joined)


def _file_lines(bad: sa.Subquery, staged: Staged) -> Select[tuple[object, ...]]:
    """Bad rows with the line of the file: broken lines before them are counted in."""
    line: ColumnElement[Any] = bad.c[LINE] + staged.first_line
    if staged.broken is None:
        return sa.select(bad.c[LINE], bad.c[REASON], line.label("line"))
    breaks = staged.broken
    marks = sa.union_all(
        sa.select(breaks.c.before.label(LINE), sa.cast(sa.null(), sa.String).label(REASON), sa.literal(1).label("one")),
        sa.select(bad.c[LINE], bad.c[REASON], sa.literal(0)),
    ).subquery()
    before = func.sum(marks.c.one).over(order_by=[marks.c[LINE], marks.c.one.desc()], rows=(None, 0))
    counted = sa.select(*marks.c, (marks.c[LINE] + staged.first_line + before).label("line")).subquery()
    return sa.select(counted.c[LINE], counted.c[REASON], counted.c.line).where(counted.c.one == 0)


def read_quarantine(path: Path, offset: int = 0, limit: int = 1_000) -> list[Quarantined]:
    """Return a page of what a load set aside, by file, table and line.

    Parameters
    ----------
    path
        The file of the load.
    offset, limit
        From which row, and how many.
    """
    found: list[Quarantined] = []
    for number, row in enumerate(_rows(path)):
        if number >= offset + limit:
            break
        if number >= offset:
            found.append(row)
    return found


def _rows(path: Path) -> Iterator[Quarantined]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS):
            for row in batch.to_pylist():
                yield Quarantined(
                    row["load_no"], row["file"], row["table_name"], row["line"], row["reason"], row["column_name"],
                    row["raw"] or "", row["header"], row["delimiter"],
                )  # fmt: skip


def write_to_mend(path: Path, file: str, target: Path, for_spreadsheet: bool = False) -> int:
    """Write what was set aside of a file as CSV in the tape's own layout, to be mended and loaded again.

    Parameters
    ----------
    path
        The file of the load.
    file
        Name of the tape's file.
    target
        The list, for its owner's eyes alone. Line, reason and column stand behind the tape's columns; a broken line is
        taken apart as far as that goes.
    for_spreadsheet
        A field that a spreadsheet would run as a formula gets an apostrophe before it. Such a list is for reading: the
        apostrophes would be loaded as part of the text.

    Returns
    -------
    int
        Rows written; a row that was meant for several tables stands once.
    """
    header: list[str] = next((json.loads(row.header) for row in _rows(path) if row.file == file), [])
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    seen: set[int] = set()
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow([*header, *BESIDE])
        for row in _rows(path):
            if row.file != file or row.line in seen:
                continue
            seen.add(row.line)
            written: list[Any] = [*_cells(row, len(header)), row.line, row.reason, row.column]
            lines.writerow([guarded(cell) for cell in written] if for_spreadsheet else written)
    return len(seen)


def to_mend(book_url: str, load_no: int, file: str, target: Path, for_spreadsheet: bool = False) -> int:
    """Write what a load of a book set aside of a file, see :func:`write_to_mend`.

    Raises
    ------
    MendedInvalid
        The load set nothing aside.
    """
    path = quarantine_path(book_url, load_no)
    if not path.is_file():
        raise MendedInvalid(path=str(path), why="not_found")
    return write_to_mend(path, file, target, for_spreadsheet)


def _cells(row: Quarantined, count: int) -> list[str]:
    """The fields of a row; of a broken line as far as they go, what is too much in the last."""
    if row.reason != "broken_line":
        return ["" if value is None else str(value) for value in json.loads(row.raw).values()]
    cells = [*next(csv.reader([row.raw], delimiter=row.delimiter), []), *[""] * count]
    rest = [cell for cell in cells[count - 1 :] if cell]
    return [*cells[: count - 1], row.delimiter.join(rest)]
