"""Which way comes nearest: distances, ranges and ties."""

from __future__ import annotations

import math

import pytest

from jiebei_dash.metrics.inference import beside_truth, judged, nearest

SAID = [
    {"method": "parcelling", "low_rate": 0.10, "central_rate": 0.15, "high_rate": 0.25},
    {"method": "model_pd", "low_rate": 0.05, "central_rate": 0.06, "high_rate": 0.08},
    {"method": "fuzzy", "low_rate": 0.50, "central_rate": 0.60, "high_rate": 0.70},
]


def test_a_lane_of_ten_in_a_hundred() -> None:
    frame = judged(100, 10, SAID)
    assert frame["observed_bad_rate"].tolist() == [0.1] * 3
    # Wilson (1927) of 10 in 100.
    assert frame["observed_low_rate"].iloc[0] == pytest.approx(0.05523, abs=1e-5)
    assert frame["observed_high_rate"].iloc[0] == pytest.approx(0.17437, abs=1e-5)
    assert frame["distance_rate"].tolist() == pytest.approx([0.05, -0.04, 0.50])
    assert frame["is_nearest"].tolist() == [False, True, False]
    assert frame["is_held"].tolist() == [True, False, False]
    assert frame["is_apart"].tolist() == [False, False, True]
    found = nearest(frame)
    assert found is not None
    assert found["method"] == "model_pd"
    assert not frame["is_small"].any()
    assert judged(29, 3, SAID)["is_small"].all()


def test_a_lane_without_a_loan_judges_nobody() -> None:
    frame = judged(0, 0, [])
    assert frame.empty
    assert nearest(frame) is None
    unknown = judged(0, 0, SAID)
    assert math.isnan(unknown["observed_bad_rate"].iloc[0])
    assert not unknown["is_nearest"].any()
    assert nearest(unknown) is None


def test_each_group_has_its_own_nearest() -> None:
    told = [
        {"declined_group": group, "people_count": count, "true_rate": true, **each}
        for group, count, true in (("LET_IN", 20, 0.14), ("DECLINED", 90, 0.055))
        for each in SAID
    ]
    frame = beside_truth(told).set_index(["declined_group", "method"])
    assert frame[frame["is_nearest"]].index.tolist() == [("LET_IN", "parcelling"), ("DECLINED", "model_pd")]
    assert frame["is_held"].tolist() == [True, False, False, False, True, False]
    assert frame["is_small"].tolist() == [True] * 3 + [False] * 3
    assert frame.loc[("LET_IN", "model_pd"), "distance_rate"] == pytest.approx(-0.08)


def test_nobody_declined_has_no_nearest() -> None:
    told = [{"declined_group": "DECLINED", "people_count": 0, "true_rate": math.nan, **{**each, "central_rate": math.nan}} for each in SAID]  # fmt: skip  # noqa: E501
    assert not beside_truth(told)["is_nearest"].any()
