"""The work folder of a book that is being invented: the tables of each finished shard, to be taken up after a stop.

    book.duckdb.sample-work/<identity>/shard-0007/<table>.arrow     rows by month; a batch has whole months
                                                  done.json         rows a table and month, bytes a file
                                                  course.json       of the first shard: policies and models by month

A shard is made under another name and renamed when it is whole.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from jiebei_dash.book import schema
from jiebei_dash.book.history import NO_MONTH

_DONE = "done.json"
_COURSE = "course.json"
_BATCH_ROWS = 16_384
"""Months are put into one batch until it has so many rows: enough to read fast, few enough to skip."""

_WRITTEN = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
_IN_THIS_THREAD = pa.ipc.IpcReadOptions(use_threads=False)

Counts = dict[str, Counter[str]]
"""Rows by table and month, ISO date; ``NO_MONTH`` for a table without a period."""


@dataclass(frozen=True)
class Work:
    """The work folder of one book.

    Parameters
    ----------
    folder
        ``<book>.sample-work``.
    identity
        See :meth:`jiebei_dash.sample.plan.Plan.identity`.
    """

    folder: Path
    identity: str

    @property
    def own(self) -> Path:
        """The folder of this identity."""
        return self.folder / self.identity

    def shard(self, number: int) -> Path:
        """Return the folder of a finished shard."""
        return self.own / f"shard-{number:04d}"

    def course(self) -> Path:
        """Return the file of the course that the first shard took."""
        return self.shard(0) / _COURSE

    def rows(self, shard: int, table: str, counts: Mapping[str, int], first: str, last: str) -> pa.Table:
        """Return the rows of a table of a finished shard in a span of months.

        Parameters
        ----------
        shard, table
            Which.
        counts
            Its rows by month, see :meth:`counts`.
        first, last
            ISO dates; both included.
        """
        with pa.memory_map(str(self.shard(shard) / _file(table))) as source:
            file = pa.ipc.open_file(source, options=_IN_THIS_THREAD)
            found = []
            for place, months in enumerate(_batches(counts)):
                wanted = [month for month in months if first <= month <= last]
                if wanted:
                    start = sum(counts[month] for month in months if month < first)
                    rows = sum(counts[month] for month in wanted)
                    found.append(file.get_batch(place).slice(start, rows))
            return pa.Table.from_batches(found, file.schema)

    def sweep(self) -> None:
        """Remove what belongs to another book or was not finished; only the holder of the book's lock may."""
        for other in self.folder.iterdir() if self.folder.is_dir() else ():
            if other != self.own:
                shutil.rmtree(other)
        for unfinished in self.own.glob("*.making") if self.own.is_dir() else ():
            shutil.rmtree(unfinished)
        self.own.mkdir(parents=True, exist_ok=True)

    def remove(self) -> None:
        """Remove the whole folder: the book is made."""
        shutil.rmtree(self.folder)

    def counts(self, shard: int) -> Counts | None:
        """Return the rows of a shard by table and month; None if it is not finished."""
        try:
            done = json.loads((self.shard(shard) / _DONE).read_text(encoding="utf-8"))
            if any((self.shard(shard) / name).stat().st_size != size for name, size in done["bytes"].items()):
                return None
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return {table: Counter(months) for table, months in done["rows"].items()}


class Sink:
    """Takes the tables of one shard.

    Parameters
    ----------
    work
        The work folder.
    shard
        Number of the shard.
    """

    def __init__(self, work: Work, shard: int) -> None:
        self._place = work.shard(shard)
        self.folder = self._place.with_name(f"{self._place.name}.making")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self._counts: dict[str, dict[str, int]] = {}

    @property
    def course(self) -> Path:
        """Where the first shard puts its course."""
        return self.folder / _COURSE

    def put(self, name: str, rows: pa.Table) -> None:
        """Write a table whose rows are in the order of its period."""
        period = schema.book.tables[name].info.get("period")
        months, starts = _months(rows[period]) if period else ([NO_MONTH], np.zeros(1, np.int64))
        edges = [*starts.tolist(), rows.num_rows]
        self._counts[name] = {
            month: end - start for month, start, end in zip(months, edges[:-1], edges[1:], strict=True) if end > start
        }
        with pa.ipc.new_file(self.folder / _file(name), rows.schema, options=_WRITTEN) as file:
            start = 0
            for batch in _batches(self._counts[name]):
                count = sum(self._counts[name][month] for month in batch)
                file.write_table(rows.slice(start, count).combine_chunks())
                start += count

    def finish(self) -> None:
        """Switch to the finished shard."""
        sizes = {path.name: path.stat().st_size for path in self.folder.iterdir()}
        (self.folder / _DONE).write_text(json.dumps({"rows": self._counts, "bytes": sizes}), encoding="utf-8")
        if self._place.exists():
            shutil.rmtree(self._place)
        self.folder.rename(self._place)


def _file(table: str) -> str:
    return f"{table}.arrow"


def _batches(counts: Mapping[str, int]) -> Iterator[list[str]]:
    """The months of each batch of a table, in order."""
    batch: list[str] = []
    for month in sorted(counts):
        batch.append(month)
        if sum(counts[each] for each in batch) >= _BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _months(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The months of a column in ascending order, and where each begins."""
    day = column.combine_chunks().view(pa.int32()).to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.diff(day, prepend=-1))
    if (np.diff(day) < 0).any():
        raise ValueError("rows must be in the order of their month")
    return [str(day[start].astype("datetime64[D]")) for start in starts], starts
