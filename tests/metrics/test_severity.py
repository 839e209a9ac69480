"""Severity and expected loss on frames given by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics import severity

MONTHS = pd.date_range("2024-01-01", periods=6, freq="MS")


def _lost(lost: list[int], interest: int = 1, current: int = 100) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": MONTHS[: len(lost)],
            "lost_loans": [10 * (amount > 0) for amount in lost],
            "lost_fen": lost,
            "interest_fen": interest,
            "current_fen": current,
        }
    )


def _back(rows: list[tuple[str, str, int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["lost_month", "month", "recovered_fen", "commission_fen"])
    return frame.assign(lost_month=pd.to_datetime(frame["lost_month"]), month=pd.to_datetime(frame["month"]))


def test_a_tenth_that_comes_after_a_year_is_worth_less_than_a_tenth() -> None:
    months = pd.DataFrame(
        {
            "month": pd.date_range("2024-01-01", periods=13, freq="MS"),
            "lost_loans": [1] + [0] * 12,
            "lost_fen": [1_000] + [0] * 12,
            "interest_fen": 1,
            "current_fen": 100,
        }
    )
    back = _back([("2024-01-01", "2025-01-01", 100, 0)])
    found = severity.pooled(severity.paths(months, back, date(2025, 1, 1))).set_index("months_since")
    assert found.loc[11, "severity_rate"] == 1
    assert found.loc[12, "severity_rate"] == pytest.approx(1 - 0.1 / 1.01**12)
    assert found.loc[12, "undiscounted_rate"] == pytest.approx(0.9)


def test_only_losses_that_are_old_enough_count_at_an_age() -> None:
    back = _back([("2024-01-01", "2024-02-01", 100, 0), ("2024-02-01", "2024-02-01", 50, np.nan)])
    found = severity.paths(_lost([1_000, 1_000, 0], interest=0), back, date(2024, 3, 1))
    pooled = severity.pooled(found).set_index("months_since")
    assert pooled["cohorts"].to_dict() == {0: 2, 1: 2, 2: 1}
    assert pooled["severity_rate"].tolist() == pytest.approx([1 - 50 / 2_000, 1 - 150 / 2_000, 1 - 100 / 1_000])
    # As it was known in February: January's cash, and nothing two months old.
    then = severity.pooled(severity.paths(_lost([1_000, 1_000, 0]), back, date(2024, 2, 1)))
    assert then["months_since"].tolist() == [0, 1]


def test_the_interval_is_that_of_a_ratio_over_cohorts() -> None:
    back = _back(
        [(f"2024-0{month}-01", f"2024-0{month}-01", amount, 0) for month, amount in ((1, 50), (2, 30), (3, 70))]
    )
    found = severity.pooled(severity.paths(_lost([1_000, 1_000, 1_000]), back, date(2024, 3, 1)))
    row = found.set_index("months_since").loc[0]
    # Equal cohorts: the mean 0.95 with the standard error of three values 0.95, 0.97, 0.93, and t(2) = 4.3027.
    half = 4.302653 * np.std([0.95, 0.97, 0.93], ddof=1) / np.sqrt(3)
    assert row["severity_rate"] == pytest.approx(0.95)
    assert (row["low_rate"], row["high_rate"]) == (pytest.approx(0.95 - half), pytest.approx(0.95 + half))
    assert found.set_index("months_since").loc[1, "low_rate"] != found.set_index("months_since").loc[1, "low_rate"]


def test_an_expected_loss_is_pd_by_lgd_by_exposure_and_is_compared_with_what_came() -> None:
    months = pd.date_range("2020-01-01", "2022-12-01", freq="MS")
    cohort = pd.Timestamp("2019-01-01")
    # One old cohort: 1,000 performing, 2 default a month, 1.8 of them are lost three months later.
    closed = pd.DataFrame(
        {"month": months, "opened_month": cohort, "performing_fen": 1_000.0, "defaulted_fen": 2.0, "lost_fen": 1.8}
    )
    # Loans made in 2022 default too, and belong to no book before.
    newer = pd.DataFrame(
        {
            "month": months[-6:],
            "opened_month": pd.Timestamp("2022-07-01"),
            "performing_fen": 500.0,
            "defaulted_fen": 50.0,
            "lost_fen": 20.0,
        }
    )
    lost = pd.DataFrame({"month": months, "lost_loans": 40, "lost_fen": 100, "interest_fen": 0, "current_fen": 0})
    back = pd.DataFrame({"lost_month": months, "month": months, "recovered_fen": 5, "commission_fen": 0})
    paths = severity.paths(lost, back, date(2022, 12, 1))
    starts = pd.date_range("2021-05-01", "2022-06-01", freq="MS")
    found = severity.expected(pd.concat([closed, newer]), paths, starts, date(2022, 12, 1), 6).set_index("month")
    row = found.loc["2021-06-01"]
    assert row["pd_rate"] == pytest.approx(24 / 1_000)
    assert row["lost_share_rate"] == pytest.approx(0.9)
    assert row["lgd_rate"] == pytest.approx(0.9 * 0.95)
    assert row["expected_fen"] == pytest.approx(24 * 0.9 * 0.95)
    # From October 2021 to September 2022 the old cohort lost 12 x 1.8, of which 5 % came back.
    assert row["realised_fen"] == pytest.approx(12 * 1.8 * 0.95)
    assert found.loc["2021-10-01":, "realised_rate"].isna().all()
    assert found["realised_rate"].notna().sum() == 5
    assert found.loc["2022-06-01", "exposure_fen"] == 1_000


def test_what_a_young_book_cannot_know_is_unknown() -> None:
    closed = pd.DataFrame(
        {
            "month": MONTHS,
            "opened_month": MONTHS[0],
            "performing_fen": 100.0,
            "defaulted_fen": 1.0,
            "lost_fen": 0.5,
        }
    )
    paths = severity.paths(_lost([0] * 6), _back([]), date(2024, 6, 1))
    found = severity.expected(closed, paths, pd.date_range("2023-12-01", "2024-06-01", freq="MS"), date(2024, 6, 1), 1)
    assert found["month"].tolist() == list(MONTHS)
    assert (
        found[["pd_rate", "lost_share_rate", "severity_rate", "expected_rate", "realised_rate"]].isna().all(axis=None)
    )
