"""A small population by lot, whose chances follow its inputs: for what is checked against every combination."""

from __future__ import annotations

from datetime import date

import numpy as np

from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import make_policy
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.lab.offering import legal_on
from jiebei_dash.lab.population import REPLICATES, Population
from jiebei_dash.lab.trying import Bench
from jiebei_dash.metrics import frontier
from jiebei_dash.metrics.expected import Floats
from jiebei_dash.unit_costs import read_unit_costs

ASSUMPTIONS, COSTS = read_assumptions(), read_unit_costs()
DECLINED, NOT_DRAWN, WAITING, GOOD, BAD = range(5)


def population(count: int, seed: int) -> Population:
    """Return people of whom today's policy approved most; the better the inputs, the fewer go bad."""
    lot = np.random.default_rng(seed)
    quality = lot.normal(size=count)

    def noisy(low: float, high: float, step: float, sign: float) -> Floats:
        value = (low + high) / 2 + sign * (high - low) / 6 * (quality + lot.normal(size=count))
        return np.asarray(np.clip((value / step).round() * step, low, high))

    inputs = {
        "zhima_score": noisy(500, 800, 1, 1),
        "other_lender_count": noisy(0, 12, 1, -1),
        "bureau_query_count": noisy(0, 20, 1, -1),
        "bureau_overdue_count": np.zeros(count),
        "dti_rate": noisy(0.0, 1.2, 0.01, -1),
        "score_points": noisy(540, 680, 0.5, 1),
        "account_age_months": noisy(0, 60, 1, 1),
    }
    steps = np.zeros((count, len(GRID_RULES)), np.uint8)
    for place, rule in enumerate(GRID_RULES):
        thresholds = np.array(grid(rule))[None]
        value = inputs[rule.column][:, None]
        steps[:, place] = (value >= thresholds if rule.keeps == "at_least" else value <= thresholds).sum(axis=1)
    chance = 1 / (1 + np.exp(3.0 + 1.2 * quality))
    outcome = np.where(lot.random(count) < chance, BAD, GOOD).astype(np.uint8)
    outcome[lot.random(count) < 0.15] = NOT_DRAWN
    outcome[lot.random(count) < 0.10] = WAITING
    outcome[(inputs["score_points"] < 600) & (lot.random(count) < 0.8)] = DECLINED
    asked = lot.integers(20, 200, count) * 100_00.0
    return Population(
        key=f"{count} {seed}",
        month=(648 + lot.integers(0, 12, count)).astype(np.int16),
        outcome=outcome,
        lane=np.zeros(count, np.uint8),
        replicate=lot.integers(0, REPLICATES, count).astype(np.uint8),
        segments={each.key: lot.integers(0, len(each.codes), count).astype(np.uint8) for each in DIMENSIONS},
        steps=steps,
        inputs=inputs,
        requested_fen=asked,
        limit_fen=asked * 0.8,
        pd_rate=chance,
        rate=np.full(count, 0.18, np.float32),
        is_pd_stored=np.ones(count, np.bool_),
    )


def bench(count: int = 3_000, seed: int = 1) -> Bench:
    """Return them on a bench, under the house's policy."""
    return Bench(population(count, seed), make_policy({}), ASSUMPTIONS, legal_on(date(2026, 1, 1)), "model_pd")


def worth(on: Bench) -> dict[str, Floats]:
    """Return what an approved person is worth there."""
    outcome = on.people.outcome
    take_up = np.isin(outcome, (WAITING, GOOD, BAD)).sum() / (outcome != DECLINED).sum()
    return frontier.worth(float(take_up) * on.loan_weight, ASSUMPTIONS, COSTS)
