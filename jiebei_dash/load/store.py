"""Where a book lies on disk, and what is safe about it.

A book is a small catalogue, the file of its address, and immutable Parquet parts beside it. A writer puts new parts
and a new catalogue down first and moves the catalogue over the old one last: a reader sees the old version or the new
one. The catalogues of earlier versions are kept for whoever asks what was known then. A lock beside the catalogue
admits one writer at a time; the kernel drops it when a writer dies, and whoever holds it removes what was left.

    book.duckdb             the catalogue: the history of the book, and a view a table over its parts
    book.duckdb.parts/      <table>/<first month>_<last month>-<hash of the bytes>.parquet
    book.duckdb.versions/   <serial>-<time it was made>-<data version>.duckdb: every catalogue under its own name
    book.duckdb.making-<n>/ an unfinished version
    book.duckdb.lock        held by the writer
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from jiebei_dash.book.known import known_versions, own_name, version_name, versions_folder
from jiebei_dash.errors import BookLocked, BookNotWritable


@dataclass(frozen=True)
class Store:
    """The places of one book.

    Parameters
    ----------
    catalogue
        The file of the book's address.
    """

    catalogue: Path

    @property
    def parts(self) -> Path:
        """Folder of the parts, a folder a table."""
        return self.catalogue.with_name(f"{self.catalogue.name}.parts")

    @property
    def versions(self) -> Path:
        """Folder of the catalogues that were current once."""
        return versions_folder(self.catalogue)

    @property
    def making(self) -> Path:
        """Folder of this process's unfinished version."""
        return self.catalogue.with_name(f"{self.catalogue.name}.making-{os.getpid()}")

    def kept(self) -> list[Path]:
        """Return the catalogues that are kept, the current one among them, the oldest first."""
        return [version.path for version in known_versions(self.catalogue)]


def store_of(url: str) -> Store:
    """Return the places of the book at an address, whose folder can be written.

    Raises
    ------
    BookNotWritable
        The address is no DuckDB file, or its folder cannot be written.
    """
    address = make_url(url)
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() != "duckdb" or not address.database or address.database == ":memory:":
        raise BookNotWritable(address=shown)
    target = Path(address.database).resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BookNotWritable(address=shown) from error
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise BookNotWritable(address=shown)
    return Store(target)


@contextmanager
def only_writer(store: Store) -> Iterator[None]:
    """Hold the lock of a book.

    Raises
    ------
    BookLocked
        Another run holds it.
    """
    with store.catalogue.with_name(f"{store.catalogue.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BookLocked(address=str(store.catalogue)) from error
        yield


def sweep(store: Store, in_use: set[str] | None) -> None:
    """Remove what runs that died left behind; only the holder of the lock may.

    Parameters
    ----------
    store
        The book.
    in_use
        Parts that a catalogue names, as ``<table>/<file>``; None if that is not known: then no part is removed.
    """
    for left in store.catalogue.parent.glob(f"{store.catalogue.name}.making-*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    if in_use is None or not store.parts.is_dir():
        return
    for folder in store.parts.iterdir():
        for part in folder.iterdir():
            if f"{folder.name}/{part.name}" not in in_use:
                part.unlink()


def put_parts(store: Store, folder: Path) -> None:
    """Move finished parts to where catalogues look for them; a part that is there already has the same bytes."""
    for table in sorted(folder.iterdir()) if folder.is_dir() else ():
        target = store.parts / table.name
        target.mkdir(parents=True, exist_ok=True)
        for part in table.iterdir():
            to_disk(part)
            part.replace(target / part.name)
        to_disk(target)


def switch(store: Store, made: Path, version: Mapping[str, Any]) -> None:
    """Make a finished catalogue the current one, and give it its own name.

    Parameters
    ----------
    store
        The book.
    made
        The new catalogue; its parts are in place.
    version
        Its line of ``book_version``.
    """
    to_disk(made)
    # A log left by a foreign writer of the old file must not meet the new one.
    store.catalogue.with_name(f"{store.catalogue.name}.wal").unlink(missing_ok=True)
    made.replace(store.catalogue)
    to_disk(store.catalogue.parent)
    give_own_name(store, version)


def give_own_name(store: Store, version: Mapping[str, Any]) -> None:
    """Give the current catalogue its own name, unless it has it; a writer that died may have left it without."""
    if own_name(store.catalogue) != store.catalogue:
        return
    store.versions.mkdir(exist_ok=True)
    serial = 1 + max((known.serial for known in known_versions(store.catalogue)), default=0)
    os.link(store.catalogue, store.versions / version_name(serial, version["made_at"], version["data_version"]))
    to_disk(store.versions)


def to_disk(path: Path) -> None:
    """Have the kernel write a file or a folder down before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
