"""What a role may ask, read off the question itself.

The level of a question is the level of what its rows show: sums, single loans, single applicants, or personal fields.
It is derived from the statement, not declared by whoever wrote it, and anything not understood counts as personal.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, CompoundSelect, Select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, ColumnElement, TextClause
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CTE, Alias, FromClause, Join, Subquery, TableClause

from jiebei_dash.errors import MayNotLoad, MayNotSave, NotAllowed
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
    found = max((_column_level(column) for column in [*shown, *select._group_by_clauses]), default=0)
    if not _is_grouped(select, shown):
        found = max([found, *(_table_level(table) for table in select.get_final_froms())])
    return found


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
