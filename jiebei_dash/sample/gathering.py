"""The finished shards become one book: table by table, some months at a time, so that memory does not grow with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa

from jiebei_dash.book import schema
from jiebei_dash.load import several
from jiebei_dash.load.several import Piece
from jiebei_dash.load.writer import BookWriter
from jiebei_dash.sample.living import Progress
from jiebei_dash.sample.work import Counts, Work

MOST_ROWS = 1_000_000
"""Months are taken together up to so many rows: a part of the book, sorted in memory."""
_EVER = ("0000", "9999")
_SUMS = {schema.allowance.name: ("gross_fen", "allowance_fen"), schema.product.name: ()}
"""Tables whose rows are of the lender and not of a shard: what shards say of the same key is added up."""


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
    of_shards = [work.counts(shard) or {} for shard in range(shards)]
    counts = total_counts(of_shards)
    rows = sum(sum(months.values()) for months in counts.values())
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        tell("tables", done / rows)

    pieces: list[Piece] = []
    for table, months in counts.items():
        if table not in _SUMS and max(months.values(), default=0) > several.MOST_ROWS:
            for shard, own in enumerate(of_shards):
                if table in own:
                    writer.append(table, work.rows(shard, table, own[table], *_EVER))
                    told(sum(own[table].values()))
            continue
        pieces += [
            Piece(table, count, partial(_rows_of, work, of_shards, table, first, last))
            for first, last, count in spans(months, MOST_ROWS)
        ]
    writer.append_whole(pieces, told)


def total_counts(of_shards: Sequence[Counts]) -> Counts:
    """Return the rows of all shards by table, in the schema's order, and month."""
    found: Counts = {}
    for counts in of_shards:
        for table, months in counts.items():
            found.setdefault(table, Counter()).update(months)
    return {table.name: found[table.name] for table in schema.book.sorted_tables if table.name in found}


def spans(months: Mapping[str, int], most_rows: int) -> Iterator[tuple[str, str, int]]:
    """Yield months in succession, each span of at most so many rows, or a single month: the first, the last, rows."""
    span: list[str] = []
    rows = 0
    for month in sorted(months):
        if span and rows + months[month] > most_rows:
            yield span[0], span[-1], rows
            span, rows = [], 0
        span.append(month)
        rows += months[month]
    if span:
        yield span[0], span[-1], rows


def _rows_of(work: Work, of_shards: Sequence[Counts], table: str, first: str, last: str) -> pa.Table:
    """The rows of a table in a span of months, of every shard."""
    rows = pa.concat_tables(
        work.rows(shard, table, counts[table], first, last) for shard, counts in enumerate(of_shards) if table in counts
    )
    if table not in _SUMS:
        return rows
    plain = pa.table(
        {name: column.cast(_plain(column.type)) for name, column in zip(rows.column_names, rows.columns, strict=True)}
    )
    summed = _SUMS[table]
    keys = [name for name in plain.column_names if name not in summed]
    added = plain.group_by(keys).aggregate([(name, "sum") for name in summed])
    return added.rename_columns([*keys, *summed])


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
