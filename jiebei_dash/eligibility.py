"""What each funder takes under its contract, from ``data/eligibility.toml``: editable, dated, with mark and source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from jiebei_dash import terms
from jiebei_dash.errors import EligibilityInvalid
from jiebei_dash.settings import ROOT
from jiebei_dash.terms import LANGUAGES, Language

ELIGIBILITY_FILE = ROOT / "data" / "eligibility.toml"

Test = Literal["at_least", "at_most", "within", "outside"]
FUNDER_KINDS: tuple[str, ...] = ("OWN", "BANK", "TRUST", "ABS")
FEN = 100
_LEVELS: Mapping[str, tuple[str, str, Test, float, float]] = {
    "zhima_at_least": ("zhima", "zhima_score", "at_least", 350, 950),
    "pd_at_most": ("pd", "pd_rate", "at_most", 0, 1),
    "limit_at_most_yuan": ("limit", "limit_fen", "at_most", 0, 10_000_000),
    "other_lenders_at_most": ("lenders", "other_lender_count", "at_most", 0, 100),
}
_LISTS: Mapping[str, tuple[str, str, Test, tuple[Any, ...]]] = {
    "terms_months": ("term", "term_months", "within", terms.TERMS_MONTHS),
    "product_classes": ("product", "product_class", "within", terms.PRODUCT_CLASSES),
    "provinces": ("province", "province_code", "within", terms.PROVINCES),
    "excluded_provinces": ("province", "province_code", "outside", terms.PROVINCES),
}
CRITERIA: tuple[str, ...] = ("zhima", "pd", "limit", "lenders", "term", "product", "province")
"""What a contract may ask for, in the order of the screen; the place is that of the bit in a mask."""
_OTHER = {"funder_code", "is_assumed", "name", "own_share_at_least", "from", "to", "mark", "source"}


@dataclass(frozen=True)
class Criterion:
    """One thing that a contract asks for.

    Parameters
    ----------
    key
        One of ``CRITERIA``.
    column
        Of the decided applications; for ``limit`` the line that the policy grants.
    test
        ``at_least`` or ``at_most`` the first value, ``within`` or ``outside`` all of them.
    values
        In the column's unit.
    """

    key: str
    column: str
    test: Test
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Contract:
    """What one funder takes.

    Parameters
    ----------
    key
        Name in the file.
    funder_code
        As the book calls it; of an assumed pool a code of its own.
    criteria
        All that is asked for, in the order of ``CRITERIA``.
    own_share
        Least part of each loan that the lender keeps itself, by the contract alone.
    is_assumed
        A pool that the book does not hold.
    names
        Of an assumed pool, by language; a funder's name stands in the book.
    starts, ends
        First and last day on which it holds; no last day is None.
    mark, sources
        How sure it is, and where it comes from, by language.
    """

    key: str
    funder_code: str
    criteria: tuple[Criterion, ...]
    own_share: float
    is_assumed: bool
    names: Mapping[Language, str]
    starts: date
    ends: date | None
    mark: str
    sources: Mapping[Language, str]

    def holds_on(self, day: date) -> bool:
        """Return whether the contract is in force on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class OwnShareRule:
    """Least own share of each loan with a kind of funder; dates, mark and sources as of :class:`Contract`."""

    key: str
    kind: str
    at_least: float
    starts: date
    ends: date | None
    mark: str
    sources: Mapping[Language, str]

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True)
class Eligibility:
    """The whole table: contracts and rules in the order of the file, and the day of the table."""

    path: str
    dated: date
    contracts: tuple[Contract, ...]
    own_shares: tuple[OwnShareRule, ...]

    def on(self, day: date, kinds: Mapping[str, str]) -> tuple[Contract, ...]:
        """Return the contracts in force on a day, those of assumed pools last.

        Parameters
        ----------
        day
            Usually the last day of the as-of month.
        kinds
            Kind of every funder of the book, by code.

        Raises
        ------
        EligibilityInvalid
            A contract, in force or not, names a funder that the book does not know, or an assumed pool one that it has.
        """
        for contract in self.contracts:
            if (contract.funder_code in kinds) == contract.is_assumed:
                why = f"{contract.key}: funder_code = {contract.funder_code} ({', '.join(sorted(kinds)) or '-'})"
                raise EligibilityInvalid(path=self.path, why=why)
        held = [contract for contract in self.contracts if contract.holds_on(day)]
        return tuple(sorted(held, key=lambda contract: contract.is_assumed))

    def own_share_on(self, day: date, contract: Contract, kind: str) -> float:
        """Return the least own share of a loan with a funder of a kind: by its contract or by the rules in force."""
        ruled = (rule.at_least for rule in self.own_shares if rule.kind == kind and rule.holds_on(day))
        return max([contract.own_share, *ruled])


