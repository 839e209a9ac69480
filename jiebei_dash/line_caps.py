"""Caps on the line of one person by date and licence, read from ``data/line_caps.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from jiebei_dash.errors import AssumptionsInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

LINE_CAPS_FILE = ROOT / "data" / "line_caps.toml"

Status = Literal["in_force", "shadow"]
Licence = Literal["consumer_finance", "bank", "micro_loan"]
LICENCES: tuple[Licence, ...] = get_args(Licence)
MARKS = ("A", "B", "C")
_PARTS = {"id", "status", "licences", "cap_yuan", "from", "to", "mark", "name", "source"}
_FEN = 100


@dataclass(frozen=True)
class LineCap:
    """One rule.

    Parameters
    ----------
    id
        Its name in the file.
    status
        ``in_force`` binds; ``shadow`` is only counted.
    licences
        Whom it binds.
    cap_fen
        Largest line of one person.
    first_on, last_on
        Days from and to which it holds; None while it holds.
    mark
        How sure it is.
    names, sources
        By language.
    """

    id: str
    status: Status
    licences: tuple[Licence, ...]
    cap_fen: int
    first_on: date
    last_on: date | None
    mark: str
    names: Mapping[Language, str]
    sources: Mapping[Language, str]

    def holds(self, day: date, licence: Licence) -> bool:
        """Return whether it holds on a day for a licence, in force or in its shadow."""
        return licence in self.licences and self.first_on <= day and (self.last_on is None or day <= self.last_on)


def caps_on(rules: Sequence[LineCap], day: date, licence: Licence) -> tuple[LineCap, ...]:
    """Return the rules that hold on a day for a licence, in the order of the file."""
    return tuple(rule for rule in rules if rule.holds(day, licence))


def lowest_fen(rules: Sequence[LineCap]) -> float:
    """Return the lowest cap in force among rules; infinite if none is."""
    return min((float(rule.cap_fen) for rule in rules if rule.status == "in_force"), default=float("inf"))


def read_line_caps(path: Path = LINE_CAPS_FILE) -> tuple[LineCap, ...]:
    """Return the rules as the file has them now.

    Parameters
    ----------
    path
        A TOML file with a table ``rule`` for each.

    Raises
    ------
    AssumptionsInvalid
        If the file is missing, unreadable, or a rule lacks a part, has one that is unknown, or is named twice.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AssumptionsInvalid(path=path.name, why=str(error)) from error
    given = tree.get("rule", [])
    if not isinstance(given, list) or not all(isinstance(rule, dict) for rule in given):
        raise AssumptionsInvalid(path=path.name, why="rule")
    found = tuple(_rule(rule, place, path) for place, rule in enumerate(given, start=1))
    twice = [rule.id for place, rule in enumerate(found) if rule.id in {other.id for other in found[:place]}]
    if twice:
        raise AssumptionsInvalid(path=path.name, why=f"{twice[0]}: id")
    return found


def _rule(given: Mapping[str, object], place: int, path: Path) -> LineCap:
    name = str(given.get("id", place))

    def refuse(part: str) -> AssumptionsInvalid:
        return AssumptionsInvalid(path=path.name, why=f"{name}: {part}")

    if odd := sorted(set(given) - _PARTS):
        raise refuse(odd[0])
    status = next((known for known in get_args(Status) if known == given.get("status")), None)
    if status is None:
        raise refuse("status")
    licences = given.get("licences")
    if not isinstance(licences, list) or not licences or not set(licences) <= set(LICENCES):
        raise refuse("licences")
    cap, first, last = given.get("cap_yuan"), given.get("from"), given.get("to")
    if not isinstance(cap, int) or isinstance(cap, bool) or cap <= 0:
        raise refuse("cap_yuan")
    if not isinstance(first, date) or not (last is None or (isinstance(last, date) and last >= first)):
        raise refuse("from, to")
    if given.get("mark") not in MARKS:
        raise refuse("mark")
    worded = {}
    for part in ("name", "source"):
        texts = given.get(part)
        if not isinstance(texts, dict) or not all(texts.get(language) for language in LANGUAGES):
            raise refuse(part)
        worded[part] = {language: str(texts[language]) for language in LANGUAGES}
    return LineCap(
        name, status, tuple(known for known in LICENCES if known in licences), cap * _FEN, first, last,
        str(given["mark"]), worded["name"], worded["source"],  # type: ignore[arg-type]
    )  # fmt: skip
