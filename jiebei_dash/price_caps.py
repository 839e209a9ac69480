"""Caps on the yearly cost of a loan by date, read from ``data/price_caps.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

PRICE_CAPS_FILE = ROOT / "data" / "price_caps.toml"

Status = Literal["in_force", "shadow"]


@dataclass(frozen=True)
class CapRule:
    """One rule.

    Parameters
    ----------
    id
        Its name in the file.
    status
        ``in_force`` binds; ``shadow`` is only shown.
    steps
        First day and cap (a fraction a year), oldest first.
    ends
        Last day on which it held; None while it holds.
    mark
        How sure it is.
    names, sources
        By language.
    """

    id: str
    status: Status
    steps: tuple[tuple[date, float], ...]
    ends: date | None
    mark: str
    names: Mapping[Language, str]
    sources: Mapping[Language, str]

    def on(self, day: date) -> float:
        """Return the cap on a day, infinite before its first step and after its end."""
        if self.ends is not None and day > self.ends:
            return float("inf")
        return next((cap for first, cap in reversed(self.steps) if first <= day), float("inf"))


def cap_on(rules: Sequence[CapRule], status: Status, day: date) -> float:
    """Return the lowest cap of a status on a day; infinite if there is none."""
    return min((rule.on(day) for rule in rules if rule.status == status), default=float("inf"))


def read_price_caps(path: Path = PRICE_CAPS_FILE) -> tuple[CapRule, ...]:
    """Return the rules as the file has them now.

    Parameters
    ----------
    path
        A TOML file with a table ``rule`` for each.

    Raises
    ------
    AssumptionsInvalid
        If the file is missing, unreadable, or a rule lacks a part.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AssumptionsInvalid(path=path.name, why=str(error)) from error
    return tuple(_rule(given, place, path) for place, given in enumerate(tree.get("rule", []), start=1))


def _rule(given: Mapping[str, object], place: int, path: Path) -> CapRule:
    name = str(given.get("id", place))
    status = next((known for known in ("in_force", "shadow") if known == given.get("status")), None)
    steps, ends = given.get("steps"), given.get("ends")
    if status is None or not isinstance(steps, list) or not steps:
        raise AssumptionsInvalid(path=path.name, why=f"{name}: status, steps")
    found: list[tuple[date, float]] = []
    for step in steps:
        first, cap = step if isinstance(step, list) and len(step) == 2 else (None, None)
        if not isinstance(first, date) or not isinstance(cap, float) or not 0 < cap < 1:
            raise AssumptionsInvalid(path=path.name, why=f"{name}: {step}")
        found.append((first, cap))
    if found != sorted(found) or not (ends is None or isinstance(ends, date)):
        raise AssumptionsInvalid(path=path.name, why=f"{name}: steps, ends")
    worded = {}
    for part in ("name", "source"):
        texts = given.get(part)
        if not isinstance(texts, dict) or not all(texts.get(language) for language in LANGUAGES):
            raise AssumptionsInvalid(path=path.name, why=f"{name}: {part}")
        worded[part] = {language: str(texts[language]) for language in LANGUAGES}
    mark = str(given.get("mark"))
    return CapRule(name, status, tuple(found), ends, mark, worded["name"], worded["source"])  # type: ignore[arg-type]
