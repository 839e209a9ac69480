"""A book in a folder that Spark sees: one manifest names the parts of every table, and a session has a view a table.

The manifest is put in place by one rename and the parts never change, so a session reads the version whose manifest
it was opened with, whatever is published meanwhile.

    <folder>/book.json               the manifest of the current version
    <folder>/versions/<made>-<data version>.json   the manifest of every version that was published
    <folder>/<table>/<part>.parquet  immutable, named by the hash of its bytes
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from jiebei_dash.book import schema
from jiebei_dash.book.spark_dialect import SparkDialect, quoted
from jiebei_dash.errors import BookHalfMade, BookMissing

MANIFEST = "book.json"
_PROBE = r"SELECT length('\\')"
_SETTING = "spark.sql.parser.escapedStringLiterals = false"
"""Spark's default; with the other setting our way of writing texts would be a hole, so it is looked at first."""


@dataclass(frozen=True)
class Manifest:
    """Which files a version of a book consists of.

    Parameters
    ----------
    data_version
        Of the book.
    parts
        Files by table, as ``<table>/<file>`` from the folder on.
    rows
        Rows by table, over all its parts.
    """

    data_version: str
    parts: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]

    def json(self) -> str:
        """Return the manifest as it is kept: one line, since Spark reads a text by lines."""
        tables = {name: {"rows": self.rows[name], "parts": list(self.parts[name])} for name in sorted(self.parts)}
        return json.dumps({"format": 1, "data_version": self.data_version, "tables": tables}, sort_keys=True)


def manifest_of(text: str) -> Manifest:
    """Return the manifest that a line says.

    Raises
    ------
    ValueError
        It says none.
    """
    told: Any = json.loads(text)
    if not isinstance(told, dict) or told.get("format") != 1:
        raise ValueError("no manifest of this version of the product")
    tables = told["tables"]
    parts = {name: tuple(each["parts"]) for name, each in tables.items()}
    return Manifest(told["data_version"], parts, {name: int(each["rows"]) for name, each in tables.items()})


def folder_of(address: URL) -> str:
    """Return the folder of a book as Spark sees it: a path, or what another file system calls it (``s3a://...``)."""
    place = (address.database or "").rstrip("/")
    return place if "://" in place else f"/{place.lstrip('/')}"


def read_manifest(engine: Engine, folder: str) -> Manifest:
    """Read the current manifest through Spark, so that whoever asks needs no access to the folder.

    Raises
    ------
    BookMissing
        There is no manifest.
    BookHalfMade
        There is a file, but it is no manifest.
    """
    lines = sa.select(sa.column("value", sa.String)).select_from(sa.table(f"{folder}/{MANIFEST}", schema="text"))
    with engine.connect() as connection:
        found = [str(line) for line in connection.execute(lines).scalars()]
    # Sail finds nothing in a file that is not there, Spark fails.
    if not found:
        raise BookMissing(address=folder)
    try:
        return manifest_of("".join(found))
    except (ValueError, KeyError, TypeError) as error:
        raise BookHalfMade(address=folder, missing=MANIFEST) from error


def views(manifest: Manifest, folder: str) -> list[str]:
    """Return the statements that make a session's views; types are declared, so no file is looked into."""
    dialect = SparkDialect()
    names = dialect.identifier_preparer
    made = []
    for table in schema.book.sorted_tables:
        files = [part.partition("/")[2] for part in manifest.parts.get(table.name, ())]
        if not files:
            continue
        listed = files[0] if len(files) == 1 else "{" + ",".join(files) + "}"
        columns = ", ".join(
            f"{names.quote_identifier(column.name)} {column.type.compile(dialect)}" for column in table.columns
        )
        path = quoted(f"{folder}/{table.name}/{listed}")
        made.append(
            f"CREATE OR REPLACE TEMPORARY VIEW {names.quote_identifier(table.name)} ({columns})"
            f" USING parquet OPTIONS (path {path})"
        )
    return made


def spark_engine(address: URL) -> tuple[Engine, Manifest]:
    """Return an engine whose every session has the views of one version of a book.

    Parameters
    ----------
    address
        ``spark://host:port/<folder>``.

    Returns
    -------
    tuple of Engine and Manifest
        The manifest is that of the version which the engine reads.

    Raises
    ------
    BookHalfMade
        There is no manifest of ours, or a part that it names is not there.
    """
    plain = sa.create_engine(address, poolclass=sa.pool.NullPool)
    folder = folder_of(address)
    manifest = read_manifest(plain, folder)
    engine = sa.create_engine(address, pool_pre_ping=True)
    statements = views(manifest, folder)

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _: object) -> None:
        with ExitStack() as undo:
            undo.callback(connection.close)
            with closing(connection.cursor()) as cursor:
                cursor.execute(_PROBE)
                if cursor.fetchall()[0][0] != 1:
                    raise BookHalfMade(address=folder, missing=_SETTING)
                for statement in statements:
                    cursor.execute(statement)
            undo.pop_all()

    return engine, manifest


def check_rows(engine: Engine, manifest: Manifest, address: str) -> None:
    """Compare the rows that Spark finds with those of the manifest: a list of files skips one that is gone in silence.

    Raises
    ------
    BookHalfMade
        Naming the table.
    """
    counts = [
        sa.select(sa.literal(name).label("name"), sa.func.count().label("rows")).select_from(schema.book.tables[name])
        for name in sorted(manifest.parts)
        if name in schema.book.tables and manifest.parts[name]
    ]
    with engine.connect() as connection:
        found = {str(row.name): int(row.rows) for row in connection.execute(sa.union_all(*counts))}
    wrong = sorted(name for name, rows in found.items() if rows != manifest.rows[name])
    if wrong:
        raise BookHalfMade(address=address, missing=", ".join(wrong[:3]))
