"""Some pieces of work at once, in threads, in their order, and never more of them in memory than fit."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

_Made = TypeVar("_Made")
_MOST_THREADS = 4
MOST_ROWS = 6_000_000
"""Of all pieces that are begun; a month with more is left to the embedded engine, which spills."""


@dataclass(frozen=True)
class Piece:
    """All rows of a table for some months.

    Parameters
    ----------
    table
        Name of the table.
    row_count
        How many rows, or the most that they can be.
    rows
        How they are had, in whichever thread.
    """

    table: str
    row_count: int
    rows: Callable[[], pa.Table]


def several(pieces: Iterable[Piece], make: Callable[[Piece], _Made]) -> Generator[tuple[Piece, _Made], None, None]:
    """Yield each piece and what was made of it, in the order of the pieces.

    Parameters
    ----------
    pieces
        Taken one by one, when there is room for the next.
    make
        Is called in a thread of its own, for several pieces at once.

    Notes
    -----
    Who closes it waits for the pieces that are being made; no other is begun.
    """
    threads = _threads_here()
    begun: deque[tuple[Piece, Future[_Made]]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for piece in pieces:
            while begun and (len(begun) > threads or _rows(begun) + piece.row_count > MOST_ROWS):
                first, made = begun.popleft()
                yield first, made.result()
            begun.append((piece, pool.submit(make, piece)))
        for piece, made in begun:
            yield piece, made.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _rows(begun: Iterable[tuple[Piece, object]]) -> int:
    return sum(piece.row_count for piece, _ in begun)


def _threads_here() -> int:
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST_THREADS)
