"""A lender's tape into a book: read, check, set aside what is not understood, derive, write.

Every row of the tape is either loaded or in quarantine with a reason; the report counts both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import TapeMissing, TapeUnreadable
from jiebei_dash.load.columns import LINE, REASON, mapped
from jiebei_dash.load.mapping import ColumnRule, TableRule, TapeMapping
from jiebei_dash.load.mapping_file import read_mapping
from jiebei_dash.load.panel import MONTHS, loan_months, loans
from jiebei_dash.load.quarantine import Quarantined, bad_rows, quarantine_path, write_quarantine
from jiebei_dash.load.report import Brought, LoadReport
from jiebei_dash.load.tape import TapeFile, find_file, read_file, sha256_of
from jiebei_dash.load.writer import new_book

Progress = Callable[[str, float], None]
"""Told a step (a code of ``codes.load_step`` in the words) and the share of the work that is done, 0 to 1."""


def load_tape(tape: Path, mapping_path: Path, book_url: str, progress: Progress | None = None) -> LoadReport:
    """Bring a lender's tape in as a book; an existing book at the address is replaced when all went well.

    Parameters
    ----------
    tape
        The folder with the files that the mapping names; or the file, if it names one.
    mapping_path
        The mapping, a TOML file.
    book_url
        Address of the book to make.
    progress
        Told how far the work is.

    Returns
    -------
    LoadReport

    Raises
    ------
    MappingInvalid
        The mapping is not understood.
    TapeMissing
        The tape, or a file of it, is not there.
    TapeColumnMissing
        The mapping names a column that the tape has not.
    TapeUnreadable
        A file is not what its ending claims, or no row of it can be loaded.
    BookLocked, BookNotWritable
        The book cannot be written.
    """
    started = time.monotonic()
    tell: Progress = progress if progress is not None else _silent
    mapping = read_mapping(mapping_path)
    if not tape.exists():
        raise TapeMissing(path=str(tape))
    tell("reading", 0.0)
    paths = {name: find_file(tape, rule, len(mapping.files) == 1) for name, rule in mapping.files.items()}
    files = {name: read_file(path, mapping.files[name], _columns_named(mapping, name)) for name, path in paths.items()}
    source_sha256 = sha256_of(paths[name] for name in sorted(paths))
    staging = sa.create_engine("duckdb:///:memory:")
    brought: list[Brought] = []
    bad: list[Quarantined] = []
    try:
        with (
            staging.connect() as connection,
            new_book(book_url, "tape", mapping.name, source_sha256, mapping.sha256, mapping.lacks) as writer,
        ):
            stage = _Stage(connection, mapping)
            staged = {name: stage.put(name, _with_lines(file)) for name, file in files.items()}
            for place, rule in enumerate((mapping.panel, *mapping.tables)):
                tell("checking", 0.2 + 0.4 * place / (1 + len(mapping.tables)))
                file = files[rule.file]
                good, wrong = stage.split(rule, staged[rule.file])
                if rule is mapping.panel:
                    panel = stage.put(MONTHS, good)
                else:
                    writer.append(rule.table, good.drop_columns([LINE, REASON]))
                if good.num_rows == 0:
                    raise TapeUnreadable(path=str(file.path), why="no_good_rows")
                rows = bad_rows(file, rule.table, wrong.column(LINE), wrong.column(REASON))
                bad += rows
                count = file.rows.num_rows + len(file.broken)
                brought.append(Brought(file.path.name, rule.table, count, good.num_rows, len(rows)))
            tell("deriving", 0.6)
            writer.append("loan", stage.fetch(loans(panel, staged[mapping.panel.file], *stage.loan_rules)))
            writer.append("loan_month", stage.fetch(loan_months(panel)))
            tell("finishing", 0.8)
    finally:
        staging.dispose()
    beside = quarantine_path(book_url)
    write_quarantine(beside, bad)
    book = open_book(book_url)
    book.engine.dispose()
    tell("done", 1.0)
    return LoadReport(
        name=mapping.name,
        data_version=book.data_version,
        brought=tuple(brought),
        rows=dict(writer.rows),
        quarantined=tuple(bad),
        quarantine_path=beside if bad else None,
        seconds=time.monotonic() - started,
    )


def _silent(step: str, share: float) -> None:
    """Nobody listens."""


def _columns_named(mapping: TapeMapping, file: str) -> list[str]:
    rules: list[ColumnRule] = []
    for table in (mapping.panel, *mapping.tables):
        if table.file == file:
            rules += table.columns
    if mapping.panel.file == file:
        rules += mapping.loan_columns
    return sorted({rule.column for rule in rules if rule.column is not None})


def _with_lines(file: TapeFile) -> pa.Table:
    return file.rows.append_column(LINE, pa.array(file.lines))


class _Stage:
    """The embedded engine in memory in which a tape is taken apart."""

    def __init__(self, connection: sa.Connection, mapping: TapeMapping) -> None:
        self._connection = connection.execution_options(duckdb_arrow=True)
        self._mapping = mapping
        self.loan_rules = (mapping.loan_columns, mapping.newest_month)

    def put(self, name: str, rows: pa.Table) -> sa.TableClause:
        self._connection.connection.driver_connection.register(name, rows)  # type: ignore[union-attr]
        return sa.table(name, *[sa.column(column) for column in rows.column_names])

    def fetch(self, select: sa.Select[tuple[object, ...]]) -> pa.Table:
        return self._connection.execute(select).arrow  # type: ignore[attr-defined]

    def split(self, rule: TableRule, source: sa.TableClause) -> tuple[pa.Table, pa.Table]:
        loan_columns = self.loan_rules[0] if rule is self._mapping.panel else ()
        rows = self.fetch(mapped(rule, source, self._mapping.newest_month, loan_columns))
        is_good = pc.is_null(rows.column(REASON))
        return rows.filter(is_good), rows.filter(pc.invert(is_good)).select([LINE, REASON])
