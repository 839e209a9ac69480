"""The matrix and the chain on frames given by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import roll_rates

# Opening C 100,000; M1 1,400; M2 680; M3 600, and where it went. Source: golden vector of the house definition.
GOLDEN = {
    "C": {"C": 90_300, "M1": 1_300, "PAID": 8_400},
    "M1": {"C": 640, "M1": 40, "M2": 670, "PAID": 50},
    "M2": {"C": 50, "M1": 30, "M2": 10, "M3": 585, "PAID": 5},
    "M3": {"C": 15, "M2": 15, "M3": 6, "M4": 560, "PAID": 4},
}


def _moves(flows: dict[str, dict[str, int]], month: str = "2024-05-01") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "month": pd.Timestamp(month),
                "prev_state": origin,
                "state": target,
                "loans": 100,
                "opening_fen": amount,
                "balance_fen": amount if target not in ("PAID", "WO", "SOLD") else 0,
                "lost_fen": amount if target in ("WO", "SOLD") else 0,
            }
            for origin, targets in flows.items()
            for target, amount in targets.items()
        ]
    )


def test_the_golden_matrix() -> None:
    found = roll_rates.matrix(_moves(GOLDEN), "balance").set_index(["prev_state", "state"])["rate"]
    assert found["C", "M1"] == pytest.approx(0.013)
    assert found["M1", "M2"] == pytest.approx(0.47857, abs=5e-6)
    assert found["M2", "M3"] == pytest.approx(0.86029, abs=5e-6)
    assert found["M3", "M4"] == pytest.approx(0.93333, abs=5e-6)
    assert found.groupby("prev_state").sum().tolist() == pytest.approx([1.0] * 4)


def test_the_stock_ratio_of_m2_over_m1_is_another_number() -> None:
    arrived = sum(targets.get("M2", 0) for targets in GOLDEN.values())
    assert arrived / 1_400 == pytest.approx(0.49643, abs=5e-6)
    found = roll_rates.matrix(_moves(GOLDEN), "balance").set_index(["prev_state", "state"])["rate"]
    assert found["M1", "M2"] != pytest.approx(arrived / 1_400, abs=1e-3)


def test_what_is_repaid_while_open_lost_or_sold_has_its_own_column() -> None:
    moves = _moves({"M5": {"M6": 1_000, "WO": 500}})
    moves.loc[moves["state"] == "M6", "balance_fen"] = 900
    moves.loc[moves["state"] == "WO", "lost_fen"] = 450
    found = roll_rates.matrix(moves, "balance").set_index("state")["moved"]
    assert found[["M6", "WO", "PAID_DOWN"]].tolist() == [900, 450, 150]


def test_months_are_weighed_by_their_openings_not_averaged() -> None:
    small, large = _moves({"C": {"C": 50, "M1": 50}}), _moves({"C": {"C": 900}}, "2024-06-01")
    found = roll_rates.matrix(pd.concat([small, large]), "balance").set_index("state")["rate"]
    assert found["M1"] == pytest.approx(0.05)


def test_thirty_loans_are_not_a_small_cell_and_twenty_nine_are() -> None:
    moves = _moves({"C": {"C": 10}, "M1": {"C": 10}}).assign(loans=[30, 29])
    found = roll_rates.matrix(moves, "count").drop_duplicates("prev_state")["is_small"]
    assert found.tolist() == [False, True]


def test_directions_sum_to_one() -> None:
    found = roll_rates.directions(roll_rates.matrix(_moves(GOLDEN), "balance")).set_index("prev_state")
    assert found.loc["M2", "cure_rate"] == pytest.approx(80 / 680)
    assert found.loc["M2", "forward_rate"] == pytest.approx(585 / 680)
    parts = found[["forward_rate", "stay_rate", "cure_rate", "paid_rate"]].sum(axis=1)
    assert parts.tolist() == pytest.approx([1.0] * 4)


def _ladder(sold_from_m4: int = 0) -> dict[str, dict[str, int]]:
    buckets = ["C", "M1", "M2", "M3", "M4", "M5", "M6"]
    flows = {here: {here: 50, there: 50} for here, there in zip(buckets, [*buckets[1:], "WO"], strict=True)}
    flows["C"] = {"C": 99, "M1": 1}
    if sold_from_m4:
        flows["M4"] = {"M4": 50, "M5": 50 - sold_from_m4, "SOLD": sold_from_m4}
    return flows


def test_the_chain_is_the_product_of_the_forward_rolls() -> None:
    row = roll_rates.chain(_moves(_ladder()), "balance", window_months=1).iloc[0]
    assert row["chain_rate"] == pytest.approx(0.01 * 0.5**6)
    assert row["annual_rate"] == pytest.approx(12 * 0.01 * 0.5**6)


def test_a_sale_on_the_way_is_a_loss_and_not_a_cure() -> None:
    row = roll_rates.chain(_moves(_ladder(sold_from_m4=50)), "balance", window_months=1).iloc[0]
    assert row["chain_rate"] == pytest.approx(0.01 * 0.5**3 * 0.5)
    assert row["roll_M4"] == pytest.approx(0.5)


def test_a_chain_with_a_bucket_that_nobody_was_in_is_unknown() -> None:
    row = roll_rates.chain(_moves(GOLDEN), "balance", window_months=1).iloc[0]
    assert pd.isna(row["chain_rate"])
    assert row["roll_M3"] == pytest.approx(560 / 600)


def test_a_month_without_a_full_window_is_absent() -> None:
    months = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-05-01"]
    found = roll_rates.chain(pd.concat([_moves(_ladder(), month) for month in months]), "count", window_months=3)
    assert found["month"].dt.month.tolist() == [3]
