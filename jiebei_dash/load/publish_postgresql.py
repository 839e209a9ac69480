"""A version of a book copied to PostgreSQL, in one transaction: only months whose contents differ are sent.

A reader sees the old version or the new one whole; whoever is killed in between has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import Table, types
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import URL, Connection
from sqlalchemy.schema import CreateIndex, CreateTable

from jiebei_dash.book import schema
from jiebei_dash.book.history import NO_MONTH
from jiebei_dash.book.reading import conninfo
from jiebei_dash.errors import BookLocked, PublishFailed
from jiebei_dash.load.catalogue import FACTS, HISTORY, Catalogue
from jiebei_dash.load.fingerprint import MonthMark
from jiebei_dash.load.publish_rows import arrow_schema, history_rows

ROWS_AT_ONCE = 100_000
Tell = Callable[[str, float], None]
Sent = tuple[int, int, int]
"""Months sent, rows sent, months that were there already."""
_DIALECT = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
_NO_MONTH = date.fromisoformat(NO_MONTH)
_LOOKED_UP_BY = {
    "decision": ("application_id",), "loan": ("application_id",), "application": ("customer_id",),
}  # fmt: skip
"""Columns beside its key by which a record is looked up."""


def publish(address: URL, catalogue: Catalogue, source: Connection, tell: Tell) -> Sent:
    """Copy a version.

    Parameters
    ----------
    address
        Of the server's database; its search path says in which schema the book lies.
    catalogue
        Of the version.
    source
        To the book, by the embedded engine.
    tell
        Is told the table and the share done.

    Raises
    ------
    BookLocked
        Another run is publishing to this schema.
    PublishFailed
        There is no schema of the name that the search path gives.
    """
    engine = sa.create_engine(address)
    try:
        with adbc.connect(conninfo(engine), autocommit=False) as connection, connection.cursor() as cursor:
            sent = _publish(cursor, catalogue, source, tell, address.render_as_string(hide_password=True))
            connection.commit()
            return sent
    finally:
        engine.dispose()


def _publish(cursor: adbc.Cursor, catalogue: Catalogue, source: Connection, tell: Tell, shown: str) -> Sent:
    lock = "SELECT current_schema(), pg_try_advisory_xact_lock(hashtext('jiebei book ' || current_schema()))"
    place, is_ours = _rows(cursor, lock)[0]
    if place is None:
        raise PublishFailed(address=shown, why="search_path")
    if not is_ours:
        raise BookLocked(address=shown)
    found = _columns(cursor)
    made = {name for name in schema.book.tables if _make(cursor, schema.book.tables[name], found.get(name))}
    there = {} if "book_month" in made else _marks(cursor)
    wanted = {(mark.table_name, mark.month): mark for mark in catalogue.marks}
    rows_to_send = sum(m.row_count for key, m in wanted.items() if _differs(m, key, there, made)) or 1
    months = rows = 0
    for table in FACTS:
        before = {} if table.name in made else {k: v for k, v in there.items() if k[0] == table.name}
        stale = [key[1] for key, content in before.items() if key not in wanted or wanted[key].content_hash != content]
        send = [key[1] for key, m in wanted.items() if key[0] == table.name and before.get(key) != m.content_hash]
        if stale:
            plain = _plain(table)
            _execute(cursor, sa.delete(plain).where(_of_months(plain, stale)))
        if send:
            tell(table.name, min(rows / rows_to_send, 1.0))
            told = partial(_tell_rows, tell, table.name, rows, rows_to_send)
            cursor.adbc_ingest(table.name, _batches(source, table, send, told), mode="append")
        months += len(send)
        rows += sum(wanted[table.name, month].row_count for month in send)
        if table.name in made:
            _index(cursor, table)
        if stale or send or table.name in made:
            # Without new statistics the first questions would be planned for the table as it was.
            cursor.execute(f'ANALYZE "{table.name}"')
    for table in HISTORY:
        if table.name != "book_version":
            _replace(cursor, table, history_rows(catalogue, table.name))
    _replace(cursor, schema.book_version, [dict(catalogue.version)])
    return months, rows, len(wanted) - months


def _differs(mark: MonthMark, key: tuple[str, date], there: Mapping[Any, str], made: set[str]) -> bool:
    return key[0] in made or there.get(key) != mark.content_hash


def _columns(cursor: adbc.Cursor) -> dict[str, list[str]]:
    """Columns with their types of the tables that the schema of the book has on the server."""
    asked = (
        "SELECT table_name::text, column_name::text || ' ' || data_type::text FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for name, column in _rows(cursor, asked):
        found.setdefault(name, []).append(column)
    return found


def _make(cursor: adbc.Cursor, table: Table, found: list[str] | None) -> bool:
    """Make a table that is not there, or is that of another version of the product."""
    plain = _plain(table)
    wanted = [f"{column.name} {column.type.compile(_DIALECT).lower()}" for column in table.columns]
    if found == [_as_told(each) for each in wanted]:
        return False
    if found is not None:
        _execute(cursor, sa.schema.DropTable(plain))
    _execute(cursor, CreateTable(plain))
    return True


def _as_told(column: str) -> str:
    name, _, kind = column.partition(" ")
    return f"{name} {'character varying' if kind == 'varchar' else kind}"


def _plain(table: Table) -> Table:
    """The table without its key, which is made once the rows are there; texts in the order of their bytes."""
    kept = [
        sa.Column(
            column.name,
            sa.String(collation="C") if isinstance(column.type, types.String) else column.type,
            nullable=not column.primary_key,
        )
        for column in table.columns
    ]
    return Table(table.name, sa.MetaData(), *kept, info=table.info)


def _index(cursor: adbc.Cursor, table: Table) -> None:
    """A key for look-ups by number, and a map of which pages hold which months: rows come in month by month."""
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    cursor.execute(f'ALTER TABLE "{table.name}" ADD PRIMARY KEY ({key})')
    plain = _plain(table)
    period = table.info.get("period")
    if period is not None:
        brin = sa.Index(f"{table.name}_by_{period}", plain.c[period], postgresql_using="brin")
        _execute(cursor, CreateIndex(brin))
    for name in _LOOKED_UP_BY.get(table.name, ()):
        _execute(cursor, CreateIndex(sa.Index(f"{table.name}_by_{name}", plain.c[name])))


def _marks(cursor: adbc.Cursor) -> dict[tuple[str, date], str]:
    """What the server holds, by table and month."""
    rows = _rows(cursor, "SELECT table_name, month, content_hash FROM book_month")
    return {(name, month): content for name, month, content in rows}


def _of_months(table: Table, months: list[date]) -> sa.ColumnElement[bool]:
    period = table.info.get("period")
    if period is None:
        return sa.true()
    column = table.c[period]
    known = column.in_([month for month in months if month != _NO_MONTH])
    return sa.or_(known, column.is_(None)) if _NO_MONTH in months else known


def _tell_rows(tell: Tell, name: str, before: int, whole: int, sent: int) -> None:
    tell(name, min((before + sent) / whole, 1.0))


def _batches(source: Connection, table: Table, months: list[date], told: Callable[[int], None]) -> pa.RecordBatchReader:
    """Rows of some months; parts are listed, and sorted in themselves, by month, and so they come."""
    select = sa.select(*table.columns).where(_of_months(table, months))
    text = str(select.compile(source.engine, compile_kwargs={"literal_binds": True}))
    cursor: Any = source.connection.cursor()
    cursor.execute(text)
    reader = cursor.to_arrow_reader(ROWS_AT_ONCE)

    def batches() -> Iterator[pa.RecordBatch]:
        sent = 0
        for batch in reader:
            yield batch
            sent += batch.num_rows
            told(sent)

    return pa.RecordBatchReader.from_batches(reader.schema, batches()).cast(arrow_schema(table))


def _replace(cursor: adbc.Cursor, table: Table, rows: list[dict[str, Any]]) -> None:
    _execute(cursor, sa.delete(_plain(table)))
    if rows:
        cursor.adbc_ingest(table.name, pa.Table.from_pylist(rows, arrow_schema(table)), mode="append")


def _execute(cursor: adbc.Cursor, statement: Any) -> None:
    literal = {} if isinstance(statement, CreateTable | CreateIndex | sa.schema.DropTable) else {"literal_binds": True}
    cursor.execute(str(statement.compile(dialect=_DIALECT, compile_kwargs=literal)))


def _rows(cursor: adbc.Cursor, text: str) -> list[tuple[Any, ...]]:
    cursor.execute(text)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
