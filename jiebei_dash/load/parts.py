"""Parts: the rows of one table in one or more whole months, sorted, as an immutable Parquet file named by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, Table, func

from jiebei_dash.book.history import NO_MONTH

NEVER = date.fromisoformat(NO_MONTH)
PACK_ROWS = 400_000
"""Small months are packed together until a part has as many rows; a month is never cut in two."""
_SOME_ROWS = 2_048
ROW_GROUP = 61_440
"""A case reads a group of rows a month: half the engine's own size costs it a third less, a sum a twentieth more."""
_OPTIONS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"


@dataclass(frozen=True)
class Part:
    """One file.

    Parameters
    ----------
    table
        Table of the schema.
    first_month, last_month
        Periods that it holds, as in ``book_month``.
    file
        Its name in the folder of the table.
    sha256
        Of its bytes.
    row_count
        Rows.
    """

    table: str
    first_month: date
    last_month: date
    file: str
    sha256: str
    row_count: int

    @property
    def place(self) -> str:
        """Where it lies in the folder of parts."""
        return f"{self.table}/{self.file}"

    def named(self, first_month: date, last_month: date, folder: Path) -> Part:
        """Return the part named by the months that it was found to hold; its file in ``folder`` is renamed."""
        file = _name(first_month, last_month, self.sha256)
        (folder / self.place).replace(folder / self.table / file)
        return replace(self, first_month=first_month, last_month=last_month, file=file)


def sort_key(table: Table) -> list[str]:
    """Return the order of rows in a part: period, cohort, key; equal rows then give equal bytes."""
    names = [table.info.get("period"), "opened_month", *[column.name for column in table.primary_key]]
    return list(dict.fromkeys(name for name in names if name is not None and name in table.c))


def constants(connection: sa.Connection, table: Table, rows: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the columns that say the same on every row, null included; they need not go through a sort.

    Parameters
    ----------
    connection
        To the embedded engine.
    table
        Table of the schema; its key is not looked at.
    rows
        Rows of it, with every column, each of its declared type.
    """
    names = [column.name for column in table.columns if not column.primary_key]
    first = (
        connection.execute(sa.select(*[rows.c[name] for name in names]).limit(1)).mappings().first() if names else None
    )
    if first is None:
        return {}
    found: dict[str, ColumnElement[Any]] = {
        name: sa.cast(sa.literal(first[name], table.c[name].type), table.c[name].type)
        for name in names
        if first[name] is None or isinstance(table.c[name].type, sa.String | sa.Integer | sa.Date | sa.Boolean)
    }
    # The first rows already show most of those that differ, for next to nothing.
    for some in (sa.select(*[rows.c[name] for name in names]).limit(_SOME_ROWS).subquery("some"), rows):
        same = [
            func.count(some.c[name]) == 0
            if first[name] is None
            else func.bool_and(some.c[name].is_not_distinct_from(value))
            for name, value in found.items()
        ]
        if same:
            answers = connection.execute(sa.select(*same)).one()
            found = {name: found[name] for name, is_same in zip(list(found), answers, strict=True) if is_same}
    return found


def write_part(
    connection: sa.Connection,
    rows: Select,
    table: Table,
    months: Sequence[date],
    folder: Path,
    same: Mapping[str, ColumnElement[Any]] | None = None,
) -> Part:
    """Write rows as a part.

    Parameters
    ----------
    connection
        To the embedded engine.
    rows
        Columns of the table, each of its declared type, rows of ``months`` alone.
    table
        Table of the schema.
    months
        The months that it holds.
    folder
        Folder of unfinished parts; a folder a table is made in it.
    same
        Columns that are left out of ``rows``, the same on each: see :func:`constants`.
    """
    target = folder / table.name
    target.mkdir(parents=True, exist_ok=True)
    aside = target / "unfinished.parquet"
    given = rows.selected_columns
    ordered = rows.order_by(*[sa.nulls_last(given[name]) for name in sort_key(table) if name in given])
    if same:
        inner = ordered.subquery("ordered")
        columns = [same[each.name] if each.name in same else inner.c[each.name] for each in table.columns]
        ordered = sa.select(*[column.label(each.name) for column, each in zip(columns, table.columns, strict=True)])
    text = str(ordered.compile(connection.engine, compile_kwargs={"literal_binds": True}))
    count: Any = connection.exec_driver_sql(f"COPY ({text}) TO '{quoted(aside)}' ({_options(table)})").scalar_one()
    with aside.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    first, last = min(months), max(months)
    part = Part(table.name, first, last, _name(first, last, sha256), sha256, int(count))
    aside.replace(target / part.file)
    return part


def _options(table: Table) -> str:
    """Parquet's second encodings are a sixth cheaper, but Spark's fast reader does not know that of fractions."""
    has_fractions = any(isinstance(column.type, sa.Double) for column in table.columns)
    return _OPTIONS if has_fractions else f"{_OPTIONS}, PARQUET_VERSION v2"


def _name(first_month: date, last_month: date, sha256: str) -> str:
    return f"{first_month:%Y-%m}_{last_month:%Y-%m}-{sha256[:16]}.parquet"


def parts_view(connection: sa.Connection, name: str, paths: Iterable[Path], temporary: bool = False) -> None:
    """Make a view over the files of parts.

    Parameters
    ----------
    connection
        To the embedded engine.
    name
        Name of the view.
    paths
        The files; relative ones are found from ``file_search_path``.
    temporary
        For this connection alone.
    """
    listed = ", ".join(f"'{quoted(path)}'" for path in paths)
    kind = "TEMP VIEW" if temporary else "VIEW"
    # A view takes no bound values; its name is a table's and the paths are quoted.
    connection.exec_driver_sql(f'CREATE OR REPLACE {kind} "{name}" AS SELECT * FROM read_parquet([{listed}])')  # noqa: S608


def packed(counts: Iterable[tuple[date, int]]) -> list[list[date]]:
    """Return months in groups, in order, each a part: full once it has ``PACK_ROWS`` rows."""
    groups: list[list[date]] = []
    rows = PACK_ROWS
    for month, count in sorted(counts):
        if rows >= PACK_ROWS:
            groups.append([])
            rows = 0
        groups[-1].append(month)
        rows += count
    return groups


def quoted(path: Path) -> str:
    """Return a path as it stands between single quotes of the embedded engine."""
    return str(path).replace("'", "''")
