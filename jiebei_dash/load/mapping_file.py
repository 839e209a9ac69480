"""Read a mapping file and check it whole, before a row of the tape is read.

It is refused at the first thing that is not understood, by the name of its place.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping as ByName
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book import schema
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.mapping import (
    MONTHS_FROM_NEWEST,
    UNITS,
    YEARS_FROM_DAYS,
    ColumnRule,
    FileRule,
    TableRule,
    TapeMapping,
    Value,
)

_ALLOWED: dict[str, tuple[Value, ...]] = {
    **{dimension.key: dimension.codes for dimension in DIMENSIONS},
    "state": terms.STATES,
    "result": terms.RESULTS,
    "repay_method": terms.REPAY_METHODS,
    "gender": ("F", "M", "NA"),
}
_STEPS = {"column", "constant", "codes", "others", "unit", "form", "bands"}


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
    return _Checker(path).mapping(tree, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class _Checker:
    """Takes the file apart; every refusal names its place."""

    path: Path

    def refuse(self, place: str, why: str) -> MappingInvalid:
        return MappingInvalid(path=f"{self.path} [{place}]", why=why)

    def section(self, tree: object, place: str, needed: set[str], allowed: set[str] | None = None) -> dict[str, object]:
        if not isinstance(tree, dict):
            raise self.refuse(place, "missing")
        if missing := sorted(needed - set(tree)):
            raise self.refuse(f"{place}.{missing[0]}".strip("."), "missing")
        if allowed is not None and (unknown := sorted(set(tree) - needed - allowed)):
            raise self.refuse(f"{place}.{unknown[0]}".strip("."), "unknown_key")
        return tree

    def text(self, value: object, place: str) -> str:
        if not isinstance(value, str) or not value:
            raise self.refuse(place, "not_text")
        return value

    def mapping(self, tree: dict[str, object], sha256: str) -> TapeMapping:
        self.section(tree, "", {"book", "files", "panel"}, {"codes", "tables"})
        about = self.section(tree["book"], "book", {"name"}, {"lacks", "newest_month"})
        lacks = about.get("lacks", [])
        if not isinstance(lacks, list) or not set(lacks) <= set(terms.CAPABILITIES):
            raise self.refuse("book.lacks", "unknown_value")
        newest_month = self.month(about["newest_month"]) if "newest_month" in about else None
        files = {name: self.file(name, rule) for name, rule in self.section(tree["files"], "files", set()).items()}
        codes = self.section(tree.get("codes", {}), "codes", set())
        read = _Columns(self, codes, newest_month)
        panel = self.section(tree["panel"], "panel", {"file", "columns"}, {"loan"})
        return TapeMapping(
            name=self.text(about["name"], "book.name"),
            lacks=tuple(lacks),
            newest_month=newest_month,
            files=files,
            panel=self.table("panel", schema.loan_month, panel, files, read),
            loan_columns=read.rules(panel.get("loan", {}), "panel.loan", schema.loan, key_needed=False),
            tables=tuple(
                self.row_table(name, rule, files, read)
                for name, rule in self.section(tree.get("tables", {}), "tables", set()).items()
            ),
            sha256=sha256,
        )

    def month(self, value: object) -> date:
        try:
            return date.fromisoformat(f"{self.text(value, 'book.newest_month')}-01")
        except ValueError as error:
            raise self.refuse("book.newest_month", "not_a_month") from error

    def file(self, name: str, tree: object) -> FileRule:
        place = f"files.{name}"
        rule = self.section(tree, place, {"path"}, {"delimiter", "encoding"})
        return FileRule(name, **{key: self.text(value, f"{place}.{key}") for key, value in rule.items()})

    def row_table(self, name: str, tree: object, files: ByName[str, FileRule], read: _Columns) -> TableRule:
        place = f"tables.{name}"
        derived = {"loan", "loan_month", "book_version", "book_lack"}
        if name not in schema.book.tables or name in derived:
            raise self.refuse(place, "unknown_table")
        rule = self.section(tree, place, {"file", "columns"}, set())
        return self.table(place, schema.book.tables[name], rule, files, read)

    def table(
        self, place: str, table: sa.Table, rule: dict[str, object], files: ByName[str, FileRule], read: _Columns
    ) -> TableRule:
        file = self.text(rule["file"], f"{place}.file")
        if file not in files:
            raise self.refuse(f"{place}.file", "unknown_file")
        return TableRule(table.name, file, read.rules(rule["columns"], f"{place}.columns", table, key_needed=True))


@dataclass(frozen=True)
class _Columns:
    """Takes the rules of columns apart."""

    checker: _Checker
    codes: dict[str, object]
    newest_month: date | None

    def rules(self, tree: object, place: str, table: sa.Table, key_needed: bool) -> tuple[ColumnRule, ...]:
        needed = {column.name for column in table.primary_key} if key_needed else set()
        if table is schema.loan_month:
            needed = needed | {"dpd_days"}
        found = self.checker.section(tree, place, needed)
        for name in found:
            if name not in table.c:
                raise self.checker.refuse(f"{place}.{name}", "unknown_column")
        return tuple(self.rule(rule, f"{place}.{name}", table.c[name]) for name, rule in found.items())

    def rule(self, tree: object, place: str, target: sa.Column[object]) -> ColumnRule:
        found = self.checker.section(tree, place, set(), _STEPS)
        if ("column" in found) == ("constant" in found) or ("constant" in found and len(found) > 1):
            raise self.checker.refuse(place, "column_or_constant")
        if "constant" in found:
            return ColumnRule(target.name, None, constant=self.value(found["constant"], place, target))
        column = self.checker.text(found["column"], f"{place}.column")
        codes = self.code_list(found["codes"], f"{place}.codes", target) if "codes" in found else ()
        others = self.value(found["others"], f"{place}.others", target) if "others" in found else None
        return ColumnRule(
            target.name,
            column,
            codes=codes,
            others=others,
            unit=self.unit(found, place, target, bool(codes)),
            form=self.form(found, place, target),
            bands=self.bands(found, place),
        )

    def value(self, value: object, place: str, target: sa.Column[object]) -> Value:
        """A value must be of the column's kind and, where the field has a closed list, on it."""
        kind: type | tuple[type, ...] = str
        if isinstance(target.type, sa.Boolean):
            kind = bool
        elif isinstance(target.type, sa.Integer):
            kind = int
        elif isinstance(target.type, sa.Float):
            kind = (int, float)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.checker.refuse(place, "wrong_kind")
        if target.name in _ALLOWED and value not in _ALLOWED[target.name]:
            raise self.checker.refuse(place, "unknown_value")
        return value  # type: ignore[return-value]

    def code_list(self, name: object, place: str, target: sa.Column[object]) -> tuple[tuple[str, Value], ...]:
        listed = self.codes.get(name) if isinstance(name, str) else None
        if not isinstance(listed, dict) or not listed:
            raise self.checker.refuse(place, "unknown_codes")
        return tuple((code, self.value(value, f"codes.{name}.{code}", target)) for code, value in listed.items())

    def unit(self, found: dict[str, object], place: str, target: sa.Column[object], coded: bool) -> tuple[int, int]:
        known = next((units for ending, units in UNITS.items() if target.name.endswith(ending)), None)
        unit = found.get("unit")
        if known is None or coded:
            if unit is not None:
                raise self.checker.refuse(f"{place}.unit", "no_unit")
            return (1, 1)
        if unit not in known:
            raise self.checker.refuse(f"{place}.unit", "unknown_unit")
        return known[str(unit)]

    def form(self, found: dict[str, object], place: str, target: sa.Column[object]) -> str:
        if "form" not in found:
            return ""
        form = self.checker.text(found["form"], f"{place}.form")
        is_date = isinstance(target.type, sa.Date | sa.DateTime)
        if form == MONTHS_FROM_NEWEST and self.newest_month is None:
            raise self.checker.refuse("book.newest_month", "missing")
        if is_date != (form != YEARS_FROM_DAYS) or (is_date and form != MONTHS_FROM_NEWEST and "%" not in form):
            raise self.checker.refuse(f"{place}.form", "unknown_form")
        return form

    def bands(self, found: dict[str, object], place: str) -> tuple[int, ...]:
        edges = found.get("bands", [])
        if not isinstance(edges, list) or not all(type(edge) is int for edge in edges) or edges != sorted(set(edges)):
            raise self.checker.refuse(f"{place}.bands", "not_ascending")
        return tuple(edges)
