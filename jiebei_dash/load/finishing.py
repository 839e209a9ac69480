"""The last steps of writing a book: history and restatements, the switch, and the sweeping."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from jiebei_dash.book import schema
from jiebei_dash.book.engine import open_book
from jiebei_dash.book.known import known_versions
from jiebei_dash.book.scope import month_plus
from jiebei_dash.errors import BookNotWritten
from jiebei_dash.load.catalogue import HISTORY_KEPT, Catalogue, covered, read_catalogue, write_catalogue
from jiebei_dash.load.fingerprint import MonthMark, data_version, table_hashes_of
from jiebei_dash.load.packing import Packing
from jiebei_dash.load.restated import changed_months, restatements
from jiebei_dash.load.store import Store, give_own_name, only_writer, put_parts, store_of, sweep, switch
from jiebei_dash.settings import code_version


@contextmanager
def making(store: Store) -> Iterator[None]:
    """Hold the folder of the unfinished version; it is gone afterwards, however it ended.

    Raises
    ------
    BookNotWritten
        The disk is full or failed.
    """
    sweep(store, None)
    store.making.mkdir()
    try:
        yield
    except (DBAPIError, OSError) as error:
        text = str(getattr(error, "orig", None) or error).splitlines()[0]
        if isinstance(error, OSError) or "IO Error" in text or "Out of Memory" in text:
            raise BookNotWritten(address=str(store.catalogue), why=text) from error
        raise
    finally:
        shutil.rmtree(store.making, ignore_errors=True)


@dataclass(frozen=True)
class Work:
    """What a writer was told beside rows.

    Parameters
    ----------
    before
        The catalogue of the version that is replaced.
    history
        Rows for the history.
    estimates
        What of the book was derived and not observed.
    """

    before: Catalogue | None
    history: Mapping[str, Sequence[Mapping[str, Any]]]
    estimates: Collection[str]


def finished(
    connection: sa.Connection, store: Store, packing: Packing, work: Work, version: dict[str, Any], lacks: list[str]
) -> Catalogue:
    """Return the catalogue of a finished version; its parts are in place, and nothing names them yet."""
    before = work.before
    found, marks = packing.finish()
    estimates = sorted(work.estimates)
    identity = data_version(marks, lacks, estimates)
    first_month, last_month = covered(marks, month_plus(version["made_at"].date().replace(day=1), -1))
    version |= {"data_version": identity, "first_month": first_month, "last_closed_month": last_month}
    is_same = before is not None and before.version["data_version"] == identity
    history = _history(work, version, is_same)
    if before is not None and is_same and "load_run" in work.history:
        return replace(before, history=history)
    if before is not None and "load_run" in work.history:
        for name, months in changed_months(before.marks, marks, before.version["last_closed_month"]).items():
            table = schema.book.tables[name]
            old = packing.before(table)
            rows = restatements(connection, table, old, table, months)
            history["restatement"] += [{"load_no": before.next_load_no} | row for row in rows]
    put_parts(store, packing.folder)
    return Catalogue(version, tuple(found), tuple(sorted(marks)), tuple(lacks), tuple(estimates), history)


def _history(work: Work, version: Mapping[str, Any], is_same: bool) -> dict[str, list[dict[str, Any]]]:
    """The history so far and this load; what the writer alone knows is filled in."""
    before = work.before
    history: dict[str, list[dict[str, Any]]] = {name: [] for name in HISTORY_KEPT}
    for source in (before.history if before is not None else {}, work.history):
        for name, rows in source.items():
            history[name] += [dict(row) for row in rows]
    for row in history["load_run"][-len(work.history["load_run"]) :] if "load_run" in work.history else []:
        found = before.version["data_version"] if before is not None else ""
        _fill_in(row, version["made_at"], found, version["data_version"])
        if is_same and row["outcome"] == "LOADED":
            row["outcome"] = "UNCHANGED"
    return history


def shanghai_now() -> datetime:
    """Return the time, local in Shanghai, to the second."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None, microsecond=0)


def _fill_in(row: dict[str, Any], loaded_at: datetime, found: str, left: str) -> None:
    """What the writer alone knows of a load."""
    known = {"loaded_at": loaded_at, "code_version": code_version(),
             "data_version_before": found, "data_version_after": left}  # fmt: skip
    row |= {name: value for name, value in known.items() if row.get(name) is None}


def record_stopped(url: str, history: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write down a load that was stopped: a new catalogue with the same contents and a longer history.

    Parameters
    ----------
    url
        Address of the book; without a book there is nothing to write it into, and nothing is done.
    history
        Rows by table of the history, ``load_no`` included.

    Raises
    ------
    BookLocked, BookNotWritable, BookNotWritten
    """
    store = store_of(url)
    with only_writer(store), making(store):
        before = read_catalogue(store.catalogue, store.making)
        if before is None:
            return
        added = {name: [dict(row) for row in rows] for name, rows in history.items()}
        for row in added.get("load_run", []):
            _fill_in(row, shanghai_now(), before.version["data_version"], before.version["data_version"])
        longer = {name: [*rows, *added.get(name, [])] for name, rows in before.history.items()}
        serve(store, replace(before, history=longer), before)


def serve(store: Store, catalogue: Catalogue, before: Catalogue | None) -> None:
    """Switch to a catalogue, and drop what nobody can ask for.

    Kept are the earlier versions of a tape's book; of an invented one the last, which somebody may still read.
    """
    aside = store.making / store.catalogue.name
    write_catalogue(aside, catalogue, store.parts)
    if before is not None:
        give_own_name(store, before.version)
    switch(store, aside, catalogue.version)
    kept = known_versions(store.catalogue)
    # The same contents with a longer history; contents that came back after others are a version of their own day.
    dropped = [version for version, later in pairwise(kept) if version.data_version == later.data_version]
    if catalogue.version["kind"] == "sample":
        dropped += [version for version in kept[:-2] if version not in dropped]
    for version in dropped:
        version.path.unlink()
    sweep(store, parts_in_use(store))


def parts_in_use(store: Store) -> set[str] | None:
    """Return the parts that the current catalogue or a kept one names; None if one of them cannot be read."""
    read = [read_catalogue(path, store.making) for path in (store.catalogue, *store.kept())]
    if any(each is None for each in read):
        return None
    return {part.place for each in read if each is not None for part in each.parts}


def table_hashes(url: str) -> dict[str, str]:
    """Return the fingerprint of every table of facts of a book that has rows.

    Parameters
    ----------
    url
        Address of a finished book.

    Returns
    -------
    dict of str to str
        Hash by table name; equal where the rows are equal, in whatever order they lie.
    """
    book = open_book(url)
    try:
        with book.engine.connect() as connection:
            rows = connection.execute(sa.select(schema.book_month)).mappings().all()
            return table_hashes_of(MonthMark(**row) for row in rows)
    finally:
        book.engine.dispose()
