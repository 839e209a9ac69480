"""The rules that a lending policy may have: one record each; slider, SQL, reason and words follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
        ``decline`` who fails, ``trim`` the limit to the threshold, or ``refer`` who fails to a person.
    optional
        Whether a policy may be without it: then it stands at its loosest and is not written down.
    """

    key: str
    column: str
    keeps: Literal["at_least", "at_most"]
    low: float
    high: float
    step: float
    today: float
    effect: Literal["decline", "trim", "refer"] = "decline"
    optional: bool = False

    @property
    def loosest(self) -> float:
        """Return the threshold that the fewest fail."""
        return self.low if self.keeps == "at_least" else self.high


RULES: tuple[Rule, ...] = (
    Rule("zhima_floor", "zhima_score", "at_least", 350, 950, 5, 600),
    Rule("other_lenders_cap", "other_lender_count", "at_most", 0, 20, 1, 6),
    Rule("queries_cap", "bureau_query_count", "at_most", 0, 30, 1, 12),
    Rule("overdue_cap", "bureau_overdue_count", "at_most", 0, 12, 1, 2),
    Rule("dti_cap", "dti_rate", "at_most", 0.0, 1.5, 0.05, 0.7),
    Rule("score_floor", "score_points", "at_least", 500, 700, 2, 590),
    Rule("amount_cap", "limit_fen", "at_most", 1_000_00, 300_000_00, 1_000_00, 200_000_00, effect="trim"),
    Rule("account_age_floor", "account_age_months", "at_least", 0, 60, 3, 0, optional=True),
    Rule("review_band", "score_points", "at_least", 500, 700, 2, 500, effect="refer", optional=True),
)
"""In the order in which the engine applies them, unless a policy has its own: the first hit is the main reason of a
decline."""
BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}
GRID_KEYS: tuple[str, ...] = tuple(rule.key for rule in RULES if rule.effect != "trim")
"""Rules with a threshold of an input: they may have another one in a segment."""


def check_threshold(key: str, value: float) -> None:
    """Refuse a threshold that its rule cannot have.

    Raises
    ------
    BadArgument
        If the key is unknown or the threshold lies outside its rule's range.
    """
    if key not in BY_KEY:
        raise BadArgument(name=key, value=value, allowed=", ".join(BY_KEY))
    rule = BY_KEY[key]
    if not rule.low <= value <= rule.high:
        raise BadArgument(name=key, value=value, allowed=f"{rule.low:g} - {rule.high:g}")
