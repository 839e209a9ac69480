"""The finished shards become one book: table by table, some months at a time, so that memory does not grow with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Select, func

from jiebei_dash.book import schema
from jiebei_dash.book.history import NO_MONTH
from jiebei_dash.load.writer import BookWriter
from jiebei_dash.sample.living import Progress
from jiebei_dash.sample.work import Counts, Work

MOST_ROWS = 1_000_000
"""Months are taken together up to so many rows: a part of the book, sorted in memory."""


def gather(writer: BookWriter, work: Work, shards: int, tell: Progress) -> None:
    """Append the tables of all shards to a book.

    Parameters
    ----------
    writer
        The unfinished book.
    work
        Its work folder, with every shard finished.
    shards
        How many there are.
    tell
        Is told the done share of the rows.
    """
    counts = total_counts(work, shards)
    rows = sum(sum(months.values()) for months in counts.values())
    done = 0
    for table, months in counts.items():
        for first, last in spans(months, MOST_ROWS):
            tell("tables", done / rows)
            writer.append(table, _rows_of(work, table, first, last), whole_months=True)
            done += sum(count for month, count in months.items() if first <= month <= last)


def total_counts(work: Work, shards: int) -> Counts:
    """Return the rows of all shards by table, in the schema's order, and month."""
    found: Counts = {}
    for shard in range(shards):
        for table, months in (work.counts(shard) or {}).items():
            found.setdefault(table, Counter()).update(months)
    return {table.name: found[table.name] for table in schema.book.sorted_tables if table.name in found}


def spans(months: Mapping[str, int], most_rows: int) -> Iterator[tuple[str, str]]:
    """Yield first and last of months in succession, each span of at most so many rows, or a single month."""
    span: list[str] = []
    rows = 0
    for month in sorted(months):
        if span and rows + months[month] > most_rows:
            yield span[0], span[-1]
            span, rows = [], 0
        span.append(month)
        rows += months[month]
    if span:
        yield span[0], span[-1]


def _rows_of(work: Work, table: str, first: str, last: str) -> Select:
    """The rows of a table in a span of months, of every shard; sums of shards add up, a product is sold in many."""
    files = work.names(table)
    rows = func.read_parquet(work.tables(table)).table_valued(*[sa.column(name) for name in files])
    chosen = sa.select(*rows.c)
    period = schema.book.tables[table].info.get("period")
    if first != NO_MONTH and period is not None:
        chosen = chosen.where(rows.c[period].between(date.fromisoformat(first), date.fromisoformat(last)))
    if table == schema.allowance.name:
        keys = [rows.c[column.name] for column in schema.allowance.primary_key]
        sums = [func.sum(rows.c[name]).label(name) for name in ("gross_fen", "allowance_fen")]
        return chosen.with_only_columns(*keys, *sums).group_by(*keys)
    return chosen.distinct() if table == schema.product.name else chosen
