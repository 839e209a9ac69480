"""Counts and sums of a policy replayed on decisions whose outcomes have had time to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from sqlalchemy import (
    false,
    or_,
    select,
)

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB as BAD_BY_MOB
from jiebei_dash.book.family_rows import RULE_INPUTS
from jiebei_dash.book.grid import GRID_RULES
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.numbers import held_to
from jiebei_dash.book.policy import Policy, Rule
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.queries.replaying import Window as Window
from jiebei_dash.queries.replaying import fails_rule, in_window, passes

Side = Literal["IN", "OUT"]
"""Let in by the proposal; kept out by it."""

WINDOW_MONTHS = 12
SHOWN: tuple[str, ...] = ("decision_id", "submitted_month", "score_points", "pd_rate", "requested_fen")
OTHER_INPUTS: tuple[str, ...] = tuple(key for key in FEATURE_KEYS if key not in RULE_INPUTS)
"""Inputs of a model that no rule looks at."""


def window_of(scope: Scope, maturity_months: int, window_months: int = WINDOW_MONTHS) -> Window:
    """Return the months of submission, twelve unless told, that end ``maturity_months`` before the as-of month."""
    last_month = month_plus(scope.as_of_month, -maturity_months)
    return Window(
        first_month=month_plus(last_month, 1 - window_months),
        last_month=last_month,
        seen_to_month=month_plus(scope.as_of_month, -BAD_BY_MOB),
    )


def moved_cases(scope: Scope, window: Window, today: Policy, proposed: Policy, side: Side, most: int) -> Question:
    """Ask for applications that a change lets in or keeps out, spread over the window by a hash of their number.

    Returns
    -------
    Question
        Grain: one row a decision, at most ``most``: ``decision_id``, ``submitted_month``, ``score_points``,
        ``pd_rate``, ``requested_fen`` and the inputs that a rule looks at; no personal field.
    """
    rows = rows_of(scope, "decided", window.first_month)
    left, kept = (today, proposed) if side == "IN" else (proposed, today)
    # Whoever passes one policy and not the other fails a rule that differs.
    differ = [rule for rule in GRID_RULES if _told(today, rule) != _told(proposed, rule)]
    fails_one = or_(*(fails_rule(rows, rule, left) for rule in differ)) if differ else false()
    return Question(
        "what_if.moved_cases",
        select(*(rows.c[name] for name in (*SHOWN, *RULE_INPUTS)))
        .where(*in_window(scope, window, rows), passes(rows, kept), fails_one)
        .order_by(rows.c.spread, rows.c.decision_id)
        .limit(most),
        scope,
    )


def _told(policy: Policy, rule: Rule) -> tuple[object, ...]:
    """All that a policy says of one rule."""
    return policy[rule.key], *(each for each in policy.exceptions if each.rule_key == rule.key)


def moved_inputs(scope: Scope, numbers: Sequence[str], months: Sequence[date]) -> Question:
    """Ask for the other inputs of some decisions: those that no rule looks at.

    Parameters
    ----------
    numbers
        Of decisions.
    months
        Their months of submission: no others are read.

    Returns
    -------
    Question
        ``decision_id`` and the inputs; one row a decision that has inputs; no personal field.
    """
    inputs = schema.feature_snapshot
    return Question(
        "what_if.moved_inputs",
        select(inputs.c.decision_id, *(inputs.c[key] for key in OTHER_INPUTS))
        .where(*held_to(inputs.c.submitted_month, tuple(months)), inputs.c.decision_id.in_(numbers))
        .order_by(inputs.c.decision_id),
        scope,
    )
