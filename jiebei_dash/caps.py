"""Limits of the portfolio, read from ``data/limits.toml``: editable, dated, each with mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from jiebei_dash import terms
from jiebei_dash.errors import LimitsInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

LIMITS_FILE = ROOT / "data" / "limits.toml"

Side = Literal["at_most", "at_least"]
FIGURES: tuple[str, ...] = (
    "past_due_30", "past_due_90", "managed", "lost_month", "largest", "top", "herfindahl", "utilisation", "leverage",
    "coverage",
)  # fmt: skip
"""What can be limited, in the order of the screen."""
OF_DIMENSION = ("largest", "top", "herfindahl")
NOT_FRACTIONS = ("leverage", "coverage")
"""Figures that may exceed one."""
CODES: Mapping[str, tuple[str | int, ...] | None] = {
    "product_class": terms.PRODUCT_CLASSES,
    "channel": terms.CHANNELS,
    "province_code": terms.PROVINCES,
    "zhima_band": terms.ZHIMA_BANDS,
    "term_months": terms.TERMS_MONTHS,
    "funder_code": None,
}
"""Dimensions of a limit with their codes; any funder may be named, the book says whether it knows it."""
_FIELDS = {"figure", "dimension", "code", "top", "side", "level", "warn", "from", "to", "mark", "source"}


@dataclass(frozen=True)
class Cap:
    """One limit.

    Parameters
    ----------
    key
        Name in the file.
    figure
        One of ``FIGURES``.
    side
        Whether the figure may be at most or must be at least the level.
    level, warn
        Fractions (leverage: times); the warning is met before the level.
    starts, ends
        First and last day on which it holds; no last day is None.
    mark
        How sure it is: A read in a source, B practice, C remembered, X assumed for the sample book.
    sources
        Where it comes from, by language.
    dimension, code, top
        Of what the share is: of one code or, without one, of whichever is largest; of the largest so many.
    """

    key: str
    figure: str
    side: Side
    level: float
    warn: float
    starts: date
    ends: date | None
    mark: str
    sources: Mapping[Language, str]
    dimension: str = ""
    code: str = ""
    top: int = 0

    def holds_on(self, day: date) -> bool:
        """Return whether the limit is in force on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def read_caps(path: Path = LIMITS_FILE) -> tuple[Cap, ...]:
    """Return the limits as the file has them now, in its order.

    Parameters
    ----------
    path
        A TOML file with ``dated`` and a table ``limit.<key>`` for each limit.

    Raises
    ------
    LimitsInvalid
        If the file is missing or unreadable, or a limit cannot be meant: the first one is named with what is wrong.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LimitsInvalid(path=path.name, why=str(error)) from error
    if not isinstance(tree.get("dated"), date) or not isinstance(tree.get("limit"), dict):
        raise LimitsInvalid(path=path.name, why="dated, limit")
    return tuple(_cap(key, given, path) for key, given in tree["limit"].items())


def _cap(key: str, given: Any, path: Path) -> Cap:
    def refuse(why: str) -> LimitsInvalid:
        return LimitsInvalid(path=path.name, why=f"{key}: {why}")

    if not isinstance(given, dict) or (odd := sorted(set(given) - _FIELDS)):
        raise refuse(odd[0] if isinstance(given, dict) else "?")
    figure, side, mark, source = (given.get(name) for name in ("figure", "side", "mark", "source"))
    if figure not in FIGURES:
        raise refuse(f"figure = {figure} ({', '.join(FIGURES)})")
    if side not in ("at_most", "at_least"):
        raise refuse(f"side = {side} (at_most, at_least)")
    level, warn = (_number(given.get(name)) for name in ("level", "warn"))
    if level is None or warn is None or level <= 0 or (figure not in NOT_FRACTIONS and max(level, warn) > 1):
        raise refuse(f"level = {given.get('level')}, warn = {given.get('warn')}")
    if not (0 <= warn <= level if side == "at_most" else warn >= level):
        raise refuse(f"warn = {warn}, level = {level}, side = {side}")
    starts, ends = given.get("from"), given.get("to")
    if type(starts) is not date or (ends is not None and (type(ends) is not date or ends < starts)):
        raise refuse(f"from = {starts}, to = {ends}")
    if mark not in ("A", "B", "C", "X"):
        raise refuse(f"mark = {mark} (A, B, C, X)")
    if not isinstance(source, dict) or not all(isinstance(source.get(name), str) for name in LANGUAGES):
        raise refuse(f"source ({', '.join(LANGUAGES)})")
    dimension, code, top = _of(given, str(figure), refuse)
    sources = {name: str(source[name]) for name in LANGUAGES}
    return Cap(key, str(figure), cast(Side, side), level, warn, starts, ends, mark, sources, dimension, code, top)


def _of(given: dict[str, Any], figure: str, refuse: Any) -> tuple[str, str, int]:
    dimension, code, top = given.get("dimension", ""), given.get("code", ""), given.get("top", 0)
    if (dimension not in CODES) if figure in OF_DIMENSION else dimension:
        raise refuse(f"dimension = {dimension}")
    codes = CODES.get(dimension)
    if code != "" and (figure != "largest" or (codes is not None and str(code) not in map(str, codes))):
        raise refuse(f"code = {code}")
    if (type(top) is not int or top < 1) if figure == "top" else top:
        raise refuse(f"top = {top}")
    return str(dimension), str(code), int(top)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
