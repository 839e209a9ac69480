"""The one cache: an answer by data version, role, statement and values. Nobody invents a key.

Sums and lists of loans are shared by all sessions; what shows single applicants stays in the session that asked, and an
auditor's question about one is written to the log before it is answered.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from jiebei_dash.book import access
from jiebei_dash.book.engine import Book, Question, ask, open_book
from jiebei_dash.book.servers import identity as identity_of
from jiebei_dash.desk import log
from jiebei_dash.settings import Settings, read_settings


@st.cache_resource(max_entries=3, show_spinner=False, on_release=lambda book: book.engine.dispose())
def _book(url: str, identity: tuple[str, ...]) -> Book:
    return open_book(url)


def book(settings: Settings) -> Book:
    """Return the open book; one that was replaced, on disk or on its server, is opened afresh.

    Raises
    ------
    BookMissing, BookLocked, BookHalfMade, DriverMissing
    """
    return _book(settings.book_url, identity_of(settings.book_url))


@st.cache_data(max_entries=2_000, show_spinner=False)
def _shared(key: str, _book: Book, _question: Question) -> pd.DataFrame:
    return ask(_book, _question)


@st.cache_data(max_entries=200, show_spinner=False, scope="session")
def _own(key: str, _book: Book, _question: Question, _is_logged: bool) -> pd.DataFrame:
    if not _is_logged:
        return ask(_book, _question)
    desk = log.open_desk(read_settings().desk_url)
    return ask(_book, _question, record=log.recorder(desk, now=lambda: datetime.now(UTC)))


def fetch(question: Question) -> pd.DataFrame:
    """Answer a question, from the cache if it was asked before.

    Raises
    ------
    NotAllowed
        The reader's role may not ask this: decided before the cache is looked into.
    """
    role = question.scope.reader.role
    level = access.check(question.select, role)
    opened = book(read_settings())
    if access.LEVELS.index(level) < access.LEVELS.index(access.LOGGED_FROM):
        return _shared(question.key, opened, question)
    return _own(question.key, opened, question, role == "auditor")


@st.cache_resource(show_spinner=False)
def settle(page: str) -> bool:
    """After a page's first run, set what it imported aside from garbage collection.

    Streamlit collects all generations after every run; with our libraries that holds the server for a sixth of a
    second, and for nothing, since modules never become garbage.
    """
    gc.collect()
    gc.freeze()
    return True
