"""Read the rules of columns in a mapping file; every refusal names its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from jiebei_dash import terms
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.errors import MappingInvalid
from jiebei_dash.load.formula import FormulaInvalid, built, columns_of
from jiebei_dash.load.inputs import outcome
from jiebei_dash.load.mapping import (
    DAYS_COUNTED,
    MONTHS_FROM_NEWEST,
    NO_UNIT_NEEDED,
    NUMBERS,
    UNITS,
    YEARS_FROM_DAYS,
    ColumnRule,
    Value,
)

_ALLOWED: dict[str, tuple[Value, ...]] = {
    **{dimension.key: dimension.codes for dimension in DIMENSIONS},
    "state": terms.STATES,
    "closed_state": terms.EXITS,
    "result": terms.RESULTS,
    "repay_method": terms.REPAY_METHODS,
    "stage": terms.STAGES,
    "gender": ("F", "M", "NA"),
    "line_event.kind": terms.LINE_EVENTS,
    "reason_code": terms.LINE_REASONS,
    "ecl_stage": terms.ECL_STAGES,
    "bucket": terms.BUCKETS,
    "contact_channel": terms.CONTACT_CHANNELS,
    "contact.result": terms.CONTACT_RESULTS,
    "recovery.kind": terms.CASH_KINDS,
}
_STEPS = {"column", "expression", "constant", "codes", "others", "unit", "form", "bands", "number", "no_data"}
_SOURCES = {"column", "expression", "constant"}


@dataclass(frozen=True)
class Place:
    """Takes a file apart; every refusal names its place."""

    path: Path

    def refuse(self, place: str, why: str) -> MappingInvalid:
        """Return the refusal of what stands at a place."""
        return MappingInvalid(path=f"{self.path} [{place}]", why=why)

    def section(self, tree: object, place: str, needed: set[str], allowed: set[str] | None = None) -> dict[str, object]:
        """Return a table of the file that has the keys it needs and, if ``allowed`` is given, no unknown ones."""
        if not isinstance(tree, dict):
            raise self.refuse(place, "missing")
        if missing := sorted(needed - set(tree)):
            raise self.refuse(f"{place}.{missing[0]}".strip("."), "missing")
        if allowed is not None and (unknown := sorted(set(tree) - needed - allowed)):
            raise self.refuse(f"{place}.{unknown[0]}".strip("."), "unknown_key")
        return tree

    def text(self, value: object, place: str) -> str:
        """Return a text that is not empty."""
        if not isinstance(value, str) or not value:
            raise self.refuse(place, "not_text")
        return value

    def texts(self, value: object, place: str) -> tuple[str, ...]:
        """Return a list of texts."""
        if not isinstance(value, list):
            raise self.refuse(place, "not_text")
        return tuple(self.text(each, place) for each in value)

    def number(self, value: object, place: str, least: float = 0.0) -> float:
        """Return a number that is not below ``least``."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            raise self.refuse(place, "wrong_kind")
        return float(value)


