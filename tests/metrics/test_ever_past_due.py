"""Shares of loans ever past due, on counts that can be added up by eye."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics import ever_past_due


def test_a_share_counts_strictly_more_days_than_its_threshold() -> None:
    counts = pd.DataFrame({"worst_dpd_days": [0, 30, 31, 95], "loan_count": [5, 2, 2, 1]})
    shares = ever_past_due.shares(counts, (0, 30, 90))
    assert shares["past_due_count"].tolist() == [5, 3, 1]
    assert shares["past_due_rate"].tolist() == [0.5, 0.3, 0.1]


def test_a_share_of_no_loans_is_unknown() -> None:
    shares = ever_past_due.shares(pd.DataFrame({"worst_dpd_days": [], "loan_count": []}), (30,))
    assert np.isnan(shares["past_due_rate"][0])


def test_a_share_asks_for_its_columns() -> None:
    with pytest.raises(KeyError, match="needs worst_dpd_days"):
        ever_past_due.shares(pd.DataFrame({"loan_count": [1]}), (30,))


def test_the_cumulative_share_never_falls_and_stops_at_the_as_of_month() -> None:
    counts = pd.DataFrame(
        {
            "opened_month": pd.to_datetime(["2024-01-01"] * 3 + ["2024-03-01"]),
            "first_mob": [1, 3, np.nan, np.nan],
            "loan_count": [2, 1, 7, 4],
            "observed_count": [1, 1, 7, 4],
        }
    )
    rates = ever_past_due.by_age(counts, date(2024, 4, 1))
    january = rates[rates["opened_month"] == "2024-01-01"]
    assert january["mob"].tolist() == [0, 1, 2, 3]
    assert january["past_due_count"].tolist() == [0, 1, 1, 2]
    assert january["past_due_rate"].tolist() == [0.0, 0.1, 0.1, 0.2]
    march = rates[rates["opened_month"] == "2024-03-01"]
    assert march["mob"].tolist() == [0, 1]
    assert march["past_due_rate"].tolist() == [0.0, 0.0]


def test_no_cohort_is_no_row() -> None:
    empty = pd.DataFrame({"opened_month": [], "first_mob": [], "loan_count": [], "observed_count": []})
    assert ever_past_due.by_age(empty, date(2024, 4, 1)).shape == (0, 5)
