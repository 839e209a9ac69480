"""The lending policy as data: which applications would pass, who is looked at by a person, what is offered.

A rule is one record; a policy is a threshold for each rule in an order, other thresholds in some segments, and cells of
limit and price. A reform is only what it changes. Slider, SQL, reason and JSON are derived from the record. Thresholds
of past policies stand in the table ``policy_version``; :mod:`jiebei_dash.book.notation` reads and writes the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal

from jiebei_dash.book.offers import LIMITS, PRICES, Cell, Cells, as_tree, checked
from jiebei_dash.book.rules import BY_KEY, GRID_KEYS, check_threshold
from jiebei_dash.book.rules import RULES as RULES
from jiebei_dash.book.rules import Rule as Rule
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.errors import BadArgument


@dataclass(frozen=True)
class SegmentThreshold:
    """Another threshold of one rule in one segment.

    Parameters
    ----------
    rule_key
        Of a rule that declines or refers.
    dimension, code
        The segment: a key of ``scope.DIMENSIONS`` and one of its codes.
    threshold
        In the rule's unit.
    """

    rule_key: str
    dimension: str
    code: str | int
    threshold: float


@dataclass(frozen=True)
class Policy:
    """A threshold for each rule, and what differs by segment or cell.

    Parameters
    ----------
    thresholds
        By rule key, in the order in which the rules are applied.
    exceptions
        Thresholds that replace those in a segment; of two that fit, the first counts.
    limits
        Cells in which the limit is multiplied.
    prices
        Cells in which the day rate is moved.
    """

    thresholds: tuple[tuple[str, float], ...]
    exceptions: tuple[SegmentThreshold, ...] = ()
    limits: Cells = ()
    prices: Cells = ()

    def __getitem__(self, key: str) -> float:
        """Return the threshold of a rule; one that was not in force stands at its loosest."""
        return dict(self.thresholds).get(key, BY_KEY[key].loosest)

    @property
    def order(self) -> tuple[Rule, ...]:
        """Return its rules in the order in which they are applied."""
        return tuple(BY_KEY[key] for key, _ in self.thresholds)

    @property
    def is_plain(self) -> bool:
        """Return whether thresholds in the usual order are all of it."""
        keys = [key for key, _ in self.thresholds]
        usual = [rule.key for rule in RULES if rule.key in keys]
        return keys == usual and not (self.exceptions or self.limits or self.prices)

    def changed(self, thresholds: Mapping[str, float]) -> Policy:
        """Return this policy with some thresholds moved.

        Raises
        ------
        BadArgument
            If a key is unknown or a threshold lies outside its rule's range.
        """
        for key, value in thresholds.items():
            check_threshold(key, value)
        whole = dict(self.thresholds) | {key: float(value) for key, value in thresholds.items()}
        return replace(self, thresholds=tuple(whole.items()))

    def where(self, exceptions: Sequence[SegmentThreshold]) -> Policy:
        """Return this policy with other thresholds in some segments, in place of those that it had.

        Raises
        ------
        BadArgument
            If a rule, a segment or a threshold is unknown or out of range.
        """
        for each in exceptions:
            check_threshold(each.rule_key, each.threshold)
            if BY_KEY[each.rule_key].effect == "trim":
                raise BadArgument(name="exceptions", value=each.rule_key, allowed=", ".join(GRID_KEYS))
            codes = {dimension.key: dimension.codes for dimension in DIMENSIONS}.get(each.dimension, ())
            if each.code not in codes:
                raise BadArgument(
                    name=each.dimension, value=each.code, allowed=", ".join(str(code) for code in codes) or "-"
                )
        return replace(self, exceptions=tuple(exceptions))

    def offering(self, limits: Cells = (), prices: Cells = ()) -> Policy:
        """Return this policy with cells of limit and price, in place of those that it had.

        Raises
        ------
        BadArgument
            If a cell is unknown, named twice or out of range.
        """
        return replace(self, limits=checked(LIMITS, limits), prices=checked(PRICES, prices))

    def ordered(self, keys: Sequence[str]) -> Policy:
        """Return this policy with its rules applied in another order; rules not named follow as they stood.

        Raises
        ------
        BadArgument
            If a key is unknown or named twice.
        """
        whole = dict(self.thresholds)
        if len(set(keys)) != len(keys) or not set(keys) <= set(whole):
            raise BadArgument(name="order", value=", ".join(keys), allowed=", ".join(whole))
        rest = [key for key in whole if key not in keys]
        return replace(self, thresholds=tuple((key, whole[key]) for key in [*keys, *rest]))

    def json(self) -> str:
        """Return the canonical JSON: the content that is hashed.

        A policy of thresholds alone is written as it always was: an object of thresholds by rule key.
        """
        thresholds = {
            key: value for key, value in self.thresholds if not (BY_KEY[key].optional and value == BY_KEY[key].loosest)
        }
        tree: dict[str, Any] = thresholds
        if not self.is_plain:
            exceptions = [[each.rule_key, each.dimension, each.code, each.threshold] for each in self.exceptions]
            tree = {
                "exceptions": exceptions,
                "limits": as_tree(self.limits),
                "order": list(thresholds),
                "prices": as_tree(self.prices),
                "thresholds": thresholds,
            }
        return json.dumps(tree, separators=(",", ":"), sort_keys=True)

    def sha256(self) -> str:
        """Return the hash of the canonical JSON."""
        return hashlib.sha256(self.json().encode()).hexdigest()

    def threshold_in(self, rule: Rule, table: FromClause) -> float | ColumnElement[float]:
        """Return a rule's threshold for each row of a table: one number, or by segment."""
        own = [each for each in self.exceptions if each.rule_key == rule.key]
        if not own:
            return self[rule.key]
        whens = [(table.c[each.dimension] == each.code, literal(each.threshold)) for each in own]
        return case(*whens, else_=literal(self[rule.key]))

    def fails(self, rule: Rule, table: FromClause) -> ColumnElement[bool]:
        """Return the condition that a row of a table hits one rule; a missing input hits none."""
        return fails(rule, self.threshold_in(rule, table), table)

    def passes(self, table: FromClause, but: str = "") -> ColumnElement[bool]:
        """Return the condition that an application passes every declining rule.

        Parameters
        ----------
        table
            Has the columns of all declining rules; an input that is null passes (it is not known to fail).
        but
            Key of one rule that is left out.
        """
        declining = (rule for rule in RULES if rule.effect == "decline" and rule.key != but)
        return and_(*(~self.fails(rule, table) for rule in declining))

    def trimmed(self, limit: ColumnElement[int]) -> ColumnElement[int]:
        """Return a limit cut to the policy's amount cap."""
        return case((limit > int(self["amount_cap"]), int(self["amount_cap"])), else_=limit)


