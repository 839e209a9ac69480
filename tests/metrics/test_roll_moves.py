"""What moved between windows, flows and stock ratios, on frames given by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import roll_moves, roll_rates
from jiebei_dash.metrics.intervals import difference
from tests.metrics.test_roll_rates import GOLDEN, _moves


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    # Newcombe (1998), table II, example (a), method 10: 56/70 less 48/80.
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert all(end != end for end in difference(1, 2, 0, 0))


def _window(late: int, loans: int) -> pd.DataFrame:
    moves = _moves({"C": {"C": loans - late, "M1": late}})
    return roll_rates.matrix(moves.assign(loans=[loans - late, late]), "count")


def test_ten_more_in_a_hundred_thousand_are_noise_and_ten_per_cent_more_are_not() -> None:
    few = roll_moves.moved(_window(1_010, 100_000), _window(1_000, 100_000)).set_index("state")
    assert few.loc["M1", ["change_rate", "amount"]].tolist() == pytest.approx([0.0001, 10])
    assert not few["is_beyond_noise"].any()
    many = roll_moves.moved(_window(1_150, 100_000), _window(1_000, 100_000)).set_index("state")
    assert many.loc[["M1", "C"], "is_beyond_noise"].tolist() == [True, True]
    assert many.loc["M1", "low_rate"] > 0
    assert many.loc["C", "amount"] == pytest.approx(-150)


def test_a_cell_over_twenty_nine_loans_is_never_beyond_noise() -> None:
    found = roll_moves.moved(_window(29, 29), _window(0, 1_000)).set_index("state")
    assert found.loc["M1", "low_rate"] > 0
    assert found.loc["M1", ["is_small", "is_beyond_noise"]].tolist() == [True, False]


def test_the_cell_that_moved_most_money_comes_first() -> None:
    before = roll_rates.matrix(_moves(GOLDEN), "balance")
    worse = {**GOLDEN, "C": {"C": 89_300, "M1": 2_300, "PAID": 8_400}, "M3": {"M4": 600}}
    found = roll_moves.moved(roll_rates.matrix(_moves(worse), "balance"), before)
    assert set(zip(found["prev_state"][:2], found["state"][:2], strict=True)) == {("C", "C"), ("C", "M1")}
    assert found["amount"].abs().iloc[0] == pytest.approx(1_000)


def test_the_golden_stock_approximation_is_not_the_roll() -> None:
    rates = roll_rates.matrix(_moves(GOLDEN), "balance")
    openings = {here: sum(targets.values()) for here, targets in GOLDEN.items()}
    closings = {there: sum(targets.get(there, 0) for targets in GOLDEN.values()) for there in (*GOLDEN, "M4")}
    states = pd.DataFrame(
        [
            {"month": pd.Timestamp(month), "state": state, "loans": 1, "balance_fen": amount}
            for month, held in (("2024-04-01", openings), ("2024-05-01", closings))
            for state, amount in held.items()
        ]
    )
    found = roll_moves.stock(states, rates, "balance", 1).set_index(["prev_state", "state"])
    assert found.loc[("M1", "M2"), "stock_rate"] == pytest.approx(0.49643, abs=5e-6)
    assert found.loc[("M1", "M2"), "rate"] == pytest.approx(0.47857, abs=5e-6)
    # C-M3: 1,370 / 100,000 x 695 / 1,400 x 591 / 680, against 1.3 % x 670 / 1,400 x 585 / 680.
    assert found.loc[("C", "M3"), "stock_rate"] == pytest.approx(0.0137 * 695 / 1_400 * 591 / 680)
    assert found.loc[("C", "M3"), "rate"] == pytest.approx(0.013 * 670 / 1_400 * 585 / 680)
    assert pd.isna(found.loc[("M5", "M6"), "stock_rate"])


def test_a_month_that_is_missing_leaves_the_stock_ratio_unknown() -> None:
    rates = roll_rates.matrix(_moves(GOLDEN), "balance")
    states = pd.DataFrame({"month": [pd.Timestamp("2024-05-01")], "state": ["C"], "loans": [1], "balance_fen": [5]})
    assert roll_moves.stock(states, rates, "balance", 1)["stock_rate"].isna().all()


def test_directions_of_late_loans_through_time_leave_out_current_ones() -> None:
    found = {name: roll_moves.flow(_moves(GOLDEN), name, "balance", 1).iloc[0] for name in ("forward", "stay", "cure")}
    assert found["forward"]["moved"] == 670 + 585 + 560
    assert found["stay"]["moved"] == 40 + 10 + 6
    assert found["cure"]["moved"] == 640 + 80 + 30
    assert {row["opening"] for row in found.values()} == {1_400 + 680 + 600}
