"""The interval of a promise: by hand, and how often it holds a month that is like those it was made of."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.policy_promises import ahead, approvals, bad_rates, followed, of_one_model

MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")


def month(at: int, approved: int, bad: int, declined: int = 0, inferred: float = 0.0) -> list[dict[str, object]]:
    """So many approved and seen; 50 declined for good, and so many declined then whom the policy lets in as well."""
    base = {"submitted_month": MONTHS[at], "bads_low_count": 0.0, "bads_central_count": 0.0, "bads_high_count": 0.0}
    counts = {("GOOD", True): approved - bad, ("BAD", True): bad, ("DECLINED", False): 50}
    rows = [
        {**base, "approves": passes, "outcome": outcome, "decided_count": count, "pd_known_count": count}
        for (outcome, passes), count in counts.items()
    ]
    known = {"bads_low_count": inferred / 2, "bads_central_count": inferred, "bads_high_count": inferred * 2}
    into = {**base, **known, "approves": True, "outcome": "DECLINED", "decided_count": declined}
    return [*rows, {**into, "pd_known_count": declined}]


def test_one_more_month_of_bad_loans_by_hand() -> None:
    found = bad_rates(pd.DataFrame([*month(0, 50, 10), *month(1, 50, 15), *month(2, 50, 20)]), 1.0)
    # 20, 30 and 40 %: a standard deviation of 0.1, and 97.5 % of Student's t with two degrees of freedom
    half = 4.302652729911275 * 0.1 * math.sqrt(4 / 3)
    assert found["bad_rate"] == pytest.approx(0.3)
    assert found["bad_high_rate"] == pytest.approx(0.3 + half)
    assert found["bad_low_rate"] == 0.0


def test_what_is_inferred_widens_by_its_range_and_by_chance() -> None:
    found = bad_rates(pd.DataFrame([*month(0, 50, 5, 20, 4.0), *month(1, 50, 5, 20, 4.0)]), 0.5)
    # 50 seen, 20 x 0.5 inferred with a rate of 4 / 20: (5 + 2) / 60, from 6 / 60 to 9 / 60
    half = 12.706204736432095 * math.sqrt(10 * 0.2 * 0.8 / 60**2)
    assert found["bad_rate"] == pytest.approx(7 / 60)
    assert found["bad_low_rate"] == pytest.approx(max(0.0, 6 / 60 - half))
    assert found["bad_high_rate"] == pytest.approx(9 / 60 + half)


def test_a_rate_some_months_ahead_by_hand() -> None:
    """Steps of -2, -4 and -3 points: a drift of -3, a standard deviation of 1, two degrees of freedom."""
    rate, low, high = ahead([0.60, 0.58, 0.54, 0.51], 3)
    half = 4.302652729911275 * 0.01 * math.sqrt(3 * (1 + 3 / 3))
    assert (rate, low, high) == pytest.approx((0.42, 0.42 - half, 0.42 + half))
    assert ahead([0.60, 0.58, 0.54, 0.51], 20)[0] == 0.0
    assert math.isnan(ahead([], 1)[0])
    assert ahead([0.5], 4)[0] == 0.5 and math.isnan(ahead([0.6, 0.5, 0.4], 1)[1])


def test_who_is_approved_against_the_policy_is_told_apart() -> None:
    """Of 60 who pass 54 were approved, of 40 who fail 2: by lot, or by a person."""
    counts = {(True, "GOOD"): 54, (True, "DECLINED"): 6, (False, "NOT_DRAWN"): 2, (False, "DECLINED"): 38}
    rows = [
        {"submitted_month": MONTHS[0], "approves": passes, "outcome": outcome, "decided_count": count}
        for (passes, outcome), count in counts.items()
    ]
    assert followed(pd.DataFrame(rows)) == pytest.approx((0.9, 0.05))
    assert followed(pd.DataFrame(rows).iloc[:0]) == (1.0, 0.0)
    assert approvals(pd.DataFrame(rows), 0.9, 0.05).tolist() == pytest.approx([0.6 * 0.9 + 0.4 * 0.05])


@pytest.mark.parametrize(
    ("begins", "first"), [("2024-03-01", 3), ("2024-03-02", 1), ("2024-02-15", 3), ("2023-01-01", 1), (None, 1)]
)
def test_the_months_of_the_live_model_count_if_there_are_three(begins: str | None, first: int) -> None:
    sums = pd.DataFrame([row for at in range(5) for row in month(at, 50, 5)])
    kept = of_one_model(sums, None if begins is None else pd.Timestamp(begins))
    assert sorted(kept["submitted_month"].dt.month.unique()) == [*range(first, 6)]


def test_one_month_gives_no_interval_and_nobody_no_rate() -> None:
    found = bad_rates(pd.DataFrame(month(0, 50, 5)), 1.0)
    assert found["bad_rate"] == 0.1
    assert math.isnan(found["bad_low_rate"]) and math.isnan(found["bad_high_rate"])
    nobody = pd.DataFrame(month(0, 50, 5)).assign(approves=False)
    assert approvals(nobody, 1.0, 0.0).tolist() == [0.0]
    assert math.isnan(bad_rates(nobody, 1.0)["bad_rate"])


def test_a_month_like_those_before_lies_inside_at_the_rate_that_is_claimed() -> None:
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        bads = chance.binomial(1_000, np.clip(chance.normal(0.3, 0.05, 13), 0, 1))
        found = bad_rates(pd.DataFrame([row for at in range(12) for row in month(at, 1_000, int(bads[at]))]), 1.0)
        held += found["bad_low_rate"] <= bads[12] / 1_000 <= found["bad_high_rate"]
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize("months", [1, 6, 12])
def test_a_walk_lies_inside_at_the_rate_that_is_claimed_however_far_ahead(months: int) -> None:
    chance = np.random.default_rng(months)
    walks = 0.5 + np.cumsum(chance.normal(-0.002, 0.005, (2_000, 12 + months)), axis=1)
    held = [low <= walk[-1] <= high for walk in walks for _, low, high in [ahead(walk[:12], months)]]
    assert 0.935 <= np.mean(held) <= 0.965
