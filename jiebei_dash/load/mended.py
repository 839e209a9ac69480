"""Rows that were set aside, mended and loaded again: they join the months that they belong to.

The list has the tape's own layout with reasons beside it: :func:`jiebei_dash.load.quarantine.write_to_mend` writes it.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Table

from jiebei_dash.errors import MendedInvalid
from jiebei_dash.load.fingerprint import period_of
from jiebei_dash.load.mapping import TapeMapping
from jiebei_dash.load.tape import Source, columns_named
from jiebei_dash.load.writer import BookWriter


def mended_part(mapping: TapeMapping, path: Path) -> tuple[TapeMapping, dict[str, Source]]:
    """Return the part of a mapping that reads a mended list, and the list as its one file.

    Parameters
    ----------
    mapping
        The mapping of the whole tape.
    path
        The list: CSV in UTF-8, with commas.

    Raises
    ------
    MendedInvalid
        The list is not there, or has the columns of no file of the mapping.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = set(next(csv.reader(file), []))
    except (OSError, UnicodeError, csv.Error) as error:
        raise MendedInvalid(path=str(path), why="not_found") from error
    named = {name: columns_named(mapping, name) for name in mapping.files}
    fitting = [name for name, columns in named.items() if columns and header.issuperset(columns)]
    if not fitting:
        raise MendedInvalid(path=str(path), why="other_columns")
    name = fitting[0]
    course = mapping.course if mapping.course is not None and mapping.course.rows.file == name else None
    if mapping.course is not None and course is None and not any(rule.file == name for rule in mapping.tables):
        raise MendedInvalid(path=str(path), why="not_by_month")
    rule = replace(mapping.files[name], delimiter=",", encoding="utf-8", header_line=1)
    part = replace(
        mapping,
        files={name: rule},
        course=replace(course, loans=None, also=None) if course is not None else None,
        tables=tuple(table for table in mapping.tables if table.file == name),
        controls=None,
    )
    return part, {name: Source(rule, path.name, path)}


def with_old_rows(writer: BookWriter, table: Table, rows: FromClause) -> FromClause:
    """Return mended rows with what the book has in the same months; of a key that both have the mended row counts.

    Parameters
    ----------
    writer
        Made with ``replaces="months"``.
    table
        Table of the book.
    rows
        The mended rows; columns that are not of the table are kept, and unknown in the book's rows.
    """
    old = writer.old(str(table.name))
    key = [column.name for column in table.primary_key]
    same = sa.exists().where(*[rows.c[name] == old.c[name] for name in key])
    kept: list[ColumnElement[Any]] = [
        sa.cast(old.c[column.name] if column.name in old.c else sa.null(), column.type).label(column.name)
        for column in rows.c
    ]
    before = sa.select(*kept).where(sa.not_(same))
    period = table.info.get("period")
    if period is not None and period in rows.c:
        before = before.where(period_of(table, old).in_(sa.select(rows.c[period])))
    return sa.union_all(sa.select(*rows.c), before).subquery("with_old")
