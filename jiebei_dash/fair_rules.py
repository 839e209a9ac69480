"""Rules of fair lending, read from ``data/fair_rules.toml``: editable, dated, each with mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiebei_dash.errors import FairRulesInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

FAIR_RULES_FILE = ROOT / "data" / "fair_rules.toml"

LEAST_PERSONS = 10
"""No group of fewer persons is ever shown; the table may ask for more, not for less."""
KEYS: tuple[str, ...] = ("four_fifths", "smallest_group", "few")
_FIELDS = {"level", "from", "to", "mark", "source"}


@dataclass(frozen=True)
class FairRule:
    """One rule.

    Parameters
    ----------
    key
        One of ``KEYS``: the ratio of selection rates below which a difference is a signal; the fewest persons of a
        group that is shown; the fewest decisions or loans that are not marked as few.
    level
        A fraction for the ratio, a count for the others.
    starts, ends
        First and last day on which it holds; no last day is None.
    mark
        How sure it is: A read in a source, B practice, C remembered, X house choice.
    sources
        Where it comes from, by language.
    """

    key: str
    level: float
    starts: date
    ends: date | None
    mark: str
    sources: Mapping[Language, str]

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class FairRules:
    """The table.

    Parameters
    ----------
    dated
        When it was written.
    rules
        In its order.
    """

    dated: date
    rules: tuple[FairRule, ...]

    @property
    def four_fifths(self) -> FairRule:
        """Return the rule on the ratio of selection rates."""
        return self._of("four_fifths")

    @property
    def smallest_group(self) -> int:
        """Return the fewest persons of a group that is shown."""
        return int(self._of("smallest_group").level)

    @property
    def few(self) -> int:
        """Return below how many decisions or loans a rate is marked as of few."""
        return int(self._of("few").level)

    def _of(self, key: str) -> FairRule:
        return next(rule for rule in self.rules if rule.key == key)


def read_fair_rules(path: Path = FAIR_RULES_FILE) -> FairRules:
    """Return the rules as the file has them now.

    Parameters
    ----------
    path
        A TOML file with ``dated`` and a table ``rule.<key>`` for each of ``KEYS``.

    Raises
    ------
    FairRulesInvalid
        If the file is missing or unreadable, or a rule is missing or cannot be meant: it is named with what is wrong.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise FairRulesInvalid(path=path.name, why=str(error)) from error
    given = tree.get("rule")
    if type(tree.get("dated")) is not date or not isinstance(given, dict):
        raise FairRulesInvalid(path=path.name, why="dated, rule")
    if set(given) != set(KEYS):
        raise FairRulesInvalid(path=path.name, why=", ".join(sorted(set(given) ^ set(KEYS))))
    return FairRules(tree["dated"], tuple(_rule(key, line, path) for key, line in given.items()))


def _rule(key: str, given: Any, path: Path) -> FairRule:
    def refuse(why: str) -> FairRulesInvalid:
        return FairRulesInvalid(path=path.name, why=f"{key}: {why}")

    if not isinstance(given, dict) or (odd := sorted(set(given) - _FIELDS)):
        raise refuse(odd[0] if isinstance(given, dict) else "?")
    level, starts, ends, mark, source = (given.get(name) for name in ("level", "from", "to", "mark", "source"))
    is_ratio = key == "four_fifths"
    if isinstance(level, bool) or not isinstance(level, int | float) or not (is_ratio or type(level) is int):
        raise refuse(f"level = {level}")
    least = LEAST_PERSONS if key == "smallest_group" else 1
    if not (0 < level <= 1 if is_ratio else level >= least):
        raise refuse(f"level = {level}" if is_ratio else f"level = {level} (>= {least})")
    if type(starts) is not date or (ends is not None and (type(ends) is not date or ends < starts)):
        raise refuse(f"from = {starts}, to = {ends}")
    if mark not in ("A", "B", "C", "X"):
        raise refuse(f"mark = {mark} (A, B, C, X)")
    if not isinstance(source, dict) or not all(isinstance(source.get(name), str) for name in LANGUAGES):
        raise refuse(f"source ({', '.join(LANGUAGES)})")
    return FairRule(key, float(level), starts, ends, str(mark), {name: str(source[name]) for name in LANGUAGES})
