"""Which totals a figure rests on, read off the questions that were asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import Column, Select, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.families import BY_NAME
from jiebei_dash.book.history import MEASURES
from jiebei_dash.book.lineage import Untied
from jiebei_dash.book.scope import Scope
from jiebei_dash.book.within import WHOLE

_COHORTS = ("opened_month", "submitted_month")


def reads(select: Select[tuple[object, ...]]) -> frozenset[tuple[str, str]]:
    """Return the tables of facts and their columns that a statement reads, wherever in it.

    Parameters
    ----------
    select
        A Core select. A mart reads what the statement that defines it reads.

    Returns
    -------
    frozenset of tuple of str
        Table and column; a table of which only rows are counted with an empty column.
    """
    return frozenset(_read(select))


def concerned(untied: Iterable[Untied], questions: Iterable[Question]) -> tuple[Untied, ...]:
    """Return the totals that do not tie and that a figure rests on, in their order.

    Parameters
    ----------
    untied
        Of the book.
    questions
        All that were asked for the figure.

    Notes
    -----
    A count concerns every figure that reads its table, a sum those that read its column; a month those whose scope it
    lies in. **Source**: house definition.
    """
    asked = [(question.scope, reads(question.select)) for question in questions]
    return tuple(total for total in untied if any(_concerns(total, scope, read) for scope, read in asked))


def _read(part: ClauseElement) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for inner in visitors.iterate(part):
        if isinstance(inner, Table):
            found |= _of_table(inner, "")
        # A table that is selected whole is one part: its columns are not among the parts.
        shown = inner.selected_columns if isinstance(inner, Select) else (inner,)
        for column in shown:
            for root in column.base_columns if isinstance(column, ColumnElement) else ():
                if isinstance(root, Column) and isinstance(root.table, Table):
                    found |= _of_table(root.table, root.name)
    return found


def _of_table(table: Table, column: str) -> set[tuple[str, str]]:
    if "mart" in table.info:
        return set(_of_family(table.info["mart"]))
    return {(table.name, column)} if table.name in schema.book.tables else set()


@lru_cache(maxsize=64)
def _of_family(name: str) -> frozenset[tuple[str, str]]:
    family = BY_NAME[name]
    return frozenset(_read(family.rows(WHOLE))) | {(source, "") for source in family.sources}


def _concerns(total: Untied, scope: Scope, read: frozenset[tuple[str, str]]) -> bool:
    columns = {column for table, column in read if table == total.table_name}
    summed = MEASURES.get(total.table_name, {}).get(total.measure)
    if not columns or (summed is not None and summed not in columns):
        return False
    return total.month is None or _lies_in(total.month, schema.book.tables[total.table_name], scope)


def _lies_in(month: date, table: Table, scope: Scope) -> bool:
    if month > scope.as_of_month:
        return False
    if table.info.get("period") not in _COHORTS:
        return True
    return (scope.opened_from or month) <= month <= (scope.opened_to or month)
