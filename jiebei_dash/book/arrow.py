"""Many rows of a book, as Arrow in batches, from whatever engine holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.engine import Connection, Engine

BATCH_ROWS = 131_072


@contextmanager
def batches_of(engine: Engine, select: Select[tuple[object, ...]]) -> Iterator[pa.RecordBatchReader]:
    """Ask a statement and hand over its rows while they come: no more than a few batches are in memory.

    Parameters
    ----------
    engine
        Of the book.
    select
        A Core select; its columns have names and types.

    Yields
    ------
    RecordBatchReader
        To be read inside the block; columns are those of the statement, in its order.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "duckdb":
            result = connection.execution_options(duckdb_arrow=True).execute(select)
            with result.batches(BATCH_ROWS) as native:  # type: ignore[attr-defined]
                yield pa.RecordBatchReader.from_batches(native.schema, native)
        else:
            yield _from_rows(connection, select)


def _from_rows(connection: Connection, select: Select[tuple[object, ...]]) -> pa.RecordBatchReader:
    columns = list(select.selected_columns)
    schema = pa.schema([(column.name, _arrow_type(column.type)) for column in columns])
    result = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS).execute(select)

    def batches() -> Iterator[pa.RecordBatch]:
        for rows in result.partitions(BATCH_ROWS):
            arrays = [
                pa.array(values, type=field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


_ARROW_TYPES: tuple[tuple[type[sa.types.TypeEngine], pa.DataType], ...] = (
    (sa.SmallInteger, pa.int16()),
    (sa.BigInteger, pa.int64()),
    (sa.Integer, pa.int32()),
    (sa.Numeric, pa.float64()),
    (sa.Boolean, pa.bool_()),
    (sa.DateTime, pa.timestamp("us")),
    (sa.Date, pa.date32()),
    (sa.String, pa.string()),
)


def _arrow_type(kind: sa.types.TypeEngine) -> pa.DataType:
    return next(arrow for ours, arrow in _ARROW_TYPES if isinstance(kind, ours))
