"""What a role may ask, read off the question itself.

The level of a question is the level of what its rows show: sums, single loans, single applicants, or personal fields.
It is derived from the statement, not declared by whoever wrote it, and anything not understood counts as personal.

One exception: some personal fields may name groups of persons, so that fairness can be tested. It holds for the one
form of statement that :func:`_level_of_groups` knows, in which small groups are left out by the statement itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, CompoundSelect, Select, Table
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    Case,
    Cast,
    ClauseElement,
    ColumnClause,
    ColumnElement,
    Grouping,
    Label,
    Null,
    TextClause,
    TypeClause,
    UnaryExpression,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CTE, Alias, FromClause, Join, SelectBase, Subquery, TableClause

from jiebei_dash.errors import MayNotLoad, MayNotSave, NotAllowed
from jiebei_dash.fair_rules import LEAST_PERSONS
from jiebei_dash.terms import Role

LEVELS: tuple[str, ...] = ("sums", "loan", "applicant", "personal")
MAY_ASK: dict[Role, str] = {"manager": "loan", "analyst": "applicant", "auditor": "personal"}
"""The highest level a role may ask: a manager no single applicant, an analyst no personal field."""
LOGGED_FROM = "applicant"
"""From this level on an auditor's question is written to the log before it is answered."""

MAY_LOAD: tuple[Role, ...] = ("analyst",)
"""Who may bring in a tape on the screen: who works with the data; an auditor judges loads and makes none."""

MAY_SAVE: tuple[Role, ...] = ("analyst",)
"""Who may save scenarios and bring in their files; an auditor reads them."""

_SUMMING = {"count", "sum", "avg", "min", "max"}
_OF_SUMS = (Label, Cast, Case, Grouping, BinaryExpression, BindParameter, Null, TypeClause)
"""What a figure made of counts and sums may consist of."""


def level_of(select: Select[tuple[object, ...]]) -> str:
    """Return the level of what a statement shows.

    Parameters
    ----------
    select
        A Core select.

    Returns
    -------
    str
        One of ``LEVELS``: the highest among its shown columns and, if its rows are not grouped, its tables.
    """
    return LEVELS[_level(select)]


def check(select: Select[tuple[object, ...]], role: Role) -> str:
    """Return the level of a statement, or refuse it for this role.

    Raises
    ------
    NotAllowed
        If the role may not see that level; an unknown role may see nothing.
    """
    level = level_of(select)
    check_level(level, role)
    return level


def check_level(level: str, role: Role) -> None:
    """Refuse rows of a level to a role that may not see them.

    Raises
    ------
    NotAllowed
    """
    allowed = MAY_ASK.get(role)
    if allowed is None or LEVELS.index(level) > LEVELS.index(allowed):
        raise NotAllowed(role=role, level=level)


def check_load(role: Role) -> None:
    """Refuse to bring in a tape for a role that may not.

    Raises
    ------
    MayNotLoad
        If the role is not one of ``MAY_LOAD``.
    """
    if role not in MAY_LOAD:
        raise MayNotLoad(role=role)


def check_save(role: Role) -> None:
    """Refuse to save a scenario for a role that may not.

    Raises
    ------
    MayNotSave
        If the role is not one of ``MAY_SAVE``.
    """
    if role not in MAY_SAVE:
        raise MayNotSave(role=role)


def _level(select: object) -> int:
    if isinstance(select, CompoundSelect):
        return max(_level(each) for each in select.selects)
    if not isinstance(select, Select):
        return len(LEVELS) - 1
    shown = list(select.selected_columns)
    if any(isinstance(part, TextClause) for part in visitors.iterate(select)):
        return len(LEVELS) - 1
    of_groups = _level_of_groups(select, shown)
    if of_groups is not None:
        return of_groups
    found = max((_column_level(column) for column in [*shown, *select._group_by_clauses]), default=0)
    if not _is_grouped(select, shown):
        found = max([found, *(_table_level(table) for table in select.get_final_froms())])
    return found


def _level_of_groups(select: Select[tuple[object, ...]], shown: list[ColumnElement[object]]) -> int | None:
    """The level of a statement about large groups of persons; None if it is no such statement, or not understood.

    It groups by columns that are marked for it, as they stand in their table, and by sums-level keys; it leaves out
    groups of fewer than ``LEAST_PERSONS`` different persons; whatever else it shows are counts and sums of sums-level
    columns. A marked column inside any expression, or beside anything of a person or an applicant, is not understood.
    """
    keys = [_bare(key) for key in select._group_by_clauses]
    marked = [key for key in keys if isinstance(key, Column) and isinstance(key.table, Table) and "grouped" in key.info]
    others = [key for key in keys if key not in set(marked)]
    if not marked or any(_column_level(key) for key in others) or not all(_is_of_many(select, key) for key in marked):
        return None
    for column in map(_bare, shown):
        if not any(column is key for key in keys) and (not _adds_up(column) or _column_level(column)):
            return None
    return max(LEVELS.index(str(key.info["grouped"])) for key in marked)


