"""What a book says, in one hash: equal rows give the equal hash, whatever their order or the number of threads."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Table, func

from jiebei_dash.book import schema


def hashes_of(connection: sa.Connection) -> dict[str, str]:
    """Return the fingerprint of every table of the schema except ``book_version``.

    Parameters
    ----------
    connection
        To a DuckDB book.

    Returns
    -------
    dict of str to str
        64 hex digits by table name.

    Notes
    -----
    Each row is written out as text in which no two different rows look alike, and hashed by MD5; the two halves of
    the hashes are summed as whole numbers without overflow. A sum has no order and, unlike exclusive or, does not
    forget a row that is there twice. It guards against accident and against change unseen, not against somebody who
    constructs collisions: rows of a book are not chosen by an attacker. **Source**: house definition; the sum of row
    hashes is the additive multiset hash of Clarke et al. 2003.
    """
    return {
        table.name: _hash_of(connection, table)
        for table in schema.book.sorted_tables
        if table.name != schema.book_version.name
    }


def data_version(hashes: dict[str, str]) -> str:
    """Return the identity of a book from the fingerprints of its tables, 12 hex digits."""
    text = "\n".join(f"{name} {hashes[name]}" for name in sorted(hashes))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def repeated_key(connection: sa.Connection, table: Table) -> tuple[object, ...] | None:
    """Return a key that a table has more than once, or None."""
    key = [table.c[column.name] for column in table.primary_key]
    counts = sa.select(*key).group_by(*key).having(func.count() > 1).order_by(*key).limit(1)
    found = connection.execute(counts).first()
    return tuple(found) if found is not None else None


def _hash_of(connection: sa.Connection, table: Table) -> str:
    row = func.concat(*[_written(column) for column in table.columns], type_=sa.String)
    rows = sa.select(row.label("written")).subquery()
    low, high = func.md5_number_lower(rows.c.written), func.md5_number_upper(rows.c.written)
    counts = connection.execute(sa.select(func.count(), func.sum(low), func.sum(high)).select_from(rows)).one()
    columns = ",".join(f"{column.name}:{column.type}" for column in table.columns)
    return hashlib.sha256(f"{table.name}({columns}){tuple(counts)}".encode()).hexdigest()


def _written(column: ColumnElement[object]) -> ColumnElement[str]:
    """Text carries its length, so no separator inside it can be taken for one of ours."""
    if isinstance(column.type, sa.String):
        text: ColumnElement[str] = func.concat(func.length(column), ":", column, ";", type_=sa.String)
    elif isinstance(column.type, sa.Date):
        text = func.concat(func.date_diff("day", sa.literal_column("DATE '1970-01-01'"), column), ";", type_=sa.String)
    else:
        text = func.concat(sa.cast(column, sa.String), ";", type_=sa.String)
    return sa.case((column.is_(None), "-;"), else_=text)
