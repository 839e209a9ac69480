"""Copy a version of a book to a server engine that reads it from then on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from jiebei_dash import late
from jiebei_dash.book.engine import open_book
from jiebei_dash.errors import BookHalfMade, BookLocked, BookMissing, DriverMissing, PublishFailed
from jiebei_dash.load.catalogue import Catalogue, read_catalogue
from jiebei_dash.load.publish_spark import publish as publish_spark
from jiebei_dash.load.store import store_of

POSTGRESQL = "jiebei_dash.load.publish_postgresql:publish"
_ADBC = "adbc_driver_postgresql.dbapi"


@dataclass(frozen=True)
class Published:
    """What was sent.

    Parameters
    ----------
    data_version
        The version that the server holds now.
    sent_count, there_count
        Months of tables (PostgreSQL) or files (Spark) that were sent, and that were there already.
    sent_rows
        Rows of facts that were sent.
    """

    data_version: str
    sent_count: int
    there_count: int
    sent_rows: int


def publish_book(
    url: str,
    to_url: str,
    progress: Callable[[str, float], None] = lambda table, share: None,
    folder: Path | None = None,
) -> Published:
    """Bring a server to the version of a book: readers see its old version or the new one, never a part of it.

    Parameters
    ----------
    url
        Address of the book; the embedded engine's.
    to_url
        ``postgresql+psycopg://...`` or ``spark://host:port/<folder as Spark sees it>``.
    progress
        Is told the table and the share done.
    folder
        Spark's folder as this machine sees it, where that is another place.

    Returns
    -------
    Published

    Raises
    ------
    BookMissing, BookHalfMade, BookNotWritable
        Of the book itself.
    BookLocked
        Another run is publishing there.
    DriverMissing
        The address is of no engine that we know, or its driver is not installed.
    PublishFailed
        The server refused; it holds what it held before.
    """
    address = make_url(to_url)
    shown = address.render_as_string(hide_password=True)
    backend = address.get_backend_name()
    if backend not in ("postgresql", "spark"):
        raise DriverMissing(address=shown)
    store = store_of(url)
    if not store.catalogue.is_file():
        raise BookMissing(address=url)
    with tempfile.TemporaryDirectory() as scratch:
        catalogue = read_catalogue(store.catalogue, Path(scratch))
    if catalogue is None:
        raise BookHalfMade(address=url, missing="book_version")
    try:
        if backend == "spark":
            sent, rows, there = publish_spark(address, catalogue, store.parts, progress, folder)
        else:
            sent, rows, there = _to_postgresql(url, address, catalogue, progress)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DriverMissing(address=shown) from error
    except (DBAPIError, OSError) as error:
        raise PublishFailed(address=shown, why=_why(error, address)) from error
    progress("book_version", 1.0)
    return Published(catalogue.version["data_version"], sent, there, rows)


def _to_postgresql(
    url: str, address: URL, catalogue: Catalogue, progress: Callable[[str, float], None]
) -> tuple[int, int, int]:
    publish = late.function(POSTGRESQL)
    driver_error = late.module(_ADBC).Error
    book = open_book(url)
    try:
        if book.data_version != catalogue.version["data_version"]:
            raise BookLocked(address=url)
        with book.engine.connect() as source:
            sent: tuple[int, int, int] = publish(address, catalogue, source, progress)
            return sent
    except driver_error as error:
        shown = address.render_as_string(hide_password=True)
        raise PublishFailed(address=shown, why=_why(error, address)) from error
    finally:
        book.engine.dispose()


def _why(error: BaseException, address: URL) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    first = text.splitlines()[0] if text else type(error).__name__
    return first.replace(str(address.password), "***") if address.password else first
