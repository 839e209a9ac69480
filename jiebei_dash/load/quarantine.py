"""Rows of a tape that are not loaded: file, line, reason and the row as it stood, for the lender to mend."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlalchemy.engine import make_url

from jiebei_dash.load.tape import TapeFile


@dataclass(frozen=True)
class Quarantined:
    """One row that is not loaded.

    Parameters
    ----------
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
        The line, or the row's values as JSON.
    """

    file: str
    table: str
    line: int
    reason: str
    column: str
    raw: str


def bad_rows(file: TapeFile, table: str, lines: pa.Array, reasons: pa.Array) -> list[Quarantined]:
    """Return the rows of a file that a table cannot take, its broken lines among them, by line.

    Parameters
    ----------
    file
        The tape's file.
    table
        Our table.
    lines, reasons
        Line and reason (code, or code and column) of each bad row.
    """
    found = [Quarantined(file.path.name, table, each.line, "broken_line", "", each.text) for each in file.broken]
    places = np.searchsorted(file.lines, lines.to_numpy(zero_copy_only=False))
    raws = file.rows.take(pa.array(places)).to_pylist()
    for line, reason, raw in zip(lines.to_pylist(), reasons.to_pylist(), raws, strict=True):
        code, _, column = reason.partition(" ")
        text = json.dumps(raw, ensure_ascii=False, default=str)
        found.append(Quarantined(file.path.name, table, line, code, column, text))
    return sorted(found, key=lambda row: row.line)


def quarantine_path(book_url: str) -> Path:
    """Return where the quarantine of a book lies: beside it."""
    return Path(f"{make_url(book_url).database}.quarantine.csv")


def write_quarantine(path: Path, rows: Iterable[Quarantined]) -> None:
    """Write the quarantine of a book, for its owner's eyes alone: the rows are the tape's, with personal data.

    Parameters
    ----------
    path
        Where; replaced whole, and removed if no row is bad.
    rows
        The rows.
    """
    listed = list(rows)
    if not listed:
        path.unlink(missing_ok=True)
        return
    aside = path.with_name(f"{path.name}.part")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["file", "table", "line", "reason", "column", "raw"])
        lines.writerows([row.file, row.table, row.line, row.reason, row.column, row.raw] for row in listed)
    aside.replace(path)
