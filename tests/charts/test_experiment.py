"""What a picture of the arms shows: their rates, intervals, and which are hollow."""

import pandas as pd
import pytest

from jiebei_dash.charts import experiment as charts
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.metrics import experiment as metrics
from jiebei_dash.metrics import trial_size
from jiebei_dash.metrics.trial_size import Design
from jiebei_dash.text.words import load_words

EN = load_words("en")
NAMES = {"POLICY": "By policy", "LOT": "By lot", "OVERRIDE": "By hand"}


def read_out() -> pd.DataFrame:
    sums = pd.DataFrame(
        [("POLICY", 200, 4), ("LOT", 20, 5), ("OVERRIDE", 0, 0)], columns=["arm", "matured_count", "bad_count"]
    ).assign(approved_count=500, drawn_count=300, recent_count=0, last_opened_month=pd.Timestamp("2024-07-01"))
    return metrics.read_out(sums, list(NAMES), "POLICY", 12, 6)


def test_small_arms_are_hollow_and_arms_without_a_matured_loan_are_absent() -> None:
    drawn = charts.arms(read_out(), NAMES, ("LOT", "POLICY"), 6, EN, LIGHT)
    by_name = {trace.y[0]: trace for trace in drawn.data}
    assert set(by_name) == {"By policy", "By lot"}
    assert by_name["By lot"].marker.color == LIGHT.paper
    assert by_name["By lot"].marker.line.color == LIGHT.proposed
    assert by_name["By policy"].marker.color == LIGHT.today
    assert by_name["By lot"].x[0] == 0.25
    high = by_name["By lot"].x[0] + by_name["By lot"].error_x.array[0]
    assert high == pytest.approx(read_out().set_index("arm").loc["LOT", "high_rate"])
    assert "5 / 20 = 25.00%" in by_name["By lot"].text[0]


@pytest.mark.parametrize(("now", "marked"), [(0.0, 0), (200.0, 1), (10_000.0, 0)])
def test_the_curve_marks_the_plan_and_what_there_is(now: float, marked: int) -> None:
    design = Design(0.05, 0.05)
    plan = trial_size.plan(design, 10.0, 1.0, 6).iloc[0]
    drawn = charts.power_curve(trial_size.power_curve(design), plan, now, EN, LIGHT)
    assert (drawn.data[1].x[0], drawn.data[1].y[0]) == (435, 0.8)
    assert drawn.data[0].y[-1] == max(drawn.data[0].y)
    assert len(drawn.layout.shapes) == len(drawn.layout.annotations) == marked
