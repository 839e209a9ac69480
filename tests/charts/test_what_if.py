"""Figures carry the numbers of their frame, their colours keep their meaning, and what is inferred is dashed."""

import pandas as pd

from jiebei_dash.charts import contributions, what_if
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.features import FEATURES
from jiebei_dash.text.words import load_words

UNITS = {feature.key: feature.unit for feature in FEATURES}
PARTS = pd.DataFrame(
    {
        "kind": ["BASE", "FEATURE", "FEATURE", "SCORE"],
        "feature": ["", "zhima_score", "dti_rate", ""],
        "value": [None, 700.0, 0.5, None],
        "changed_value": [None, 700.0, None, None],
        "points": [600.0, 10.0, -4.0, 606.0],
        "changed_points": [600.0, 10.0, 0.0, 610.0],
    }
)


def test_reasons_stand_side_by_side_and_a_side_without_anybody_is_left_out() -> None:
    frame = pd.DataFrame(
        {"feature": ["zhima_score", "dti_rate"], "in_points": [9.0, 1.0], "in_count": [5, 5], "out_count": [2, 2]}
    ).assign(out_points=[-3.0, 2.0])
    figure = what_if.moved_reasons(frame, load_words("en"), LIGHT)
    assert [list(trace.x) for trace in figure.data] == [[2.0, -3.0], [1.0, 9.0]]
    assert [trace.marker.color for trace in figure.data] == [LIGHT.today, LIGHT.proposed]
    one_sided = what_if.moved_reasons(frame.assign(out_count=0), load_words("en"), LIGHT)
    assert [trace.name for trace in one_sided.data] == ["Let in (5)"]


def test_the_bars_of_a_score_start_where_the_one_above_ends_and_end_at_the_score() -> None:
    figure = contributions.waterfall(PARTS, load_words("en"), LIGHT, UNITS, column="points")
    bar = figure.data[0]
    assert list(bar.base) == [600.0, 600.0, 610.0, 606.0]
    assert list(bar.x) == [0.0, 10.0, -4.0, 0.0]
    assert bar.base[2] + bar.x[2] == bar.base[3]
    assert bar.y[1] == "Zhima score = 700"
    assert list(bar.marker.color)[1:3] == [LIGHT.good, LIGHT.bad]
    assert list(bar.customdata)[1:3] == ["raises the score", "lowers the score"]


def test_an_unknown_input_is_a_dash_and_one_that_gives_nothing_has_no_side() -> None:
    bar = contributions.waterfall(PARTS, load_words("zh"), LIGHT, UNITS).data[0]
    assert bar.y[2].endswith("= –")
    assert (list(bar.marker.color)[2], list(bar.customdata)[2]) == (LIGHT.context, "")


def test_beyond_twelve_inputs_the_rest_is_one_bar() -> None:
    many = pd.DataFrame(
        {
            "kind": ["BASE", *["FEATURE"] * 14, "SCORE"],
            "feature": ["", *["dti_rate"] * 14, ""],
            "value": 0.1,
            "points": [600.0, *[float(14 - place) for place in range(14)], 705.0],
        }
    )
    bar = contributions.waterfall(many, load_words("en"), LIGHT, UNITS, column="points").data[0]
    assert len(bar.x) == 12 + 1 + 2
    assert bar.x[13] == 2.0 + 1.0
    assert bar.y[13] == "2 other inputs"
