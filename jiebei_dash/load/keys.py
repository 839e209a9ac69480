"""Whether a key stands more than once: the rows that came in against one another, and against those that stay.

What stayed was looked at when it came. Rows of other months are looked at only where the key does not name the month,
and of them only those that could have the same key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import FromClause, Table, func

from jiebei_dash.book import schema


@dataclass(frozen=True)
class Belongs:
    """A table whose rows belong to a row of another, and repeat its cohort.

    Parameters
    ----------
    parent
        The other table.
    number
        Column of the parent's number, in both, first in this table's key.
    cohort
        Column of the parent's cohort, in both, by which the parent is stored.
    """

    parent: Table
    number: str
    cohort: str


BELONGS: dict[str, Belongs] = {
    "application_stage": Belongs(schema.application, "application_id", "submitted_month"),
    "rule_hit": Belongs(schema.decision, "decision_id", "submitted_month"),
    "feature_snapshot": Belongs(schema.decision, "decision_id", "submitted_month"),
    "funding_share": Belongs(schema.loan, "loan_id", "opened_month"),
    "instalment": Belongs(schema.loan, "loan_id", "opened_month"),
    "contact": Belongs(schema.loan, "loan_id", "opened_month"),
    "line_event": Belongs(schema.application, "application_id", "submitted_month"),
}
"""A number has one cohort, so two rows of the same number are of the same cohort."""

Key = tuple[object, ...]


def repeated_key(
    connection: sa.Connection, table: Table, came: Sequence[FromClause], stayed: FromClause | None, parent: bool
) -> Key | None:
    """Return a key that a version of a table has more than once, or None.

    Parameters
    ----------
    connection
        To the embedded engine.
    table
        A table of the schema.
    came
        The rows that came in, a relation a part; all rows of their months.
    stayed
        The rows of other months, whose keys differ from one another; None if there are none.
    parent
        Whether every row that came in has its parent in this version, see :func:`has_parents`.
    """
    if not came:
        return None
    names = [column.name for column in table.primary_key]
    if table.info.get("period") in names:
        # Rows of different months differ in their key.
        return next((key for part in came if (key := _repeated(connection, part, names)) is not None), None)
    every = _together(came, names)
    if (key := _repeated(connection, every, names)) is not None or stayed is None:
        return key
    rows: FromClause = stayed
    belongs = BELONGS.get(table.name)
    if belongs is not None and parent:
        if belongs.cohort == table.info["period"]:
            return None
        rows = _of_cohorts(connection, table, _together(came, [belongs.cohort]), stayed, belongs.cohort)
    return _in_both(connection, every, rows, names)


def has_parents(connection: sa.Connection, table: Table, came: Sequence[FromClause]) -> bool:
    """Return whether every row that came in belongs to a row of its parent's table, of the same cohort.

    Parameters
    ----------
    connection
        To the embedded engine; the parent's table is there with all its rows.
    table
        A table of the schema; without a parent the answer is no.
    came
        The rows that came in.
    """
    belongs = BELONGS.get(table.name)
    if belongs is None or not came:
        return False
    rows = _together(came, [belongs.number, belongs.cohort])
    parents = belongs.parent.alias("parents")
    cohorts: list[date | None] = list(connection.execute(sa.select(rows.c[belongs.cohort]).distinct()).scalars())
    there = sa.and_(
        parents.c[belongs.number] == rows.c[belongs.number],
        parents.c[belongs.cohort] == rows.c[belongs.cohort],
        parents.c[belongs.cohort].in_(cohorts),
    )
    orphan = sa.select(sa.literal(1)).where(~sa.exists().where(there)).select_from(rows).limit(1)
    return connection.execute(orphan).first() is None


def _together(parts: Sequence[FromClause], names: Sequence[str]) -> FromClause:
    return sa.union_all(*[sa.select(*[part.c[name] for name in names]) for part in parts]).subquery("came")


def _repeated(connection: sa.Connection, rows: FromClause, names: Sequence[str]) -> Key | None:
    key = [rows.c[name] for name in names]
    # Hashes are counted first, in a fraction of the memory; only if two agree are the keys themselves compared.
    hashed = sa.select(func.count().label("rows"), func.count(func.hash(*key).distinct()).label("keys"))
    count = connection.execute(hashed.select_from(rows)).one()
    if count.rows == count.keys:
        return None
    counts = sa.select(*key).group_by(*key).having(func.count() > 1).order_by(*key).limit(1)
    found = connection.execute(counts).first()
    return tuple(found) if found is not None else None


def _of_cohorts(
    connection: sa.Connection, table: Table, came: FromClause, stayed: FromClause, cohort: str
) -> FromClause:
    """The rows that stay of the cohorts that came in; nothing happens to a cohort before its month."""
    cohorts: list[date | None] = list(connection.execute(sa.select(came.c[cohort]).distinct()).scalars())
    known = [month for month in cohorts if month is not None]
    if len(known) < len(cohorts) or not known:
        return stayed
    rows = sa.select(*stayed.c).where(stayed.c[cohort].in_(known), stayed.c[table.info["period"]] >= min(known))
    return rows.subquery("stayed_of_cohorts")


def _in_both(connection: sa.Connection, came: FromClause, stayed: FromClause, names: Sequence[str]) -> Key | None:
    same = sa.and_(*[came.c[name] == stayed.c[name] for name in names])
    found = connection.execute(
        sa.select(*[stayed.c[name] for name in names]).where(sa.exists().where(same).select_from(came)).limit(1)
    ).first()
    return tuple(found) if found is not None else None
