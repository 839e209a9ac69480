"""Populations for the lab: drawn, not from a book, with the truth beside them where that is wanted."""

import numpy as np

from jiebei_dash.assumptions import read_assumptions
from jiebei_dash.book.grid import GRID_RULES, grid
from jiebei_dash.book.policy import Policy, make_policy
from jiebei_dash.book.scope import DIMENSIONS
from jiebei_dash.lab.inference import Method
from jiebei_dash.lab.offering import LegalCaps
from jiebei_dash.lab.population import BAD, DECLINED, GOOD, NOT_DRAWN, REPLICATES, WAITING, Population
from jiebei_dash.lab.trying import Bench


def people_of(count: int, seed: int, missing: str = "") -> Population:
    """Applicants with inputs all over the sliders, any outcome, and chances that follow the score."""
    chance = np.random.default_rng(seed)
    inputs = {
        "zhima_score": chance.integers(560, 800, count).astype(float),
        "other_lender_count": chance.poisson(4, count).astype(float),
        "bureau_query_count": chance.poisson(7, count).astype(float),
        "bureau_overdue_count": chance.poisson(0.6, count).astype(float),
        "dti_rate": np.round(chance.uniform(0.05, 1.0, count), 4),
        "score_points": chance.normal(608, 28, count),
        "account_age_months": chance.integers(0, 80, count).astype(float),
    }
    inputs["bureau_overdue_count"][chance.random(count) < 0.1] = np.nan
    if missing:
        inputs[missing][:] = np.nan
    pd_rate = 1 / (1 + np.exp((inputs["score_points"] - 501.862) / 28.8539))
    outcome = chance.choice([DECLINED, NOT_DRAWN, WAITING, GOOD, BAD], count, p=[0.45, 0.2, 0.05, 0.28, 0.02])
    limit = chance.integers(10, 3_000, count) * 100_00.0
    return make_people(inputs, outcome, pd_rate, limit, chance)


def make_people(
    inputs: dict[str, np.ndarray],
    outcome: np.ndarray,
    pd_rate: np.ndarray,
    limit_fen: np.ndarray,
    chance: np.random.Generator,
    lane: np.ndarray | None = None,
) -> Population:
    """Inputs and outcomes as a population; segments, price and replicates are drawn."""
    count = len(outcome)
    return Population(
        key="drawn",
        month=np.full(count, 660, np.int16),
        outcome=np.asarray(outcome, np.uint8),
        lane=np.zeros(count, np.uint8) if lane is None else np.asarray(lane, np.uint8),
        replicate=chance.integers(0, REPLICATES, count).astype(np.uint8),
        segments={each.key: chance.integers(0, len(each.codes), count).astype(np.uint8) for each in DIMENSIONS},
        steps=np.column_stack([steps_of(rule.key, inputs[rule.column]) for rule in GRID_RULES]),
        inputs=inputs,
        requested_fen=limit_fen * 1.2,
        limit_fen=np.asarray(limit_fen, float),
        pd_rate=np.asarray(pd_rate, float),
        rate=chance.choice(np.array([0.11, 0.13, 0.15], np.float32), count),
        is_pd_stored=np.ones(count, bool),
    )


def steps_of(rule_key: str, value: np.ndarray) -> np.ndarray:
    """By the definition: how many thresholds of the grid are passed, a missing value passes all."""
    rule = next(rule for rule in GRID_RULES if rule.key == rule_key)
    passed = np.zeros(len(value), np.uint8)
    for threshold in grid(rule):
        passed += (value >= threshold if rule.keeps == "at_least" else value <= threshold).astype(np.uint8)
    passed[np.isnan(value)] = len(grid(rule))
    return passed


def bench_of(people: Population, policy: Policy | None = None, method: Method = "parcelling") -> Bench:
    """A bench on which today is the house's policy, and the law binds nobody."""
    return Bench(people, policy or make_policy({}), read_assumptions(), LegalCaps(), method)
