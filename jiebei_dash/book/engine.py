"""Open the book; ask one question; what the engines do differently, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError

from jiebei_dash.book import access, known, schema
from jiebei_dash.book.embedded import find_parts_from
from jiebei_dash.book.marts import reads_marts
from jiebei_dash.book.reading import read_frame
from jiebei_dash.book.scope import Reader, Scope
from jiebei_dash.book.servers import server_engine
from jiebei_dash.errors import (
    AnswerTooLarge,
    BookHalfMade,
    BookLocked,
    BookMissing,
    BookReplaced,
    BookUnknownThen,
    LogUnavailable,
)

MOST_ROWS = 20_000
"""A page carries no more; a question that returns more is a defect of the question."""
WHOLE_TABLE = 100_000_000
"""Bound of a question whose rows are held as columns, and never shown one by one."""


@dataclass(frozen=True)
class Book:
    """An open book, read only.

    Parameters
    ----------
    engine
        How to reach it.
    data_version
        Which version it is.
    kind, name
        ``sample`` or ``tape``, and what it is called.
    first_month, last_closed_month
        What it covers.
    lacks
        Capabilities that its source never had.
    made_at
        When this version was made; local time in Shanghai.
    estimates
        What of it was derived by a rule and not observed; codes of ``terms.ESTIMATES``.
    source_sha256, mapping_sha256, code_version
        What it was made from, and by which code.
    address
        Where it was opened, without a password.
    marts_engine, marts
        How to reach the sums made beforehand, and their names; none: questions add up the rows themselves.
    known_on
        The day as of whose end it was opened; None is as it is now.
    """

    engine: Engine
    data_version: str
    kind: str
    name: str
    first_month: date
    last_closed_month: date
    lacks: frozenset[str]
    made_at: datetime
    estimates: frozenset[str] = frozenset()
    source_sha256: str = ""
    mapping_sha256: str = ""
    code_version: str = ""
    address: str = ""
    marts_engine: Engine | None = None
    marts: frozenset[str] = frozenset()
    known_on: date | None = None

    @property
    def identity(self) -> str:
        """Which catalogue this is: the same contents may get a longer history, and then it is another one."""
        return self.engine.url.render_as_string(hide_password=True)

    def scope(self, reader: Reader) -> Scope:
        """Return the whole book as of its last closed month."""
        return Scope(
            reader=reader,
            data_version=self.data_version,
            as_of_month=self.last_closed_month,
            lacks=self.lacks,
            marts=self.marts,
            estimates=self.estimates,
            known_on=self.known_on,
        )


@dataclass(frozen=True)
class Question:
    """A named statement about a scope: the identity of a number.

    Parameters
    ----------
    name
        ``<subject>.<function>`` of the query.
    select
        A Core select, ordered, of counts and sums (or of a bounded list of cases).
    scope
        What it was asked about, and by whom.
    most_rows
        Bound on the answer.
    """

    name: str
    select: Select[tuple[object, ...]] = field(compare=False)
    scope: Scope
    most_rows: int = MOST_ROWS

    def sql(self, dialect: str = "duckdb") -> str:
        """Return the statement with its values filled in, for people to read and run by hand."""
        kind = registry.load(dialect)
        compiled = self.select.compile(dialect=kind(), compile_kwargs={"literal_binds": True})
        return str(compiled)

    @property
    def key(self) -> str:
        """Return the hash of data version, role, statement and values: what caches and logs go by."""
        text = json.dumps([self.scope.data_version, self.scope.reader.role, self.name, self.sql()])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What a subject shows: one frame of rates, and the questions it came from.

    Parameters
    ----------
    subject
        Key of the subject, also of its definition in the words.
    frame
        Columns and grain are those of the metric that made it.
    questions
        Every question that was asked for it, in order.
    """

    subject: str
    frame: pd.DataFrame = field(compare=False)
    questions: tuple[Question, ...]


Fetch = Callable[[Question], pd.DataFrame]
"""How a question is answered: :func:`ask` bound to a book, or the cache in front of it."""
Record = Callable[[Question, str], None]
"""Writes a question about single cases, with its level, to the log; raises if it cannot."""


