"""The interval of a promise: by hand, and how often it holds a month that is like those it was made of."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.policy_promises import forecast, of_one_model

MONTHS = pd.date_range("2024-01-01", periods=12, freq="MS")


def month(at: int, approved: int, bad: int, declined: int = 0, inferred: float = 0.0) -> list[dict[str, object]]:
    """Of 100 decided, so many approved and seen; those declined then are let in by the policy as well."""
    base = {"submitted_month": MONTHS[at], "bads_low_count": 0.0, "bads_central_count": 0.0, "bads_high_count": 0.0}
    counts = {("GOOD", True): approved - bad, ("BAD", True): bad, ("DECLINED", False): 100 - approved - declined}
    rows = [
        {**base, "approves": passes, "outcome": outcome, "decided_count": count, "pd_known_count": count}
        for (outcome, passes), count in counts.items()
    ]
    known = {"bads_low_count": inferred / 2, "bads_central_count": inferred, "bads_high_count": inferred * 2}
    into = {**base, **known, "approves": True, "outcome": "DECLINED", "decided_count": declined}
    return [*rows, {**into, "pd_known_count": declined}]


def test_one_more_month_by_hand() -> None:
    found = forecast(pd.DataFrame([*month(0, 50, 5), *month(1, 60, 6), *month(2, 70, 7)]), 1.0)
    half = 4.302652729911275 * 0.1 * math.sqrt(4 / 3)
    assert found["approval_rate"] == pytest.approx(0.6)
    assert found["approval_low_rate"] == pytest.approx(0.6 - half)
    assert found["approval_high_rate"] == 1.0
    assert (found["bad_rate"], found["bad_low_rate"], found["bad_high_rate"]) == pytest.approx((0.1, 0.1, 0.1))
    assert found["months"] == 3


def test_what_is_inferred_widens_by_its_range_and_by_chance() -> None:
    found = forecast(pd.DataFrame([*month(0, 50, 5, 20, 4.0), *month(1, 50, 5, 20, 4.0)]), 0.5)
    # 50 seen, 20 x 0.5 inferred with a rate of 4 / 20: (5 + 2) / 60, from 6 / 60 to 9 / 60
    half = 12.706204736432095 * math.sqrt(10 * 0.2 * 0.8 / 60**2)
    assert found["bad_rate"] == pytest.approx(7 / 60)
    assert found["bad_low_rate"] == pytest.approx(max(0.0, 6 / 60 - half))
    assert found["bad_high_rate"] == pytest.approx(9 / 60 + half)


@pytest.mark.parametrize(
    ("begins", "first"), [("2024-03-01", 3), ("2024-03-02", 1), ("2024-02-15", 3), ("2023-01-01", 1), (None, 1)]
)
def test_the_months_of_the_live_model_count_if_there_are_three(begins: str | None, first: int) -> None:
    sums = pd.DataFrame([row for at in range(5) for row in month(at, 50, 5)])
    kept = of_one_model(sums, None if begins is None else pd.Timestamp(begins))
    assert sorted(kept["submitted_month"].dt.month.unique()) == [*range(first, 6)]


def test_one_month_gives_no_interval_and_nobody_no_rate() -> None:
    found = forecast(pd.DataFrame(month(0, 50, 5)), 1.0)
    assert found["approval_rate"] == 0.5
    assert math.isnan(found["approval_low_rate"]) and math.isnan(found["bad_high_rate"])
    nobody = pd.DataFrame(month(0, 50, 5)).assign(approves=False)
    assert forecast(nobody, 1.0)["approval_rate"] == 0.0
    assert math.isnan(forecast(nobody, 1.0)["bad_rate"])


def test_a_month_like_those_before_lies_inside_at_the_rate_that_is_claimed() -> None:
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        rates = np.clip(chance.normal(0.5, 0.06, 13), 0, 1)
        approved = chance.binomial(100, rates)
        sums = pd.DataFrame([row for at in range(12) for row in month(at, int(approved[at]), 0)])
        found = forecast(sums, 1.0)
        held += found["approval_low_rate"] <= approved[12] / 100 <= found["approval_high_rate"]
    assert 0.92 <= held / 400 <= 0.98