def read_eligibility(path: Path = ELIGIBILITY_FILE) -> Eligibility:
    """Return the table as the file has it now.

    Parameters
    ----------
    path
        A TOML file with ``dated``, a table ``contract.<key>`` for each contract and ``own_share.<key>`` for each rule.

    Raises
    ------
    EligibilityInvalid
        If the file is missing or unreadable, or a line cannot be meant: the first one is named with what is wrong.
    """
    try:
        with path.open("rb") as file:
            tree = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise EligibilityInvalid(path=path.name, why=str(error)) from error
    contracts, rules = tree.get("contract"), tree.get("own_share", {})
    odd = sorted(set(tree) - {"dated", "contract", "own_share"})
    if odd or type(tree.get("dated")) is not date or not isinstance(contracts, dict) or not isinstance(rules, dict):
        raise EligibilityInvalid(path=path.name, why=odd[0] if odd else "dated, contract, own_share")
    found = Eligibility(
        path.name,
        tree["dated"],
        tuple(_contract(key, given, _refusing(path, key)) for key, given in contracts.items()),
        tuple(_rule(key, given, _refusing(path, key)) for key, given in rules.items()),
    )
    _apart(path, [(each.funder_code, each) for each in found.contracts])
    _apart(path, [(each.kind, each) for each in found.own_shares])
    return found


Refuse = Callable[[str], EligibilityInvalid]


def _refusing(path: Path, key: str) -> Refuse:
    return lambda why: EligibilityInvalid(path=path.name, why=f"{key}: {why}")


def _contract(key: str, given: Any, refuse: Refuse) -> Contract:
    if not isinstance(given, dict) or (odd := sorted(set(given) - _OTHER - set(_LEVELS) - set(_LISTS))):
        raise refuse(odd[0] if isinstance(given, dict) else "?")
    code, is_assumed, names = given.get("funder_code"), given.get("is_assumed", False), given.get("name", {})
    if not isinstance(code, str) or not code:
        raise refuse(f"funder_code = {code}")
    if not isinstance(is_assumed, bool) or is_assumed != bool(names):
        raise refuse(f"is_assumed = {is_assumed}, name = {names or '-'}")
    own_share = _number(given.get("own_share_at_least", 0.0), 0, 1)
    if own_share is None:
        raise refuse(f"own_share_at_least = {given['own_share_at_least']}")
    if {"provinces", "excluded_provinces"} <= set(given):
        raise refuse("provinces, excluded_provinces")
    asked = [*_levels(given, refuse), *_lists(given, refuse)]
    if not asked:
        raise refuse(", ".join([*_LEVELS, *_LISTS]))
    asked.sort(key=lambda criterion: CRITERIA.index(criterion.key))
    called = _texts(names, "name", refuse) if names else {}
    starts, ends, mark, sources = _dated(given, refuse)
    return Contract(key, code, tuple(asked), own_share, is_assumed, called, starts, ends, mark, sources)


def _levels(given: Mapping[str, Any], refuse: Refuse) -> Iterable[Criterion]:
    for name, (key, column, test, low, high) in _LEVELS.items():
        if name in given:
            level = _number(given[name], low, high)
            if level is None:
                raise refuse(f"{name} = {given[name]} ({low:g} - {high:g})")
            yield Criterion(key, column, test, (level * FEN if key == "limit" else level,))


def _lists(given: Mapping[str, Any], refuse: Refuse) -> Iterable[Criterion]:
    for name, (key, column, test, codes) in _LISTS.items():
        if name in given:
            values = given[name]
            if not isinstance(values, list) or not values or (odd := [each for each in values if each not in codes]):
                raise refuse(f"{name} = {odd[0] if isinstance(values, list) and values else values}")
            yield Criterion(key, column, test, tuple(values))


def _rule(key: str, given: Any, refuse: Refuse) -> OwnShareRule:
    fields = {"kind", "at_least", "from", "to", "mark", "source"}
    if not isinstance(given, dict) or (odd := sorted(set(given) - fields)):
        raise refuse(odd[0] if isinstance(given, dict) else "?")
    kind, at_least = given.get("kind"), _number(given.get("at_least"), 0, 1)
    if kind not in FUNDER_KINDS:
        raise refuse(f"kind = {kind} ({', '.join(FUNDER_KINDS)})")
    if at_least is None:
        raise refuse(f"at_least = {given.get('at_least')}")
    return OwnShareRule(key, str(kind), at_least, *_dated(given, refuse))


def _dated(given: Mapping[str, Any], refuse: Refuse) -> tuple[date, date | None, str, Mapping[Language, str]]:
    starts, ends, mark = given.get("from"), given.get("to"), given.get("mark")
    if type(starts) is not date or (ends is not None and (type(ends) is not date or ends < starts)):
        raise refuse(f"from = {starts}, to = {ends}")
    if mark not in ("A", "B", "C", "X"):
        raise refuse(f"mark = {mark} (A, B, C, X)")
    return starts, ends, str(mark), _texts(given.get("source"), "source", refuse)


def _texts(given: Any, name: str, refuse: Refuse) -> Mapping[Language, str]:
    if not isinstance(given, dict) or not all(isinstance(given.get(language), str) for language in LANGUAGES):
        raise refuse(f"{name} ({', '.join(LANGUAGES)})")
    return {language: str(given[language]) for language in LANGUAGES}


def _number(value: object, low: float, high: float) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return float(value) if is_number else None  # type: ignore[arg-type]


def _apart(path: Path, named: Sequence[tuple[str, Contract | OwnShareRule]]) -> None:
    """No two lines of one funder or kind hold on the same day."""
    for place, (code, one) in enumerate(named):
        for other_code, other in named[place + 1 :]:
            if code == other_code and (one.holds_on(other.starts) or other.holds_on(one.starts)):
                why = f"{one.key}, {other.key}: {code} from {max(one.starts, other.starts)}"
                raise EligibilityInvalid(path=path.name, why=why)