def _bare(column: ClauseElement) -> ClauseElement:
    return column.element if isinstance(column, Label) else column


def _is_of_many(select: Select[tuple[object, ...]], key: Column[object]) -> bool:
    """Whether every group has at least so many different rows of the table that its key stands in: persons.

    Rows of a join will not do: one person has many of them.
    """
    persons = list(key.table.primary_key)
    for criterion in select._having_criteria:
        if not isinstance(criterion, BinaryExpression) or criterion.operator is not operators.ge:
            continue
        counted, least = criterion.left, criterion.right
        if not isinstance(counted, FunctionElement) or _name(counted) != "count":
            continue
        different = [part.element for part in counted.clauses if _is_distinct(part)]
        is_enough = isinstance(least, BindParameter) and type(least.value) is int and least.value >= LEAST_PERSONS
        if is_enough and len(persons) == len(different) == 1 and different[0] is persons[0]:
            return True
    return False


def _is_distinct(part: ClauseElement) -> bool:
    return isinstance(part, UnaryExpression) and part.operator is operators.distinct_op


def _adds_up(part: ClauseElement) -> bool:
    """Whether a figure consists of counts, sums and constants, and none of them singles anybody out."""
    if isinstance(part, FunctionElement) and _name(part) in ("count", "sum"):
        return _counts_one_column(part) or not any(
            isinstance(inner, SelectBase) or (isinstance(inner, Column) and _singles_out(inner))
            for inner in visitors.iterate(part)
        )
    is_made_of_them = isinstance(part, _OF_SUMS) or (isinstance(part, FunctionElement) and _name(part) == "coalesce")
    return is_made_of_them and all(_adds_up(child) for child in _parts(part))


def _counts_one_column(part: FunctionElement[object]) -> bool:
    """A count of a column, or of its different values, shows none of them; of a condition it may."""
    counted = [each.element if _is_distinct(each) else each for each in part.clauses]
    return _name(part) == "count" and len(counted) == 1 and isinstance(counted[0], Column)


def _singles_out(column: Column[object]) -> bool:
    roots = [root for root in column.base_columns if isinstance(root, Column)]
    return any(root.info.get("level", "sums") != "sums" for root in roots)


def _parts(part: ClauseElement) -> list[ClauseElement]:
    return list(part.clauses) if isinstance(part, FunctionElement) else list(part.get_children())


def _is_grouped(select: Select[tuple[object, ...]], shown: list[ColumnElement[object]]) -> bool:
    return bool(select._group_by_clauses) or all(_sums(column) for column in shown)


def _sums(column: ClauseElement) -> bool:
    return any(isinstance(part, FunctionElement) and _name(part) in _SUMMING for part in visitors.iterate(column))


def _name(function: FunctionElement[object]) -> str:
    return str(getattr(function, "name", "")).lower()


def _column_level(shown: ClauseElement) -> int:
    """Values inside count() are not shown; inside any other function they may be."""
    return max((LEVELS.index(level) for level in _levels(shown)), default=0)


def _levels(part: ClauseElement) -> Iterator[str]:
    if isinstance(part, FunctionElement) and _name(part) == "count":
        return
    if isinstance(part, ColumnElement) and (roots := part.base_columns) and roots != {part}:
        for root in roots:
            yield from _levels(root)
        return
    if isinstance(part, Column):
        if part.table is not None and isinstance(part.table, TableClause):
            yield str(part.info.get("level", "sums"))
        return
    if isinstance(part, ColumnClause):
        # A name without a table of ours, such as a literal one: nobody knows what it shows.
        yield LEVELS[-1]
        return
    for child in part.get_children():
        yield from _levels(child)


def _table_level(table: FromClause) -> int:
    if isinstance(table, Join):
        return max(_table_level(table.left), _table_level(table.right))
    if isinstance(table, CTE | Subquery):
        return _level(table.element)
    if isinstance(table, Alias):
        return _table_level(table.element)
    row = getattr(table, "info", {}).get("row")
    return LEVELS.index(row) if row in LEVELS else len(LEVELS) - 1
