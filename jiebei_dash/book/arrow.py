"""Many rows of a book, as Arrow in batches, from whatever engine holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from sqlalchemy import Select
from sqlalchemy.engine import Engine

from jiebei_dash.book.reading import bulk_cursor

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
    if engine.dialect.name == "postgresql":
        with bulk_cursor(engine, select, data_version) as cursor:
            yield cursor.fetch_record_batch()
        return
    with engine.connect() as connection:
        if engine.dialect.name == "duckdb":
            embedded = connection.execution_options(duckdb_arrow=True).execute(select)
            with embedded.batches(BATCH_ROWS) as native:  # type: ignore[attr-defined]
                yield pa.RecordBatchReader.from_batches(native.schema, native)
        else:
            result: Any = connection.execute(select)
            yield result.cursor.fetch_record_batch()
            result.close()
