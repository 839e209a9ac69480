"""The part of the book that a family of facts is held to, and what its statements have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case

from jiebei_dash.book.scope import DIMENSION_KEYS, month_plus
from jiebei_dash.terms import WAIT_EDGES_SECONDS


@dataclass(frozen=True)
class Within:
    """A part of the book.

    Parameters
    ----------
    conditions
        Given a source table, what holds it to the part.
    first_month
        First month of the family that is looked at; None is all. What a fact looks back at or forward to is bounded by
        it, so that an engine need not read what cannot matter.
    """

    conditions: Callable[[FromClause], list[ColumnElement[bool]]]
    first_month: date | None = None

    def __call__(self, source: FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions that hold a source table to the part."""
        return self.conditions(source)

    def since(self, column: ColumnElement[Any], months_back: int = 0) -> list[ColumnElement[bool]]:
        """Return the condition that a month is not before the first one, or so many months before it."""
        return [] if self.first_month is None else [column >= month_plus(self.first_month, -months_back)]


WHOLE = Within(lambda _: [])
"""All of the book."""


def dims(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the dimensions of the scope as a fact has them."""
    return [table.c[key] for key in DIMENSION_KEYS]


def one(condition: ColumnElement[bool], amount: Any = 1) -> ColumnElement[Any]:
    """Return the amount where the condition holds, else 0."""
    return case((condition, amount), else_=0)


def waits_of(seconds: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """Return whether a wait is known, and whether it was within each of ``terms.WAIT_EDGES_SECONDS``."""
    within = [one(seconds <= edge).label(f"within_{edge}") for edge in WAIT_EDGES_SECONDS]
    return [one(seconds.is_not(None)).label("waits"), *within]
