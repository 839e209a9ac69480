"""Parts of rows that lie in memory: sorted by numbers and encoded column by column, without a way through SQL.

Half the work of the engine's own sort and encoding, since a column of codes comes with its few words and stays one.
Several threads may make parts at once.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy import Table

from jiebei_dash.load.derived import derived_columns
from jiebei_dash.load.ordering import row_order
from jiebei_dash.load.parts import NEVER, ROW_GROUP, Part, sort_key

_ARROW = {
    sa.SmallInteger: pa.int16(), sa.BigInteger: pa.int64(), sa.Integer: pa.int32(), sa.Date: pa.date32(),
    sa.DateTime: pa.timestamp("us"), sa.Boolean: pa.bool_(), sa.Double: pa.float64(), sa.String: pa.string(),
}  # fmt: skip
_INCOMING = "_whole"


def arrow_type(column: sa.Column[object]) -> pa.DataType:
    """Return the type in memory of a column of the schema."""
    return next(arrow for declared, arrow in _ARROW.items() if isinstance(column.type, declared))


def completed(connection: sa.Connection, rows: pa.Table, table: Table) -> pa.Table:
    """Return rows with every column of a table, each of its declared type; columns of codes stay codes.

    Parameters
    ----------
    connection
        To the embedded engine, of this thread alone; it computes what follows from other columns.
    rows
        Some columns of the table, its key among them.
    table
        Table of the schema.

    Raises
    ------
    pyarrow.ArrowInvalid
        A value does not fit the declared type.
    """
    source = sa.table(_INCOMING, *[sa.column(name) for name in rows.column_names])
    derived = {
        name: sa.cast(column, table.c[name].type).label(name) for name, column in derived_columns(table, source).items()
    }
    following: pa.Table | None = None
    if derived:
        text = str(sa.select(*derived.values()).compile(connection.engine, compile_kwargs={"literal_binds": True}))
        driver = connection.connection.driver_connection
        driver.register(_INCOMING, rows)  # type: ignore[union-attr]
        try:
            following = driver.execute(text).to_arrow_table()  # type: ignore[union-attr]
        finally:
            driver.unregister(_INCOMING)  # type: ignore[union-attr]
    columns = {}
    for column in table.columns:
        kind = arrow_type(column)
        if column.name in rows.column_names:
            found = rows[column.name]
            is_codes = pa.types.is_dictionary(found.type) and pa.types.is_string(kind)
            columns[column.name] = found if is_codes else found.cast(kind)
        elif following is not None and column.name in derived:
            columns[column.name] = following[column.name].cast(kind)
        else:
            columns[column.name] = pa.nulls(rows.num_rows, kind)
    return pa.table(columns)


def write_rows(rows: pa.Table, table: Table, folder: Path) -> Part:
    """Write rows that lie in memory as a part under a passing name; its months are not looked at.

    See :meth:`jiebei_dash.load.parts.Part.named`.

    Parameters
    ----------
    rows
        Every column of the table, see :func:`completed`; all rows of some months.
    table
        Table of the schema.
    folder
        Folder of unfinished parts; a folder a table is made in it.
    """
    target = folder / table.name
    target.mkdir(parents=True, exist_ok=True)
    # A name of its own: who gives the same rows twice is told so, and two threads never write one file.
    aside = target / f"unfinished-{uuid4().hex}.parquet"
    order = pa.array(row_order([rows[name] for name in sort_key(table)]))
    columns = {name: rows[name].combine_chunks().take(order) for name in rows.column_names}
    ordered = pa.table(columns)
    # Numbers that seldom repeat gain nothing by a dictionary, and looking for one is dear.
    coded = [
        field.name
        for field in ordered.schema
        if pa.types.is_dictionary(field.type) or field.type in (pa.date32(), pa.int16(), pa.int32())
    ]
    pq.write_table(
        ordered, aside, compression="zstd", compression_level=1, use_dictionary=coded, row_group_size=ROW_GROUP,
        store_schema=False,
    )  # fmt: skip
    with aside.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Part(table.name, NEVER, NEVER, aside.name, sha256, rows.num_rows)
