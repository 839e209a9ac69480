"""The only way a book is written: beside the old one, whole, and then switched to.

Where it lies and why that is safe: :mod:`jiebei_dash.load.store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy import Select, Table

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.errors import BookMissing
from jiebei_dash.load.brought import DECIDED
from jiebei_dash.load.catalogue import Catalogue, read_catalogue
from jiebei_dash.load.derived import derived_columns
from jiebei_dash.load.finishing import Work, finished, making, serve, shanghai_now
from jiebei_dash.load.packing import Packing
from jiebei_dash.load.store import only_writer, store_of
from jiebei_dash.settings import code_version

Replaces = Literal["book", "months"]
_INCOMING = "_incoming"
_MEMORY = "4GB"
"""Of the embedded engine while it writes; what does not fit is spilled to the unfinished version's folder."""


class BookWriter:
    """An unfinished book; made by :func:`new_book` alone.

    Parameters
    ----------
    connection
        To the embedded engine of the unfinished version.
    packing
        Its parts.
    before
        The catalogue of the version that this one replaces; None if there is none.

    Attributes
    ----------
    connection
        For whoever stages a tape next to the unfinished book: what lies there is gone when the book is finished.
    rows
        Rows appended so far, by table.
    before
        The catalogue of the version that this one replaces.
    history
        Rows added by :meth:`record`.
    estimates
        Codes added by :meth:`estimate`.
    source_sha256
        Hash of what it is made from, where it was not known before; empty otherwise.
    scratch
        Folder for what is needed on the way: gone when the book is finished.
    """

    def __init__(self, connection: sa.Connection, packing: Packing, before: Catalogue | None, scratch: Path) -> None:
        self.connection = connection
        self.rows: dict[str, int] = {}
        self.before = before
        self.history: dict[str, list[dict[str, Any]]] = {}
        self.estimates: set[str] = set()
        self.source_sha256 = ""
        self.scratch = scratch
        self._packing = packing

    @property
    def load_no(self) -> int:
        """Number of this load, for the rows of :meth:`record`."""
        return self.before.next_load_no if self.before is not None else 1

    def append(self, table: str, rows: pd.DataFrame | pa.Table | Select, whole_months: bool = False) -> None:
        """Add rows to a table.

        Parameters
        ----------
        table
            Name of a table of facts of :mod:`jiebei_dash.book.schema`.
        rows
            A frame; or a statement over what lies on :attr:`connection`. Columns are matched by name and cast to the
            declared type; a column left out is unknown (NULL), and so is NaN in a frame, but for what follows from
            other columns (:mod:`jiebei_dash.load.derived`).
        whole_months
            All rows of the table for these months are given, now and here: they are written once instead of twice.

        Raises
        ------
        ValueError
            A column is not of the table, a key column is left out, or fractions are given for a whole-number column.
        """
        target = schema.book.tables[table]
        if isinstance(rows, Select):
            self._take(target, rows.subquery(), whole_months)
            return
        incoming = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
        _check_columns(target, incoming.column_names)
        if incoming.num_rows == 0:
            return
        incoming = _without_nan(incoming, target)
        driver = self.connection.connection.driver_connection
        driver.register(_INCOMING, incoming)  # type: ignore[union-attr]
        try:
            self._take(target, sa.table(_INCOMING, *[sa.column(name) for name in incoming.column_names]), whole_months)
        finally:
            driver.unregister(_INCOMING)  # type: ignore[union-attr]

    def _take(self, target: Table, source: sa.FromClause, whole_months: bool) -> None:
        names = [column.name for column in source.c]
        _check_columns(target, names)
        columns = {name: source.c[name] for name in names} | derived_columns(target, source)
        full = [
            sa.cast(columns[column.name] if column.name in columns else sa.null(), column.type).label(column.name)
            for column in target.columns
        ]
        count = self._packing.take(target, sa.select(*full).select_from(source), whole_months)
        self.rows[target.name] = self.rows.get(target.name, 0) + count

    def given(self, table: str) -> Table:
        """Return the rows of a table that were appended so far, but for months given whole, as a relation."""
        return self._packing.given(schema.book.tables[table])

    def old(self, table: str) -> Table:
        """Return the rows of a table of facts in the version whose months are being replaced.

        Parameters
        ----------
        table
            Name of the table.

        Returns
        -------
        Table
            A relation on :attr:`connection` with the table's columns.
        """
        return self._packing.before(schema.book.tables[table])

    def replace_months(self, table: str, months: Iterable[date]) -> None:
        """Let go of what the version before holds in some months of a table, even where nothing comes in its place."""
        self._packing.replace(table, months)

    def estimate(self, *what: str) -> None:
        """Say that something of this book was derived and not observed; codes of ``terms.ESTIMATES``."""
        if not set(what) <= set(terms.ESTIMATES):
            raise ValueError(f"unknown estimate among {what}")
        self.estimates.update(what)

    def record(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows to a table of the book's history; in ``load_run`` what the writer alone knows is filled in.

        Without a row of ``load_run`` the version is not the work of a load, and no restatement is looked for.
        """
        self.history.setdefault(table, []).extend(dict(row) for row in rows)


def _check_columns(target: Table, names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in target.c]
    if unknown:
        raise ValueError(f"{target.name} has no column {', '.join(unknown)}")
    left_out = [column.name for column in target.primary_key if column.name not in names]
    if left_out:
        raise ValueError(f"{target.name} needs its key {', '.join(left_out)}")


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
    replaces: Replaces = "book",
) -> Iterator[BookWriter]:
    """Make a version of a book and switch to it when the block ends well.

    Parameters
    ----------
    url
        Address of the book.
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
    replaces
        ``book``: nothing of an old book stays but its history. ``months``: of each table that is given rows, the months
        given replace those months, and a table without a period is replaced whole; all else stays.

    Yields
    ------
    BookWriter
        To append to.

    Raises
    ------
    BookLocked
        Another run is writing this book.
    BookMissing
        Months are to be replaced of a book that is not there.
    BookNotWritable
        The address is no DuckDB file, or its folder cannot be written.
    BookNotWritten
        The disk is full or failed; the old book is as it was.
    ValueError
        A capability is unknown, or a key is repeated in a table (a fault of whoever made the rows).
    """
    lacked = sorted(set(lacks))
    if not set(lacked) <= set(terms.CAPABILITIES):
        raise ValueError(f"unknown capability among {lacked}")
    store = store_of(url)
    when = made_at or shanghai_now()
    version = {
        "kind": kind, "name": name, "made_at": when, "source_sha256": source_sha256, "mapping_sha256": mapping_sha256,
        "code_version": code_version(),
    }  # fmt: skip
    with only_writer(store), making(store):
        before = read_catalogue(store.catalogue, store.making)
        if before is None and replaces == "months":
            raise BookMissing(address=str(store.catalogue))
        if before is not None and replaces == "months":
            # What a mapping of some months does not bring may stand in the others.
            lacked = [code for code in lacked if code not in DECIDED or code in before.lacks]
        with _staging(store.making) as connection:
            packing = Packing(connection, store, before, keeps_others=replaces == "months")
            writer = BookWriter(connection, packing, before, store.making)
            yield writer
            version["source_sha256"] = writer.source_sha256 or source_sha256
            if replaces == "months" and before is not None:
                writer.estimates.update(before.estimates)
            made = finished(connection, store, packing, Work(before, writer.history, writer.estimates), version, lacked)
        serve(store, made, before)


@contextmanager
def _staging(folder: Path) -> Iterator[sa.Connection]:
    config = {"memory_limit": _MEMORY, "temp_directory": str(folder / "spill")}
    address = sa.URL.create("duckdb", database=str(folder / "stage.duckdb"))
    engine = sa.create_engine(address, connect_args={"config": config}, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
