"""Whether the parts of a book still are what its catalogue says they were when they were written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jiebei_dash.errors import BookHalfMade, BookMissing
from jiebei_dash.load.catalogue import read_catalogue
from jiebei_dash.load.store import store_of


@dataclass(frozen=True)
class PartsVerdict:
    """What a check of all parts found.

    Parameters
    ----------
    data_version
        Of the book.
    parts
        How many parts its catalogue names.
    missing
        Parts that are not there, ``<table>/<file>``.
    altered
        Parts whose bytes are not those that were written.
    """

    data_version: str
    parts: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every part is there and as it was written."""
        return not self.missing and not self.altered


def verify_parts(url: str, progress: Callable[[float], None] = lambda _: None) -> PartsVerdict:
    """Compare every part of a DuckDB book with the SHA-256 that its catalogue holds.

    Parameters
    ----------
    url
        Address of the book.
    progress
        Told the share of parts that are done, 0 to 1.

    Raises
    ------
    BookMissing, BookHalfMade
        There is no book, or none whose catalogue can be read.
    BookNotWritable
        The address is no DuckDB file.
    """
    store = store_of(url)
    if not store.catalogue.is_file():
        raise BookMissing(address=str(store.catalogue))
    with tempfile.TemporaryDirectory() as scratch:
        catalogue = read_catalogue(store.catalogue, Path(scratch))
    if catalogue is None:
        raise BookHalfMade(address=str(store.catalogue), missing="book_version")
    missing, altered = [], []
    for place, part in enumerate(catalogue.parts):
        progress(place / len(catalogue.parts))
        try:
            with (store.parts / part.place).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                    altered.append(part.place)
        except OSError:
            missing.append(part.place)
    progress(1.0)
    return PartsVerdict(catalogue.version["data_version"], len(catalogue.parts), tuple(missing), tuple(altered))
