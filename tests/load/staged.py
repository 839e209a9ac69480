"""Small tables put down in the embedded engine, and what a statement over them gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa


class Stage:
    """An embedded engine in memory."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def put(self, name: str, rows: pa.Table | pd.DataFrame | Sequence[Mapping[str, Any]]) -> sa.TableClause:
        """Register rows and return the table to select from."""
        table = rows
        if isinstance(rows, pd.DataFrame):
            table = pa.Table.from_pandas(rows, preserve_index=False)
        elif not isinstance(rows, pa.Table):
            table = pa.Table.from_pylist([dict(row) for row in rows])
        self.connection.connection.driver_connection.register(name, table)  # type: ignore[union-attr]
        return sa.table(name, *[sa.column(column) for column in table.column_names])

    def keep(self, name: str, statement: sa.Select[Any]) -> sa.TableClause:
        """Put down what a statement gives."""
        return self.put(name, self.fetch(statement))

    def fetch(self, statement: sa.Select[Any]) -> pa.Table:
        """Return what a statement gives."""
        return self.connection.execution_options(duckdb_arrow=True).execute(statement).arrow  # type: ignore[attr-defined]

    def rows(self, statement: sa.Select[Any]) -> list[dict[str, Any]]:
        """Return what a statement gives, row by row, by loan and month or number."""
        found: list[dict[str, Any]] = self.fetch(statement).to_pylist()
        return sorted(
            found, key=lambda row: [str(row.get(name, "")).zfill(12) for name in ("loan_id", "month", "instalment_no")]
        )


@contextmanager
def stage() -> Iterator[Stage]:
    """Open an engine in memory and let go of it."""
    engine = sa.create_engine("duckdb:///:memory:")
    try:
        with engine.connect() as connection:
            yield Stage(connection)
    finally:
        engine.dispose()
