"""Where the rows of a number stand, from the list of numbers."""

from __future__ import annotations

from sqlalchemy import Select, select

from jiebei_dash.book.engine import Question
from jiebei_dash.book.numbers import hash_of, number_month
from jiebei_dash.book.scope import Scope


def is_listed(scope: Scope) -> bool:
    """Return whether the book has a list of its numbers."""
    return number_month.name in scope.marts


def months_of(scope: Scope, number: str) -> Question:
    """Ask in which months a number may stand, and as what.

    Returns
    -------
    Question
        ``kind, month``; one row a kind and month, none if the book has no such number. A month too many may be among
        them, never one too few.
    """
    table = number_month
    statement: Select[tuple[object, ...]] = (
        select(table.c.kind, table.c.month)
        .where(table.c.number_hash == hash_of(number))
        .distinct()
        .order_by(table.c.kind, table.c.month)
    )
    return Question("numbers.months_of", statement, scope)
