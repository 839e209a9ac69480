"""The parts of an unfinished version: what is kept of the version before, what comes in, and how it is packed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import FromClause, Select, Table, func

from jiebei_dash.load.catalogue import FACTS, Catalogue
from jiebei_dash.load.fingerprint import MonthMark, month_marks, period_of
from jiebei_dash.load.keys import has_parents, repeated_key
from jiebei_dash.load.made_parts import completed, write_rows
from jiebei_dash.load.parts import NEVER, Part, constants, packed, parts_view, write_part
from jiebei_dash.load.store import Store

FACTS_BY_NAME = {table.name: table for table in FACTS}


class Packing:
    """Takes rows and makes parts of them.

    Parameters
    ----------
    connection
        To the embedded engine of the unfinished version.
    store
        Where the book lies.
    before
        The version that is replaced; None if there is none.
    keeps_others
        Whether the months of it stay for which no rows come in.
    """

    def __init__(self, connection: sa.Connection, store: Store, before: Catalogue | None, keeps_others: bool) -> None:
        self._keeps_others = keeps_others
        self._connection = connection
        self._store = store
        self._before = before
        self._made: list[Part] = []
        self._replaced: dict[str, set[date]] = {}
        self._marks: list[MonthMark] = []

    @property
    def folder(self) -> Path:
        """Folder of the parts that were made."""
        return self._store.making / "parts"

    def take(self, target: Table, rows: Select) -> int:
        """Take rows with every column of a table, each of its declared type, and return how many came."""
        staged = self._staged(target)
        result = self._connection.execute(sa.insert(staged).from_select([each.name for each in staged.c], rows))
        return int(result.rowcount) if result.rowcount >= 0 else self._count(rows)

    def make(self, target: Table, rows: pa.Table) -> tuple[Part, list[MonthMark]]:
        """Make a part of rows in memory, all of their months; several threads may, each for other months.

        Parameters
        ----------
        target
            Table of the schema.
        rows
            Some of its columns, its key among them; at least one row.

        Returns
        -------
        Part, list of MonthMark
            For :meth:`keep`.
        """
        with self._connection.engine.connect() as own:
            part = write_rows(completed(own, rows, target), target, self.folder)
            # The months are known only once the rows are: the part is read for them, and named then.
            parts_view(own, "_made", [self.path(part)], temporary=True)
            return part, month_marks(own, target, _rows_like(target, "_made"))

    def keep(self, part: Part, marks: list[MonthMark]) -> None:
        """Keep a part that holds whole months, under the name of its months.

        Raises
        ------
        ValueError
            Of one of the months there are rows already.
        """
        months = [mark.month for mark in marks]
        if taken := {mark.month for mark in self._marks if mark.table_name == part.table} & set(months):
            raise ValueError(f"{part.table} was given {min(taken):%Y-%m} before")
        self._made.append(part.named(min(months), max(months), self.folder))
        self._marks += marks

    def replace(self, table: str, months: Iterable[date]) -> None:
        """Let go of the rows that the version before has in some months, whether or not others come in."""
        self._replaced.setdefault(table, set()).update(months)

    def given(self, table: Table) -> Table:
        """Return the rows of a table that came in so far, but for months given whole."""
        return self._staged(table)

    def before(self, table: Table) -> Table:
        """Return the rows of a table in the version before, as a relation of the embedded engine."""
        old = table.to_metadata(sa.MetaData(), name=f"_before_{table.name}")
        parts = [part for part in self._before.parts if part.table == table.name] if self._before is not None else []
        parts_view(self._connection, old.name, [self._store.parts / part.place for part in parts], temporary=True)
        return old

    def finish(self) -> tuple[list[Part], list[MonthMark]]:
        """Pack what came in, and return the parts and the contents of the version.

        Raises
        ------
        ValueError
            A table has a key more than once, or a month given whole was given once more.
        """
        parts: list[Part] = []
        marks: list[MonthMark] = []
        came: dict[str, list[Part]] = {}
        stayed: dict[str, list[Part]] = {}
        for table in FACTS:
            kept, kept_marks = self._kept(table)
            made = [part for part in self._made if part.table == table.name] + self._packed(table)
            own = [mark for mark in self._marks if mark.table_name == table.name]
            if len({mark.month for mark in own}) < len(own):
                raise ValueError(f"{table.name} was given a month twice")
            if not kept and not made:
                made = [write_part(self._connection, _nothing(table), table, [NEVER], self.folder)]
            parts += kept + made
            marks += kept_marks + own
            self._view(table.name, kept + made)
            if own:
                came[table.name], stayed[table.name] = made, kept
        for name, made in came.items():
            self._check_keys(FACTS_BY_NAME[name], made, stayed[name])
        return parts, marks

    def _check_keys(self, table: Table, came: list[Part], stayed: list[Part]) -> None:
        if stayed:
            self._view(f"_stayed_{table.name}", stayed)
        for place, part in enumerate(came):
            self._view(f"_came_{place}_{table.name}", [part])
        new = [_rows_like(table, f"_came_{place}_{table.name}") for place in range(len(came))]
        old = _rows_like(table, f"_stayed_{table.name}") if stayed else None
        parents = old is not None and has_parents(self._connection, table, new)
        if (key := repeated_key(self._connection, table, new, old, parents)) is not None:
            raise ValueError(f"{table.name} has the key {key} more than once")

    def path(self, part: Part) -> Path:
        """Return where a part of this version lies now."""
        made = self.folder / part.place
        return made if made.exists() else self._store.parts / part.place

    def _view(self, name: str, parts: Iterable[Part]) -> None:
        parts_view(self._connection, name, [self.path(part) for part in parts], temporary=True)

    def _staged(self, target: Table) -> Table:
        plain = sa.MetaData()
        columns = [sa.Column(each.name, each.type) for each in target.columns]
        # Spilled as it is: packing it twice would cost more than all the rest.
        staged = sa.Table(f"_staged_{target.name}", plain, *columns, prefixes=["TEMPORARY"])
        plain.create_all(self._connection)
        return staged

    def _count(self, rows: FromClause | Select) -> int:
        source = rows.subquery() if isinstance(rows, Select) else rows
        return int(self._connection.execute(sa.select(func.count()).select_from(source)).scalar_one())

    def _kept(self, table: Table) -> tuple[list[Part], list[MonthMark]]:
        """Parts none of whose months is replaced stay as they are; of the others the rest is packed anew."""
        if self._before is None or not self._keeps_others:
            return [], []
        staged = self._staged(table)
        new = {mark.month for mark in self._marks if mark.table_name == table.name}
        new |= {row.month for row in self._months(table, staged)} | self._replaced.get(table.name, set())
        old = [part for part in self._before.parts if part.table == table.name]
        marks = [mark for mark in self._before.marks if mark.table_name == table.name]
        if not new:
            return old, marks
        if "period" not in table.info:
            return [], []
        kept: list[Part] = []
        for part in old:
            inside = {mark.month for mark in marks if part.first_month <= mark.month <= part.last_month}
            if not inside & new:
                kept.append(part)
            elif rest := sorted(inside - new):
                self._view("_rest", [part])
                rows = _rows_like(table, "_rest")
                stays = sa.select(*rows.c).where(period_of(table, rows).in_(rest))
                self._connection.execute(sa.insert(staged).from_select([each.name for each in rows.c], stays))
        inside_kept = {
            mark.month for mark in marks for part in kept if part.first_month <= mark.month <= part.last_month
        }
        return kept, [mark for mark in marks if mark.month in inside_kept]

    def _months(self, table: Table, rows: FromClause) -> list[Any]:
        month = period_of(table, rows).label("month")
        one = sa.select(month).select_from(rows).subquery()
        counted = sa.select(one.c.month, func.count().label("row_count")).group_by(one.c.month).order_by(one.c.month)
        return list(self._connection.execute(counted))

    def _packed(self, table: Table) -> list[Part]:
        staged = self._staged(table)
        same = constants(self._connection, table, staged)
        columns = [same.get(each.name, staged.c[each.name]).label(each.name) for each in table.columns]
        marks = month_marks(self._connection, table, sa.select(*columns).subquery("rows"))
        made = []
        for months in packed((mark.month, mark.row_count) for mark in marks):
            differ = sa.select(*[column for column in staged.c if column.name not in same])
            rows = differ.where(period_of(table, staged).between(months[0], months[-1]))
            made.append(write_part(self._connection, rows, table, months, self.folder, same))
        staged.drop(self._connection)
        self._marks += marks
        return made


def _rows_like(table: Table, name: str) -> sa.TableClause:
    return sa.table(name, *[sa.column(each.name, each.type) for each in table.columns])


def _nothing(table: Table) -> Select:
    return sa.select(*[sa.cast(sa.null(), column.type).label(column.name) for column in table.columns]).where(
        sa.false()
    )
