"""Figures of a draft's consequences: what is inferred is hatched, few declined are hollow, nothing is dropped."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.charts import decline_mix, eligible, feature_shift
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.metrics import decline_mix as mix_metrics
from jiebei_dash.metrics import feature_shift as shift_metrics
from jiebei_dash.text.words import load_words

EN = load_words("en")


def test_inferred_applications_stand_on_the_known_ones_hatched() -> None:
    given = {"low_rate": 0.1, "high_rate": 0.9, "taken_fen": 1e6}
    frame = pd.DataFrame(
        [
            {"funder_code": "B", "policy": "today", "approved_count": 100, "taken_count": 40, "inferred_count": 10},
            {"funder_code": "B", "policy": "proposed", "approved_count": 80, "taken_count": 30, "inferred_count": 0},
        ]
    ).assign(**given, taken_rate=[0.4, 0.375])
    figure = eligible.funders(frame, {"B": "Bank"}, EN, LIGHT).to_dict()
    known, inferred = figure["data"][0], figure["data"][1]
    assert (list(known["x"]), list(inferred["base"]), list(inferred["x"])) == ([30], [30], [10])
    assert inferred["marker"]["pattern"]["fgcolor"] == LIGHT.inferred
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [100, 80]
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["40.0% → 37.5%", "100 approved", "80 approved"]


def test_few_declined_are_hollow_and_bars_have_their_interval() -> None:
    crossed = pd.DataFrame({"today_hits": [1, 2], "proposed_hits": [1, 0], "decided_count": [20, 20]})
    frame = mix_metrics.moved(crossed, ("zhima_floor", "score_floor"), *(["zhima_floor", "score_floor"],) * 2)
    today, proposed = decline_mix.reasons(frame, EN, LIGHT).to_dict()["data"]
    assert (today["marker"]["color"], proposed["marker"]["color"]) == (LIGHT.today, LIGHT.paper)
    assert list(today["x"]) == [0.5, 0.5]
    assert today["error_x"]["array"][0] > 0


def test_approved_and_declined_have_a_panel_each_on_one_scale() -> None:
    points = pd.DataFrame({"zhima_score": [10.0, -20.0], "dti_rate": [1.0, -2.0]})
    sizes = {"KEPT": 1, "SWAPPED_OUT": 0, "SWAPPED_IN": 0, "DECLINED": 1}
    frame = shift_metrics.shifted(points, pd.Series(["KEPT", "DECLINED"]), sizes)
    figure = feature_shift.by_result(frame, EN, LIGHT).to_dict()
    assert [list(bar["x"]) for bar in figure["data"]] == [[10.0, 1.0], [10.0, 1.0], [-20.0, -2.0], [-20.0, -2.0]]
    assert list(figure["layout"]["xaxis"]["range"]) == list(figure["layout"]["xaxis2"]["range"]) == [-21.0, 11.0]
