"""The tape as it lies on disk: found, hashed, and read as text or typed columns; nothing is understood here."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from jiebei_dash.errors import TapeColumnMissing, TapeMissing, TapeUnreadable
from jiebei_dash.load.mapping import FileRule


@dataclass(frozen=True)
class BrokenLine:
    """A line of a CSV file with too few or too many fields."""

    line: int
    text: str


@dataclass(frozen=True)
class TapeFile:
    """A file that was read.

    Parameters
    ----------
    path
        Where it lies.
    rows
        Its rows; every column of a CSV file is text.
    lines
        Line of each row: in a CSV file the header is line 1; in Parquet the first row is 1.
    broken
        Lines that are no rows.
    """

    path: Path
    rows: pa.Table
    lines: np.ndarray
    broken: tuple[BrokenLine, ...]


def find_file(tape: Path, rule: FileRule, only_one: bool) -> Path:
    """Return where a file of the tape lies.

    Parameters
    ----------
    tape
        A folder; or the file itself, if the mapping names one file only.
    rule
        The file.
    only_one
        Whether the mapping names no other.

    Raises
    ------
    TapeMissing
        It is not there.
    """
    path = tape if only_one and tape.is_file() else tape / rule.path
    if not path.is_file():
        raise TapeMissing(path=str(path))
    return path


def sha256_of(paths: Iterable[Path]) -> str:
    """Return one hash over the bytes of files, in the order given."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def read_file(path: Path, rule: FileRule, columns: Iterable[str]) -> TapeFile:
    """Read a file of the tape.

    Parameters
    ----------
    path
        A ``.parquet`` or ``.csv`` file.
    rule
        How it is written.
    columns
        Columns that the mapping names.

    Returns
    -------
    TapeFile

    Raises
    ------
    TapeColumnMissing
        A named column is not in it.
    TapeUnreadable
        It is not what its ending claims, or has no row.
    """
    try:
        if path.suffix.lower() == ".parquet":
            read = _read_parquet(path)
        elif path.suffix.lower() == ".csv":
            read = _read_csv(path, rule)
        else:
            raise TapeUnreadable(path=str(path), why="unknown_ending")
    except (pa.ArrowException, UnicodeError, LookupError, OSError, csv.Error) as error:
        raise TapeUnreadable(path=str(path), why=str(error).splitlines()[0]) from error
    for column in columns:
        if column not in read.rows.column_names:
            raise TapeColumnMissing(column=column, tape=path.name, known=", ".join(read.rows.column_names))
    if read.rows.num_rows + len(read.broken) == 0:
        raise TapeUnreadable(path=str(path), why="no_rows")
    return read


def _read_parquet(path: Path) -> TapeFile:
    rows = pq.read_table(path)
    return TapeFile(path, rows, np.arange(1, rows.num_rows + 1), ())


def _read_csv(path: Path, rule: FileRule) -> TapeFile:
    """Text only: a reader that guesses types changes codes such as 01 in silence."""
    with path.open(encoding=rule.encoding, newline="") as file:
        header = next(csv.reader(file, delimiter=rule.delimiter), [])
    if len(set(header)) != len(header) or not header:
        raise TapeUnreadable(path=str(path), why="bad_header")
    header[0] = header[0].removeprefix("\ufeff")
    broken: list[BrokenLine] = []

    def keep(row: pacsv.InvalidRow) -> str:
        broken.append(BrokenLine(int(row.number), str(row.text)))
        return "skip"

    rows = pacsv.read_csv(
        path,
        # Line numbers of broken lines are known to a single thread only.
        read_options=pacsv.ReadOptions(use_threads=False, encoding=rule.encoding, column_names=header, skip_rows=1),
        parse_options=pacsv.ParseOptions(
            delimiter=rule.delimiter, invalid_row_handler=keep, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False, check_utf8=True
        ),
    )
    every = np.arange(2, rows.num_rows + len(broken) + 2)
    return TapeFile(path, rows, np.setdiff1d(every, [line.line for line in broken]), tuple(broken))
