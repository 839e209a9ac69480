"""AUC, KS, WOE, IV and PSI against vectors that can be checked by hand."""

import math

import pandas as pd
import pytest

from jiebei_dash.metrics.discrimination import (
    auc,
    discrimination,
    information_value,
    ks,
    ks_curve,
    psi,
    shift,
    woe,
)
from jiebei_dash.metrics.frames import need

BANDS = pd.DataFrame(
    {
        "score_points": [1, 2, 3, 4, 5],
        "good_count": [1000, 2000, 3000, 2500, 1500],
        "bad_count": [100, 120, 90, 40, 15],
    }
)


def with_tie() -> pd.DataFrame:
    """Ten loans, one good and one bad of which share a score."""
    points = [720, 700, 690, 680, 680, 660, 650, 640, 620, 600]
    bad = [0, 0, 0, 0, 1, 0, 1, 0, 1, 1]
    return pd.DataFrame({"score_points": points, "good_count": [1 - b for b in bad], "bad_count": bad})


def test_a_tie_counts_half_in_the_auc_and_is_read_at_its_end_in_the_ks() -> None:
    assert auc(with_tie()) == pytest.approx(0.854167, abs=5e-7)
    assert ks(with_tie()) == pytest.approx(0.583333, abs=5e-7)


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert auc(with_tie()[::-1]) == auc(with_tie())
    assert ks(with_tie().sample(frac=1, random_state=3)) == ks(with_tie())


def test_five_bands_give_the_banded_auc_gini_and_ks() -> None:
    row = discrimination(BANDS).iloc[0]
    assert row["auc_rate"] == pytest.approx(0.69212, abs=5e-6)
    assert row["gini_rate"] == pytest.approx(0.38425, abs=5e-6)
    assert row["ks_rate"] == pytest.approx(0.30274, abs=5e-6)
    assert (row["good_count"], row["bad_count"]) == (10000, 365)


def test_a_score_that_sorts_the_wrong_way_has_an_auc_below_a_half() -> None:
    upside_down = BANDS.assign(score_points=-BANDS["score_points"])
    assert auc(upside_down) == pytest.approx(1 - auc(BANDS))
    assert ks(upside_down) == pytest.approx(ks(BANDS))


def test_each_group_is_judged_by_itself() -> None:
    months = pd.concat([BANDS.assign(month="2024-02"), with_tie().assign(month="2024-01")])
    by_month = discrimination(months, by=["month"])
    assert by_month["month"].tolist() == ["2024-01", "2024-02"]
    assert by_month["auc_rate"].tolist() == [auc(with_tie()), auc(BANDS)]


def test_without_bads_the_discrimination_is_unknown() -> None:
    row = discrimination(BANDS.assign(bad_count=0)).iloc[0]
    assert math.isnan(row["auc_rate"]) and math.isnan(row["gini_rate"]) and math.isnan(row["ks_rate"])
    assert row["bad_count"] == 0


def test_the_largest_gap_of_the_curve_is_the_ks_and_the_curve_ends_at_one() -> None:
    curve = ks_curve(with_tie())
    assert curve["gap_rate"].abs().max() == ks(with_tie())
    assert curve["score_points"].tolist() == [600, 620, 640, 650, 660, 680, 690, 700, 720]
    assert curve["bad_below_rate"].tolist() == [0.25, 0.5, 0.5, 0.75, 0.75, 1, 1, 1, 1]
    assert curve["good_below_rate"].iloc[-1] == 1


def test_weight_of_evidence_is_positive_where_it_is_safer_and_its_parts_sum_to_the_information_value() -> None:
    bands = woe(BANDS)
    assert bands["woe"].round(4).tolist() == [-1.0079, -0.4970, 0.1961, 0.8247, 1.2947]
    assert information_value(BANDS) == pytest.approx(0.50662, abs=5e-6)
    assert bands["iv"].sum() == pytest.approx(information_value(BANDS))


def test_a_band_without_bads_has_a_finite_weight_of_evidence() -> None:
    bands = pd.DataFrame({"good_count": [50, 50], "bad_count": [10, 0]})
    assert woe(bands)["woe"].tolist() == pytest.approx([math.log(0.5), math.log((50.5 / 100) / (0.5 / 10))])


def test_without_any_bads_the_information_value_is_unknown_not_zero() -> None:
    assert math.isnan(information_value(BANDS.assign(bad_count=0)))


def test_five_bands_that_moved_give_a_psi_of_0_06286() -> None:
    bands = pd.DataFrame({"expected_count": [10, 20, 30, 25, 15], "actual_count": [15, 25, 30, 20, 10]})
    assert psi(bands) == pytest.approx(0.06286, abs=5e-6)
    assert psi(bands * 1000) == pytest.approx(0.06286, abs=5e-6)
    assert shift(bands)["actual_rate"].tolist() == [0.15, 0.25, 0.30, 0.20, 0.10]
    assert shift(bands)["psi"].iloc[2] == 0


def test_a_band_that_emptied_adds_to_the_psi_but_shows_a_share_of_zero() -> None:
    bands = pd.DataFrame({"expected_count": [50, 50], "actual_count": [100, 0]})
    parts = shift(bands)
    assert parts["actual_rate"].tolist() == [1.0, 0.0]
    assert psi(bands) == pytest.approx(0.5 * math.log(2) + (0.005 - 0.5) * math.log(0.005 / 0.5))


def test_a_psi_against_nobody_is_unknown() -> None:
    assert math.isnan(psi(pd.DataFrame({"expected_count": [1, 2], "actual_count": [0, 0]})))


def test_a_frame_without_a_needed_column_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="needs bad_count; has good_count"):
        need(pd.DataFrame({"good_count": [1]}), "good_count", "bad_count")
