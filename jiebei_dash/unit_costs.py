"""What a loan costs its lender beyond what the book holds, read from ``data/unit_costs.toml``: editable and dated."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from jiebei_dash.errors import AssumptionsInvalid, BadArgument
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

UNIT_COSTS_FILE = ROOT / "data" / "unit_costs.toml"

Unit = Literal["balance", "application", "loan", "interest", "profit", "capital"]
_CHARGED: tuple[Unit, ...] = ("balance", "application", "loan")
KNOWN: Mapping[str, tuple[Unit, ...]] = MappingProxyType(
    {
        "vat": ("interest",),
        **dict.fromkeys(("funding", "acquisition", "data", "payment", "collection", "operations"), _CHARGED),
        "tax": ("profit",),
        "capital": ("balance",),
        "capital_cost": ("capital",),
        "capital_return": ("capital",),
    }
)
"""Every line, in the order of the screen, and the units in which it may be said."""
LINES: tuple[str, ...] = (
    "yield", "vat", "funding", "loss", "acquisition", "data", "payment", "commission", "collection", "operations",
)  # fmt: skip
"""In the order of the table; the first is income, the others are taken off it."""
OPERATING: tuple[str, ...] = ("acquisition", "data", "payment", "commission", "collection", "operations")
"""What running the business costs, without money, tax and loss."""
CHANGES: tuple[str, ...] = ("yield_change", "loss_change", "commission_change")
"""What may be added to a line that the book holds; fractions of the average balance a year."""
MOST_CHANGE = 0.5


@dataclass(frozen=True)
class UnitCost:
    """One line that the book does not hold.

    Parameters
    ----------
    key
        Name in the file, in a link and in the words (``unit_economics.cost.<key>``).
    unit
        What it is for each of: yuan for ``application`` and ``loan``, a fraction otherwise.
    value, low, high
        In that unit, and the range in which it may be moved.
    mark
        How sure it is: A read in a source, B practice, C remembered, X assumed for the sample book.
    sources
        Where it comes from, by language.
    """

    key: str
    unit: Unit
    value: float
    low: float
    high: float
    mark: Literal["A", "B", "C", "X"]
    sources: Mapping[Language, str]


@dataclass(frozen=True)
class UnitCosts:
    """All of them, as of a date.

    Parameters
    ----------
    dated
        Day on which they were last agreed.
    lines
        In the order of ``KNOWN``.
    changes
        What is added to the lines that the book holds, by ``CHANGES``.
    """

    dated: date
    lines: tuple[UnitCost, ...]
    changes: Mapping[str, float]

    def __getitem__(self, key: str) -> float:
        """Return the value of one line."""
        return self.line(key).value

    def line(self, key: str) -> UnitCost:
        """Return one line."""
        return next(line for line in self.lines if line.key == key)

    def changed(self, values: Mapping[str, float]) -> UnitCosts:
        """Return the same costs with some values replaced.

        Parameters
        ----------
        values
            By key of ``KNOWN`` in the line's unit, or of ``CHANGES``.

        Raises
        ------
        BadArgument
            An unknown name, or a value outside its range.
        """
        for name, value in values.items():
            if name in CHANGES:
                low, high = -MOST_CHANGE, MOST_CHANGE
            elif name in KNOWN:
                low, high = self.line(name).low, self.line(name).high
            else:
                raise BadArgument(name=name, value=str(value), allowed=", ".join((*KNOWN, *CHANGES)))
            if not low <= value <= high:
                raise BadArgument(name=name, value=f"{value:g}", allowed=f"{low:g} - {high:g}")
        lines = tuple(replace(line, value=float(values.get(line.key, line.value))) for line in self.lines)
        return replace(self, lines=lines, changes={name: values.get(name, self.changes[name]) for name in CHANGES})


def read_unit_costs(path: Path = UNIT_COSTS_FILE) -> UnitCosts:
    """Return the unit costs as the file has them now.

    Parameters
    ----------
    path
        A TOML file with ``dated`` and a table for every key of ``KNOWN``.

    Raises
    ------
    AssumptionsInvalid
        If the file is missing, unreadable, lacks or adds a line, or a value lies outside the line's own range.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AssumptionsInvalid(path=path.name, why=str(error)) from error
    dated = tree.pop("dated", None)
    if not isinstance(dated, date):
        raise AssumptionsInvalid(path=path.name, why="dated")
    odd = sorted(set(tree) ^ set(KNOWN))
    if odd:
        raise AssumptionsInvalid(path=path.name, why=odd[0])
    lines = tuple(_line(key, tree[key], path) for key in KNOWN)
    return UnitCosts(dated, lines, dict.fromkeys(CHANGES, 0.0))


def _line(key: str, given: Mapping[str, object], path: Path) -> UnitCost:
    unit = next((known for known in KNOWN[key] if known == given.get("unit")), None)
    if unit is None:
        raise AssumptionsInvalid(path=path.name, why=f"{key}: unit ({', '.join(KNOWN[key])})")
    value, low, high = (given.get(name) for name in ("value", "low", "high"))
    if not isinstance(value, int | float) or not isinstance(low, int | float) or not isinstance(high, int | float):
        raise AssumptionsInvalid(path=path.name, why=f"{key}: value, low, high")
    if not low <= value <= high:
        raise AssumptionsInvalid(path=path.name, why=f"{key} = {value} ({low} - {high})")
    mark, source = given.get("mark"), given.get("source")
    if (
        mark not in ("A", "B", "C", "X")
        or not isinstance(source, dict)
        or not all(source.get(name) for name in LANGUAGES)
    ):
        raise AssumptionsInvalid(path=path.name, why=f"{key}: mark, source")
    sources: Mapping[Language, str] = {name: str(source[name]) for name in LANGUAGES}
    return UnitCost(key, unit, float(value), float(low), float(high), mark, sources)