def fails(rule: Rule, threshold: float | ColumnElement[float], table: FromClause) -> ColumnElement[bool]:
    """Return the condition that an application hits one rule; a missing input hits none."""
    column = table.c[rule.column]
    beyond = column < threshold if rule.keeps == "at_least" else column > threshold
    return func.coalesce(beyond, False)


@dataclass(frozen=True)
class Hit:
    """One rule that an applicant hit: place in the policy's order from 1, value and threshold in the rule's unit."""

    rule_key: str
    rule_no: int
    observed_value: float
    threshold_value: float


def hits(
    policy: Policy, values: Mapping[str, float | None], segment: Mapping[str, str | int] | None = None
) -> tuple[Hit, ...]:
    """Return every rule that one applicant hits and is declined or trimmed by, in the policy's order.

    Parameters
    ----------
    policy
        Thresholds; a rule that it does not name was not in force.
    values
        By column of a rule; None, NaN or no value is missing, and a missing value hits nothing. ``limit_fen`` is the
        limit before the policy cut it.
    segment
        Codes by dimension, for a policy with other thresholds in some segments.
    """
    number_of = {rule.key: number for number, rule in enumerate(RULES, start=1)}
    if not policy.is_plain:
        number_of = {rule.key: number for number, rule in enumerate(policy.order, start=1)}
    lies_in = segment or {}
    found = []
    for key, base in policy.thresholds:
        rule, value = BY_KEY[key], values.get(BY_KEY[key].column)
        if value is None or rule.effect == "refer":
            continue
        own = (each for each in policy.exceptions if each.rule_key == key and lies_in.get(each.dimension) == each.code)
        threshold = next((each.threshold for each in own), base)
        if value < threshold if rule.keeps == "at_least" else value > threshold:
            found.append(Hit(key, number_of[key], float(value), threshold))
    return tuple(found)


def stored_policy(rules_json: str) -> Policy:
    """Return a policy as a version of it is stored; what was in force is a fact, so no range is checked."""
    tree = json.loads(rules_json)
    if "thresholds" not in tree:
        return Policy(tuple((rule.key, float(tree[rule.key])) for rule in RULES if rule.key in tree))
    limits, prices = (
        tuple(Cell(str(band), int(lowest), float(value)) for band, lowest, value in tree[name])
        for name in ("limits", "prices")
    )
    return Policy(
        tuple((key, float(tree["thresholds"][key])) for key in tree["order"]),
        tuple(SegmentThreshold(key, dimension, code, float(at)) for key, dimension, code, at in tree["exceptions"]),
        limits,
        prices,
    )


def declining_rule(key: str) -> Rule:
    """Return the rule with this key.

    Raises
    ------
    BadArgument
        If there is none, or it only trims the limit.
    """
    declining = {rule.key: rule for rule in RULES if rule.effect == "decline"}
    if key not in declining:
        raise BadArgument(name="rule_key", value=key, allowed=", ".join(declining))
    return declining[key]


def make_policy(thresholds: Mapping[str, float]) -> Policy:
    """Return a whole policy from thresholds by rule key; a rule not named keeps its value of today.

    Raises
    ------
    BadArgument
        If a key is unknown or a threshold lies outside its rule's range.
    """
    for key, value in thresholds.items():
        check_threshold(key, value)
    return Policy(tuple((rule.key, float(thresholds.get(rule.key, rule.today))) for rule in RULES))
