"""The head of the monthly: compared with three months, and a non-performing rate that losses cannot lower."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.classes import read_classes
from jiebei_dash.metrics import monthly


def _states(months: int, **by_state: tuple[int, int, int]) -> pd.DataFrame:
    """Every month-end alike: loans, balance and losses by state."""
    return pd.DataFrame(
        [
            {
                "month": month,
                "prev_state": None,
                "state": state.replace("_up", "+"),
                "long_days": 0,
                "loans": loans,
                "balance_fen": fen,
                "lost_fen": lost,
            }
            for month in pd.date_range(end="2024-10-01", periods=months, freq="MS")
            for state, (loans, fen, lost) in by_state.items()
        ]
    )


TABLES = read_classes()
NO_CASH = pd.DataFrame({"month": pd.to_datetime(["2024-10-01"]), "recovered_fen": [700]})


def test_managed_adds_twelve_months_of_losses_to_both_sides() -> None:
    states = _states(13, C=(90, 9_000, 0), M5=(10, 1_000, 0), WO=(1, 0, 100), SOLD=(2, 0, 50))
    found = monthly.added(states, NO_CASH, TABLES, "balance")["managed"]
    # 1,000 late and 12 x 150 lost, over a book of 10,000 and the same losses; one month fewer is no year.
    assert found.loc["2024-10-01", "value"] == pytest.approx((1_000 + 1_800) / (10_000 + 1_800))
    assert list(found.index) == [pd.Timestamp("2024-09-01"), pd.Timestamp("2024-10-01")]
    by_count = monthly.added(states, NO_CASH, TABLES, "count")["managed"]
    assert by_count.loc["2024-10-01", "value"] == pytest.approx((10 + 36) / (100 + 36))


def test_eleven_months_are_no_managed_rate() -> None:
    assert monthly.added(_states(11, C=(1, 100, 0)), NO_CASH, TABLES, "balance")["managed"].empty


def test_a_loan_written_off_does_not_lower_the_managed_rate() -> None:
    before = _states(12, C=(90, 9_000, 0), M5=(10, 1_000, 0))
    after = before.copy()
    last = (after["month"] == "2024-10-01") & (after["state"] == "M5")
    after.loc[last, ["loans", "balance_fen"]] = [4, 400]
    gone = {
        "month": pd.Timestamp("2024-10-01"),
        "state": "WO",
        "long_days": 0,
        "loans": 6,
        "balance_fen": 0,
        "lost_fen": 600,
    }
    after = pd.concat([after, pd.DataFrame([gone])], ignore_index=True)
    rates = [
        monthly.added(states, NO_CASH, TABLES, "balance")["managed"]["value"].iloc[-1] for states in (before, after)
    ]
    assert rates == pytest.approx([0.1, 0.1])


def test_each_figure_stands_beside_one_three_and_twelve_months_before() -> None:
    months = pd.date_range(end="2024-10-01", periods=13, freq="MS")
    path = np.arange(13.0) + 1
    values = {
        "balance": pd.DataFrame({"value": path * 100}, index=months),
        "past_due_30": pd.DataFrame({"value": path / 100}, index=months),
    }
    found = monthly.headline(values, date(2024, 10, 1), "balance", {"coverage": "allowance"}).set_index("kpi")
    assert list(found.index) == list(monthly.KPIS)
    assert found.loc["balance", ["value", "last_month", "three_months_ago", "year_ago"]].tolist() == [
        1300, 1200, 1000, 100,
    ]  # fmt: skip
    assert found.loc["balance", "change_three_months"] == pytest.approx(0.3)
    assert found.loc["past_due_30", "change_three_months"] == pytest.approx(0.03)
    assert found.loc["coverage", "lacks"] == "allowance"
    assert np.isnan(found.loc["coverage", "value"])
    assert monthly.headline({}, date(2024, 10, 1), "count", {}).set_index("kpi")["unit"].loc[
        ["balance", "recovered", "loss"]
    ].tolist() == ["count", "fen", "rate"]
