"""Monthly and yearly rates of early repayment."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import prepayment


def test_the_published_years_of_three_monthly_rates() -> None:
    years = prepayment.a_year(pd.Series([0.03, 0.05, 0.08]))
    assert years.round(3).tolist() == [0.306, 0.460, 0.632]


def test_the_golden_pool_repays_five_of_a_hundred_beyond_its_schedule() -> None:
    # G7, month 1: of the survivor 99.55 what is not scheduled is repaid at 5 %.
    scheduled, survivor = 99.55 - 87.20501800517667 / 0.95, 99.55
    sums = pd.DataFrame(
        {
            "month": [pd.Timestamp("2024-01-01")],
            "loans": [100],
            "opening_fen": [survivor],
            "scheduled_fen": [scheduled],
            "prepaid_fen": [0.05 * (survivor - scheduled)],
            "paid_fen": [scheduled + 0.05 * (survivor - scheduled)],
        }
    )
    found = prepayment.rates(sums, ["month"]).iloc[0]
    assert found["smm_rate"] == pytest.approx(0.05)
    assert found["mpr_rate"] * survivor == pytest.approx(12.345, abs=1e-3)
    assert found["pool_rate"] < found["smm_rate"]


def test_where_all_falls_due_nothing_can_be_early() -> None:
    sums = pd.DataFrame(
        {"mob": [12], "loans": [5], "opening_fen": [9], "scheduled_fen": [9], "prepaid_fen": [0], "paid_fen": [9]}
    )
    assert prepayment.rates(sums, ["mob"])["smm_rate"].isna().all()


def test_months_weigh_by_their_balance() -> None:
    sums = pd.DataFrame(
        {
            "mob": [1, 1],
            "loans": [30, 10],
            "opening_fen": [100, 900],
            "scheduled_fen": [0, 0],
            "prepaid_fen": [50, 0],
            "paid_fen": [50, 0],
        }
    )
    found = prepayment.rates(sums, ["mob"]).iloc[0]
    assert found["smm_rate"] == pytest.approx(0.05)
    assert (found["loans"], found["is_small"]) == (40, False)


def test_the_first_months_together_stand_beside_all_later_ones() -> None:
    sums = pd.DataFrame(
        {"mob": [1, 2, 3, 9], "loans": 40, "opening_fen": [100, 300, 200, 200], "scheduled_fen": 0,
         "prepaid_fen": [10, 10, 4, 8], "paid_fen": [20, 20, 14, 18]}
    )  # fmt: skip
    found = prepayment.by_age(sums)
    assert found["is_young"].tolist() == [True, True, False, False]
    assert found["span_smm_rate"].tolist() == pytest.approx([20 / 400] * 2 + [12 / 400] * 2)
    assert found["span_mpr_rate"].tolist() == pytest.approx([40 / 400] * 2 + [32 / 400] * 2)
