"""Days off in a row, read from ``data/holidays.toml``: editable, dated, with mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.settings import ROOT

HOLIDAYS_FILE = ROOT / "data" / "holidays.toml"
KINDS: tuple[str, ...] = ("spring_festival", "labour_day", "national_day")
_MOST_DAYS = 20


def read_holidays(path: Path = HOLIDAYS_FILE) -> Mapping[date, str]:
    """Return the kind of holiday by day, as the file has it now.

    Parameters
    ----------
    path
        A TOML file with ``dated``, ``source`` and a list ``holiday`` of ``kind``, ``mark`` and ``days`` (first, last).

    Raises
    ------
    AssumptionsInvalid
        If the file is missing, unreadable, undated, or a line of it is not as described.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AssumptionsInvalid(path=path.name, why=str(error)) from error
    if not isinstance(tree.get("dated"), date) or not tree.get("source"):
        raise AssumptionsInvalid(path=path.name, why="dated, source")
    found: dict[date, str] = {}
    for given in tree.get("holiday", []):
        kind = given.get("kind")
        if kind not in KINDS or given.get("mark") not in ("A", "B", "C"):
            raise AssumptionsInvalid(path=path.name, why=f"{kind}: kind, mark")
        for pair in given.get("days", []):
            found.update(_days(kind, pair, path))
    return found


def _days(kind: str, pair: list[object], path: Path) -> dict[date, str]:
    first, last = (pair + [None, None])[:2]
    if not isinstance(first, date) or not isinstance(last, date) or not 0 <= (last - first).days < _MOST_DAYS:
        raise AssumptionsInvalid(path=path.name, why=f"{kind}: {first} - {last}")
    return {first + timedelta(days=offset): kind for offset in range((last - first).days + 1)}
