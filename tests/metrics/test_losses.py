"""The bridge between the denominators on the golden pool G7, and noise on frames given by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import losses


def _pool(smm: float = 0.05, default: float = 0.0045) -> tuple[list[float], float]:
    """Month-end balances and total default of G7: 100, a 12-month annuity at 14.6 % / 12, default before payment."""
    balance, rate = 100.0, 0.146 / 12
    closings, defaulted = [], 0.0
    for left in range(12, 0, -1):
        survivor = balance * (1 - default)
        defaulted += balance - survivor
        scheduled = survivor * rate / (1 - (1 + rate) ** -left) - survivor * rate
        balance = (survivor - scheduled) * (1 - smm)
        closings.append(balance)
    return closings, defaulted


def test_the_golden_pool_loses_the_same_over_both_denominators() -> None:
    closings, defaulted = _pool()
    assert closings[0] == pytest.approx(87.21, abs=0.005)
    assert defaulted == pytest.approx(2.4615, abs=5e-5)
    cohorts = pd.DataFrame(
        {
            "principal_fen": [100.0],
            "balance_fen": [sum(closings)],
            "defaulted_fen": [defaulted],
            "net_lost_fen": [defaulted],
        }
    )
    year = pd.DataFrame({"window_months": [12], "lost": [6.3], "recovered": [0.0], "mean_book": [100.0]})
    rows = losses.bridge(cohorts, year).set_index("bridge_row")
    # The dictionary says 2.46 % of original principal, a life of about 0.39 years and about 6.3 % a year. Its life
    # lies between that of month-ends (0.373, as a book of month-ends measures it) and of both ends' means (0.414).
    life, annual = rows.loc["life", "years"], rows.loc["average_balance", "rate"]
    assert rows.loc["original", "rate"] == pytest.approx(0.024615, abs=1e-6)
    assert life == pytest.approx(0.3725, abs=5e-5)
    assert life == pytest.approx(0.39, rel=0.05)
    assert annual == pytest.approx(0.063, rel=0.05)
    assert annual * life == pytest.approx(rows.loc["original", "rate"])
    # A book that loses 6.3 % a year explains 2.35 % of original principal; 0.11 points are left.
    assert rows.loc["explained", "rate"] == pytest.approx(0.063 * life)
    assert rows.loc["residual", "rate"] == pytest.approx(0.024615 - 0.063 * 0.3725, abs=1e-5)


def test_the_parts_of_the_bridge_multiply_exactly() -> None:
    cohorts = pd.DataFrame(
        {
            "principal_fen": [1_000, 2_000],
            "balance_fen": [5_000, 9_000],
            "defaulted_fen": [30, 80],
            "net_lost_fen": [20, 61],
        }
    )
    year = pd.DataFrame({"window_months": [12], "lost": [50.0], "recovered": [5.0], "mean_book": [900.0]})
    rows = losses.bridge(cohorts, year).set_index("bridge_row")
    original, rate = rows.loc["original", "rate"], rows["rate"]
    assert original == pytest.approx(81 / 3_000)
    assert rate["average_balance"] * rows.loc["life", "years"] == pytest.approx(original)
    assert rate["at_default"] * rate["default_share"] == pytest.approx(original)
    assert rate["explained"] + rate["residual"] == pytest.approx(original)


def test_a_cohort_that_repaid_early_is_not_picked_before_an_older_one_has_left() -> None:
    months = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
    originated = pd.DataFrame({"opened_month": months, "loans": 40, "principal_fen": 1_000})
    lives = pd.DataFrame(
        {
            "opened_month": months,
            "balance_fen": 4_000,
            "left_fen": [0, 10, 11, 0],
            "defaulted_fen": 0,
            "lost_fen": [30, 20, 0, 0],
        }
    )
    back = pd.DataFrame({"opened_month": months[:1], "month": pd.to_datetime(["2024-09-01"]), "recovered_fen": [7]})
    found = losses.matured(originated, lives, back, months[-1].date().replace(month=12))
    assert found["opened_month"].dt.month.tolist() == [1, 2]
    assert found["net_lost_fen"].tolist() == [23, 20]
    # What comes back after the as-of month is not known then.
    then = losses.matured(originated, lives, back, months[-1].date().replace(month=8))
    assert then["net_lost_fen"].tolist() == [30, 20]


def _months(lost_loans: list[int], loans: int) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=len(lost_loans), freq="MS")
    return pd.DataFrame(
        {
            "month": months,
            "loans": loans,
            "balance_fen": loans * 100,
            "lost_loans": lost_loans,
            "lost_fen": [loans * 100 for loans in lost_loans],
        }
    )


def test_a_doubling_is_beyond_chance_in_a_large_book_and_within_it_in_a_small_one() -> None:
    for scale, is_beyond in ((1, False), (100, True)):
        frame = _months([0, 2 * scale, 2 * scale, 2 * scale, 4 * scale, 4 * scale, 4 * scale], 400 * scale)
        found = losses.annual(frame, None, "count")
        last = found[found["window_months"] == 3].iloc[-1]
        assert last["rate"] == pytest.approx(0.12)
        assert bool(last["low_change_rate"] > 0) == is_beyond
        assert last["high_change_rate"] > 0.06


def test_a_month_in_which_nothing_was_on_the_book_is_not_skipped() -> None:
    frame = _months([0, 1, 2], 100).iloc[[0, 2]]
    found = losses.annual(frame, None, "count")
    # February had nothing: its mean book is half of January's.
    assert found[found["window_months"] == 1]["mean_book"].tolist() == [50, 50]
    assert found["month"].dt.month.tolist() == [2, 3]
