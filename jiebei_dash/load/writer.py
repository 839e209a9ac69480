"""The only way a book is written: beside the old one, whole, and then switched to.

A reader sees the old book or the new one, never half of one. The new book is made in a file in the same folder and
moved over the target as the last step, so a run that fails or is killed leaves the old book as it was. A lock beside
the target admits one writer at a time; whoever holds it may remove what a killed writer left.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.scope import month_plus
from jiebei_dash.errors import BookLocked, BookNotWritable
from jiebei_dash.load.derived import derived_columns
from jiebei_dash.load.fingerprint import data_version, hashes_of, repeated_key
from jiebei_dash.settings import code_version

_INCOMING = "_incoming"
_ASIDE = ".making-"


class BookWriter:
    """An unfinished book; made by :func:`new_book` alone.

    Parameters
    ----------
    engine
        The unfinished file.

    Attributes
    ----------
    rows
        Rows appended so far, by table.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.rows: dict[str, int] = {}

    def append(self, table: str, rows: pd.DataFrame | pa.Table) -> None:
        """Add rows to a table, in the order given.

        The order of appending is the order on disk, and ranges of it are skipped when a question is of a few months:
        give ``loan_month`` and ``instalment`` sorted by month, then ``opened_month``, then ``loan_id``.

        Parameters
        ----------
        table
            Name of a table of :mod:`jiebei_dash.book.schema`.
        rows
            Columns are matched by name and cast to the declared type; a column left out is unknown (NULL), and so
            is NaN, but for what follows from other columns (:mod:`jiebei_dash.load.derived`).

        Raises
        ------
        ValueError
            A column is not of the table, a key column is left out, or fractions are given for a whole-number column.
        """
        target = schema.book.tables[table]
        incoming = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
        unknown = [name for name in incoming.column_names if name not in target.c]
        if unknown:
            raise ValueError(f"{table} has no column {', '.join(unknown)}")
        left_out = [column.name for column in target.primary_key if column.name not in incoming.column_names]
        if left_out:
            raise ValueError(f"{table} needs its key {', '.join(left_out)}")
        if incoming.num_rows == 0:
            return
        incoming = _without_nan(incoming, target)
        view = sa.table(_INCOMING, *[sa.column(name) for name in incoming.column_names])
        columns = {name: view.c[name] for name in incoming.column_names} | derived_columns(target, view)
        selected = sa.select(*[sa.cast(column, target.c[name].type) for name, column in columns.items()])
        with self._engine.begin() as connection:
            driver = connection.connection.driver_connection
            driver.register(_INCOMING, incoming)  # type: ignore[union-attr]
            try:
                connection.execute(sa.insert(target).from_select(list(columns), selected))
            finally:
                driver.unregister(_INCOMING)  # type: ignore[union-attr]
        self.rows[table] = self.rows.get(table, 0) + incoming.num_rows


def _without_nan(incoming: pa.Table, target: sa.Table) -> pa.Table:
    """Unknown is NULL in the book; and a cast must not round a fraction in silence."""
    for place, name in enumerate(incoming.column_names):
        column = incoming.column(place)
        if not pa.types.is_floating(column.type):
            continue
        column = pc.if_else(pc.is_nan(column), None, column)
        whole = pc.all(pc.equal(column, pc.floor(column))).as_py() is not False
        if isinstance(target.c[name].type, sa.Integer) and not whole:
            raise ValueError(f"{target.name}.{name} holds whole numbers")
        incoming = incoming.set_column(place, name, column)
    return incoming


