"""Make the marts of a book, or bring them up to date: only months whose contents changed are summed again.

The engine that holds the book adds up; what it returns goes, batch by batch, into an embedded file beside us.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, Table, TableClause
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from jiebei_dash.book import schema
from jiebei_dash.book.arrow import batches_of
from jiebei_dash.book.engine import Book
from jiebei_dash.book.families import FAMILIES, Family
from jiebei_dash.book.marts import TABLES, mart_month, mart_version, marts
from jiebei_dash.book.sums import sum_of
from jiebei_dash.book.within import Within
from jiebei_dash.errors import BookReplaced, MartsNotWritten, MartsStopped
from jiebei_dash.marts.definitions import definition, largest, parent, summed, summed_at_once
from jiebei_dash.marts.marks import contents_of
from jiebei_dash.marts.numbers import refresh_numbers
from jiebei_dash.marts.places import file_of, files_in, folder_of, making, only_builder, put, version_in
from jiebei_dash.marts.serving import is_whole
from jiebei_dash.marts.touched import Change, Link, months_touched

BATCH_ROWS = 25_000_000
"""Rows of the book that one statement adds up at most, a month alone aside: it bounds the memory."""
_MEMORY = "2GB"
"""Of the embedded engine that takes the sums in."""
_INCOMING, _SUMMED = "_incoming", "_summed"

Progress = Callable[[str, float], None]
"""Told the family that is being summed, and the share of the whole that is done."""


@dataclass(frozen=True)
class Refreshed:
    """What was done.

    Parameters
    ----------
    path
        The file; it was there already if nothing was summed.
    months
        Months summed, by family; those that had not changed are not among them.
    """

    path: Path
    months: dict[str, list[date]]


def refresh(
    book: Book,
    marts_dir: Path,
    progress: Progress = lambda family, share: None,
    is_stopped: Callable[[], bool] = lambda: False,
    is_patient: bool = False,
) -> Refreshed:
    """Make the marts of a book, or bring those of an earlier version up to date; readers of the old ones go on.

    Parameters
    ----------
    book
        An open book, on any engine.
    marts_dir
        Where the marts of all books lie.
    progress
        Told what is being done.
    is_stopped
        Asked now and then whether to give up.
    is_patient
        Wait while another process sums the same, rather than raise.

    Returns
    -------
    Refreshed

    Raises
    ------
    MartsBusy
        Another process sums the same book's.
    MartsNotWritten
        The disk is full or failed; the marts that were there are as they were.
    MartsStopped
        It was to give up, or the book was replaced while it was being summed.
    """
    folder, target = folder_of(book, marts_dir), file_of(book, marts_dir)
    with only_builder(folder, is_stopped if is_patient else None):
        if is_whole(target, book.data_version):
            return Refreshed(target, {})
        try:
            with making(folder) as place:
                made = place / "marts.duckdb"
                if (old := _newest(folder)) is not None:
                    shutil.copyfile(old, made)
                months = _Build(book, progress, is_stopped).run(made)
                put(made, target)
        except BookReplaced as error:
            raise MartsStopped() from error
        except (DBAPIError, OSError) as error:
            text = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise MartsNotWritten(path=str(folder), why=text) from error
    return Refreshed(target, months)


def _newest(folder: Path) -> Path | None:
    """The newest file of these marts that is what its name says: the sums of it that still hold are kept."""
    return next((path for path in files_in(folder, definition()) if is_whole(path, version_in(path))), None)


@dataclass(frozen=True)
class _Build:
    book: Book
    progress: Progress
    is_stopped: Callable[[], bool]

    def run(self, made: Path) -> dict[str, list[date]]:
        contents = contents_of(self.book)
        engine = _engine(made)
        try:
            with engine.begin() as connection:
                marts.create_all(connection)
                marks: Any = connection.execute(sa.select(mart_month))
                change = Change({(name, month): found for name, month, found in marks}, contents.marks)
                connection.execute(sa.delete(mart_version))
            self.progress("numbers", 0.0)
            refresh_numbers(engine, self.book, change, contents.counts, self.is_stopped)
            linked = partial(self._linked, engine)
            touched = {family: months_touched(family, change, linked) for family in FAMILIES}
            self._sum(engine, touched, contents.counts)
            if self._version_now() != self.book.data_version:
                raise MartsStopped()
            with engine.begin() as connection:
                connection.execute(sa.delete(mart_month))
                lines = [
                    {"table_name": name, "month": month, "content_hash": found}
                    for (name, month), found in contents.marks.items()
                ]
                connection.execute(sa.insert(mart_month), lines)
                line = {"data_version": self.book.data_version, "definition": definition()}
                connection.execute(sa.insert(mart_version), [line])
            with engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        finally:
            engine.dispose()
        return {family.name: months for family, (months, _) in touched.items() if months}

    def _linked(self, engine: Engine, family: Family, link: Link, others: list[date]) -> set[date]:
        """Months of a family that other months touch in the book, or touched when the marts were made."""
        mart = TABLES[family.mart_name(family.shapes[0])]
        with self.book.engine.connect() as connection:
            now: set[date] = set(connection.execute(link.touched(others)).scalars())
        pairs = sa.select(mart.c[family.period], mart.c[link.column]).distinct().where(mart.c[link.column].is_not(None))
        with engine.connect() as connection:
            rows: Any = connection.execute(pairs)
            before: set[date] = {month for month, day in rows if day.replace(day=1) in others}
        return now | before

    def _sum(
        self,
        engine: Engine,
        touched: dict[Family, tuple[list[date], list[date]]],
        counts: Mapping[tuple[str, date], int],
    ) -> None:
        """Family by family; of each, what cannot be summed from other sums is asked of the book."""
        weight = {
            family: {month: 1 + max(counts.get((name, month), 0) for name in family.sources) for month in months}
            for family, (months, _) in touched.items()
        }
        whole, done = sum(sum(each.values()) for each in weight.values()) or 1, 0
        for family, (months, gone) in touched.items():
            self.progress(family.name, done / whole)
            with engine.begin() as connection:
                for shape in family.shapes:
                    _let_go(connection, TABLES[family.mart_name(shape)], family, gone)
                for batch in _batches(months, weight[family]):
                    if self.is_stopped():
                        raise MartsStopped()
                    self._take(connection, family, batch)
                    done += sum(weight[family][month] for month in batch)
                    self.progress(family.name, done / whole)
                for shape in sorted(family.shapes, key=len, reverse=True):
                    if months and shape not in largest(family):
                        _add_up(connection, family, shape, months)

    def _take(self, connection: Connection, family: Family, months: list[date]) -> None:
        """The largest marts of some months, from the engine that holds the book."""

        def conditions(source: FromClause) -> list[ColumnElement[bool]]:
            return _in(source.c[family.period], months) if family.period in source.c else []

        within, shapes = Within(conditions, months[0]), largest(family)
        if len(shapes) == 1:
            with _arriving(connection, self.book, summed(family, shapes[0], within)) as incoming:
                _put(connection, family, shapes[0], incoming, [])
            return
        with _arriving(connection, self.book, summed_at_once(family, within)) as incoming:
            connection.exec_driver_sql(f"CREATE OR REPLACE TEMP TABLE {_SUMMED} AS FROM {_INCOMING}")
        together = sa.table(_SUMMED, *[sa.column(column.name) for column in incoming.c])
        for shape in shapes:
            over = [name for name in family.optional if f"not_{name}" in incoming.c]
            own = [sa.column(f"not_{name}") == (0 if name in shape else 1) for name in over]
            _put(connection, family, shape, together, own)

    def _version_now(self) -> str | None:
        with self.book.engine.connect() as connection:
            return connection.execute(sa.select(schema.book_version.c.data_version)).scalar()


@contextmanager
def _arriving(connection: Connection, book: Book, statement: Select[tuple[object, ...]]) -> Iterator[TableClause]:
    """What a statement over the book answers, as a relation beside the marts, to be read once."""
    with batches_of(book.engine, statement, book.data_version) as rows:
        driver: Any = connection.connection.driver_connection
        driver.register(_INCOMING, rows)
        try:
            yield sa.table(_INCOMING, *[sa.column(column.name) for column in statement.selected_columns])
        finally:
            driver.unregister(_INCOMING)


def _put(
    connection: Connection,
    family: Family,
    shape: tuple[str, ...],
    rows: TableClause,
    conditions: list[ColumnElement[bool]],
) -> None:
    mart = TABLES[family.mart_name(shape)]
    names = [column.name for column in mart.columns]
    found: Select = sa.select(*[sa.column(name) for name in names]).select_from(rows).where(*conditions)
    ordered = found.order_by(*[sa.column(name) for name in family.keys])
    connection.execute(sa.insert(mart).from_select(names, ordered))


def _batches(months: list[date], rows: dict[date, int]) -> Iterator[list[date]]:
    """Runs of months with at most so many rows each."""
    batch: list[date] = []
    count = 0
    for month in months:
        if batch and count + rows[month] > BATCH_ROWS:
            yield batch
            batch, count = [], 0
        batch.append(month)
        count += rows[month]
    if batch:
        yield batch


def _in(column: ColumnElement[Any], months: list[date]) -> list[ColumnElement[bool]]:
    """Bounds let an engine skip what it keeps by month; the list leaves out months in between."""
    return [column >= months[0], column <= months[-1], column.in_(months)]


def _let_go(connection: Connection, mart: Table, family: Family, months: list[date]) -> None:
    if months:
        connection.execute(sa.delete(mart).where(mart.c[family.period].in_(months)))


def _add_up(connection: Connection, family: Family, shape: tuple[str, ...], months: list[date]) -> None:
    """A smaller mart from a larger one."""
    mart, larger = TABLES[family.mart_name(shape)], TABLES[family.mart_name(parent(family, shape))]
    keys = [larger.c[column.name] for column in mart.columns if column.name not in family.measures]
    sums = [sum_of(larger.c[name]).label(name) for name in family.measures]
    rows = sa.select(*keys, *sums).where(*_in(larger.c[family.period], months)).group_by(*keys).order_by(*keys)
    connection.execute(sa.insert(mart).from_select([column.name for column in mart.columns], rows))


def _engine(path: Path) -> Engine:
    engine = sa.create_engine(sa.URL.create("duckdb", database=str(path)))
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET memory_limit = '{_MEMORY}'")
    return engine
