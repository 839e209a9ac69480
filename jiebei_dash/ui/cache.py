"""The one cache: an answer by data version, role, statement and values. Nobody invents a key.

The catalogue belongs to the key as well: a load that changed no fact has written itself into the history.

Sums and lists of loans are shared by all sessions; what shows single applicants stays in the session that asked, and an
auditor's question about one is written to the log before it is answered.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from jiebei_dash.book import access, servers
from jiebei_dash.book.engine import MOST_ROWS, Book, Question, ask, open_book
from jiebei_dash.book.lineage import Lineage, read_lineage
from jiebei_dash.book.marts import reads_marts
from jiebei_dash.book.scope import Scope
from jiebei_dash.desk import log
from jiebei_dash.settings import Settings, read_settings
from jiebei_dash.ui import sums

_HELD = "_held_book"


@st.cache_resource(max_entries=6, show_spinner=False, on_release=lambda book: book.engine.dispose())
def _book(url: str, identity: tuple[str, ...], known_on: date | None) -> Book:
    return open_book(url, known_on)


def book(settings: Settings, known_on: date | None = None) -> Book:
    """Return the open book, as it is or as it was known on a day, with its marts where they are fresh.

    A book that was replaced beside us, or on its server, is opened afresh.

    Raises
    ------
    BookMissing, BookLocked, BookHalfMade, BookUnknownThen
    """
    opened = _book(settings.book_url, servers.identity(settings.book_url), known_on)
    return sums.with_fresh(opened, settings.marts_dir)


@st.cache_resource(max_entries=12, show_spinner=False)
def _lineage(identity: str, data_version: str, _book: Book) -> Lineage:
    return read_lineage(_book)


def lineage(book: Book) -> Lineage:
    """Return where the numbers of an open book come from."""
    return _lineage(book.identity, book.data_version, book)


def hold(book: Book) -> None:
    """Answer the questions of this run from a book, also if a load ends meanwhile: no page mixes two versions."""
    st.session_state[_HELD] = book


def _held(scope: Scope) -> Book:
    held: Book | None = st.session_state.get(_HELD)
    if held is not None and (held.data_version, held.known_on) == (scope.data_version, scope.known_on):
        return held
    return book(read_settings(), scope.known_on)


@st.cache_data(max_entries=2_000, show_spinner=False)
def _shared(key: str, identity: str, _book: Book, _question: Question) -> pd.DataFrame:
    return ask(_book, _question)


@st.cache_data(max_entries=200, show_spinner=False, scope="session")
def _own(key: str, identity: str, _book: Book, _question: Question, _is_logged: bool) -> pd.DataFrame:
    return _ask(_book, _question, _is_logged)


def _ask(book: Book, question: Question, is_logged: bool) -> pd.DataFrame:
    if not is_logged:
        return ask(book, question)
    desk = log.open_desk(read_settings().desk_url)
    return ask(book, question, record=log.recorder(desk, now=lambda: datetime.now(UTC)))


def fetch(question: Question) -> pd.DataFrame:
    """Answer a question, from the cache if it was asked before.

    Raises
    ------
    NotAllowed
        The reader's role may not ask this: decided before the cache is looked into.
    """
    role = question.scope.reader.role
    level = access.check(question.select, role)
    opened = _held(question.scope)
    if reads_marts(question.select) and opened.marts_engine is None:
        # A page that began before a new book came still asks about the old one.
        opened = sums.with_fresh(opened, read_settings().marts_dir, question.scope.data_version)
    if question.most_rows > MOST_ROWS:
        # Its rows are held as columns by whoever asks; a copy in this cache would be a second one.
        return _ask(opened, question, role == "auditor")
    if access.LEVELS.index(level) < access.LEVELS.index(access.LOGGED_FROM):
        return _shared(question.key, opened.identity, opened, question)
    return _own(question.key, opened.identity, opened, question, role == "auditor")


@st.cache_resource(max_entries=3, show_spinner=False)
def _held_by_all(key: str, also: str, identity: str, _make: Callable[[], Any]) -> Any:
    return _make()


@st.cache_resource(max_entries=1, show_spinner=False, scope="session")
def _held_by_session(key: str, also: str, identity: str, _make: Callable[[], Any]) -> Any:
    return _make()


def keep(question: Question, also: str, make: Callable[[], Any]) -> Any:
    """Hold what is made once of a question's rows, such as the columns of the policy lab.

    All analysts share it, since it holds no number of a case. An auditor's is of the session, and the question is in
    the log before it is answered.

    Parameters
    ----------
    question
        Of which rows.
    also
        What else it depends on.
    make
        Asks the question and makes it.

    Raises
    ------
    NotAllowed
        The reader's role may not ask this: decided before the cache is looked into.
    """
    role = question.scope.reader.role
    access.check(question.select, role)
    hold = _held_by_session if role == "auditor" else _held_by_all
    return hold(question.key, also, _held(question.scope).identity, make)


@st.cache_resource(show_spinner=False)
def settle(page: str) -> bool:
    """After a page's first run, set what it imported aside from garbage collection.

    Streamlit collects all generations after every run; with our libraries that holds the server for a sixth of a
    second, and for nothing, since modules never become garbage.
    """
    gc.collect()
    gc.freeze()
    return True
