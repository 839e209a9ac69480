"""Totals of what was loaded against those that came with the tape."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Table, func

from jiebei_dash.book import schema
from jiebei_dash.book.history import NO_MONTH
from jiebei_dash.errors import ControlsInvalid
from jiebei_dash.load.fingerprint import period_of
from jiebei_dash.load.mapping import ControlRule, ControlTotal
from jiebei_dash.load.restated import MEASURES

_COLUMNS = ("table", "month", "measure", "value")


@dataclass(frozen=True)
class Total:
    """A total that was given, and the same of what was loaded; amounts in fen.

    Parameters
    ----------
    table, month, measure
        What is summed; ``month`` None is all months.
    control_value, loaded_value
        Given, and loaded.
    tolerance
        Difference that is allowed.
    """

    table: str
    month: date | None
    measure: str
    control_value: float
    loaded_value: float
    tolerance: float

    @property
    def ties(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.control_value - self.loaded_value) <= self.tolerance

    def row(self, load_no: int) -> dict[str, Any]:
        """Return its row of ``load_total``."""
        return {
            "load_no": load_no, "table_name": self.table, "month": self.month or date.fromisoformat(NO_MONTH),
            "measure": self.measure, "control_value": self.control_value, "loaded_value": self.loaded_value,
            "tolerance": self.tolerance, "ties": self.ties,
        }  # fmt: skip


def control_totals(rule: ControlRule | None, folder: Path | None, given: Path | None = None) -> list[ControlTotal]:
    """Return the totals to tie with.

    Parameters
    ----------
    rule
        What the mapping says of them.
    folder
        Of the tape, where their file lies.
    given
        Another file with them, named on the command line.

    Raises
    ------
    ControlsInvalid
        The file is not there or is not understood.
    """
    if given is None and (rule is None or not rule.file):
        return list(rule.rows) if rule is not None else []
    path = given if given is not None else (folder or Path()) / (rule.file if rule is not None else "")
    times, over = rule.unit if rule is not None else (1, 1)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            if set(_COLUMNS) - set(lines.fieldnames or ()):
                raise ControlsInvalid(path=str(path), line=1)
            return [_read(line, number, path, times / over) for number, line in enumerate(lines, 2)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise ControlsInvalid(path=str(path), line=0) from error


def _read(line: Mapping[str, str | None], number: int, path: Path, unit: float) -> ControlTotal:
    table, measure = (line["table"] or "").strip(), (line["measure"] or "").strip()
    month = (line["month"] or "").strip()
    try:
        if table not in schema.book.tables or measure not in ("count", *MEASURES.get(table, {})):
            raise ValueError(measure)
        value = float((line["value"] or "").replace(",", ""))
        return ControlTotal(
            table,
            date.fromisoformat(f"{month[:7]}-01") if month else None,
            measure,
            value if measure == "count" else round(value * unit),
        )
    except ValueError as error:
        raise ControlsInvalid(path=str(path), line=number) from error


def compared(
    connection: sa.Connection, controls: list[ControlTotal], rule: ControlRule | None, rows: Callable[[str], Table]
) -> list[Total]:
    """Return each control total with the same total of what was loaded.

    Parameters
    ----------
    connection
        To the embedded engine.
    controls
        The totals given.
    rule
        Has the tolerances; none is allowed if None.
    rows
        Rows of a table as they will stand in the book.
    """
    sums: dict[str, dict[date, dict[str, float]]] = {}
    for name in {control.table for control in controls}:
        sums[name] = _sums(connection, rows(name))
    found = []
    for control in controls:
        months = sums[control.table]
        chosen = [control.month] if control.month is not None else list(months)
        loaded = sum(months.get(month, {}).get(control.measure, 0.0) for month in chosen)
        share = (rule.tolerance_rate if rule is not None else 0.0) * abs(control.value)
        tolerance = max(rule.tolerance if rule is not None else 0.0, share)
        found.append(Total(control.table, control.month, control.measure, control.value, loaded, tolerance))
    return found


def _sums(connection: sa.Connection, rows: Table) -> dict[date, dict[str, float]]:
    table = schema.book.tables[rows.name.removeprefix("_staged_")]
    measures = MEASURES.get(table.name, {})
    one = sa.select(period_of(table, rows).label("month"), *[rows.c[name] for name in measures.values()]).subquery()
    columns = [func.coalesce(func.sum(one.c[column]), 0).label(name) for name, column in measures.items()]
    asked = sa.select(one.c.month, func.count().label("count"), *columns).group_by(one.c.month)
    return {
        row["month"]: {name: float(value) for name, value in row.items() if name != "month"}
        for row in connection.execute(asked).mappings()
    }
