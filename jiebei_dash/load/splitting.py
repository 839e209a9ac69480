"""Rows of a staged file as rows of our tables, good and bad apart.

What is not understood and what breaks a check of its own row is found while the rows are mapped, in one pass; repeated
keys and references are looked up afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, Select, Table, func

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.load.checks import Check, checks_for
from jiebei_dash.load.columns import LINE, OF_LOAN, REASON, mapped
from jiebei_dash.load.inputs import TABLES, instalment_row
from jiebei_dash.load.mapping import ColumnRule, CourseRule, TableRule
from jiebei_dash.load.staging import Staged, unpivoted


@dataclass(frozen=True)
class Warned:
    """Rows that are loaded in spite of a warning."""

    reason: str
    column: str
    count: int


@dataclass(frozen=True)
class Split:
    """A file's rows as rows of a table.

    Parameters
    ----------
    table
        Our table, or an input of :mod:`jiebei_dash.load.inputs`.
    staged
        The file.
    rows
        All rows, on the connection: our columns, ``LINE``, ``REASON``.
    told
        The tape's column by ours.
    row_count, bad_count
        Rows and bad rows; broken lines are not among them.
    warned
        Warnings, by reason.
    constants
        Our columns that are the same on every row: they are written nowhere on the way.
    """

    table: str
    staged: Staged
    rows: Table
    told: dict[str, str]
    row_count: int
    bad_count: int
    warned: tuple[Warned, ...] = ()
    constants: tuple[tuple[str, ColumnElement[Any]], ...] = ()

    @property
    def good(self) -> FromClause:
        """The rows that are loaded, without ``REASON``."""
        kept: list[ColumnElement[Any]] = [column for column in self.rows.c if column.name != REASON]
        kept += [value.label(name) for name, value in self.constants]
        if not self.bad_count:
            return sa.select(*kept).subquery()
        return sa.select(*kept).where(self.rows.c[REASON].is_(None)).subquery()

    @property
    def loaded(self) -> Select[tuple[object, ...]]:
        """The rows that are loaded, as the columns of the table."""
        good = self.good
        kept: list[ColumnElement[Any]] = [column for column in good.c if column.name != LINE]
        return sa.select(*kept)


@dataclass
class Splitting:
    """What the splitting of one tape has at hand."""

    connection: sa.Connection
    newest_month: date | None
    off: Sequence[str]
    others: dict[str, FromClause] = field(default_factory=dict)

    def table(self, rule: TableRule, staged: Staged) -> Split:
        """Split the rows of a table that is brought in row by row."""
        table = schema.book.tables[rule.table]
        columns = [(each.target, each, table.c[each.target]) for each in rule.columns]
        return self._split(table, staged, staged.rows, columns, (), rule.table)

    def courses(self, rule: CourseRule, staged: Mapping[str, Staged]) -> dict[str, Split]:
        """Split the rows of the course of the loans, and those of the same kind from another file."""
        found = {"course": self.course(rule, staged[rule.rows.file])}
        if rule.also is not None:
            also = replace(rule, rows=rule.also, loan_columns=(), unpivot=None)
            found["also"] = self.course(also, staged[rule.also.file])
        return found

    def with_course(self, lines: Split, courses: Iterable[Split]) -> Split:
        """Set aside the lines of loans of which the tape tells no course: they would be in the book without a month."""
        told = sa.union_all(*[sa.select(each.good.c.loan_id) for each in courses]).subquery("told")
        self._mark(lines.rows, sa.not_(sa.exists().where(told.c.loan_id == lines.rows.c.loan_id)), "no_course ")
        count = sa.select(func.count(lines.rows.c[REASON]))
        return replace(lines, bad_count=int(self.connection.execute(count).scalar_one()))

    def course(self, rule: CourseRule, staged: Staged) -> Split:
        """Split the rows of the course of the loans; columns of ``loan`` stand on each row behind ``OF_LOAN``."""
        table = TABLES[rule.kind]
        columns = [(each.target, each, table.c[each.target]) for each in rule.rows.columns]
        columns += [(OF_LOAN + each.target, each, schema.loan.c[each.target]) for each in rule.loan_columns]
        rows = unpivoted(staged.rows, rule.unpivot) if rule.unpivot is not None else staged.rows
        needed = {"panel": ("dpd_days",), "outcomes": ("status",)}.get(rule.kind, ())
        checked = "instalment" if table is instalment_row else "loan_month" if rule.kind != "outcomes" else "loan"
        return self._split(table, staged, rows, columns, needed, checked)

    def _split(
        self,
        table: Table,
        staged: Staged,
        rows: FromClause,
        columns: list[tuple[str, ColumnRule, sa.Column[Any]]],
        no_status: Iterable[str],
        checked: str,
    ) -> Split:
        told = {name: rule.column or "" for name, rule, _ in columns}
        key = [column.name for column in table.primary_key if column.name in told]
        # A loan without a cohort would be in no month and in no curve.
        cohort = ["opened_month"] if table is schema.loan and "opened_month" in told else []
        inner = mapped(rows, columns, self.newest_month, key + cohort, no_status)
        applied = self._applied(checked, told)
        looked_at = {*key, "loan_id", "month", "state", *self._looked_up(checked, told)}
        constants = {
            name: sa.cast(sa.literal(rule.constant), column.type)
            for name, rule, column in columns
            if rule.column is None and not rule.expression and name not in looked_at
        }
        place = sa.MetaData()
        target = sa.Table(
            f"_mapped_{table.name}{staged.rows.name}", place,
            *[sa.Column(name, column.type) for name, _, column in columns if name not in constants],
            sa.Column(LINE, sa.BigInteger), sa.Column(REASON, sa.String),
            # Spilled as it is: packing it for the disk would cost as much as all the rest.
            prefixes=["TEMPORARY"],
        )  # fmt: skip
        place.drop_all(self.connection)
        place.create_all(self.connection)
        full = _judged(inner, applied, told, self.others).subquery()
        kept = [full.c[column.name] for column in target.c]
        self.connection.execute(sa.insert(target).from_select([column.name for column in kept], sa.select(*kept)))
        self._repeated(target, key)
        if checked == "loan_month" and "state" in told:
            self._after_exit(target)
        self._references(target, checked, told, "")
        self._references(target, "loan", told, OF_LOAN)
        count = sa.select(func.count().label("rows"), func.count(target.c[REASON]).label("bad")).select_from(target)
        counted = self.connection.execute(count).one()
        split = Split(str(table.name), staged, target, told, int(counted.rows), int(counted.bad),
                      constants=tuple(constants.items()))  # fmt: skip
        return replace(split, warned=self._warned(split.good, applied, told))

    def _applied(self, table: str, told: dict[str, str]) -> list[_Applied]:
        """Checks of a row by itself: those of the table, and those of the loan whose columns stand on the row."""
        return [
            _Applied(check, prefix)
            for name, prefix in ((table, ""), ("loan", OF_LOAN))
            for check in checks_for(name, _unprefixed(told, prefix), (), self.off)
            if not check.needs
        ]

    def _looked_up(self, checked: str, told: dict[str, str]) -> set[str]:
        """Columns that are read once more when the rows are mapped."""
        return {
            prefix + column
            for name, prefix in ((checked, ""), ("loan", OF_LOAN))
            for check in checks_for(name, _unprefixed(told, prefix), (*self.others, "exits"), self.off)
            if check.needs
            for column in check.columns
        }

    def _repeated(self, target: Table, key: list[str]) -> None:
        """All rows of a key that stands on more than one are bad: which one is right cannot be known."""
        columns = [target.c[name] for name in key]
        counts = sa.select(func.count().label("rows"), func.count(func.hash(*columns).distinct()).label("keys"))
        # A key that is not understood is no key: it repeats none.
        whole = counts.select_from(target).where(*[column.is_not(None) for column in columns])
        counted = self.connection.execute(whole).one()
        if counted.rows == counted.keys:
            return
        twice = sa.select(*columns).group_by(*columns).having(func.count() > 1).subquery()
        same = sa.exists().where(*[twice.c[name] == target.c[name] for name in key])
        self._mark(target, same, "repeated_key ")

    def _after_exit(self, target: Table) -> None:
        left = (
            sa.select(target.c.loan_id, func.min(target.c.month).label("month"))
            .where(target.c.state.in_(terms.EXITS), target.c[REASON].is_(None))
            .group_by(target.c.loan_id)
            .subquery("exits")
        )
        if self.connection.execute(sa.select(left).limit(1)).first() is None:
            return
        for check in checks_for("loan_month", target.c.keys(), ("exits",), self.off):
            if check.needs == ("exits",):
                self._mark(target, check.broken(target, {"exits": left}), f"{check.name} ")

    def _references(self, target: Table, table: str, told: dict[str, str], prefix: str) -> None:
        columns = _unprefixed(told, prefix)
        named = Named(_ByName({name: target.c[column] for name, column in columns.items() if column in target.c}))
        for check in checks_for(table, columns, self.others, self.off):
            if check.kind == "reference":
                reason = f"{check.name} {told[columns[check.columns[0]]]}"
                self._mark(target, check.broken(named, self.others), reason)

    def _mark(self, target: Table, is_bad: ColumnElement[bool], reason: str) -> None:
        marked = sa.update(target).where(target.c[REASON].is_(None), is_bad).values({REASON: reason})
        self.connection.execute(marked)

    def _warned(self, rows: FromClause, applied: Sequence[_Applied], told: dict[str, str]) -> tuple[Warned, ...]:
        checks = [each for each in applied if each.check.severity == "warning"]
        conditions = [each.broken(rows, self.others) for each in checks]
        counts = counted(self.connection, rows, conditions)
        return tuple(
            Warned(each.check.name, told[each.column], count)
            for each, count in zip(checks, counts, strict=True)
            if count
        )


class _ByName(dict[str, Any]):
    """Columns that are asked for as ``c["name"]`` or ``c.name``."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


