"""The log of what was read and done: it is only ever added to, and each entry holds the hash of the one before.

Whoever changes, removes or reorders an entry breaks the chain from there on, and :func:`verify` names the place.
What a chain by itself cannot show is a cut at its end, or a chain written anew as a whole: for that its head
(:func:`head`) has to be kept where the writer of the log cannot reach it, and given to :func:`verify` as the anchor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from jiebei_dash.desk.appending import append_in, head_in
from jiebei_dash.desk.chain import GENESIS, Entry, Head, Verdict, hash_of
from jiebei_dash.desk.tables import audit_log, desk_tables
from jiebei_dash.errors import Fact, LogUnavailable
from jiebei_dash.terms import Role

_WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Desk:
    """What people write, open: how to reach it, and its address for sentences."""

    engine: Engine
    address: str


class _Reader(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...


class _Asked(Protocol):
    @property
    def reader(self) -> _Reader: ...
    @property
    def data_version(self) -> str: ...


class AskedQuestion(Protocol):
    """A question about single cases, as far as the log must know it."""

    @property
    def name(self) -> str:
        """Its name, ``<subject>.<function>``."""

    @property
    def key(self) -> str:
        """Its hash."""

    @property
    def scope(self) -> _Asked:
        """Who asks, of which version of the book."""

    def sql(self) -> str:
        """Return the statement with its values: which case was read."""


def open_desk(url: str) -> Desk:
    """Open the desk, and make its file and folder where there is none.

    Parameters
    ----------
    url
        A SQLAlchemy address of SQLite, e.g. ``sqlite:///data/desk.sqlite``.

    Raises
    ------
    LogUnavailable
        The address is no SQLite file, or it cannot be written.
    """
    address = make_url(url)
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        raise LogUnavailable(address=shown)
    try:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogUnavailable(address=shown) from error
    engine = sa.create_engine(address, connect_args={"timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _set_durable)
    event.listen(engine, "begin", _begin)
    desk = Desk(engine, shown)
    try:
        with _writing(desk) as connection:
            desk_tables.create_all(connection)
    except LogUnavailable:
        engine.dispose()
        raise
    return desk


def append(
    desk: Desk, at: datetime, actor: str, role: str, action: str, object_: str, detail: Mapping[str, Fact | bool | None]
) -> Entry:
    """Add one entry at the end of the chain.

    Parameters
    ----------
    desk
        The open desk.
    at
        When, with its time zone.
    actor, role
        Who, in which role.
    action, object_
        What was done, to what.
    detail
        The rest; goes into the hash as canonical JSON.

    Returns
    -------
    Entry
        As written: it is on the disk when this returns.

    Raises
    ------
    LogUnavailable
        It could not be written; then nothing of it was.
    ValueError
        ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the log needs a time with its zone")
    with _writing(desk) as connection:
        return append_in(connection, at, actor, role, action, object_, detail)


def head(desk: Desk) -> Head:
    """Return the end of the chain, to be kept out of reach of whoever writes the log.

    Raises
    ------
    LogUnavailable
        The log cannot be read.
    """
    with _reading(desk) as connection:
        return head_in(connection)


def entries(desk: Desk, most_rows: int = 50, before_seq: int | None = None) -> tuple[Entry, ...]:
    """Return the newest entries, newest first.

    Parameters
    ----------
    desk
        The open desk.
    most_rows
        How many.
    before_seq
        Only entries older than this one: the next page.

    Raises
    ------
    LogUnavailable
        The log cannot be read.
    """
    select = sa.select(audit_log).order_by(audit_log.c.seq.desc()).limit(most_rows)
    if before_seq is not None:
        select = select.where(audit_log.c.seq < before_seq)
    with _reading(desk) as connection:
        return tuple(Entry(**row._mapping) for row in connection.execute(select))


def verify(desk: Desk, anchor: Head | None = None) -> Verdict:
    """Compute the chain anew from its first entry.

    Parameters
    ----------
    desk
        The open desk.
    anchor
        A head kept elsewhere. Without it a cut at the end, or a chain written anew as a whole, cannot be seen.

    Returns
    -------
    Verdict

    Raises
    ------
    LogUnavailable
        The log cannot be read.
    """
    whole = Head(0, GENESIS)
    anchor_stands = anchor is None or anchor == whole
    is_broken = False
    with _reading(desk) as connection:
        count: int = connection.execute(sa.select(sa.func.count()).select_from(audit_log)).scalar_one()
        for row in connection.execute(sa.select(audit_log).order_by(audit_log.c.seq)):
            fields = {
                key: row._mapping[key] for key in ("seq", "at", "actor", "role", "action", "object", "detail_json")
            }
            expected = (whole.seq + 1, whole.entry_hash, hash_of(whole.entry_hash, fields))
            if (row.seq, row.prev_hash, row.entry_hash) != expected:
                is_broken = True
                break
            whole = Head(row.seq, row.entry_hash)
            if anchor is not None and anchor.seq == whole.seq:
                if anchor != whole:
                    is_broken = True
                    whole = Head(row.seq - 1, row.prev_hash)
                    break
                anchor_stands = True
    is_whole = anchor_stands and not is_broken
    return Verdict(count, is_whole, None if is_whole else whole.seq + 1, whole)


def recorder(desk: Desk, now: Callable[[], datetime]) -> Callable[[AskedQuestion, str], None]:
    """Return what writes a question about single cases to the log before it is answered.

    Parameters
    ----------
    desk
        The open desk.
    now
        The clock, with its time zone.

    Returns
    -------
    callable
        Takes the question and its level; raises :class:`LogUnavailable` if it cannot write.
    """

    def record(question: AskedQuestion, level: str) -> None:
        reader = question.scope.reader
        detail = {
            "level": level,
            "key": question.key,
            "data_version": question.scope.data_version,
            "sql": question.sql(),
        }
        append(desk, now(), reader.name, reader.role, "read", question.name, detail)

    return record


def _set_durable(dbapi_connection: object, _record: object) -> None:
    """The driver's own transactions are off: it would begin too late to keep two writers apart."""
    dbapi_connection.isolation_level = None  # type: ignore[attr-defined]
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        dbapi_connection.execute(f"PRAGMA {setting}").close()  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    """A writer takes the lock before it reads the head, so no two entries follow the same one."""
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


@contextmanager
def _writing(desk: Desk) -> Iterator[Connection]:
    try:
        with desk.engine.execution_options(is_writing=True).begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise LogUnavailable(address=desk.address) from error


@contextmanager
def _reading(desk: Desk) -> Iterator[Connection]:
    try:
        with desk.engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise LogUnavailable(address=desk.address) from error
