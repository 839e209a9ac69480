"""The only way a book is written: beside the old one, whole, and then switched to.

Where it lies and why that is safe: :mod:`jiebei_dash.load.store`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import Select, Table

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.errors import BookMissing
from jiebei_dash.load.brought import DECIDED
from jiebei_dash.load.catalogue import Catalogue, read_catalogue
from jiebei_dash.load.derived import derived_columns
from jiebei_dash.load.fingerprint import MonthMark
from jiebei_dash.load.finishing import Work, finished, making, serve, shanghai_now
from jiebei_dash.load.incoming import check_columns, without_nan
from jiebei_dash.load.packing import Packing
from jiebei_dash.load.parts import Part
from jiebei_dash.load.several import Piece, several
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

    def append(self, table: str, rows: pd.DataFrame | pa.Table | Select) -> None:
        """Add rows to a table.

        Parameters
        ----------
        table
            Name of a table of facts of :mod:`jiebei_dash.book.schema`.
        rows
            A frame; or a statement over what lies on :attr:`connection`. Columns are matched by name and cast to the
            declared type; a column left out is unknown (NULL), and so is NaN in a frame, but for what follows from
            other columns (:mod:`jiebei_dash.load.derived`).

        Raises
        ------
        ValueError
            A column is not of the table, a key column is left out, or fractions are given for a whole-number column.
        """
        target = schema.book.tables[table]
        if isinstance(rows, Select):
            self._take(target, rows.subquery())
            return
        incoming = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
        check_columns(target, incoming.column_names)
        if incoming.num_rows == 0:
            return
        incoming = without_nan(incoming, target)
        driver = self.connection.connection.driver_connection
        driver.register(_INCOMING, incoming)  # type: ignore[union-attr]
        try:
            self._take(target, sa.table(_INCOMING, *[sa.column(name) for name in incoming.column_names]))
        finally:
            driver.unregister(_INCOMING)  # type: ignore[union-attr]

    def append_whole(self, pieces: Iterable[Piece], told: Callable[[int], None]) -> None:
        """Add whole months that fit into memory, several pieces at once.

        Parameters
        ----------
        pieces
            All rows of a table for some months, as of :meth:`append`; a column of texts may be one of codes.
        told
            Is told the row count that each piece said of itself, once it is written, in the order of the pieces.

        Raises
        ------
        ValueError
            As of :meth:`append`; or rows of one of the months were given whole before.
        """
        # Closed before anybody clears up: no thread may write into a folder that is being removed.
        with closing(several(pieces, self._made)) as done:
            for piece, made in done:
                if made is not None:
                    self._packing.keep(*made)
                    self.rows[piece.table] = self.rows.get(piece.table, 0) + made[0].row_count
                told(piece.row_count)

    def _made(self, piece: Piece) -> tuple[Part, list[MonthMark]] | None:
        target, rows = schema.book.tables[piece.table], piece.rows()
        check_columns(target, rows.column_names)
        return self._packing.make(target, without_nan(rows, target)) if rows.num_rows else None

    def _take(self, target: Table, source: sa.FromClause) -> None:
        names = [column.name for column in source.c]
        check_columns(target, names)
        columns = {name: source.c[name] for name in names} | derived_columns(target, source)
        full = [
            sa.cast(columns[column.name] if column.name in columns else sa.null(), column.type).label(column.name)
            for column in target.columns
        ]
        count = self._packing.take(target, sa.select(*full).select_from(source))
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
