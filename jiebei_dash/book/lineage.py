"""Where a book's numbers come from: the load that made it, the hashes of tape, mapping and code, the totals that do not
tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from jiebei_dash.book import history
from jiebei_dash.book.engine import Book

_DONE = ("LOADED", "UNCHANGED")


@dataclass(frozen=True)
class Load:
    """The load that made a version.

    Parameters
    ----------
    load_no
        1 for the first of the book.
    loaded_at
        When it ended; local time in Shanghai.
    tape
        Name of the tape, without its place.
    """

    load_no: int
    loaded_at: datetime
    tape: str


@dataclass(frozen=True)
class Untied:
    """A control total that was given with a tape and that the loaded rows do not make.

    Parameters
    ----------
    table_name
        Table of the book.
    month
        Its month; None for all months.
    measure
        ``count`` or a code of ``book.history.MEASURES``.
    control_value, loaded_value
        As given, and as loaded; fen, or rows for a count.
    """

    table_name: str
    month: date | None
    measure: str
    control_value: float
    loaded_value: float

    @property
    def difference(self) -> float:
        """Loaded less given."""
        return self.loaded_value - self.control_value


@dataclass(frozen=True)
class Lineage:
    """What a figure says about where it comes from.

    Parameters
    ----------
    data_version, kind, made_at
        Of the book.
    source_sha256, mapping_sha256, code_version
        What it was made from; the hash of the mapping is empty for a sample.
    load
        None for a book that no load made.
    untied
        Totals that do not tie, the newest month first.
    """

    data_version: str
    kind: str
    made_at: datetime
    source_sha256: str
    mapping_sha256: str
    code_version: str
    load: Load | None = None
    untied: tuple[Untied, ...] = ()


def read_lineage(book: Book) -> Lineage:
    """Return where the numbers of an open book come from.

    Parameters
    ----------
    book
        Any open book.

    Returns
    -------
    Lineage
    """
    run, total = history.load_run, history.load_total
    with book.engine.connect() as connection:
        runs = connection.execute(sa.select(run).order_by(run.c.load_no)).mappings().all()
        totals = connection.execute(sa.select(total).order_by(total.c.load_no)).mappings().all()
    made_by = [row for row in runs if row["outcome"] == "LOADED" and row["data_version_after"] == book.data_version]
    load = Load(made_by[-1]["load_no"], made_by[-1]["loaded_at"], made_by[-1]["tape"]) if made_by else None
    return Lineage(
        data_version=book.data_version,
        kind=book.kind,
        made_at=book.made_at,
        source_sha256=book.source_sha256,
        mapping_sha256=book.mapping_sha256,
        code_version=book.code_version,
        load=load,
        untied=untied_totals(runs, totals),
    )


def untied_totals(runs: Iterable[Mapping[Any, Any]], totals: Iterable[Mapping[Any, Any]]) -> tuple[Untied, ...]:
    """Return the totals that do not tie in a book, the newest month first, those of all months before them.

    Parameters
    ----------
    runs, totals
        Rows of ``load_run`` and of ``load_total`` by load number.

    Notes
    -----
    A load of the whole book begins anew; a load of months speaks of the totals that came with it and leaves the others
    as they were said before. A load that was stopped says nothing. **Source**: house definition.
    """
    done = {row["load_no"]: row["mode"] for row in runs if row["outcome"] in _DONE}
    begun = max((load_no for load_no, mode in done.items() if mode == "WHOLE"), default=0)
    newest = {
        (row["table_name"], row["month"], row["measure"]): row
        for row in totals
        if row["load_no"] in done and row["load_no"] >= begun
    }
    whole = date.fromisoformat(history.NO_MONTH)
    found = [
        Untied(
            table_name=row["table_name"],
            month=None if row["month"] == whole else row["month"],
            measure=row["measure"],
            control_value=float(row["control_value"]),
            loaded_value=float(row["loaded_value"]),
        )
        for row in newest.values()
        if not row["ties"]
    ]
    found.sort(key=lambda total: (total.table_name, total.measure))
    return tuple(sorted(found, key=lambda total: total.month or date.max, reverse=True))
