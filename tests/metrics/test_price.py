"""Prices of cells given by hand against caps that change."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import price
from jiebei_dash.price_caps import CapRule, cap_on, read_price_caps

MONTHS = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01", "2024-02-01"])
CELLS = pd.DataFrame(
    {
        "opened_month": MONTHS,
        "product_class": ["JB_M1", "JB_M1", "JB_STD", "JB_M1"],
        "term_months": [12, 12, 12, 12],
        "repay_method": ["EQ_INSTALLMENT"] * 4,
        "rate_day": [0.0004, 0.02 / 30, 0.0004, 0.00065],
        "loans": [60, 30, 10, 40],
        "principal_fen": [600_000, 300_000, 100_000, 400_000],
    }
)
DAYS = pd.DataFrame({"product_class": ["JB_M1", "JB_STD", "JB_STD"], "day_count": ["30/360", "30/360", "ACT/365"]})
_NAMES = {"en": "cap", "zh": "上限"}
RULES = (
    CapRule("a", "in_force", ((date(2020, 1, 1), 0.24), (date(2024, 2, 1), 0.2)), None, "X", _NAMES, _NAMES),  # type: ignore[arg-type]
    CapRule("b", "shadow", ((date(2024, 2, 1), 0.12),), None, "X", _NAMES, _NAMES),  # type: ignore[arg-type]
)


def _found(fees: price.Fees = price.Fees(), by: str = "opened_month") -> pd.DataFrame:  # noqa: B008
    return price.against_caps(price.priced(CELLS, DAYS, fees), RULES, by).set_index(by)


def test_a_class_with_one_convention_is_counted_by_it_and_any_other_by_365_days() -> None:
    found = price.priced(CELLS, DAYS, price.Fees())
    assert found["nominal_rate"].tolist() == pytest.approx([0.144, 0.24, 0.146, 0.234])
    assert found["effective_rate"].tolist() == pytest.approx([0.1539, 0.2682, 0.1562, 0.2608], abs=6e-5)


def test_exactly_at_the_cap_is_inside_by_the_nominal_rate_and_above_by_the_effective() -> None:
    found = _found().loc["2024-01-01"]
    assert (found["above_nominal_count"], found["above_effective_count"]) == (0, 30)
    assert found["above_effective_rate"] == pytest.approx(0.3)
    assert found["above_effective_low_rate"] < 0.3 < found["above_effective_high_rate"]
    assert found["cap_rate"] == 0.24
    assert pd.isna(found["target_rate"])
    assert found["over_target_nominal_rate"] == 0


def test_a_month_is_held_against_the_cap_of_its_own_day() -> None:
    found = _found().loc["2024-02-01"]
    assert (found["cap_rate"], found["target_rate"]) == (0.2, 0.12)
    assert found["above_nominal_rate"] == 1
    assert found["over_target_nominal_rate"] == 1


def test_percentiles_are_of_loans_and_the_mean_is_of_principal() -> None:
    found = _found().loc["2024-01-01"]
    assert [found[f"nominal_p{percent}_rate"] for percent in (10, 50, 90)] == pytest.approx([0.144, 0.144, 0.24])
    assert found["nominal_mean_rate"] == pytest.approx((60 * 0.144 + 30 * 0.24 + 10 * 0.146) / 100)
    assert _found(by="product_class").loc["JB_STD", "is_small"]


def test_a_guarantee_fee_lifts_twelve_percent_to_28_70() -> None:
    one = CELLS.iloc[[0]].assign(rate_day=0.01 / 30)
    found = price.priced(one, DAYS, price.Fees(month_rate=0.008)).iloc[0]
    assert found["nominal_rate"] == pytest.approx(0.12)
    assert found["all_in_nominal_rate"] == pytest.approx(0.2870, abs=6e-5)
    assert found["all_in_effective_rate"] == pytest.approx(0.3279, abs=6e-5)
    withheld = price.priced(one, DAYS, price.Fees(withheld_rate=0.05)).iloc[0]
    assert withheld["all_in_nominal_rate"] == pytest.approx(0.2186, abs=6e-5)
    # 5 % of a mean principal of 100 yuan, paid once, is the same.
    once = price.priced(one, DAYS, price.Fees(once_fen=500)).iloc[0]
    assert once["all_in_effective_rate"] == pytest.approx(0.2418, abs=6e-5)


@pytest.mark.parametrize(
    ("day", "in_force", "shadow"),
    [
        (date(2017, 7, 31), float("inf"), float("inf")),
        (date(2019, 1, 1), 0.24, float("inf")),
        (date(2020, 9, 1), 0.24, 0.154),
        (date(2024, 10, 1), 0.24, 0.134),
        (date(2025, 6, 1), 0.24, 0.12),
    ],
)
def test_the_caps_of_the_file_by_date(day: date, in_force: float, shadow: float) -> None:
    rules = read_price_caps()
    assert (cap_on(rules, "in_force", day), cap_on(rules, "shadow", day)) == (in_force, shadow)
