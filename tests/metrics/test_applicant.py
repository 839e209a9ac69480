import pandas as pd

from jiebei_dash.metrics.applicant import parts

BOTH = ["FROZEN", "CHANGED"]
POINTS = pd.DataFrame({"dti_rate": [-4.0, 6.0], "zhima_score": [10.0, 10.0]}, index=BOTH)
INPUTS = pd.DataFrame({"dti_rate": [0.5, 0.1], "zhima_score": [700.0, 700.0]}, index=BOTH)
SCORED = pd.DataFrame({"score_points": [606.0, 616.0], "pd_rate": [0.03, 0.02]}, index=BOTH)


def test_base_then_inputs_by_size_then_the_score() -> None:
    found = parts(600.0, POINTS, INPUTS, SCORED)
    assert found["kind"].to_list() == ["BASE", "FEATURE", "FEATURE", "SCORE"]
    assert found["feature"].to_list() == ["", "zhima_score", "dti_rate", ""]
    assert found["points"].to_list() == [600.0, 10.0, -4.0, 606.0]
    assert found["changed_points"].to_list() == [600.0, 10.0, 6.0, 616.0]
    assert found["changed_value"].iloc[2] == 0.1


def test_only_the_score_has_a_pd() -> None:
    found = parts(600.0, POINTS, INPUTS, SCORED)
    assert found["pd_rate"].isna().to_list() == [True, True, True, False]
    assert found["changed_pd_rate"].iloc[3] == 0.02
