"""Pre-summed tables: how long they take to be built, and to follow one changed month."""

from __future__ import annotations

from importlib.util import find_spec

from jiebei_dash.book.engine import Book


def run(book: Book, url: str) -> None:
    """Say that there are none yet."""
    if find_spec("jiebei_dash.marts") is None:
        print("\nno marts in this version")
