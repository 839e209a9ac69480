"""Counts and sums of a policy replayed on decisions whose outcomes have had time to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Double, FromClause, Select, Subquery, and_, case, cast, func, literal, null, select
from sqlalchemy.sql.elements import ColumnElement

from jiebei_dash.book import schema
from jiebei_dash.book.engine import Question
from jiebei_dash.book.family_rows import BAD_BY_MOB as BAD_BY_MOB
from jiebei_dash.book.family_rows import RULE_INPUTS
from jiebei_dash.book.marts import rows_of
from jiebei_dash.book.policy import Policy, Rule
from jiebei_dash.book.scope import Scope, month_plus
from jiebei_dash.book.sums import sum_of
from jiebei_dash.features import FEATURE_KEYS

Side = Literal["IN", "OUT"]
SIDES: tuple[Side, ...] = ("IN", "OUT")
"""Let in by the proposal; kept out by it."""

WINDOW_MONTHS = 12


@dataclass(frozen=True)
class Window:
    """Whose decisions are replayed.

    Parameters
    ----------
    first_month, last_month
        First and last month of submission.
    seen_to_month
        Last opening month whose loans have closed their sixth month on book.
    """

    first_month: date
    last_month: date
    seen_to_month: date


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
        .where(*_in_window(scope, window, rows))
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
    decided = _decided(scope, window, limit_share_rate)
    limits = {"today": today.trimmed(decided.c.limit_fen), "proposed": proposed.trimmed(decided.c.limit_fen)}
    pds = _pds(decided, reject_factors)
    replay = select(
        today.passes(decided).label("today_approves"),
        proposed.passes(decided).label("proposed_approves"),
        decided.c.outcome,
        decided.c.requested_fen,
        decided.c.pd_rate,
        *(limit.label(f"{policy}_limit_fen") for policy, limit in limits.items()),
        *(pd.label(name) for name, pd in pds.items()),
    ).subquery("replay")
    groups = (replay.c.today_approves, replay.c.proposed_approves, replay.c.outcome)
    by_limit = (
        func.sum(replay.c[f"{policy}_limit_fen"] * replay.c[name]).label(f"{policy}_bads_{name}_fen")
        for policy in limits
        for name in pds
    )
    return Question(
        "what_if.replayed",
        select(
            *groups,
            func.count().label("decided_count"),
            sum_of(replay.c.requested_fen).label("requested_fen"),
            func.count(replay.c.pd_rate).label("pd_known_count"),
            func.sum(replay.c.pd_rate).label("pd_sum"),
            *(func.sum(replay.c[name]).label(f"bads_{name}_count") for name in pds),
            *(func.sum(replay.c[f"{policy}_limit_fen"]).label(f"{policy}_limit_fen") for policy in limits),
            *by_limit,
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
    decided = _decided(scope, window, None)
    pds = _pds(decided, reject_factors)
    swept = (
        select(
            _passed(decided.c[rule.column], rule, thresholds, 0, len(thresholds)).label("passed_count"),
            decided.c.outcome,
            decided.c.pd_rate,
            *(pd.label(name) for name, pd in pds.items()),
        )
        .where(policy.passes(decided, but=rule.key))
        .subquery("swept")
    )
    groups = (swept.c.passed_count, swept.c.outcome)
    return Question(
        "what_if.by_threshold",
        select(
            *groups,
            func.count().label("decided_count"),
            func.count(swept.c.pd_rate).label("pd_known_count"),
            *(func.sum(swept.c[name]).label(f"bads_{name}_count") for name in pds),
        )
        .group_by(*groups)
        .order_by(*groups),
        scope,
    )


def _passed(
    column: ColumnElement[float], rule: Rule, thresholds: Sequence[float], fewest: int, most: int
) -> ColumnElement[int]:
    """How many thresholds a value passes, by halves, not one by one; a missing value passes all."""
    if fewest == most:
        return literal(most)
    middle = (fewest + most) // 2
    beyond = column < thresholds[middle] if rule.keeps == "at_least" else column > thresholds[middle]
    return case(
        (beyond, _passed(column, rule, thresholds, fewest, middle)),
        else_=_passed(column, rule, thresholds, middle + 1, most),
    )


def moved_cases(scope: Scope, window: Window, today: Policy, proposed: Policy, side: Side, most: int) -> Question:
    """Ask for applications that a change lets in or keeps out, spread over the window by a hash of their number.

    Returns
    -------
    Question
        Grain: one row a decision, at most ``most``: ``decision_id``, ``submitted_month``, ``score_points``,
        ``pd_rate``, ``requested_fen`` and every model input; no personal field.
    """
    shown = ("decision_id", "submitted_month", "score_points", "pd_rate", "requested_fen", *FEATURE_KEYS)
    decided = _cases(scope, window).subquery("decided")
    before, after = today.passes(decided), proposed.passes(decided)
    spread = func.md5(decided.c.decision_id)
    return Question(
        "what_if.moved_cases",
        select(*(decided.c[name] for name in shown))
        .where(and_(~before, after) if side == "IN" else and_(before, ~after))
        .order_by(spread, decided.c.decision_id)
        .limit(most),
        scope,
    )


def _in_window(scope: Scope, window: Window, rows: FromClause) -> list[ColumnElement[bool]]:
    return [
        *scope.conditions(rows),
        rows.c.submitted_month.between(window.first_month, window.last_month),
        rows.c.decided_month <= scope.as_of_month,
    ]


def _cases(scope: Scope, window: Window) -> Select[tuple[object, ...]]:
    """The decisions themselves, with their numbers and every input."""
    decision, inputs = schema.decision, schema.feature_snapshot
    # Held to its months before it is joined, or an engine reads all inputs there are.
    known = and_(
        inputs.c.decision_id == decision.c.decision_id,
        inputs.c.submitted_month.between(window.first_month, window.last_month),
    )
    statement: Select[tuple[object, ...]] = (
        select(
            *(
                decision.c[name]
                for name in ("decision_id", "submitted_month", "score_points", "pd_rate", "requested_fen")
            ),
            *(inputs.c[key] for key in FEATURE_KEYS),
        )
        .select_from(decision.outerjoin(inputs, known))
        .where(*_in_window(scope, window, decision))
    )
    return statement


def _decided(scope: Scope, window: Window, limit_share_rate: float | None) -> Subquery:
    """One row a decision: inputs of the rules, outcome, and the limit it got, or would get, before any trim."""
    rows = rows_of(scope, "decided", window.first_month)
    outcome = case(
        (rows.c.decision != "APPROVED", "DECLINED"),
        (func.coalesce(rows.c.drawn_month > scope.as_of_month, True), "NOT_DRAWN"),
        (rows.c.drawn_month > window.seen_to_month, "WAITING"),
        (rows.c.bad_mob <= BAD_BY_MOB, "BAD"),
        else_="GOOD",
    )
    would_get = cast(null(), Double) if limit_share_rate is None else rows.c.requested_fen * limit_share_rate
    statement: Select[tuple[object, ...]] = select(
        rows.c.requested_fen,
        rows.c.score_points,
        rows.c.pd_rate,
        outcome.label("outcome"),
        case((rows.c.decision == "APPROVED", rows.c.limit_fen), else_=would_get).label("limit_fen"),
        *(rows.c[key] for key in RULE_INPUTS),
    ).where(*_in_window(scope, window, rows))
    return statement.subquery("decided")


def _pds(decided: Subquery, reject_factors: Sequence[float]) -> dict[str, ColumnElement[float]]:
    """The PD of whoever has no outcome, by range; the factor is for the declined alone, and a PD stays below 1."""
    pd = decided.c.pd_rate

    def capped(factor: float) -> ColumnElement[float]:
        return case(
            (decided.c.outcome != "DECLINED", pd),
            (pd * factor > 1.0, 1.0),
            else_=pd * factor,
        )

    return {name: capped(factor) for name, factor in zip(("low", "central", "high"), reject_factors, strict=True)}
