"""What publishing sends beside facts, and the exact types in which rows are sent."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from sqlalchemy import Column, Table, types

from jiebei_dash.load.catalogue import Catalogue

_ARROW: dict[type[types.TypeEngine[Any]], pa.DataType] = {
    types.SmallInteger: pa.int16(), types.BigInteger: pa.int64(), types.Integer: pa.int32(),
    types.Double: pa.float64(), types.Boolean: pa.bool_(), types.Date: pa.date32(),
    types.DateTime: pa.timestamp("us"), types.String: pa.string(),
}  # fmt: skip
"""Most special first: in a binary copy a number must be as wide as its column."""


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns of a table in the types of Arrow."""

    def kind(column: Column[Any]) -> pa.DataType:
        return next(arrow for declared, arrow in _ARROW.items() if isinstance(column.type, declared))

    return pa.schema([(column.name, kind(column)) for column in table.columns])


def history_rows(catalogue: Catalogue, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table of the book's history."""
    if name == "book_version":
        return [dict(catalogue.version)]
    if name == "book_month":
        return [mark._asdict() for mark in catalogue.marks]
    if name == "book_lack":
        return [{"capability": code} for code in catalogue.lacks]
    if name == "book_estimate":
        return [{"what": code} for code in catalogue.estimates]
    return [dict(row) for row in catalogue.history.get(name, ())]
