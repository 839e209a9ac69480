"""Counts and sums of a policy replayed on decisions whose outcomes have had time to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    Double,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB as BAD_BY_MOB
from jiebei_dash.book.family_rows import RULE_INPUTS
from jiebei_dash.book.grid import GRID_RULES, fails_step, grid, steps_name
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.numbers import held_to
from jiebei_dash.book.policy import Policy, Rule, fails
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import sum_of
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.queries.replaying import RANGES, alike, bads, fails_rule, in_window, passes
from jiebei_dash.queries.replaying import Window as Window

Side = Literal["IN", "OUT"]
"""Let in by the proposal; kept out by it."""

WINDOW_MONTHS = 12
SHOWN: tuple[str, ...] = ("decision_id", "submitted_month", "score_points", "pd_rate", "requested_fen")
OTHER_INPUTS: tuple[str, ...] = tuple(key for key in FEATURE_KEYS if key not in RULE_INPUTS)
"""Inputs of a model that no rule looks at."""


def window_of(scope: Scope, maturity_months: int) -> Window:
    """Return the twelve months of submission that end ``maturity_months`` before the as-of month."""
    last_month = month_plus(scope.as_of_month, -maturity_months)
    return Window(
        first_month=month_plus(last_month, 1 - WINDOW_MONTHS),
        last_month=last_month,
        seen_to_month=month_plus(scope.as_of_month, -BAD_BY_MOB),
    )


def limits_granted(scope: Scope, window: Window) -> Question:
    """Ask what the approved of the window wanted and got: one row, ``requested_fen`` and ``limit_fen``."""
    rows = rows_of(scope, "decided", window.first_month)
    totals: list[ColumnElement[Any]] = [sum_of(rows.c[name]).label(name) for name in ("requested_fen", "granted_fen")]
    return Question(
        "what_if.limits_granted",
        select(totals[0], totals[1].label("limit_fen"))
        .where(*in_window(scope, window, rows))
        .where(rows.c.decision == "APPROVED", rows.c.requested_fen > 0)
        .order_by("requested_fen"),
        scope,
    )


def replayed(
    scope: Scope,
    window: Window,
    today: Policy,
    proposed: Policy,
    limit_share_rate: float | None,
    reject_factors: Sequence[float],
) -> Question:
    """Ask how two policies would have decided the same applications.

    Parameters
    ----------
    scope, window
        Whose decisions.
    today, proposed
        Two whole policies; both are replayed, whatever was decided then.
    limit_share_rate
        Limit over amount asked for that a declined applicant would get; None where nobody knows.
    reject_factors
        Factors on the PD of a declined applicant: low, central, high.

    Returns
    -------
    Question
        Grain: ``today_approves``, ``proposed_approves`` and ``outcome`` (GOOD, BAD, WAITING, NOT_DRAWN, DECLINED).
        Sums: ``decided_count``, ``requested_fen``, ``pd_known_count``, ``pd_sum``, ``bads_<range>_count`` (the capped
        PDs added up) and for each policy ``<policy>_limit_fen`` and ``<policy>_bads_<range>_fen`` (limit times capped
        PD); range is low, central or high.
    """
    rows = rows_of(scope, "decided", window.first_month)
    approves = {"today": passes(rows, today), "proposed": passes(rows, proposed)}
    keys = [condition.label(f"{policy}_approves") for policy, condition in approves.items()]
    # Whoever asked for the same and got the same is counted together.
    counted = alike(scope, window, rows, [*keys, rows.c.requested_fen, rows.c.limit_fen], reject_factors)
    count, declined = counted.c.decided_count, counted.c.outcome == "DECLINED"
    would_get = cast(null(), Double) if limit_share_rate is None else counted.c.requested_fen * limit_share_rate
    got = case((declined, would_get), else_=counted.c.limit_fen)
    each = select(
        *counted.c,
        (counted.c.requested_fen * count).label("requested_sum_fen"),
        *(policy.trimmed(got).label(f"{name}_fen") for name, policy in (("today", today), ("proposed", proposed))),
        *bads(counted, reject_factors),
    ).subquery("replay")
    groups = (each.c.today_approves, each.c.proposed_approves, each.c.outcome)
    limits = {policy: each.c[f"{policy}_fen"] for policy in approves}
    return Question(
        "what_if.replayed",
        select(
            *groups,
            sum_of(each.c.decided_count).label("decided_count"),
            sum_of(each.c.requested_sum_fen).label("requested_fen"),
            sum_of(each.c.pd_known_count).label("pd_known_count"),
            func.sum(each.c.pd_sum).label("pd_sum"),
            *(func.sum(each.c[name]).label(f"bads_{name}_count") for name in RANGES),
            *(func.sum(limit * each.c.decided_count).label(f"{policy}_limit_fen") for policy, limit in limits.items()),
            *(
                func.sum(limit * each.c[name]).label(f"{policy}_bads_{name}_fen")
                for policy, limit in limits.items()
                for name in RANGES
            ),
        )
        .group_by(*groups)
        .order_by(*groups),
        scope,
    )


def by_threshold(
    scope: Scope,
    window: Window,
    policy: Policy,
    rule: Rule,
    thresholds: Sequence[float],
    reject_factors: Sequence[float],
) -> Question:
    """Ask how far each application would get if one rule were tightened step by step, the others as in ``policy``.

    Parameters
    ----------
    thresholds
        From the loosest to the strictest.

    Returns
    -------
    Question
        Grain: ``passed_count`` (how many of the thresholds it passes, the loosest first) and ``outcome``, among those
        who pass all other rules. Sums: ``decided_count``, ``pd_known_count``, ``bads_<range>_count``.
    """
    rows = rows_of(scope, "decided", window.first_month)
    steps = rows.c[steps_name(rule)].label("steps")
    # What no slider offers is compared with the input itself, decision by decision.
    own = {
        threshold: fails(rule, threshold, rows).label(f"fails_{number}")
        for number, threshold in enumerate(thresholds)
        if threshold not in grid(rule)
    }
    passing = passes(rows, policy, but=rule.key)
    counted = alike(scope, window, rows, [steps, *own.values()], reject_factors, passing)
    failed = [
        counted.c[own[threshold].name] if threshold in own else fails_step(rule, threshold, counted.c.steps)
        for threshold in thresholds
    ]
    swept = select(
        _passed(failed, 0, len(thresholds)).label("passed_count"), *counted.c, *bads(counted, reject_factors)
    ).subquery("swept")
    groups = (swept.c.passed_count, swept.c.outcome)
    return Question(
        "what_if.by_threshold",
        select(
            *groups,
            sum_of(swept.c.decided_count).label("decided_count"),
            sum_of(swept.c.pd_known_count).label("pd_known_count"),
            *(func.sum(swept.c[name]).label(f"bads_{name}_count") for name in RANGES),
        )
        .group_by(*groups)
        .order_by(*groups),
        scope,
    )


def _passed(failed: Sequence[ColumnElement[bool]], fewest: int, most: int) -> ColumnElement[int]:
    """How many thresholds are passed, the loosest first, by halves, not one by one."""
    if fewest == most:
        return literal(most)
    middle = (fewest + most) // 2
    return case((failed[middle], _passed(failed, fewest, middle)), else_=_passed(failed, middle + 1, most))


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
