"""Where marts lie: a folder a book, in it one embedded file a version of the book.

    <marts>/<hash of the book's address>/<data version>-<hash of the definitions>.duckdb
    <marts>/<hash of the book's address>/making-<process>/    an unfinished file
    <marts>/<hash of the book's address>/lock                 held by whoever sums

A file has the name of what it is of, so a file that is there is fresh, and no reader ever finds another file under the
name that it has open. An unfinished one gets its name by one rename.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from jiebei_dash.book.engine import Book
from jiebei_dash.errors import MartsBusy, MartsNotWritten
from jiebei_dash.marts.definitions import definition

KEPT = 3
"""Files of a book that stay: the newest, and those that somebody may still read or ask for as known on a past day."""

_LOOK_AGAIN_SECONDS = 0.2


def folder_of(book: Book, marts_dir: Path) -> Path:
    """Return the folder of a book's marts; the password is no part of its name."""
    address = make_url(book.address)
    if address.get_backend_name() == "duckdb" and address.database:
        address = address.set(database=str(Path(address.database).resolve()))
    text = address.render_as_string(hide_password=True)
    return marts_dir / hashlib.sha256(text.encode()).hexdigest()[:16]


def file_of(book: Book, marts_dir: Path, data_version: str = "") -> Path:
    """Return where the marts of a version of a book are, or would be; the version is the book's own if not given."""
    return folder_of(book, marts_dir) / f"{data_version or book.data_version}-{definition()[:12]}.duckdb"


def files_in(folder: Path, of: str = "") -> list[Path]:
    """Return the finished files, the newest first; those of one definition if it is given."""
    found = [(path.stat().st_mtime_ns, path) for path in folder.glob(f"*-{of[:12]}*.duckdb")]
    return [path for _, path in sorted(found, reverse=True)]


def version_in(path: Path) -> str:
    """Return the version of the book that a finished file has in its name."""
    return path.stem.rpartition("-")[0]


@contextmanager
def only_builder(folder: Path, is_stopped: Callable[[], bool] | None = None) -> Iterator[None]:
    """Hold the lock of a folder; the kernel drops it when its holder dies.

    Parameters
    ----------
    folder
        Of one book.
    is_stopped
        If given, somebody else's sums are waited for, and this is asked now and then whether to give up.

    Raises
    ------
    MartsBusy
        Somebody else sums.
    MartsNotWritten
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise MartsNotWritten(path=str(folder), why=str(error.strerror)) from error
    with lock:
        while not _is_held(lock):
            if is_stopped is None or is_stopped():
                raise MartsBusy(path=str(folder))
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield


def _is_held(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """Yield a folder for an unfinished file; it is gone afterwards, and so is what runs that died left behind."""
    for left in folder.glob("making-*"):
        shutil.rmtree(left)
    place = folder / f"making-{os.getpid()}"
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def put(made: Path, target: Path) -> None:
    """Give a finished file its name, and let go of files that nobody asks for."""
    for path in (made, made.parent.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    made.replace(target)
    for old in files_in(target.parent)[KEPT:]:
        old.unlink()
