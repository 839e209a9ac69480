"""Shares of a month, on frames given by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.metrics import delinquency


def _states(rows: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["month", "channel", "state", "balance_fen"])
    return frame.assign(month=pd.to_datetime(frame["month"]), loans=1)


def test_thirty_plus_begins_with_m2_and_ninety_plus_with_m4() -> None:
    assert delinquency.late_states(30) == ["M2", "M3", "M4", "M5", "M6", "M7+"]
    assert delinquency.late_states(90) == ["M4", "M5", "M6", "M7+"]


def test_a_book_growing_by_a_tenth_hides_a_part_of_its_lateness() -> None:
    rows = [(f"2024-0{month}-01", "HOME", "C", round(1_000 * 1.1**month)) for month in (1, 2, 3)]
    frame = _states([*rows, ("2024-03-01", "HOME", "M2", 20)])
    march = delinquency.past_due(frame, "balance").query("past_due_days == 30").set_index("month").loc["2024-03-01"]
    assert march["rate"] == pytest.approx(20 / 1_351)
    assert march["lagged_rate"] == pytest.approx(20 / 1_100)


def test_exits_are_not_of_the_book() -> None:
    frame = _states([("2024-01-01", "HOME", "C", 10), ("2024-01-01", "HOME", "WO", 0)])
    assert delinquency.buckets(frame, "count")["total"].unique().tolist() == [1]
