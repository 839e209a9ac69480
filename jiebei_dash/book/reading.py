"""How each engine hands over an answer, and the one form that it then has.

Frames are the same whichever engine answered: whole numbers are ``int64`` (``float64`` where one is unknown), fractions
``float64``, dates and moments ``datetime64``, yes and no ``bool`` (``object`` where one is unknown), texts ``str``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from jiebei_dash import late
from jiebei_dash.book import schema
from jiebei_dash.errors import BookMissing, BookReplaced

POSTGRESQL_ADBC = "adbc_driver_postgresql.dbapi"
_CONNINFO = "psycopg.conninfo:make_conninfo"
_OF_POSTGRESQL: dict[int, pa.DataType] = {
    16: pa.bool_(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(), 700: pa.float64(), 701: pa.float64(),
    1700: pa.float64(), 1082: pa.date32(), 1114: pa.timestamp("us"),
}  # fmt: skip
"""By the number that PostgreSQL gives a type; all others are texts."""


def read_frame(engine: Engine, select: Select[Any], data_version: str) -> pd.DataFrame:
    """Return the answer to a statement.

    Parameters
    ----------
    engine
        Of an open book.
    select
        The statement.
    data_version
        The version that it is asked about: a server is asked for its own in the same transaction.

    Returns
    -------
    DataFrame
        The statement's columns and rows, in the form that this module describes.

    Raises
    ------
    BookReplaced
        Another version has taken the place of the book on its server.
    """
    frame: pd.DataFrame = read_arrow(engine, select, data_version).to_pandas(date_as_object=False)
    return frame


def read_arrow(engine: Engine, select: Select[Any], data_version: str, in_bulk: bool = False) -> pa.Table:
    """Return the answer to a statement, as Arrow.

    Parameters
    ----------
    engine, select, data_version
        As for :func:`read_frame`.
    in_bulk
        Many rows are expected: PostgreSQL then hands over columns instead of rows, for a connection of its own.

    Raises
    ------
    BookReplaced
    BookMissing
        The server does not answer any more.
    """
    if engine.dialect.name == "duckdb":
        with engine.connect() as connection:
            found = connection.execution_options(duckdb_arrow=True).execute(select).arrow  # type: ignore[attr-defined]
            return _in_one_form(found)
    try:
        if engine.dialect.name == "postgresql" and not in_bulk:
            return _in_one_form(_rows(engine, select, data_version))
        with server_batches(engine, select, data_version) as batches:
            return _in_one_form(batches.read_all())
    except OperationalError as error:
        raise BookMissing(address=engine.url.render_as_string(hide_password=True)) from error


def conninfo(engine: Engine) -> str:
    """Return how PostgreSQL's own library is told to reach an engine; it holds the password, so nobody prints it."""
    _, wanted = engine.dialect.create_connect_args(engine.url)
    plain = {name: value for name, value in wanted.items() if isinstance(value, str | int)}
    text: str = late.function(_CONNINFO)(**plain)
    return text


def _rows(engine: Engine, select: Select[Any], data_version: str) -> pa.Table:
    """One transaction of one snapshot: what is found is of the version that it says."""
    with engine.connect() as connection:
        _check(connection.execute(sa.select(schema.book_version.c.data_version)).scalar(), data_version)
        result = connection.execute(select)
        described = result.cursor.description or ()  # type: ignore[union-attr]
        types = [_OF_POSTGRESQL.get(column[1], pa.string()) for column in described]  # type: ignore[call-overload]
        rows = result.all()
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in types]
    arrays = [_column(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table(arrays, names=list(result.keys()))


def _column(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    """A sum may come as an exact decimal, which Arrow does not take for a fraction."""
    if kind == pa.float64():
        return pa.array([None if value is None else float(value) for value in values], kind)
    return pa.array(values, kind)


@contextmanager
def server_batches(
    engine: Engine, select: Select[Any], data_version: str | None = None
) -> Iterator[pa.RecordBatchReader]:
    """Ask a server a statement and hand over its rows while they come, as Arrow.

    Parameters
    ----------
    engine
        Of a book on PostgreSQL or Spark.
    select
        The statement. On PostgreSQL its values stand in its text, quoted as the server quotes: the driver of columns
        gives them no type. Sums must be cast (:mod:`jiebei_dash.book.sums`), since an exact decimal comes as a text.
    data_version
        The version that it is asked about; None is whichever the server holds.

    Yields
    ------
    RecordBatchReader
        To be read inside the block; types are the engine's.

    Raises
    ------
    BookReplaced, BookMissing
    """
    if engine.dialect.name == "spark":
        with engine.connect() as session:
            result = session.execute(select)
            yield result.cursor.fetch_record_batch()  # type: ignore[union-attr]
            result.close()
        return
    dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
    dialect._backslash_escapes = False
    driver = late.module(POSTGRESQL_ADBC)
    try:
        opened = driver.connect(conninfo(engine))
    except driver.Error as error:
        raise BookMissing(address=engine.url.render_as_string(hide_password=True)) from error
    with opened as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # A backslash is a letter like any other; a server could be told otherwise.
        cursor.execute("SET LOCAL standard_conforming_strings = on")
        if data_version is not None:
            cursor.execute(str(sa.select(schema.book_version.c.data_version).compile(dialect=dialect)))
            row = cursor.fetchone()
            _check(row[0] if row else None, data_version)
        cursor.execute(str(select.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
        yield cursor.fetch_record_batch()


def _check(found: Any, data_version: str) -> None:
    if found != data_version:
        raise BookReplaced(data_version=data_version)


def _in_one_form(table: pa.Table) -> pa.Table:
    columns = []
    for column in table.columns:
        kind = _form_of(column.type)
        columns.append(column if kind == column.type else pc.cast(column, kind))
    return pa.table(columns, names=table.column_names)


def _form_of(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else kind
