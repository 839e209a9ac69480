"""The catalogue of a book: read an old one, make a new one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from jiebei_dash.book import schema
from jiebei_dash.book.columns import big_column, month_column, text_column
from jiebei_dash.book.embedded import find_parts_from
from jiebei_dash.book.history import ABOUT_THE_BOOK
from jiebei_dash.load.fingerprint import MonthMark
from jiebei_dash.load.parts import Part, parts_view

HISTORY: tuple[sa.Table, ...] = tuple(schema.book.tables[name] for name in sorted(ABOUT_THE_BOOK))
FACTS: tuple[sa.Table, ...] = tuple(table for table in schema.book.sorted_tables if table.name not in ABOUT_THE_BOOK)
HISTORY_KEPT = ("load_run", "load_file", "load_reason", "load_total", "restatement")
"""What a new version takes over from the one before it."""
_UNREADABLE = "unreadable.duckdb"

_plain = sa.MetaData()
for _table in HISTORY:
    sa.Table(
        _table.name,
        _plain,
        *[sa.Column(each.name, each.type, nullable=not each.primary_key) for each in _table.columns],
    )
book_part = sa.Table(
    "book_part", _plain,
    text_column("table_name", "table of the book", key=True),
    text_column("file", "file in the table's folder of parts", key=True),
    month_column("first_month", "first period in it"),
    month_column("last_month", "last period in it"),
    text_column("sha256", "hash of the file's bytes"),
    big_column("row_count", "rows"),
    comment="one row a part of the store",
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """What the catalogue of a book says.

    Parameters
    ----------
    version
        Its line of ``book_version``.
    parts
        The files of its facts.
    marks
        Its lines of ``book_month``.
    lacks, estimates
        Codes.
    history
        Rows of the tables that a new version takes over, by table.
    """

    version: Mapping[str, Any]
    parts: tuple[Part, ...]
    marks: tuple[MonthMark, ...]
    lacks: tuple[str, ...] = ()
    estimates: tuple[str, ...] = ()
    history: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        made_at: datetime = self.version["made_at"]
        return made_at

    @property
    def next_load_no(self) -> int:
        """Number of the next load."""
        return 1 + max((row["load_no"] for row in self.history["load_run"]), default=0)


def read_catalogue(path: Path, scratch: Path) -> Catalogue | None:
    """Read a catalogue.

    Parameters
    ----------
    path
        A catalogue that others may hold open: a copy of it is read, so that nobody's settings stand in the way.
    scratch
        Folder for the copy.

    Returns
    -------
    Catalogue or None
        None if there is none, or if it is not one of this version of the product.
    """
    if not path.is_file():
        return None
    copy = scratch / _UNREADABLE
    shutil.copyfile(path, copy)
    engine = _engine(copy, read_only=True)
    try:
        with engine.connect() as connection:

            def rows(table: sa.Table) -> list[dict[str, Any]]:
                return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

            versions = rows(schema.book_version)
            if len(versions) != 1:
                return None
            parts = [Part(each.pop("table_name"), **each) for each in rows(book_part)]
            return Catalogue(
                version=versions[0],
                parts=tuple(sorted(parts, key=lambda part: (part.table, part.first_month))),
                marks=tuple(sorted(MonthMark(**each) for each in rows(schema.book_month))),
                lacks=tuple(each["capability"] for each in rows(schema.book_lack)),
                estimates=tuple(each["what"] for each in rows(schema.book_estimate)),
                history={name: rows(schema.book.tables[name]) for name in HISTORY_KEPT},
            )
    except DBAPIError:
        return None
    finally:
        engine.dispose()
        copy.unlink()


def write_catalogue(path: Path, catalogue: Catalogue, parts_folder: Path) -> None:
    """Write a catalogue; the parts that it names are in place.

    Parameters
    ----------
    path
        The new file.
    catalogue
        What it says; the line of ``book_version`` is written last.
    parts_folder
        The folder of parts as it is named from the folder of the finished catalogue.
    """
    engine = _engine(path, read_only=False, search=parts_folder.parent)
    try:
        with engine.begin() as connection:
            _plain.create_all(connection)
            put: dict[str, list[dict[str, Any]]] = {
                **{name: [dict(row) for row in rows] for name, rows in catalogue.history.items()},
                "book_month": [mark._asdict() for mark in catalogue.marks],
                "book_lack": [{"capability": code} for code in sorted(catalogue.lacks)],
                "book_estimate": [{"what": code} for code in sorted(catalogue.estimates)],
                "book_part": [
                    {"table_name": part.table} | {key: getattr(part, key) for key in _PART_COLUMNS}
                    for part in catalogue.parts
                ],
            }
            for name, rows in put.items():
                if rows:
                    table = _plain.tables[name]
                    full = [{column.name: row.get(column.name) for column in table.columns} for row in rows]
                    connection.execute(sa.insert(table), full)
            for table in FACTS:
                files = [Path(parts_folder.name) / part.place for part in catalogue.parts if part.table == table.name]
                parts_view(connection, table.name, files)
            connection.execute(sa.insert(schema.book_version), [dict(catalogue.version)])
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
    finally:
        engine.dispose()


_PART_COLUMNS = ("file", "first_month", "last_month", "sha256", "row_count")


def covered(marks: Iterable[MonthMark], otherwise: date) -> tuple[date, date]:
    """Return the first and the last month with facts: of loans, else of applications, else (an empty book) another."""
    for name in ("loan_month", "application"):
        months = [mark.month for mark in marks if mark.table_name == name]
        if months:
            return min(months), max(months)
    return otherwise, otherwise


def _engine(path: Path, read_only: bool, search: Path | None = None) -> Engine:
    engine = sa.create_engine(sa.URL.create("duckdb", database=str(path)), connect_args={"read_only": read_only})
    if search is not None:
        find_parts_from(engine, search)
    return engine
