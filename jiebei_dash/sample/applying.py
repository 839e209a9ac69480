"""A month of applications: through the stages, by the policy and the model of the day, to a limit and a price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jiebei_dash.book.policy import RULES, Policy
from jiebei_dash.features import FEATURE_KEYS
from jiebei_dash.model.artefact import Artefact
from jiebei_dash.model.scoring import score
from jiebei_dash.sample.months import Flags, Floats, Ints, last_day, lasting, line
from jiebei_dash.sample.parameters import Lines, Parameters

NOT_ENTERED, PASS, FAIL, LEFT, OPEN = range(5)
OUTCOMES = ("", "PASS", "FAIL", "LEFT", "OPEN")
KYC, ANTI_FRAUD, RULES_STAGE, SCORE, LINE, DRAWDOWN, DISBURSED = range(7)
APPROVED, DECLINED, WITHDRAWN, PENDING = range(4)
DAY_MS = 86_400_000

Columns = dict[str, np.ndarray]
"""Arrays of one length, one row an application, loan or loan-month; two-dimensional where a row has several."""

_SHARE_OF_TIME = (0.25, 0.20, 0.20, 0.20, 0.15)
_LIMIT_RULE = next(i for i, rule in enumerate(RULES) if rule.key == "amount_cap")
_SCORE_RULE = next(i for i, rule in enumerate(RULES) if rule.key == "score_floor")


@dataclass(frozen=True)
class Desk:
    """Who decides in a month: the policy and the model that are live, and whether one of them changes next month."""

    policy: Policy
    policy_no: int
    artefact: Artefact
    model_no: int
    changes_next: bool
    is_last_month: bool


def decide(
    month: int,
    submitted_ms: Ints,
    matrix: Floats,
    log_odds: Floats,
    parameters: Parameters,
    desk: Desk,
    chooser: np.random.Generator,
) -> Columns:
    """Take a month's applications through KYC, anti-fraud, rules, score and line.

    Parameters
    ----------
    month, submitted_ms
        Month number and moments of submission; milliseconds since 1970.
    matrix
        Inputs in the order of ``FEATURE_KEYS``.
    log_odds
        True log-odds of bad.
    parameters, desk
        The calibration, and who decides.
    chooser
        Chance of this purpose and month.

    Returns
    -------
    Columns
        Stages' outcomes and times, decision, hits, limit and price; ``true_log_odds`` with the pull of the price.
    """
    stages = parameters.stages
    count = len(submitted_ms)
    scored = score(desk.artefact, pd.DataFrame(matrix, columns=list(FEATURE_KEYS)))
    points, pd_rate = scored["score_points"].to_numpy(), scored["pd_rate"].to_numpy()
    lot = chooser.random((6, count))
    kyc_fails = lot[0] >= stages.kyc_pass_rate
    kyc_left = kyc_fails & (chooser.random(count) < stages.kyc_leave_share)
    is_fraud = ~kyc_fails & (lot[1] < _fraud_rate(matrix, stages.fraud_fail_rate))
    hits = rule_hits(desk.policy, matrix, points)
    fails_rules = np.delete(hits, _SCORE_RULE, axis=1).any(axis=1)
    fails = hits.any(axis=1)
    reaches = ~kyc_fails & ~is_fraud
    soft = np.isin([rule.key for rule in RULES], stages.soft_rules)
    softly = reaches & fails & ~hits[:, ~soft].any(axis=1)
    is_lane = softly & (lot[2] < stages.random_lane_share)
    override_rate = stages.override_share * reaches.sum() / max(1, softly.sum())
    is_override = softly & ~is_lane & (lot[3] < override_rate)
    approved = reaches & (~fails | is_lane | is_override)
    offer = _offers(month, approved, points, pd_rate, matrix, parameters, desk.policy, chooser)
    hits[:, _LIMIT_RULE] = approved & (offer["untrimmed_fen"] > desk.policy["amount_cap"])
    accepts = approved & (lot[4] < stages.line_accept_rate)
    is_manual = (lot[5] < stages.manual_share) | is_override

    outcome = np.zeros((count, 7), dtype=np.int8)
    outcome[:, KYC] = np.where(kyc_left, LEFT, np.where(kyc_fails, FAIL, PASS))
    outcome[~kyc_fails, ANTI_FRAUD] = np.where(is_fraud, FAIL, PASS)[~kyc_fails]
    outcome[reaches, RULES_STAGE] = np.where(fails_rules & ~approved, FAIL, PASS)[reaches]
    scores = reaches & (outcome[:, RULES_STAGE] == PASS)
    outcome[scores, SCORE] = np.where(approved, PASS, FAIL)[scores]
    outcome[approved, LINE] = np.where(accepts, PASS, LEFT)[approved]
    entered, left = _times(month, submitted_ms, outcome, is_manual, parameters, desk, chooser)
    outcome[left == _STILL_THERE] = OPEN
    pending = (outcome == OPEN).any(axis=1)
    result = np.where(accepts, APPROVED, np.where(kyc_left | approved, WITHDRAWN, DECLINED))
    result[pending] = PENDING
    decided = np.isin(outcome[:, RULES_STAGE], (PASS, FAIL)) & (outcome[:, SCORE] != OPEN)
    apr_points = (offer["rate_day"] * 365 - line(parameters.lines.apr_lines, month)) * 100
    pull = np.log1p(parameters.take_up.adverse_per_apr_point) * np.nan_to_num(apr_points)
    return {
        "month": np.full(count, month),
        "submitted_ms": submitted_ms,
        "outcome": outcome,
        "entered_ms": entered,
        "left_ms": left,
        "result": result,
        "has_decision": decided,
        "approved": approved & decided,
        "has_line": accepts & ~pending,
        "hits": hits & decided[:, None],
        "is_lane": is_lane & decided,
        "is_override": is_override & decided,
        "is_manual": is_manual & ~kyc_fails,
        "points": points,
        "pd_rate": pd_rate,
        "matrix": matrix,
        "policy_no": np.full(count, desk.policy_no),
        "model_no": np.full(count, desk.model_no),
        "true_log_odds": log_odds + np.where(approved, pull, 0.0),
        **offer,
    }


def rule_hits(policy: Policy, matrix: Floats, points: Floats) -> Flags:
    """Return which rules each applicant hits, a column a rule: a missing input hits none.

    What does not decline is empty: the limit's cap, and who is referred to a person.
    """
    hits = np.zeros((len(points), len(RULES)), dtype=np.bool_)
    for place, rule in enumerate(RULES):
        if rule.effect != "decline":
            continue
        value = points if rule.column == "score_points" else matrix[:, FEATURE_KEYS.index(rule.column)]
        with np.errstate(invalid="ignore"):
            hits[:, place] = value < policy[rule.key] if rule.keeps == "at_least" else value > policy[rule.key]
    return hits


def _fraud_rate(matrix: Floats, mean_rate: float) -> Floats:
    """Many accounts on one device, at night, look like fraud."""
    device = matrix[:, FEATURE_KEYS.index("device_account_count")]
    night = matrix[:, FEATURE_KEYS.index("night_share_rate")]
    lift = np.exp(0.5 * (device - 1) + 2.5 * (night - 0.15))
    return np.asarray(np.minimum(mean_rate * lift / 1.35, 0.8))


def _offers(
    month: int,
    approved: Flags,
    points: Floats,
    pd_rate: Floats,
    matrix: Floats,
    parameters: Parameters,
    policy: Policy,
    chooser: np.random.Generator,
) -> Columns:
    """Limit and price of the approved; requested amounts of all."""
    lines = parameters.lines
    count = len(points)
    income = (np.log(matrix[:, FEATURE_KEYS.index("income_month_fen")]) - np.log(620_000)) / 0.55
    chosen = points[approved] if approved.any() else points
    standing = (points - chosen.mean()) / max(float(chosen.std()), 1.0)
    free = chooser.standard_normal((2, count))
    rest = np.sqrt(1 - lines.limit_score_weight**2 - lines.limit_income_weight**2)
    tilt = lines.limit_score_weight * standing + lines.limit_income_weight * income
    typical = lines.limit_median_fen * np.exp(lines.limit_sigma * (tilt + rest * free[0]))
    asked = lines.requested_ratio_median * np.exp(lines.requested_ratio_sigma * free[1])
    untrimmed = np.where(approved, _on_grid(typical, lines), 0)
    limit = np.minimum(untrimmed, int(policy["amount_cap"]))
    cell = _price_cells(line(lines.apr_lines, month), pd_rate, approved, lines, chooser)
    rate_day = lines.rate_day_least + lines.rate_day_step * cell
    return {
        "requested_fen": _on_grid(np.minimum(typical * asked, 30_000_000), lines),
        "untrimmed_fen": untrimmed,
        "limit_fen": limit,
        "rate_day": np.where(approved, np.round(rate_day, 8), np.nan),
        "price_cell": cell.astype(np.int64),
        "limit_band": np.searchsorted(lines.limit_band_edges_fen, limit, side="right"),
    }


def _on_grid(amount_fen: Floats, lines: Lines) -> Ints:
    grid = np.where(amount_fen < lines.limit_coarse_from_fen, lines.limit_grid_fen, lines.limit_coarse_grid_fen)
    return np.maximum(np.round(amount_fen / grid) * grid, lines.limit_least_fen).astype(np.int64)


def _price_cells(apr: float, pd_rate: Floats, approved: Flags, lines: Lines, chooser: np.random.Generator) -> Floats:
    """Cells rise with the PD; their level puts the mean price of the month on the path, campaigns move some by one."""
    most = round((lines.rate_day_most - lines.rate_day_least) / lines.rate_day_step)
    lot = chooser.random(len(pd_rate))
    campaign = np.where(lot < lines.exception_share, np.where(lot < 0.8 * lines.exception_share, -1.0, 1.0), 0.0)
    steepness = lines.cells_per_pd_doubling * np.log2(np.maximum(pd_rate, 1e-5))

    def cells(level: float) -> Floats:
        return np.asarray(np.clip(np.round(steepness + level) + campaign, 0, most))

    low, high = -40.0, 60.0
    target = (apr / 365 - lines.rate_day_least) / lines.rate_day_step
    for _ in range(40):
        middle = (low + high) / 2
        reached = cells(middle)[approved].mean() if approved.any() else target
        low, high = (middle, high) if reached < target else (low, middle)
    return cells(high)


_STILL_THERE = -2


def _times(
    month: int,
    submitted_ms: Ints,
    outcome: np.ndarray,
    is_manual: Flags,
    parameters: Parameters,
    desk: Desk,
    chooser: np.random.Generator,
) -> tuple[Ints, Ints]:
    """When each stage was entered and left: -1 never entered, -2 not left when the book closed; milliseconds."""
    stages = parameters.stages
    count = len(submitted_ms)
    total = lasting(stages.decision_median_seconds, stages.decision_p90_seconds, count, chooser)
    spent = np.outer(total * 1000, _SHARE_OF_TIME) + 50
    by_hand = stages.manual_median_hours * np.exp(stages.manual_sigma * chooser.standard_normal(count)) * 3_600_000
    spent[:, ANTI_FRAUD] += np.where(is_manual, by_hand, 0)
    walked_away = chooser.exponential(4 * 3_600_000.0, count) + 60_000
    spent[:, LINE] += np.where(outcome[:, LINE] == LEFT, walked_away, 0)
    end_ms = (int(last_day(month)) + 1) * DAY_MS - 1
    left = submitted_ms[:, None] + np.cumsum(spent.astype(np.int64), axis=1)
    if desk.is_last_month:
        recent = submitted_ms > end_ms - stages.pending_days * DAY_MS
        stuck = recent & (chooser.random(count) < stages.pending_share)
        left[stuck, KYC] = end_ms + DAY_MS
        left = np.maximum.accumulate(left, axis=1)
    elif desk.changes_next:
        # Whoever is decided in a month is decided by that month's policy and model: nobody straddles a change.
        left = np.minimum(left, end_ms - 5 + np.arange(5))
    entered = np.column_stack([submitted_ms, left[:, :-1]])
    wide_entered, wide_left = (np.full((count, 7), -1, dtype=np.int64) for _ in range(2))
    wide_entered[:, :5], wide_left[:, :5] = entered, left
    if desk.is_last_month:
        late = wide_left > end_ms
        wide_left[late] = _STILL_THERE
        outcome[:, 1:][late[:, :-1]] = NOT_ENTERED
        if late.any():
            outcome[:, DRAWDOWN:] = NOT_ENTERED
    absent = outcome == NOT_ENTERED
    wide_entered[absent], wide_left[absent] = -1, -1
    return wide_entered, wide_left
