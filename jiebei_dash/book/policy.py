"""The lending policy as data: which applications would pass.

A rule is one record; a policy is a threshold for each rule, and a reform is only what it changes. Slider, SQL, reason
and JSON are derived from the record. Thresholds of past policies stand in the table ``policy_version``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, FromClause, and_, case, func

from jiebei_dash.errors import BadArgument


@dataclass(frozen=True)
class Rule:
    """One threshold of the policy.

    Parameters
    ----------
    key
        Name in a link, in ``rules_json``, in ``rule_hit`` and in the words.
    column
        Column of ``feature_snapshot``, or ``score_points`` of ``decision``; for a cap, ``limit_fen``.
    keeps
        ``at_least`` or ``at_most``: which side of the threshold passes.
    low, high, step
        Range of a credible threshold and of its slider, in the column's unit.
    today
        Threshold where the book has no policy of its own.
    effect
        ``decline`` who fails, or ``trim`` the limit to the threshold.
    """

    key: str
    column: str
    keeps: Literal["at_least", "at_most"]
    low: float
    high: float
    step: float
    today: float
    effect: Literal["decline", "trim"] = "decline"


RULES: tuple[Rule, ...] = (
    Rule("zhima_floor", "zhima_score", "at_least", 350, 950, 5, 600),
    Rule("other_lenders_cap", "other_lender_count", "at_most", 0, 20, 1, 6),
    Rule("queries_cap", "bureau_query_count", "at_most", 0, 30, 1, 12),
    Rule("overdue_cap", "bureau_overdue_count", "at_most", 0, 12, 1, 2),
    Rule("dti_cap", "dti_rate", "at_most", 0.0, 1.5, 0.05, 0.7),
    Rule("score_floor", "score_points", "at_least", 500, 700, 2, 590),
    Rule("amount_cap", "limit_fen", "at_most", 1_000_00, 300_000_00, 1_000_00, 200_000_00, effect="trim"),
)
"""In the order in which the engine applies them: the first hit is the main reason of a decline."""


@dataclass(frozen=True)
class Policy:
    """A threshold for each rule.

    Parameters
    ----------
    thresholds
        By rule key, in the order of ``RULES``; every rule has one.
    """

    thresholds: tuple[tuple[str, float], ...]

    def __getitem__(self, key: str) -> float:
        """Return the threshold of a rule."""
        return dict(self.thresholds)[key]

    def changed(self, thresholds: Mapping[str, float]) -> Policy:
        """Return this policy with some thresholds moved.

        Raises
        ------
        BadArgument
            If a key is unknown or a threshold lies outside its rule's range.
        """
        return make_policy({**dict(self.thresholds), **thresholds})

    def json(self) -> str:
        """Return the canonical JSON: the content that is hashed."""
        return json.dumps(dict(self.thresholds), separators=(",", ":"), sort_keys=True)

    def sha256(self) -> str:
        """Return the hash of the canonical JSON."""
        return hashlib.sha256(self.json().encode()).hexdigest()

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
        return and_(*(~fails(rule, self[rule.key], table) for rule in declining))

    def trimmed(self, limit: ColumnElement[int]) -> ColumnElement[int]:
        """Return a limit cut to the policy's amount cap."""
        return case((limit > int(self["amount_cap"]), int(self["amount_cap"])), else_=limit)


def fails(rule: Rule, threshold: float, table: FromClause) -> ColumnElement[bool]:
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


def hits(policy: Policy, values: Mapping[str, float | None]) -> tuple[Hit, ...]:
    """Return every rule that one applicant hits, in the policy's order.

    Parameters
    ----------
    policy
        Thresholds; a rule that it does not name was not in force.
    values
        By column of a rule; None, NaN or no value is missing, and a missing value hits nothing. ``limit_fen`` is the
        limit before the policy cut it.
    """
    thresholds = dict(policy.thresholds)
    found = []
    for number, rule in enumerate(RULES, start=1):
        value = values.get(rule.column)
        if rule.key not in thresholds or value is None:
            continue
        threshold = thresholds[rule.key]
        if value < threshold if rule.keeps == "at_least" else value > threshold:
            found.append(Hit(rule.key, number, float(value), threshold))
    return tuple(found)


def stored_policy(rules_json: str) -> Policy:
    """Return a policy as a version of it is stored; what was in force is a fact, so no range is checked."""
    thresholds = json.loads(rules_json)
    return Policy(tuple((rule.key, float(thresholds[rule.key])) for rule in RULES if rule.key in thresholds))


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
    known = {rule.key: rule for rule in RULES}
    for key, value in thresholds.items():
        if key not in known:
            raise BadArgument(name=key, value=value, allowed=", ".join(known))
        rule = known[key]
        if not rule.low <= value <= rule.high:
            raise BadArgument(name=key, value=value, allowed=f"{rule.low:g} - {rule.high:g}")
    return Policy(tuple((rule.key, float(thresholds.get(rule.key, rule.today))) for rule in RULES))
