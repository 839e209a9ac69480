"""What a what-if takes on trust, read from ``data/assumptions.toml``: editable, dated, each with mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

ASSUMPTIONS_FILE = ROOT / "data" / "assumptions.toml"

Kind = Literal["rate", "income", "cost"]
KNOWN: dict[Kind, tuple[str, ...]] = {
    "rate": (
        "reject_factor_low",
        "reject_factor_central",
        "reject_factor_high",
        "take_up_ratio",
        "drawn_share",
        "balance_years",
        "loss_per_bad",
        "collected_share",
        "take_up_elasticity",
        "adverse_selection",
        "utilisation_fall",
        "limit_risk",
    ),
    "income": ("yield",),
    "cost": ("funding", "acquisition", "data", "payment", "collection", "operations"),
}
"""Every assumption by kind, in the order of the screen."""


@dataclass(frozen=True)
class Assumption:
    """One number taken on trust.

    Parameters
    ----------
    key
        Name in the file and in the words (``what_if.assumption.<key>``).
    kind
        ``rate`` (a factor or a fraction), ``income`` or ``cost`` (for each yuan of average balance and year).
    value
        The number; a cost is positive.
    mark
        How sure it is: A read in a source, B practice, C remembered, X assumed for the sample book.
    sources
        Where it comes from, by language.
    """

    key: str
    kind: Kind
    value: float
    mark: Literal["A", "B", "C", "X"]
    sources: Mapping[Language, str]


@dataclass(frozen=True)
class Assumptions:
    """All of them, as of a date.

    Parameters
    ----------
    dated
        Day on which they were last agreed.
    lines
        In the order of ``KNOWN``.
    """

    dated: date
    lines: tuple[Assumption, ...]

    def __getitem__(self, key: str) -> float:
        """Return the value of one assumption."""
        return {line.key: line.value for line in self.lines}[key]

    @property
    def reject_factors(self) -> tuple[float, float, float]:
        """Return the factors on the PD of a declined applicant: low, central, high."""
        return self["reject_factor_low"], self["reject_factor_central"], self["reject_factor_high"]


def read_assumptions(path: Path = ASSUMPTIONS_FILE) -> Assumptions:
    """Return the assumptions as the file has them now.

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
    dated = tree.get("dated")
    if not isinstance(dated, date):
        raise AssumptionsInvalid(path=path.name, why="dated")
    lines: list[Assumption] = []
    for kind, keys in KNOWN.items():
        given = tree.get(kind, {})
        odd = sorted(set(given) ^ set(keys))
        if odd:
            raise AssumptionsInvalid(path=path.name, why=f"{kind}.{odd[0]}")
        lines.extend(_line(kind, key, given[key], path) for key in keys)
    found = Assumptions(dated, tuple(lines))
    if list(found.reject_factors) != sorted(found.reject_factors):
        raise AssumptionsInvalid(path=path.name, why="reject_factor_low <= reject_factor_central <= reject_factor_high")
    return found


def _line(kind: Kind, key: str, given: dict[str, object], path: Path) -> Assumption:
    value, low, high = (given.get(name) for name in ("value", "low", "high"))
    mark, source = given.get("mark"), given.get("source")
    if not isinstance(value, int | float) or not isinstance(low, int | float) or not isinstance(high, int | float):
        raise AssumptionsInvalid(path=path.name, why=f"{kind}.{key}: value, low, high")
    if not low <= value <= high:
        raise AssumptionsInvalid(path=path.name, why=f"{kind}.{key} = {value} ({low} - {high})")
    if (
        mark not in ("A", "B", "C", "X")
        or not isinstance(source, dict)
        or not all(source.get(name) for name in LANGUAGES)
    ):
        raise AssumptionsInvalid(path=path.name, why=f"{kind}.{key}: mark, source")
    return Assumption(key, kind, float(value), mark, {name: str(source[name]) for name in LANGUAGES})
