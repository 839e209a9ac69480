"""Rolls beside their truth, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics.truth import rolls

JANUARY, FEBRUARY = pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 2, 1)
MOVES = pd.DataFrame(
    [(JANUARY, "C", "C", 90), (JANUARY, "C", "M1", 10), (FEBRUARY, "C", "C", 280), (FEBRUARY, "C", "M1", 20)],
    columns=["month", "prev_state", "state", "loans"],
)
TRUE = pd.DataFrame(
    [(JANUARY, "C", "C", 0.8), (JANUARY, "C", "M1", 0.2), (FEBRUARY, "C", "C", 0.9), (FEBRUARY, "C", "M1", 0.1),
     (FEBRUARY, "M1", "C", 0.5)],
    columns=["month", "prev_state", "state", "true_rate"],
)  # fmt: skip


def test_the_truth_of_a_window_is_weighed_by_the_loans_that_could_move() -> None:
    found = rolls(MOVES, TRUE).set_index(["prev_state", "state"])
    worse = found.loc[("C", "M1")]
    # 0.2 of 100 and 0.1 of 300: 50 of 400, where 30 of 400 moved.
    assert worse["true_rate"] == pytest.approx(50 / 400)
    assert worse["rate"] == pytest.approx(30 / 400)
    assert worse["spreads"] == pytest.approx(-0.05 / (0.125 * 0.875 / 400) ** 0.5)
    assert not worse["is_inside"]
    assert ("M1", "C") not in found.index


def test_a_move_that_nobody_made_is_shown_as_none_and_judged() -> None:
    found = rolls(MOVES[MOVES["state"] == "C"], TRUE).set_index(["prev_state", "state"])
    # 0.2 of 90 and 0.1 of 280 would have moved.
    assert found.loc[("C", "M1"), "loans"] == 0
    assert found.loc[("C", "M1"), "true_rate"] == pytest.approx(46 / 370)
    assert not found.loc[("C", "M1"), "is_inside"]
