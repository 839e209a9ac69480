"""Parts of a change that add up, and indices of stability against vectors and against chance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.mix import MARKS, bins, cells, drift, ks, limit, verdict


def steps(counts: dict[int, int], approved: dict[int, int] | None = None, feature: str = "dti_rate") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"feature": feature, "step": step, "decided_count": count, "approved_count": (approved or {}).get(step, 0)}
            for step, count in counts.items()
        ]
    )


def test_the_parts_add_up_and_what_is_shared_cancels() -> None:
    chance = np.random.default_rng(1)
    values = np.empty((51, 3, 2))
    values[:, 0] = 0.40 + 0.001 * chance.normal(size=(51, 2))
    values[:, 1] = 0.36 + 0.001 * chance.normal(size=(51, 2))
    values[:, 2] = values[:, 1] - 0.03
    frame = ks(values, (900, 800), (60, 29))
    found = frame[frame["power"] == "KS"].set_index("ks_mark")
    assert found.index.tolist() == list(MARKS)
    assert found.loc["MIX", "value_rate"] + found.loc["REAL", "value_rate"] == pytest.approx(
        found.loc["WHOLE", "value_rate"], abs=1e-15
    )
    # Recent and recent on the base's mix move together from replicate to replicate: their difference is sure.
    assert found.loc["MIX", ["value_rate", "low_rate", "high_rate"]].tolist() == pytest.approx([-0.03] * 3)
    assert found.loc["REAL", "low_rate"] < found.loc["REAL", "value_rate"] < found.loc["REAL", "high_rate"]
    assert found["is_few"].tolist() == [False, True, True, True, True, True]
    assert found.loc["BASE", ["loan_count", "bad_count"]].tolist() == [900, 60]


def test_an_unknown_replicate_makes_an_unknown_interval_not_a_narrow_one() -> None:
    values = np.full((51, 3, 2), 0.3)
    values[7, 2] = np.nan
    found = ks(values, (900, 800), (60, 50)).set_index(["power", "ks_mark"])
    assert math.isnan(found.loc[("KS", "RECENT"), "low_rate"])
    assert found.loc[("KS", "BASE"), "low_rate"] == pytest.approx(0.3)


def test_five_bands_that_moved_give_an_index_of_0_06286() -> None:
    base = steps(dict(enumerate([10, 20, 30, 25, 15])))
    recent = steps(dict(enumerate([15, 25, 30, 20, 10])))
    row = drift(bins(base, recent)).iloc[0]
    assert row["psi"] == pytest.approx(0.06286, abs=5e-6)
    assert row["bins_count"] == 5
    # Four degrees of freedom, a hundred on each side: 4 / 50 on average, 9.4877 / 50 at the most.
    assert (row["psi_chance"], row["psi_limit"]) == (pytest.approx(0.08), pytest.approx(0.189755, abs=1e-6))
    assert row["drift"] == "CHANCE"
    thousand = [frame.assign(decided_count=frame["decided_count"] * 1_000) for frame in (base, recent)]
    assert drift(bins(*thousand))["drift"].iloc[0] == "STABLE"


def test_bins_are_tenths_of_the_base_and_what_it_never_had_is_with_the_next_lower() -> None:
    base = steps({-1: 50, 0: 600, 1: 200, 3: 100, 4: 100})
    recent = steps({-1: 100, 0: 500, 2: 300, 3: 50, 9: 50})
    found = bins(base, recent)
    # 0 is three fifths of the known, 1 a fifth; step 2 is with 1, step 9 with 4; missing stands last.
    assert found["bin_no"].tolist() == [1, 2, 3, 4, 0]
    assert found["base_count"].tolist() == [600, 200, 100, 100, 50]
    assert found["recent_count"].tolist() == [500, 300, 50, 50, 100]
    assert found["first_step"].tolist()[1:4] == [1, 3, 4] and math.isnan(found["first_step"].iloc[0])
    assert found["last_step"].tolist()[:3] == [0, 2, 3] and math.isnan(found["last_step"].iloc[3])
    row = drift(found).iloc[0]
    assert row["base_missing_rate"] == pytest.approx(50 / 1_050)
    assert row["recent_missing_rate"] == pytest.approx(100 / 1_000)


def test_twenty_even_steps_make_ten_bins_of_two() -> None:
    even = steps(dict.fromkeys(range(20), 7))
    assert bins(even, even)["base_count"].tolist() == [14] * 10
    row = drift(bins(even, even)).iloc[0]
    assert (row["psi"], row["psi_low"], row["approval_change_rate"], row["drift"]) == (0, 0, 0, "CHANCE")


def test_an_input_moves_approvals_by_the_bases_rates_where_its_shares_moved() -> None:
    base = steps({0: 50, 1: 50}, {0: 45, 1: 20})
    recent = steps({0: 30, 1: 70}, {0: 3, 1: 7})
    row = drift(bins(base, recent)).iloc[0]
    # A fifth of all go from a bin of 90 % to one of 40 %.
    assert row["approval_change_rate"] == pytest.approx(-0.2 * 0.5)
    assert row["approval_change_low_rate"] < -0.1 < row["approval_change_high_rate"] < 0
    assert (row["base_approval_rate"], row["recent_approval_rate"]) == (0.65, 0.1)


def test_the_most_moved_stands_first_and_the_score_before_all() -> None:
    alike, apart = {0: 500, 1: 500}, {0: 300, 1: 700}
    base = pd.concat([steps(alike, feature=name) for name in ("job_months", "dti_rate", "score_points")])
    recent = pd.concat(
        [steps(alike, feature="job_months"), steps(apart, feature="dti_rate"), steps(alike, feature="score_points")]
    )
    found = drift(bins(base, recent))
    assert found["feature"].tolist() == ["score_points", "dti_rate", "job_months"]
    assert found["rank"].tolist() == [0, 1, 2]


def test_the_limit_is_passed_by_chance_one_time_in_twenty_and_the_interval_holds_the_truth() -> None:
    chance = np.random.default_rng(2)
    shares, moved = np.full(10, 0.1), np.array([0.16, 0.14, 0.12, 0.1, 0.1, 0.1, 0.08, 0.08, 0.06, 0.06])
    truth = float(((moved - shares) * np.log(moved / shares)).sum())
    beyond = inside = 0
    for _ in range(300):
        base, same, other = (dict(enumerate(chance.multinomial(4_000, each))) for each in (shares, shares, moved))
        beyond += drift(bins(steps(base), steps(same)))["drift"].iloc[0] != "CHANCE"
        row = drift(bins(steps(base), steps(other))).iloc[0]
        inside += row["psi_low"] <= truth <= row["psi_high"]
    assert 5 <= beyond <= 27
    assert inside >= 275


@pytest.mark.parametrize(
    ("psi", "expected"), [(0.004, "CHANCE"), (0.05, "STABLE"), (0.1, "WATCH"), (0.25, "WATCH"), (0.26, "ACT")]
)
def test_an_index_is_called_by_the_usual_lines_once_it_is_beyond_chance(psi: float, expected: str) -> None:
    assert verdict(psi, 0.005) == expected


def test_against_nobody_an_index_is_unknown_and_called_nothing() -> None:
    row = drift(bins(steps({0: 5, 1: 5}), steps({}).reindex(columns=steps({0: 1}).columns))).iloc[0]
    assert math.isnan(row["psi"]) and row["drift"] is None and row["recent_count"] == 0
    assert all(math.isnan(each) for each in limit(4, 5, 0))
    assert drift(bins(steps({0: 1}).iloc[:0], steps({0: 1}).iloc[:0])).empty


def test_an_input_of_one_value_cannot_move() -> None:
    row = drift(bins(steps({3: 40}), steps({3: 50}))).iloc[0]
    assert (row["psi"], row["psi_limit"], row["drift"], row["bins_count"]) == (0, 0, "CHANCE", 1)


def test_the_weight_is_the_share_then_over_the_share_now() -> None:
    found = cells(
        pd.DataFrame(
            {
                "channel": ["HOME", "PARTNER"],
                "base_count": [80, 20],
                "recent_count": [25, 25],
                "base_bad_count": [4, 2],
                "recent_bad_count": [1, 5],
            }
        )
    )
    assert found["weight"].tolist() == pytest.approx([1.6, 0.4])
    assert found["change_share_rate"].tolist() == pytest.approx([-0.3, 0.3])
    assert found["recent_bad_rate"].tolist() == pytest.approx([0.04, 0.2])