def open_book(url: str, known_on: date | None = None) -> Book:
    """Open a finished book, read only.

    Parameters
    ----------
    url
        A SQLAlchemy address: ``duckdb:///data/book.duckdb``, or a server's that the book was published to
        (``postgresql+psycopg://...``, ``spark://host:port/<folder>``).
    known_on
        The book as it was known at the end of this day; None is the book as it is now. For a DuckDB book only.

    Returns
    -------
    Book

    Raises
    ------
    BookMissing
        Nothing is there, or it cannot be reached.
    BookLocked
        Another process is writing it.
    BookHalfMade
        It has not all tables, or its last line, the version, is not written.
    BookUnknownThen
        There was no book yet on that day, or its earlier versions are not kept.
    DriverMissing
        What speaks to the server is not installed.
    """
    address = make_url(url)
    shown = address.render_as_string(hide_password=True)
    is_file = address.get_backend_name() == "duckdb"
    catalogue = Path(address.database or "")
    if is_file:
        if not address.database or not catalogue.is_file():
            raise BookMissing(address=shown)
        path = known.own_name(catalogue) if known_on is None else known.known_on(catalogue, known_on)
        if path is None:
            raise BookUnknownThen(day=str(known_on))
        address = address.set(database=str(path))
    elif known_on is not None:
        raise BookUnknownThen(day=str(known_on))
    engine = None
    try:
        if is_file:
            engine = sa.create_engine(address, connect_args={"read_only": True})
            find_parts_from(engine, catalogue.resolve().parent)
        else:
            engine = server_engine(address)
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            present = {*inspector.get_table_names(), *inspector.get_view_names()}
            missing = [table.name for table in schema.book.sorted_tables if table.name not in present]
            if missing:
                raise BookHalfMade(address=shown, missing=", ".join(missing[:3]))
            versions = connection.execute(sa.select(schema.book_version)).all()
            lacks: list[str] = list(connection.execute(sa.select(schema.book_lack.c.capability)).scalars())
            estimates: list[str] = list(connection.execute(sa.select(schema.book_estimate.c.what)).scalars())
    except (DBAPIError, OSError) as error:
        if engine is not None:
            engine.dispose()
        text = str(error).lower() if is_file else ""
        if "lock" in text:
            raise BookLocked(address=shown) from error
        if "not a valid duckdb" in text or "serializ" in text or "corrupt" in text or "checksum" in text:
            raise BookHalfMade(address=shown, missing="DuckDB") from error
        raise BookMissing(address=shown) from error
    except BookHalfMade:
        if engine is not None:
            engine.dispose()
        raise
    if len(versions) != 1:
        engine.dispose()
        raise BookHalfMade(address=shown, missing="book_version")
    version = versions[0]
    return Book(
        engine=engine,
        data_version=version.data_version,
        kind=version.kind,
        name=version.name,
        first_month=version.first_month,
        last_closed_month=version.last_closed_month,
        lacks=frozenset(lacks),
        made_at=version.made_at,
        estimates=frozenset(estimates),
        source_sha256=version.source_sha256 or "",
        mapping_sha256=version.mapping_sha256 or "",
        code_version=version.code_version or "",
        address=shown,
        known_on=known_on,
    )


def ask(book: Book, question: Question, record: Record | None = None, most_rows: int = 0) -> pd.DataFrame:
    """Answer one question.

    Parameters
    ----------
    book
        The book.
    question
        What is asked, by whom, about which scope.
    record
        Writes to the log; without it, or if it fails, an auditor gets no single applicant.
    most_rows
        Bound on the answer; 0 is the question's own.

    Returns
    -------
    DataFrame
        The statement's columns and rows; dates as ``datetime64``, unknown as NaN.

    Raises
    ------
    NotAllowed
        The reader's role may not ask this.
    LogUnavailable
        The question must be logged and cannot be.
    AnswerTooLarge
        More rows than ``most_rows``.
    BookReplaced
        The question is about another version than the book's, or the server holds another by now.
    """
    if not reads_marts(question.select) and question.scope.data_version != book.data_version:
        raise BookReplaced(data_version=question.scope.data_version)
    role = question.scope.reader.role
    level = access.check(question.select, role)
    if role == "auditor" and access.LEVELS.index(level) >= access.LEVELS.index(access.LOGGED_FROM):
        if record is None:
            raise LogUnavailable(address="-")
        record(question, level)
    source = book.marts_engine if book.marts_engine is not None and reads_marts(question.select) else book.engine
    frame = read_frame(source, question.select, book.data_version)
    bound = most_rows or question.most_rows
    if len(frame) > bound:
        raise AnswerTooLarge(rows=len(frame), bound=bound)
    return frame