@dataclass(frozen=True)
class Named:
    """Columns under other names than they have."""

    c: _ByName


@dataclass(frozen=True)
class _Applied:
    """A check of rows some of whose columns stand behind a prefix."""

    check: Check
    prefix: str

    @property
    def column(self) -> str:
        """The column that is named with the row."""
        return self.prefix + self.check.columns[0]

    def broken(self, rows: FromClause, others: dict[str, FromClause]) -> ColumnElement[bool]:
        named = Named(_ByName({name: rows.c[self.prefix + name] for name in self.check.columns}))
        return self.check.broken(named, others)


def counted(connection: sa.Connection, rows: FromClause, conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    """Return of how many rows each condition holds."""
    if not conditions:
        return []
    flags = [sa.cast(condition, sa.Integer).label(f"w{number}") for number, condition in enumerate(conditions)]
    flagged = sa.select(*flags).select_from(rows).subquery()
    sums = sa.select(*[func.coalesce(func.sum(column), 0) for column in flagged.c])
    return [int(count) for count in connection.execute(sums).one()]


def _unprefixed(told: dict[str, str], prefix: str) -> dict[str, str]:
    """Our columns behind a prefix, by their own name; without a prefix those that stand behind none."""
    return {name.removeprefix(prefix): name for name in told if name.startswith(OF_LOAN) == bool(prefix)}


def _judged(
    inner: Select[tuple[object, ...]], applied: Sequence[_Applied], told: dict[str, str], others: dict[str, FromClause]
) -> Select[tuple[object, ...]]:
    """The mapped rows with the first reason of the checks where they were understood."""
    rows = inner.subquery()
    errors = [each for each in applied if each.check.severity == "error"]
    whens = [(each.broken(rows, others), f"{each.check.name} {told[each.column]}") for each in errors]
    columns = [column for column in rows.c if column.name != REASON]
    reason = rows.c[REASON]
    judged = sa.case((reason.is_not(None), reason), *whens, else_=sa.null()) if whens else reason
    return sa.select(*columns, judged.label(REASON))