@dataclass(frozen=True)
class Columns:
    """Takes the rules of columns apart."""

    place: Place
    codes: dict[str, object]
    newest_month: date | None

    def rules(self, tree: object, place: str, table: sa.Table, needed: set[str]) -> tuple[ColumnRule, ...]:
        """Return the rules of a table's columns.

        Parameters
        ----------
        tree
            By our column.
        place
            Where it stands.
        table
            The table.
        needed
            Columns that cannot be left out.
        """
        found = self.place.section(tree, place, needed)
        for name in found:
            if name not in table.c:
                raise self.place.refuse(f"{place}.{name}", "unknown_column")
        return tuple(self.rule(rule, f"{place}.{name}", table.c[name]) for name, rule in found.items())

    def rule(self, tree: object, place: str, target: sa.Column[object]) -> ColumnRule:
        """Return the rule of one column."""
        found = self.place.section(tree, place, set(), _STEPS)
        if len(_SOURCES & set(found)) != 1 or ("constant" in found and len(found) > 1):
            raise self.place.refuse(place, "column_or_constant")
        if "constant" in found:
            return ColumnRule(target.name, None, constant=self.value(found["constant"], place, target))
        column = self.place.text(found["column"], f"{place}.column") if "column" in found else None
        expression = self._expression(found, place)
        codes = (
            self._code_list(found["codes"], f"{place}.codes", target) if "codes" in found else _own_list(target, found)
        )
        number = found.get("number", NUMBERS[0])
        if number not in NUMBERS:
            raise self.place.refuse(f"{place}.number", "unknown_value")
        return ColumnRule(
            target.name,
            column,
            expression=expression,
            codes=codes,
            others=self.value(found["others"], f"{place}.others", target) if "others" in found else None,
            unit=self._unit(found, place, target, bool(codes)),
            forms=self._forms(found, place, target),
            bands=self._bands(found, place),
            number=str(number),
            no_data=self.place.texts(found.get("no_data", []), f"{place}.no_data"),
        )

    def value(self, value: object, place: str, target: sa.Column[object]) -> Value:
        """Return a value that is of the column's kind and, where the field has a closed list, on it."""
        kind: type | tuple[type, ...] = str
        if isinstance(target.type, sa.Boolean):
            kind = bool
        elif isinstance(target.type, sa.Integer):
            kind = int
        elif isinstance(target.type, sa.Float):
            kind = (int, float)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.place.refuse(place, "wrong_kind")
        listed = _listed(target)
        if listed is not None and value not in listed:
            raise self.place.refuse(place, "unknown_value")
        return value  # type: ignore[return-value]

    def _expression(self, found: dict[str, object], place: str) -> str:
        if "expression" not in found:
            return ""
        text = self.place.text(found["expression"], f"{place}.expression")
        try:
            built(text, sa.table("tape", *[sa.column(name, sa.String) for name in columns_of(text)]))
        except FormulaInvalid as error:
            raise self.place.refuse(f"{place}.expression", str(error)) from error
        return text

    def _code_list(self, name: object, place: str, target: sa.Column[object]) -> tuple[tuple[str, Value], ...]:
        listed = self.codes.get(name) if isinstance(name, str) else None
        if not isinstance(listed, dict) or not listed:
            raise self.place.refuse(place, "unknown_codes")
        return tuple((code, self.value(value, f"codes.{name}.{code}", target)) for code, value in listed.items())

    def _unit(self, found: dict[str, object], place: str, target: sa.Column[object], coded: bool) -> tuple[int, int]:
        ending = next((ending for ending in UNITS if target.name.endswith(ending)), None)
        unit = found.get("unit")
        if ending is None or coded:
            if unit is not None:
                raise self.place.refuse(f"{place}.unit", "no_unit")
            return (1, 1)
        if unit is None and ending in NO_UNIT_NEEDED:
            return (1, 1)
        if unit not in UNITS[ending]:
            raise self.place.refuse(f"{place}.unit", "unknown_unit")
        return UNITS[ending][str(unit)]

    def _forms(self, found: dict[str, object], place: str, target: sa.Column[object]) -> tuple[str, ...]:
        if "form" not in found:
            return ()
        listed = found["form"] if isinstance(found["form"], list) else [found["form"]]
        forms = tuple(self.place.text(form, f"{place}.form") for form in listed)
        is_date = isinstance(target.type, sa.Date | sa.DateTime)
        if MONTHS_FROM_NEWEST in forms and self.newest_month is None:
            raise self.place.refuse("book.newest_month", "missing")
        counted = (MONTHS_FROM_NEWEST, *DAYS_COUNTED)
        if is_date and len(forms) == 1 and forms[0] in counted:
            return forms
        if not is_date and forms == (YEARS_FROM_DAYS,):
            return forms
        if not is_date or not forms or not all("%" in form for form in forms):
            raise self.place.refuse(f"{place}.form", "unknown_form")
        return forms

    def _bands(self, found: dict[str, object], place: str) -> tuple[int, ...]:
        edges = found.get("bands", [])
        if not isinstance(edges, list) or not all(type(edge) is int for edge in edges) or edges != sorted(set(edges)):
            raise self.place.refuse(f"{place}.bands", "not_ascending")
        return tuple(edges)


def _listed(target: sa.Column[object]) -> tuple[Value, ...] | None:
    if target is outcome.c.status:
        return terms.STATES
    return _ALLOWED.get(f"{target.table.name}.{target.name}", _ALLOWED.get(target.name))


def _own_list(target: sa.Column[object], found: dict[str, object]) -> tuple[tuple[str, Value], ...]:
    """A field with a closed list takes its own codes and no others, where the tape gives no list of its own."""
    listed = _listed(target)
    if listed is None or "bands" in found or not isinstance(target.type, sa.String):
        return ()
    return tuple((str(code), code) for code in listed)
