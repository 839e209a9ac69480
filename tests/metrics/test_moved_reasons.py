import math

import pandas as pd
import pytest

from jiebei_dash.metrics.moved_reasons import mean_points

POINTS = pd.DataFrame({"dti_rate": [-4.0, -2.0, 1.0], "zhima_score": [10.0, 20.0, -30.0]})
CASES = pd.DataFrame({"side": ["IN", "IN", "OUT"], "dti_rate": [0.5, None, 0.1], "zhima_score": [700.0, 720.0, 610.0]})


def test_means_stand_by_side_and_the_largest_first() -> None:
    found = mean_points(POINTS, CASES)
    assert found["feature"].to_list() == ["zhima_score", "dti_rate"]
    assert found["in_points"].to_list() == [15.0, -3.0]
    assert found["out_points"].to_list() == [-30.0, 1.0]
    assert (found["in_count"].iloc[0], found["out_count"].iloc[0]) == (2, 1)


def test_a_missing_value_is_left_out_of_the_mean_value_and_not_taken_as_zero() -> None:
    assert mean_points(POINTS, CASES).set_index("feature").loc["dti_rate", "in_value"] == pytest.approx(0.5)


def test_a_side_without_anybody_is_unknown() -> None:
    found = mean_points(POINTS.iloc[:2], CASES.iloc[:2])
    assert found["out_points"].map(math.isnan).all()
    assert found["out_count"].to_list() == [0, 0]
