"""Recovery curves over several cohorts, by hand: amounts in fen."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import recoveries

LOST = pd.DataFrame(
    {
        "month": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01", "2025-01-01"]),
        "state": ["WO", "WO", "SOLD", "WO"],
        "loans": [40, 40, 9, 10],
        "lost_fen": [1_000, 3_000, 500, 800],
        "lost_interest_fen": [0, 0, 50, 0],
    }
)
CASH = pd.DataFrame(
    {
        "lost_month": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01", "2024-02-01", "2024-01-01"]),
        "month": pd.to_datetime(["2024-02-01", "2024-04-01", "2024-03-01", "2024-03-01", "2025-01-01"]),
        "kind": ["CASH", "CASH", "CASH", "SALE", "CASH"],
        "recovered_fen": [10, 20, 150, 45, 40],
        "commission_fen": [1, 2, 30, 0, 8],
    }
)


def test_the_pooled_curve_holds_the_cohorts_observed_at_each_month_and_how_much_they_differ() -> None:
    frame = recoveries.curves(LOST, CASH, date(2024, 4, 1), "month", 24)
    pooled = frame[frame["cohort"].isna()].set_index("since_months")
    assert pooled["cash_fen"].tolist() == [0, 160, 160, 30]
    assert pooled["lost_fen"].tolist() == [4_000, 4_000, 4_000, 1_000]
    assert pooled["cohorts"].tolist() == [2, 2, 2, 1]
    # r = 4 %, residuals 10 - 40 and 150 - 120: sqrt(2 * 1,800) / 4,000 = 1.5 %, times 12.706 of Student's t.
    assert pooled.loc[1, "rate"] == pytest.approx(0.04)
    assert pooled.loc[1, "low_rate"] == 0
    assert pooled.loc[1, "high_rate"] == pytest.approx(0.04 + 12.7062 * 0.015, abs=1e-5)
    assert pooled.loc[[3], ["low_rate", "high_rate"]].isna().all(axis=None)
    assert not pooled["is_small"].any()


def test_a_quarter_is_as_old_as_its_youngest_write_off_and_the_last_month_bounds_the_curve() -> None:
    frame = recoveries.curves(LOST, CASH, date(2024, 5, 1), "quarter", 2)
    assert frame["since_months"].tolist() == [0, 1, 2, 0, 1, 2]
    assert frame["cash_fen"].tolist()[:3] == [0, 160, 160]
    assert recoveries.curves(LOST, CASH, date(2024, 2, 1), "quarter", 24).empty


def test_the_mixed_ratio_of_a_year_counts_the_cash_of_older_write_offs() -> None:
    frame = recoveries.against_mixed(LOST, CASH).set_index("year")
    assert frame.loc["2025", ["lost_fen", "cash_fen", "own_fen"]].tolist() == [800, 40, 0]
    assert frame.loc["2025", "mixed_rate"] == pytest.approx(0.05)
    assert frame.loc["2025", "own_rate"] == 0
    assert frame.loc["2024", "mixed_rate"] == pytest.approx(180 / 4_000)
    assert frame["is_small"].tolist() == [False, True]


def test_cash_in_a_year_without_a_write_off_has_no_ratio() -> None:
    frame = recoveries.against_mixed(LOST.iloc[:3], CASH).set_index("year")
    assert frame.loc["2025", "cash_fen"] == 40
    assert pd.isna(frame.loc["2025", "mixed_rate"])


def test_prices_are_of_the_month_of_the_sale() -> None:
    sale = recoveries.sales(LOST, CASH, knows_interest=True).iloc[0]
    assert (sale["proceeds_fen"], sale["claim_fen"]) == (45, 550)
    assert sale["principal_price_rate"] == pytest.approx(0.09)
    assert sale["claim_price_rate"] == pytest.approx(45 / 550)


def test_agencies_are_listed_by_what_is_kept() -> None:
    collected = pd.DataFrame(
        {
            "agency_code": ["AG1", "AG2", "OWN"],
            "payments": [50, 20, 31],
            "recovered_fen": [100, 90, 60],
            "commission_fen": [40, 20, 0],
        }
    )
    frame = recoveries.agencies(collected, knows_fees=True)
    assert frame["agency_code"].tolist() == ["AG2", "AG1", "OWN"]
    assert frame["net_fen"].tolist() == [70, 60, 60]
    assert frame["share_rate"].tolist() == pytest.approx([0.36, 0.40, 0.24])
    assert frame["is_small"].tolist() == [True, False, False]


def test_a_cohort_stands_beside_the_three_or_more_before_it_at_the_same_age() -> None:
    months = pd.date_range("2024-01-01", periods=5, freq="MS")
    lost = pd.DataFrame({"month": months, "state": "WO", "loans": 50, "lost_fen": [100, 100, 200, 100, 100]})
    # A month after the loss 2, 4, 6 and 3 came of the first four, and 20 of the fifth.
    cash = pd.DataFrame(
        {
            "lost_month": months,
            "month": months + pd.DateOffset(months=1),
            "kind": "CASH",
            "recovered_fen": [2, 4, 6, 3, 20],
        }
    )
    frame = recoveries.curves(lost, cash, date(2024, 6, 1), "month", 12)
    first = frame[frame["cohort"].notna() & (frame["since_months"] == 1)].sort_values("cohort")
    assert first["others_rate"].isna().tolist() == [True, True, True, False, False]
    assert first["others_rate"].tolist()[3:] == pytest.approx([12 / 400, 15 / 500])
    # 3 % is what the others have; 20 % is far from 2, 4, 3 and 3 %.
    assert first["is_beyond_noise"].tolist() == [False, False, False, False, True]
