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


def test_a_past_due_rate_has_the_interval_of_its_loans_and_is_marked_where_they_are_few() -> None:
    month = pd.Timestamp(2024, 1, 1)
    states = pd.DataFrame({"month": month, "state": ["C", "M2"], "loans": [182, 81], "balance_fen": [18_200, 8_100]})
    found = delinquency.past_due(states, "balance").set_index("past_due_days")
    # Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662.
    assert found.loc[30, ["low_rate", "high_rate"]].round(4).tolist() == [0.2553, 0.3662]
    assert found.loc[30, "loans"] == 263
    assert not found.loc[30, "is_small"]
    few = delinquency.past_due(states.assign(loans=[20, 9]), "count").set_index("past_due_days")
    assert few.loc[30, "is_small"]
