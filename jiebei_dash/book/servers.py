"""Books on a server: how one is reached, and which version it holds."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from jiebei_dash.book import schema
from jiebei_dash.book.spark_book import check_rows, folder_of, read_manifest, spark_engine
from jiebei_dash.errors import BookMissing, DriverMissing

SERVED = ("postgresql", "spark")
"""Backends that a book can be published to and read from."""
LOOKED_AT_EVERY_SECONDS = 3.0


def server_engine(address: URL) -> Engine:
    """Return an engine that reads a published book.

    Parameters
    ----------
    address
        ``postgresql+psycopg://...`` or ``spark://...``.

    Raises
    ------
    DriverMissing
        What speaks to the server is not installed.
    BookHalfMade
        Spark does not find what the book's manifest names.
    """
    shown = address.render_as_string(hide_password=True)
    try:
        if address.get_backend_name() == "spark":
            engine, manifest = spark_engine(address)
            with ExitStack() as undo:
                undo.callback(engine.dispose)
                check_rows(engine, manifest, shown)
                undo.pop_all()
            return engine
        # One snapshot a question, and nothing can be written.
        return sa.create_engine(
            address,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            pool_pre_ping=True,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DriverMissing(address=shown) from error


def identity(url: str) -> tuple[str, ...]:
    """Return what changes when another version takes the place of a book, without opening it.

    Parameters
    ----------
    url
        Address of a book.

    Returns
    -------
    tuple of str
        Of a file, its inode and time; of a server, the data version, asked for every few seconds at most.

    Raises
    ------
    BookMissing, DriverMissing
    """
    if make_url(url).get_backend_name() in SERVED:
        return (_served(url, int(time.monotonic() / LOOKED_AT_EVERY_SECONDS)),)
    path = Path(url.partition(":///")[2])
    if not path.is_file():
        return ()
    status = path.stat()
    return str(status.st_ino), str(status.st_mtime_ns)


@lru_cache(maxsize=8)
def _served(url: str, _turn: int) -> str:
    address = make_url(url)
    try:
        engine = _looking(url)
        if engine.dialect.name == "spark":
            return read_manifest(engine, folder_of(address)).data_version
        with engine.connect() as connection:
            return str(connection.execute(sa.select(schema.book_version.c.data_version)).scalar())
    except (DBAPIError, OSError) as error:
        raise BookMissing(address=address.render_as_string(hide_password=True)) from error


@lru_cache(maxsize=4)
def _looking(url: str) -> Engine:
    """A connection that is kept for nothing but asking for the version."""
    try:
        return sa.create_engine(url, pool_size=1, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DriverMissing(address=make_url(url).render_as_string(hide_password=True)) from error
