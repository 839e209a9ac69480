"""Which totals a figure rests on, read off the questions that were asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import Column, Select, Table
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ClauseElement, ColumnElement
from sqlalchemy.sql.selectable import Alias, Join

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
    lies in and whose questions reach back to it. **Source**: house definition.
    """
    listed = tuple(untied)
    asked = [(question, reads(question.select)) for question in questions] if listed else []
    return tuple(total for total in listed if any(_concerns(total, question, read) for question, read in asked))


def first_month(select: Select[tuple[object, ...]], table: Table) -> date | None:
    """Return the first month of a table that a statement asks about; None if it may be any.

    Parameters
    ----------
    select
        A Core select.
    table
        A table of facts with a period.

    Notes
    -----
    A bound is believed where the table is read once, and the bound is one of the conditions that all must hold.
    """
    parts = list(visitors.iterate(select))
    names = {table.name} | {part.name for part in parts if isinstance(part, Table) and _is_mart_of(part, table)}
    froms = [part for part in parts if isinstance(part, Select) for part in _read_by(part)]
    if sum(found.name in names for found in froms) != 1:
        return None
    bounds = [
        bound
        for part in parts
        if isinstance(part, Select) and part.whereclause is not None
        for bound in _bounds(part.whereclause, names, table.info["period"])
    ]
    return max(bounds, default=None)


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


def _is_mart_of(mart: Table, table: Table) -> bool:
    family = BY_NAME.get(mart.info.get("mart", ""))
    return family is not None and table.name in family.sources and family.period == table.info["period"]


def _read_by(select: Select[tuple[object, ...]]) -> list[Table]:
    """The tables that stand in one statement itself, an alias of one among them; not those of its subqueries."""
    waiting, found = list(select.get_final_froms()), []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Join):
            waiting += [part.left, part.right]
        elif isinstance(part, Alias):
            waiting.append(part.element)
        elif isinstance(part, Table):
            found.append(part)
    return found


def _bounds(condition: ClauseElement, names: set[str], period: str) -> list[date]:
    """Months at or after which all rows lie that fulfil a condition."""
    if isinstance(condition, BooleanClauseList):
        if condition.operator is not operators.and_:
            return []
        return [bound for part in condition.clauses for bound in _bounds(part, names, period)]
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.ge:
        return []
    is_period = any(
        isinstance(root, Column)
        and isinstance(root.table, Table)
        and (root.table.name in names, root.name) == (True, period)
        for root in condition.left.base_columns
    )
    value = condition.right.value if isinstance(condition.right, BindParameter) else None
    return [value] if is_period and isinstance(value, date) else []


def _concerns(total: Untied, question: Question, read: frozenset[tuple[str, str]]) -> bool:
    columns = {column for table, column in read if table == total.table_name}
    summed = MEASURES.get(total.table_name, {}).get(total.measure)
    if not columns or (summed is not None and summed not in columns):
        return False
    if total.month is None:
        return True
    table = schema.book.tables[total.table_name]
    if not _lies_in(total.month, table, question.scope):
        return False
    first = first_month(question.select, table) if "period" in table.info else None
    return first is None or first <= total.month


def _lies_in(month: date, table: Table, scope: Scope) -> bool:
    if month > scope.as_of_month:
        return False
    if table.info.get("period") not in _COHORTS:
        return True
    return (scope.opened_from or month) <= month <= (scope.opened_to or month)
