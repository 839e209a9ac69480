"""Published levels of other lenders, read from ``data/peers.toml``: editable, dated, each with mark and source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jiebei_dash.errors import PeersInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

PEERS_FILE = ROOT / "data" / "peers.toml"
FIGURES: tuple[str, ...] = (
    "past_due_30", "past_due_90", "m2_share", "m3_share", "m2_over_m1", "c_m3", "entry", "collected", "to_m2", "fpd_7",
)  # fmt: skip
"""What is compared: figures that both we and somebody else state."""
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_FIELDS = {"figure", "lender", "period", "rate", "differs", "mark", "source"}


@dataclass(frozen=True)
class Level:
    """One published level.

    Parameters
    ----------
    figure
        One of ``FIGURES``.
    lender
        Code of who published it, ``codes.lender`` in the words.
    month
        Last month of the period that it is of.
    rate
        The level, a fraction.
    differs
        How its definition differs from ours, by language.
    mark
        How sure it is: A read in a source, B practice, C remembered, X assumed.
    source
        Where it was read.
    """

    figure: str
    lender: str
    month: date
    rate: float
    differs: Mapping[Language, str]
    mark: str
    source: str


@dataclass(frozen=True)
class Peers:
    """All levels, as of the day on which they were gathered."""

    dated: date
    levels: tuple[Level, ...]


def read_peers(path: Path = PEERS_FILE) -> Peers:
    """Return the levels as the file has them now.

    Parameters
    ----------
    path
        A TOML file with ``dated`` and a list ``level``.

    Raises
    ------
    PeersInvalid
        The file is missing or unreadable, or a level lacks a part, has one too many or a value that cannot be meant.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PeersInvalid(path=path.name, why=str(error)) from error
    dated = tree.get("dated")
    if not isinstance(dated, date):
        raise PeersInvalid(path=path.name, why="dated")
    return Peers(dated, tuple(_level(place, given, path) for place, given in enumerate(tree.get("level", []), start=1)))


def _level(place: int, given: Mapping[str, object], path: Path) -> Level:
    def refuse(part: str) -> PeersInvalid:
        return PeersInvalid(path=path.name, why=f"level {place}: {part}")

    if odd := sorted(set(given) ^ _FIELDS):
        raise refuse(odd[0])
    rate, differs, period = given["rate"], given["differs"], _MONTH.fullmatch(str(given["period"]))
    if given["figure"] not in FIGURES:
        raise refuse(f"figure = {given['figure']}")
    if not isinstance(rate, float) or not 0 < rate < 1:
        raise refuse(f"rate = {rate}")
    if period is None or not 1 <= int(period[2]) <= 12:
        raise refuse(f"period = {given['period']}")
    if given["mark"] not in ("A", "B", "C", "X") or not given["source"]:
        raise refuse("mark, source")
    if not isinstance(differs, dict) or not all(differs.get(name) for name in LANGUAGES):
        raise refuse("differs")
    return Level(
        str(given["figure"]),
        str(given["lender"]),
        date(int(period[1]), int(period[2]), 1),
        rate,
        {name: str(differs[name]) for name in LANGUAGES},
        str(given["mark"]),
        str(given["source"]),
    )
