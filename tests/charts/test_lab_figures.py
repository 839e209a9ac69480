"""Figures of rules, groups and ways: what stands where."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.charts import inference, policy_rules, swap_set
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.metrics.inference import judged
from jiebei_dash.text.words import load_words
from tests.ui.test_lab_words import rules

EN = load_words("en")


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_bars_of_a_rule_add_up_to_who_enters(look: Look) -> None:
    frame = rules("EARNS", "OPEN").assign(unique_count=[10, 0])
    drawn = policy_rules.waterfall(frame, EN, look)
    left, killed, alone, margin = drawn.data
    assert [sum(parts) for parts in zip(left.x, killed.x, alone.x, strict=True)] == [100.0, 50.0]
    assert list(alone.x) == [10.0, 0.0]
    # Who declines nobody alone has no margin to show; what is inferred has its colour and an open mark.
    assert list(margin.x) == [-200.0]
    assert (margin.error_x.array[0], margin.error_x.arrayminus[0]) == (100.0, 100.0)
    assert margin.marker.color == look.inferred
    assert margin.marker.symbol == "diamond-open"


def test_a_way_whose_range_holds_is_filled_and_the_lane_is_a_band() -> None:
    said = [
        {"method": "parcelling", "low_rate": 0.5, "central_rate": 0.6, "high_rate": 0.7},
        {"method": "model_pd", "low_rate": 0.05, "central_rate": 0.12, "high_rate": 0.2},
    ]
    drawn = inference.ranges(judged(100, 10, said), "observed_bad_rate", EN, LIGHT)
    assert list(drawn.data[-1].marker.symbol) == ["diamond-open", "diamond"]
    assert [line.line.dash for line in drawn.data[:-1]] == ["dot", "dot"]
    band, line = drawn.layout.shapes
    assert (band.x0, band.x1) == pytest.approx((0.05523, 0.17437), abs=1e-5)
    assert line.x0 == 0.1
    assert "inferred 12.00%" in drawn.data[-1].text[1]
    true = inference.ranges(pd.DataFrame(said).assign(true_rate=0.1, is_held=True), "true_rate", EN, LIGHT)
    assert len(true.layout.shapes) == 1


def test_bands_of_a_group_make_a_whole() -> None:
    frame = pd.DataFrame(
        [
            {"cell": cell, "zhima_band": band, "decided_count": 10 * (place + 1), "share_rate": share,
             "share_low_rate": share, "share_high_rate": share}
            for cell in ("KEPT", "DECLINED")
            for place, (band, share) in enumerate((("LT600", 0.25), ("600_649", 0.5), ("NA", 0.25)))
        ]
    )  # fmt: skip
    drawn = swap_set.mix(frame, EN, LIGHT)
    assert [sum(parts) for parts in zip(*(bar.x for bar in drawn.data), strict=True)] == [1.0, 1.0]
    assert list(drawn.data[0].y) == ["Kept (60)", "Declined by both (60)"]
    colours = [bar.marker.color for bar in drawn.data]
    # The unknown is no step of the scale.
    assert colours == [LIGHT.cohorts[0], LIGHT.cohorts[-1], LIGHT.context]
