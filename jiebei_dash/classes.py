"""Which of the regulator's five classes a loan is of, read from ``data/five_classes.toml``: editable, dated, marked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jiebei_dash import terms
from jiebei_dash.errors import ClassesInvalid
from jiebei_dash.settings import ROOT

CLASSES_FILE = ROOT / "data" / "five_classes.toml"
TOLD_DAYS: tuple[int, ...] = (*terms.BUCKET_EDGES_DAYS, *terms.LONG_PAST_DUE_DAYS)
"""Days past due that the sums of a book tell apart."""


@dataclass(frozen=True)
class ClassTable:
    """The edges of the classes from a month-end on.

    Parameters
    ----------
    from_month
        First month-end at which it holds.
    more_than_days
        By class beyond pass, in order: it begins beyond so many days past due.
    mark
        How sure it is: A read in a source, B practice, C remembered, X assumed for the sample book.
    sources
        Where it comes from, by language.
    """

    from_month: date
    more_than_days: Mapping[str, int]
    mark: str
    sources: Mapping[str, str]

    def class_of(self, state: str, long_days: int) -> str:
        """Return the class of a loan on the book.

        Parameters
        ----------
        state
            Its bucket, one of ``terms.BUCKETS``.
        long_days
            The longest of ``terms.LONG_PAST_DUE_DAYS`` that it is past due, 0 if none.
        """
        place = terms.BUCKETS.index(state)
        beyond = max(long_days, terms.BUCKET_EDGES_DAYS[place - 1]) if place else -1
        reached = [name for name, days in self.more_than_days.items() if days <= beyond]
        return reached[-1] if reached else terms.RISK_CLASSES[0]


def table_at(tables: tuple[ClassTable, ...], month: date) -> ClassTable:
    """Return the table that holds at a month-end; before the first, the first."""
    return next((table for table in reversed(tables) if table.from_month <= month), tables[0])


def read_classes(path: Path = CLASSES_FILE) -> tuple[ClassTable, ...]:
    """Return the tables of the five classes as the file has them now, the oldest first.

    Parameters
    ----------
    path
        A TOML file with a list ``table``.

    Raises
    ------
    ClassesInvalid
        If the file is missing or unreadable, a table lacks a class, its month, mark or source, edges do not rise, or an
        edge is none that the sums of a book can tell.
    """
    try:
        with path.open("rb") as file:
            given = tomllib.load(file).get("table", [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ClassesInvalid(path=path.name, why=str(error)) from error
    if not given:
        raise ClassesInvalid(path=path.name, why="[[table]]")
    return tuple(sorted((_table(each, path) for each in given), key=lambda table: table.from_month))


def _table(given: Mapping[str, object], path: Path) -> ClassTable:
    since, days, mark, source = (given.get(name) for name in ("from", "more_than_days", "mark", "source"))
    if not isinstance(since, date):
        raise ClassesInvalid(path=path.name, why="from")
    if (
        mark not in ("A", "B", "C", "X")
        or not isinstance(source, dict)
        or not all(source.get(name) for name in terms.LANGUAGES)
    ):
        raise ClassesInvalid(path=path.name, why=f"{since}: mark, source")
    late = terms.RISK_CLASSES[1:]
    if not isinstance(days, dict) or sorted(days) != sorted(late):
        raise ClassesInvalid(path=path.name, why=f"{since}: {', '.join(late)}")
    edges = [days[name] for name in late]
    if edges != sorted(set(edges)):
        raise ClassesInvalid(path=path.name, why=f"{since}: {' < '.join(late)}")
    for name, edge in zip(late, edges, strict=True):
        # A month-end before is told by its bucket alone: what became non-performing must be seen from it.
        told = terms.BUCKET_EDGES_DAYS if name == terms.NON_PERFORMING[0] else TOLD_DAYS
        if edge not in told:
            raise ClassesInvalid(path=path.name, why=f"{name} = {edge} ({', '.join(map(str, told))})")
    return ClassTable(since.replace(day=1), dict(zip(late, edges, strict=True)), str(mark), source)
