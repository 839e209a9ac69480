"""The dot plot of approval by group carries its frame: rates, intervals, hollow marks, and where the signal begins."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.charts import groups as charts
from jiebei_dash.charts.theme import DARK, LIGHT, Look
from jiebei_dash.fair_rules import read_fair_rules
from jiebei_dash.metrics import fair
from jiebei_dash.metrics import groups as metrics
from jiebei_dash.text.words import load_words

EN = load_words("en")


def frame(*given: tuple[str, int, int, int]) -> pd.DataFrame:
    """By group: decided, approved today, kept out by the proposal."""
    counts = pd.DataFrame(
        [
            {"group": group, "decided_count": decided, "then_count": today, "today_count": today,
             "proposed_count": today - out, "in_count": 0, "out_count": out}
            for group, decided, today, out in given
        ]
    )  # fmt: skip
    return metrics.approval(counts, read_fair_rules().four_fifths, 30, fair.selection)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_two_policies_are_two_rows_of_dots_with_their_intervals(look: Look) -> None:
    found = frame(("F", 100, 60, 10), ("M", 200, 100, 40), ("NA", 20, 5, 0))
    drawn = charts.approval(found, 0.8, EN, look)
    today, proposed = drawn.data
    assert list(today.x) == [0.6, 0.5, 0.25]
    assert list(proposed.x) == [0.5, 0.3, 0.25]
    assert (today.marker.line.color, proposed.marker.line.color) == (look.today, look.proposed)
    assert list(today.marker.color) == [look.today, look.today, look.paper]
    row = found[(found["policy"] == "today") & (found["group"] == "F")].iloc[0]
    assert today.error_x.array[0] == pytest.approx(row["approval_high_rate"] - 0.6)
    assert today.error_x.arrayminus[0] == pytest.approx(0.6 - row["approval_low_rate"])
    assert [line.x0 for line in drawn.layout.shapes] == [pytest.approx(0.48), pytest.approx(0.4)]
    assert list(drawn.layout.yaxis.ticktext) == ["Women", "Men", "Unknown"]
    assert "60.00%" in today.text[0]


def test_a_draft_that_moves_nobody_is_drawn_once() -> None:
    drawn = charts.approval(frame(("F", 100, 60, 0), ("M", 200, 100, 0)), 0.8, EN, LIGHT)
    assert [trace.name for trace in drawn.data] == ["Today = proposed"]
    assert [line.x0 for line in drawn.layout.shapes] == [pytest.approx(0.48)]


def test_many_groups_stand_in_the_order_of_their_rates() -> None:
    given = [
        (code, 100, 40 + place, 0) for place, code in enumerate(("GD", "JS", "SD", "ZJ", "HA", "SC", "HB", "HN", "FJ"))
    ]
    drawn = charts.approval(frame(*given), 0.8, EN, LIGHT)
    assert list(drawn.data[0].x) == sorted(drawn.data[0].x, reverse=True)
    assert drawn.layout.yaxis.ticktext[0] == "Fujian"


def test_groups_of_few_alone_have_no_line_of_a_signal() -> None:
    drawn = charts.approval(frame(("F", 20, 10, 0), ("M", 20, 4, 0)), 0.8, EN, LIGHT)
    assert not drawn.layout.shapes
    assert list(drawn.data[0].marker.color) == [LIGHT.paper] * 2