@contextmanager
def new_book(
    url: str,
    kind: str,
    name: str,
    source_sha256: str,
    mapping_sha256: str = "",
    lacks: Iterable[str] = (),
    made_at: datetime | None = None,
) -> Iterator[BookWriter]:
    """Make a book and switch to it when the block ends well.

    Parameters
    ----------
    url
        Address of the book; an existing one is replaced.
    kind
        ``sample`` or ``tape``.
    name
        What the book is called on the screen.
    source_sha256, mapping_sha256
        Hashes of what it was made from.
    lacks
        Capabilities of ``terms.CAPABILITIES`` that the source never had.
    made_at
        Local time in Shanghai; the clock's if None. It does not enter the data version.

    Yields
    ------
    BookWriter
        To append to.

    Raises
    ------
    BookLocked
        Another run is writing this book.
    BookNotWritable
        The address is no DuckDB file, or its folder cannot be written.
    ValueError
        A capability is unknown, or a key is repeated in a table (a fault of whoever made the rows).
    """
    lacked = sorted(set(lacks))
    if not set(lacked) <= set(terms.CAPABILITIES):
        raise ValueError(f"unknown capability among {lacked}")
    target = _file_of(url)
    when = made_at or datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None, microsecond=0)
    with _only_writer(target, url):
        _sweep(target)
        aside = target.with_name(f"{target.name}{_ASIDE}{os.getpid()}")
        engine = sa.create_engine(sa.URL.create("duckdb", database=str(aside)))
        try:
            # Keys are checked once at the end: an index on them would double the file and slow each append.
            _create(engine)
            writer = BookWriter(engine)
            yield writer
            if lacked:
                writer.append("book_lack", pd.DataFrame({"capability": lacked}))
            _finish(engine, kind, name, source_sha256, mapping_sha256, when)
            engine.dispose()
            _switch(aside, target)
        finally:
            engine.dispose()
            _sweep(target)


def table_hashes(url: str) -> dict[str, str]:
    """Return the fingerprint of every table of a book except ``book_version``.

    Parameters
    ----------
    url
        Address of a finished book.

    Returns
    -------
    dict of str to str
        Hash by table name; equal where the rows are equal, in whatever order they lie.
    """
    book = open_book(url)
    try:
        with book.engine.connect() as connection:
            return hashes_of(connection)
    finally:
        book.engine.dispose()


def _file_of(url: str) -> Path:
    address = make_url(url)
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() != "duckdb" or not address.database or address.database == ":memory:":
        raise BookNotWritable(address=shown)
    target = Path(address.database).resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BookNotWritable(address=shown) from error
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise BookNotWritable(address=shown)
    return target


@contextmanager
def _only_writer(target: Path, url: str) -> Iterator[None]:
    """The kernel drops the lock when a writer dies, so no stale lock can bar the next; the file itself stays."""
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BookLocked(address=make_url(url).render_as_string(hide_password=True)) from error
        yield


def _sweep(target: Path) -> None:
    """Whoever holds the lock is the only writer: every unfinished file is of a run that died."""
    for left in target.parent.glob(f"{target.name}{_ASIDE}*"):
        if left.is_dir():
            for spill in left.iterdir():
                spill.unlink()
            left.rmdir()
        else:
            left.unlink()


def _create(engine: Engine) -> None:
    plain = sa.MetaData()
    for table in schema.book.sorted_tables:
        sa.Table(
            table.name,
            plain,
            *[sa.Column(column.name, column.type, nullable=not column.primary_key) for column in table.columns],
        )
    plain.create_all(engine)


def _finish(engine: Engine, kind: str, name: str, source: str, mapping: str, made_at: datetime) -> None:
    with engine.begin() as connection:
        for table in schema.book.sorted_tables:
            if (key := repeated_key(connection, table)) is not None:
                raise ValueError(f"{table.name} has the key {key} more than once")
        first_month, last_closed_month = _covered(connection, made_at)
        connection.execute(
            sa.insert(schema.book_version).values(
                data_version=data_version(hashes_of(connection)),
                kind=kind,
                name=name,
                first_month=first_month,
                last_closed_month=last_closed_month,
                made_at=made_at,
                source_sha256=source,
                mapping_sha256=mapping,
                code_version=code_version(),
            )
        )
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")


def _covered(connection: sa.Connection, made_at: datetime) -> tuple[date, date]:
    """Months with facts: of loans, else of applications, else (an empty book) the month that closed last."""
    for month in (schema.loan_month.c.month, schema.application.c.submitted_month):
        first, last = connection.execute(sa.select(sa.func.min(month), sa.func.max(month))).one()
        if isinstance(first, date) and isinstance(last, date):
            return first, last
    closed = month_plus(made_at.date(), -1)
    return closed, closed


def _switch(aside: Path, target: Path) -> None:
    """Bytes first, then the name; a log left by a foreign writer of the old file must not meet the new one."""
    _to_disk(aside)
    target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
    aside.replace(target)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
