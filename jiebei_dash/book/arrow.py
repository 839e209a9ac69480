"""Many rows of a book, as Arrow in batches, from whatever engine holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from sqlalchemy import Select
from sqlalchemy.engine import Engine

from jiebei_dash.book.reading import server_batches

BATCH_ROWS = 131_072


@contextmanager
def batches_of(engine: Engine, select: Select[tuple[object, ...]], data_version: str) -> Iterator[pa.RecordBatchReader]:
    """Ask a statement and hand over its rows while they come: no more than a few batches are in memory.

    Parameters
    ----------
    engine
        Of the book.
    select
        A Core select; its columns have names and types.
    data_version
        The version that it is asked about.

    Yields
    ------
    RecordBatchReader
        To be read inside the block; columns are those of the statement, in its order.

    Raises
    ------
    BookReplaced
        Another version has taken the place of the book on its server.
    """
    if engine.dialect.name != "duckdb":
        with server_batches(engine, select, data_version) as batches:
            yield batches
        return
    with engine.connect() as connection:
        result = connection.execution_options(duckdb_arrow=True).execute(select)
        with result.batches(BATCH_ROWS) as native:  # type: ignore[attr-defined]
            yield pa.RecordBatchReader.from_batches(native.schema, native)
