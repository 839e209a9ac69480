"""Give an open book the sums that were made of it beforehand; a file of another version is never used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from jiebei_dash.book.engine import Book
from jiebei_dash.book.marts import TABLES, mart_version
from jiebei_dash.book.numbers import number_month
from jiebei_dash.marts.definitions import definition
from jiebei_dash.marts.places import file_of

OpenMarts = Engine
"""A file of marts that is open."""
ALL_MARTS = frozenset((*TABLES, number_month.name))
"""What every file of marts has."""


def with_marts(book: Book, marts_dir: Path | None) -> Book:
    """Return a book that answers from its marts where it has fresh ones; else the book as it is.

    Parameters
    ----------
    book
        An open book.
    marts_dir
        Where the marts of all books lie; None is to do without.
    """
    path = fresh_file(book, marts_dir)
    engine = open_marts(path, book.data_version) if path is not None else None
    return attached(book, engine)


def attached(book: Book, engine: OpenMarts | None) -> Book:
    """Return a book with marts that are open already, or with none."""
    return replace(book, marts_engine=engine, marts=ALL_MARTS if engine is not None else frozenset())


def fresh_file(book: Book, marts_dir: Path | None, data_version: str = "") -> Path | None:
    """Return the file with the marts of a version of a book (its own, if none is given), None if there is none."""
    if marts_dir is None:
        return None
    path = file_of(book, marts_dir, data_version)
    return path if path.is_file() else None


def open_marts(path: Path, data_version: str) -> OpenMarts | None:
    """Open a file of marts, read only; None if it is not what its name says."""
    engine = sa.create_engine(sa.URL.create("duckdb", database=str(path)), connect_args={"read_only": True})
    try:
        with engine.connect() as connection:
            lines = connection.execute(sa.select(mart_version.c.data_version, mart_version.c.definition)).all()
    except (DBAPIError, OSError):
        lines = []
    if [tuple(line) for line in lines] != [(data_version, definition())]:
        engine.dispose()
        return None
    return engine


def is_whole(path: Path, data_version: str) -> bool:
    """Return whether a file is there and is what its name says."""
    engine = open_marts(path, data_version) if path.is_file() else None
    if engine is None:
        return False
    engine.dispose()
    return True
