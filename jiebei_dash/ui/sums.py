"""Marts beside the app: used where fresh, else made in the background while pages add up the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, main_thread

import streamlit as st

from jiebei_dash.book.engine import Book
from jiebei_dash.errors import JiebeiError
from jiebei_dash.marts.build import refresh
from jiebei_dash.marts.places import file_of
from jiebei_dash.marts.serving import OpenMarts, attached, open_marts
from jiebei_dash.text.words import Words


@dataclass
class Summing:
    """How far the sums of a book are.

    Parameters
    ----------
    book
        Of which they are made.
    marts_dir
        Where to.
    family, share
        What is being summed, and how much of the whole is done.
    failed
        Why there will be none.
    """

    book: Book
    marts_dir: Path
    family: str = ""
    share: float = 0.0
    failed: JiebeiError | None = None
    thread: Thread = field(init=False)

    def start(self) -> None:
        """Begin; the process does not end before the month that is being summed."""
        self.thread = Thread(target=self._run, name="marts")
        self.thread.start()

    def _run(self) -> None:
        try:
            refresh(self.book, self.marts_dir, self._said, lambda: not main_thread().is_alive(), is_patient=True)
        except JiebeiError as error:
            self.failed = error

    def _said(self, family: str, share: float) -> None:
        self.family, self.share = family, share


@st.cache_resource(max_entries=4, show_spinner=False, on_release=lambda engine: engine and engine.dispose())
def _opened(path: str, inode: int, data_version: str) -> OpenMarts | None:
    return open_marts(Path(path), data_version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _summing(path: str, _book: Book, _marts_dir: Path) -> Summing:
    begun = Summing(_book, _marts_dir)
    begun.start()
    return begun


def with_fresh(book: Book, marts_dir: Path | None, data_version: str = "") -> Book:
    """Return the book with its marts if they are fresh, else as it is; then they are being made from now on.

    Parameters
    ----------
    book
        The open book.
    marts_dir
        Where marts lie; None is to do without.
    data_version
        The version that is asked about; a page that began before a new book came still asks about the old one.
    """
    if marts_dir is None:
        return book
    path = file_of(book, marts_dir, data_version)
    if path.is_file():
        engine = _opened(str(path), path.stat().st_ino, data_version or book.data_version)
        if engine is not None:
            return attached(book, engine)
    if not data_version or data_version == book.data_version:
        _summing(str(path), book, marts_dir)
    return book


def line(words: Words, book: Book, marts_dir: Path | None) -> str:
    """Return what a reader should know of the sums of a book: nothing once they are there."""
    if book.marts or marts_dir is None:
        return ""
    state = _summing(str(file_of(book, marts_dir)), book, marts_dir)
    if state.failed is not None:
        return words.error(state.failed)
    return words("marts.summing", share=f"{state.share:.0%}")
