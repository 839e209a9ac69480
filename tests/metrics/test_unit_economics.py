"""The house table of unit economics, line by line, on a frame given by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import unit_economics
from jiebei_dash.unit_costs import read_unit_costs


def _month(interest: float = 13.0) -> pd.DataFrame:
    """100 yuan on the book through one month, everything at a twelfth of a year."""
    fen = {"opening_fen": 10_000, "balance_fen": 10_000, "lost_fen": 400 / 12, "recovered_fen": 0, "commission_fen": 0}
    counts = {"loan_months": 1, "lost_loans": 0, "opened": 1 / 12, "applications": 1 / 12}
    return pd.DataFrame([{"month": pd.Timestamp("2024-01-01"), "interest_fen": interest * 100 / 12, **fen, **counts}])


def test_the_house_table_leaves_2_87_before_tax_and_a_break_even_loss_of_6_87() -> None:
    costs = read_unit_costs().changed({"acquisition": 0.8, "data": 0.25, "payment": 0.15})
    found = unit_economics.segments(_month(), costs, None).iloc[0]
    assert found["vat_rate"] == pytest.approx(0.0074, abs=5e-5)
    assert found["margin_rate"] == pytest.approx(0.0287, abs=1e-4)
    assert found["after_tax_rate"] == pytest.approx(0.0215, abs=5e-5)
    assert found["raroc_rate"] == pytest.approx(0.195, abs=6e-4)
    assert found["break_even_rate"] == pytest.approx(0.069, abs=5e-4)
    # 2.15 after tax less 12 % on capital of 11.
    assert found["economic_rate"] == pytest.approx(0.0215 - 0.0132, abs=5e-5)


def test_a_year_that_pays_no_interest_at_all_is_not_a_yield_of_nothing() -> None:
    found = unit_economics.segments(_month(interest=0), read_unit_costs(), None).iloc[0]
    assert pd.isna(found["yield_rate"])
    assert pd.isna(found["margin_rate"])
    assert found["loss_rate"] == pytest.approx(0.04)


def test_each_month_stands_at_a_yearly_rate() -> None:
    found = unit_economics.by_month(_month(), read_unit_costs()).iloc[0]
    assert found["yield_rate"] == pytest.approx(0.13)
    # 12 yuan a loan, 4 an application, 2.3 a loan, one of each a year for 100 of balance; 0.45 and 0.9 of the balance.
    assert found["operating_rate"] == pytest.approx((12 + 4 + 2.3 + 0.45 + 0.9) / 100)
    assert found["balance_year_fen"] == pytest.approx(10_000 / 12)
