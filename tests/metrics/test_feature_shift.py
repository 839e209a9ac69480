import math

import pandas as pd
import pytest

from jiebei_dash.metrics.feature_shift import shifted

Z = 1.959963984540054
CELL = pd.Series(["KEPT"] * 4 + ["SWAPPED_IN"] * 2 + ["DECLINED"] * 2)
POINTS = pd.DataFrame(
    {"dti_rate": [0.0] * 8, "zhima_score": [1.0, 2.0, 3.0, 4.0, -10.0, -20.0, -30.0, -40.0]},
)
SIZES = {"KEPT": 100, "SWAPPED_OUT": 0, "SWAPPED_IN": 50, "DECLINED": 2}


def test_a_mean_over_cells_is_weighted_by_their_sizes_and_its_interval_is_of_a_stratified_sample() -> None:
    frame = shifted(POINTS, CELL, SIZES).set_index(["feature", "result", "policy"])
    today, proposed = (frame.loc[("zhima_score", "APPROVED", policy)] for policy in ("today", "proposed"))
    kept = (5 / 3) / 4 * (1 - 4 / 100)  # variance 5/3 of 1 2 3 4, four of a hundred
    entered = 50 / 2 * (1 - 2 / 50)
    assert (today["mean_points"], today["cases_count"], today["decided_count"]) == (2.5, 4, 100)
    assert today["high_points"] - 2.5 == pytest.approx(Z * math.sqrt(kept))
    assert proposed["mean_points"] == pytest.approx((100 * 2.5 + 50 * -15) / 150)
    assert proposed["change_points"] == pytest.approx(1 / 3 * (-15 - 2.5))
    # The weight of those kept falls from 1 to 2/3: a third of their noise and a third of the others'
    spread = math.sqrt(kept / 9 + entered / 9)
    assert proposed["change_high_points"] - proposed["change_points"] == pytest.approx(Z * spread)


def test_a_cell_that_was_explained_whole_has_no_noise() -> None:
    row = (
        shifted(POINTS, CELL, SIZES)
        .set_index(["feature", "result", "policy"])
        .loc["zhima_score", "DECLINED", "proposed"]
    )
    assert (row["mean_points"], row["low_points"], row["high_points"]) == (-35.0, -35.0, -35.0)


def test_the_largest_shift_stands_first_and_nobody_is_unknown() -> None:
    frame = shifted(POINTS, CELL, SIZES)
    assert list(frame["feature"].unique()) == ["zhima_score", "dti_rate"]
    alone = shifted(POINTS.iloc[:4], CELL.iloc[:4], {**SIZES, "SWAPPED_IN": 0, "DECLINED": 0})
    declined = alone[alone["result"] == "DECLINED"]
    assert declined[["mean_points", "low_points", "change_points"]].isna().all().all()
    assert declined["decided_count"].eq(0).all()


def test_one_case_that_stands_for_many_has_no_known_interval() -> None:
    frame = shifted(POINTS.iloc[[0]], CELL.iloc[[0]], {**SIZES, "SWAPPED_IN": 0, "DECLINED": 0})
    row = frame[(frame["feature"] == "zhima_score") & (frame["policy"] == "today")].iloc[0]
    assert row["mean_points"] == 1.0
    assert math.isnan(row["high_points"])
