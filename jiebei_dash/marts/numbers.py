"""The list of numbers, kept beside the sums: months whose contents changed are put in anew, each time as a sorted run.

A look-up reads a block of every run, so those of a kind are sorted into one when they are many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Table, func
from sqlalchemy.engine import Connection, Engine

from jiebei_dash.book import schema
from jiebei_dash.book.arrow import batches_of
from jiebei_dash.book.engine import Book
from jiebei_dash.book.history import NO_MONTH
from jiebei_dash.book.numbers import Kind, hash_of, held_to, number_month
from jiebei_dash.errors import MartsStopped
from jiebei_dash.marts.touched import Change

MOST_RUNS = 12
"""Of a kind."""
BATCH_ROWS = 4_000_000
"""Rows of the book that are put in at a time, a month alone aside: it bounds the memory."""
_INCOMING = "_incoming"


@dataclass(frozen=True)
class _Source:
    """A table of the book whose numbers are listed: kind by column."""

    table: Table
    kinds: tuple[tuple[str, Kind], ...]

    @property
    def month(self) -> ColumnElement[Any]:
        return self.table.c[self.table.info["period"]]


SOURCES: tuple[_Source, ...] = (
    _Source(schema.decision, (("decision_id", "decision"), ("application_id", "application"))),
    _Source(schema.loan, (("loan_id", "loan"), ("application_id", "line"))),
)


def listed() -> sa.CompoundSelect[Any]:
    """Return the statement over the book that the list is."""
    return sa.union_all(
        *[
            sa.select(
                hash_of(each.table.c[name]).label("number_hash"),
                sa.literal(kind).label("kind"),
                each.month.label("month"),
            )
            for each in SOURCES
            for name, kind in each.kinds
        ]
    )


@cache
def definition() -> str:
    """Return what the list is, and how the engine beside us hashes a word: one that hashes anew needs a list anew."""
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as connection:
        word: Any = connection.execute(sa.select(hash_of("jiebei"))).scalar_one()
        text = str(listed().compile(engine, compile_kwargs={"literal_binds": True}))
    engine.dispose()
    return f"{[f'{column.name} {column.type}' for column in number_month.columns]} {text} {word}"


def refresh_numbers(
    engine: Engine,
    book: Book,
    change: Change,
    counts: Mapping[tuple[str, date], int],
    is_stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Bring the list of numbers up to date.

    Parameters
    ----------
    engine
        Of the embedded file; it has the list's table.
    book
        The open book.
    change
        From the version that the list is of to the one it is to be of.
    counts
        Rows by table and month.
    is_stopped
        Asked now and then whether to give up.

    Returns
    -------
    int
        Months that were put in anew.

    Raises
    ------
    MartsStopped
        It was to give up.
    """
    months_count = 0
    for each in SOURCES:
        # All months count, also those after the last closed one: a number is found whatever the scope says.
        months = sorted(change.months(each.table.name))
        with engine.begin() as connection:
            _let_go(connection, each, months)
        there = [month for month in months if (each.table.name, month) in change.after]
        for batch in _batches(there, {month: counts.get((each.table.name, month), 0) for month in there}):
            if is_stopped():
                raise MartsStopped()
            _take(engine, book, each, batch)
        months_count += len(there)
        for _, kind in each.kinds:
            _sort_anew(engine, kind)
    return months_count


def _batches(months: Iterable[date], rows: dict[date, int]) -> Iterator[list[date]]:
    batch: list[date] = []
    for month in months:
        if batch and sum(rows[each] for each in batch) + rows[month] > BATCH_ROWS:
            yield batch
            batch = []
        batch.append(month)
    if batch:
        yield batch


def _known(months: Iterable[date]) -> tuple[date | None, ...]:
    """Rows without a month stand under ``NO_MONTH`` in the marks."""
    return tuple(None if month == date.fromisoformat(NO_MONTH) else month for month in months)


def _let_go(connection: Connection, source: _Source, months: list[date]) -> None:
    if months:
        kinds = number_month.c.kind.in_([kind for _, kind in source.kinds])
        connection.execute(sa.delete(number_month).where(kinds, *held_to(number_month.c.month, _known(months))))


def _take(engine: Engine, book: Book, listed: _Source, months: list[date]) -> None:
    """Numbers of some months, from the engine that holds the book, each kind as a run of its own."""
    names = [name for name, _ in listed.kinds]
    rows: Select[Any] = sa.select(*[listed.table.c[name] for name in names], listed.month.label("month")).where(
        *held_to(listed.month, _known(months))
    )
    staged = _staged(*names)
    with batches_of(book.engine, rows, book.data_version) as batches, engine.begin() as connection:
        staged.create(connection)
        driver: Any = connection.connection.driver_connection
        driver.register(_INCOMING, batches)
        try:
            incoming = sa.table(_INCOMING, *[sa.column(name) for name in (*names, "month")])
            hashed = sa.select(*[hash_of(incoming.c[name]) for name in names], incoming.c.month)
            connection.execute(sa.insert(staged).from_select([*names, "month"], hashed))
        finally:
            driver.unregister(_INCOMING)
        for name, kind in listed.kinds:
            _put_sorted(connection, kind, sa.select(staged.c[name].label("number_hash"), staged.c.month))
        staged.drop(connection)


def _put_sorted(connection: Connection, kind: Kind, rows: Select[Any]) -> None:
    """Sort no more than has to be: the kind and the run are the same in every row."""
    run: Any = connection.execute(sa.select(func.coalesce(func.max(number_month.c.run), 0) + 1)).scalar_one()
    ordered = rows.where(rows.selected_columns.number_hash.is_not(None)).order_by("number_hash").subquery("ordered")
    put = sa.select(ordered.c.number_hash, sa.literal(kind), ordered.c.month, sa.literal(run))
    connection.execute(sa.insert(number_month).from_select([column.name for column in number_month.columns], put))


def _sort_anew(engine: Engine, kind: Kind) -> None:
    of_kind = number_month.c.kind == kind
    staged = _staged("number_hash")
    with engine.begin() as connection:
        runs = connection.execute(sa.select(func.count(number_month.c.run.distinct())).where(of_kind)).scalar_one()
        if runs <= MOST_RUNS:
            return
        staged.create(connection)
        kept = sa.select(number_month.c.number_hash, number_month.c.month).where(of_kind)
        connection.execute(sa.insert(staged).from_select(["number_hash", "month"], kept))
        connection.execute(sa.delete(number_month).where(of_kind))
        _put_sorted(connection, kind, sa.select(*staged.c))
        staged.drop(connection)


def _staged(*hashes: str) -> Table:
    columns = [sa.Column(name, sa.BigInteger) for name in hashes]
    return sa.Table("_numbers", sa.MetaData(), *columns, sa.Column("month", sa.Date), prefixes=["TEMPORARY"])
