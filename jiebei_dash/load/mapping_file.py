"""Read a mapping file and check it whole, before a row of the tape is read.

It is refused at the first thing that is not understood, by the name of its place.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping as ByName
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.history import ABOUT_THE_BOOK
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.brought import lacking
from jiebei_dash.load.inputs import NEEDED, TABLES
from jiebei_dash.load.mapping import (
    KINDS,
    CheckLimits,
    ColumnRule,
    CourseRule,
    FileRule,
    Kind,
    TableRule,
    TapeMapping,
    Unpivot,
    Value,
)
from jiebei_dash.load.mapping_columns import Columns, Place
from jiebei_dash.load.mapping_limits import read_controls, read_limits

_FILE_TEXTS = {"path", "delimiter", "encoding", "sheet", "table"}


def read_mapping(path: Path) -> TapeMapping:
    """Read and check a mapping file.

    Parameters
    ----------
    path
        A TOML file.

    Returns
    -------
    TapeMapping

    Raises
    ------
    MappingInvalid
        ``path`` names the file and the place in it, ``why`` is a code of the words ``codes.why``.
    """
    try:
        content = path.read_bytes()
        tree = tomllib.loads(content.decode())
    except OSError as error:
        raise MappingInvalid(path=str(path), why="not_found") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingInvalid(path=f"{path}: {error}", why="not_toml") from error
    return mapping_of(tree, Place(path), hashlib.sha256(content).hexdigest())


def mapping_of(tree: dict[str, object], place: Place, sha256: str) -> TapeMapping:
    """Return the mapping that a tree of TOML says.

    Parameters
    ----------
    tree
        As ``tomllib`` reads it.
    place
        Names the file in a refusal.
    sha256
        Hash of the file.

    Raises
    ------
    MappingInvalid
    """
    place.section(tree, "", {"book", "files"}, {*KINDS, "codes", "tables", "checks", "controls"})
    about = place.section(tree["book"], "book", {"name"}, {"lacks", "newest_month", "currency"})
    lacks = about.get("lacks", [])
    if not isinstance(lacks, list) or not set(lacks) <= set(terms.CAPABILITIES):
        raise place.refuse("book.lacks", "unknown_value")
    newest_month = _month(about["newest_month"], place) if "newest_month" in about else None
    codes = place.section(tree.get("codes", {}), "codes", set())
    files = {name: _file(name, rule, place) for name, rule in place.section(tree["files"], "files", set()).items()}
    read = _Reader(place, Columns(place, codes, newest_month), files)
    kinds = [kind for kind in KINDS if kind in tree]
    if len(kinds) > 1:
        raise place.refuse(kinds[1], "two_courses")
    tables = place.section(tree.get("tables", {}), "tables", set())
    if not kinds and not tables:
        raise place.refuse("panel", "missing")
    course = read.course(kinds[0], tree[kinds[0]]) if kinds else None
    rows = tuple(read.row_table(name, rule, bool(kinds)) for name, rule in tables.items())
    return TapeMapping(
        name=place.text(about["name"], "book.name"),
        lacks=tuple(dict.fromkeys((*lacks, *lacking(course, rows)))),
        newest_month=newest_month,
        files=files,
        course=course,
        tables=rows,
        sha256=sha256,
        currency=place.text(about.get("currency", "CNY"), "book.currency"),
        limits=read_limits(tree["checks"], place) if "checks" in tree else CheckLimits(),
        controls=read_controls(tree["controls"], place) if "controls" in tree else None,
    )


def _month(value: object, place: Place) -> date:
    try:
        return date.fromisoformat(f"{place.text(value, 'book.newest_month')}-01")
    except ValueError as error:
        raise place.refuse("book.newest_month", "not_a_month") from error


def _file(name: str, tree: object, place: Place) -> FileRule:
    at = f"files.{name}"
    rule = place.section(tree, at, set(), _FILE_TEXTS | {"header_line", "currency", "no_data"})
    if "path" not in rule and "table" not in rule:
        raise place.refuse(f"{at}.path", "missing")
    texts = {key: place.text(value, f"{at}.{key}") for key, value in rule.items() if key in _FILE_TEXTS}
    header_line = rule.get("header_line", 1)
    if type(header_line) is not int or header_line < 1:
        raise place.refuse(f"{at}.header_line", "wrong_kind")
    currency: dict[str, object] = {}
    if "currency" in rule:
        currency = place.section(rule["currency"], f"{at}.currency", {"column"}, {"same"})
    return FileRule(
        name,
        **texts,
        header_line=header_line,
        currency_column=place.text(currency["column"], f"{at}.currency.column") if currency else "",
        currency_names=place.texts(currency.get("same", []), f"{at}.currency.same"),
        no_data=place.texts(rule.get("no_data", []), f"{at}.no_data"),
    )


@dataclass(frozen=True)
class _Reader:
    """Takes tables and the course of the loans apart."""

    place: Place
    columns: Columns
    files: ByName[str, FileRule]

    def row_table(self, name: str, tree: object, has_course: bool) -> TableRule:
        place = f"tables.{name}"
        derived = {"loan", "loan_month"} if has_course else {"loan_month"}
        if name not in schema.book.tables or name in ABOUT_THE_BOOK | derived:
            raise self.place.refuse(place, "unknown_table")
        rule = self.place.section(tree, place, {"file", "columns"}, set())
        table = schema.book.tables[name]
        return self.table(place, table, rule, {column.name for column in table.primary_key})

    def table(self, place: str, table: sa.Table, rule: dict[str, object], needed: set[str]) -> TableRule:
        file = self.file(rule["file"], f"{place}.file")
        rules = self.columns.rules(rule["columns"], f"{place}.columns", table, needed)
        no_data = self.files[file].no_data
        return TableRule(table.name, file, tuple(_with_no_data(rule, no_data) for rule in rules))

    def file(self, value: object, place: str) -> str:
        file = self.place.text(value, place)
        if file not in self.files:
            raise self.place.refuse(place, "unknown_file")
        return file

    def course(self, kind: Kind, tree: object) -> CourseRule:
        section = self.place.section(tree, kind, {"file", "columns"}, {"loan", "observed_to", "unpivot", "also"})
        rows = self.table(kind, TABLES[kind], section, set(NEEDED[kind]))
        loan = section.get("loan", {})
        loan_columns: tuple[ColumnRule, ...] = ()
        loans = None
        if isinstance(loan, dict) and isinstance(loan.get("columns"), dict):
            at = f"{kind}.loan"
            loan = self.place.section({"file": section["file"]} | loan, at, {"file", "columns"}, set())
            loans = self.table(at, schema.loan, loan, {"loan_id"})
        else:
            rules = self.columns.rules(loan, f"{kind}.loan", schema.loan, set())
            no_data = self.files[rows.file].no_data
            loan_columns = tuple(_with_no_data(rule, no_data) for rule in rules)
        day, column = self.observed_to(section, kind)
        if day is None and column is None and kind in ("instalments", "outcomes"):
            raise self.place.refuse(f"{kind}.observed_to", "missing")
        told = {each.target for each in (loans.columns if loans is not None else loan_columns)}
        if kind in ("instalments", "payments") and "opened_month" not in told:
            raise self.place.refuse(f"{kind}.loan.columns.opened_month", "missing")
        if column is not None:
            rows = replace(rows, columns=(*rows.columns, column))
        unpivot = self.unpivot(section["unpivot"], f"{kind}.unpivot") if "unpivot" in section else None
        also = None
        if "also" in section:
            other = self.place.section(section["also"], f"{kind}.also", {"file", "columns"}, set())
            also = self.table(f"{kind}.also", TABLES[kind], other, set(NEEDED[kind]))
        return CourseRule(kind, rows, loan_columns, loans, day, unpivot, also)

    def observed_to(self, section: dict[str, object], kind: Kind) -> tuple[date | None, ColumnRule | None]:
        """A day of the calendar, or a column that says it row by row."""
        place = f"{kind}.observed_to"
        value = section.get("observed_to")
        if value is None:
            return None, None
        if isinstance(value, date):
            return value, None
        if "observed_to" not in TABLES[kind].c:
            raise self.place.refuse(place, "not_a_day")
        target = TABLES[kind].c.observed_to
        if isinstance(value, dict):
            return None, self.columns.rule(value, place, target)
        try:
            return date.fromisoformat(self.place.text(value, place)), None
        except ValueError:
            return None, ColumnRule("observed_to", str(value))

    def unpivot(self, tree: object, place: str) -> Unpivot:
        rule = self.place.section(tree, place, {"name"}, {"value", "values", "columns"})
        name = self.place.text(rule["name"], f"{place}.name")
        if ("values" in rule) == ("columns" in rule) or ("values" in rule) != ("value" in rule):
            raise self.place.refuse(place, "column_or_constant")
        columns = rule.get("columns", {rule.get("value"): rule.get("values")})
        found: list[tuple[str, tuple[tuple[str, Value], ...]]] = []
        for new, wide in self.place.section(columns, f"{place}.columns", set()).items():
            pairs = self.place.section(wide, f"{place}.values", set())
            if not pairs or not all(type(value) in (int, str) for value in pairs.values()):
                raise self.place.refuse(f"{place}.values", "wrong_kind")
            found.append((str(new), tuple(pairs.items())))  # type: ignore[arg-type]
        offsets = {tuple(value for _, value in pairs) for _, pairs in found}
        if len(offsets) != 1 or len(set(next(iter(offsets)))) != len(next(iter(offsets))):
            raise self.place.refuse(f"{place}.values", "other_values")
        return Unpivot(name, tuple(found))


def _with_no_data(rule: ColumnRule, no_data: tuple[str, ...]) -> ColumnRule:
    return replace(rule, no_data=rule.no_data or no_data)
