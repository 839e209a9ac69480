"""D1 week by week beside what was to be expected, on days given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd
import pytest

from jiebei_dash.metrics.entry_weeks import PULL_ENTRIES, weekly

FIRST = date(2022, 1, 3)
SHOWN, LAST = date(2024, 1, 1), date(2024, 3, 31)


def _days(late: Mapping[date, int], usual: int = 50, due: int = 1_000) -> pd.DataFrame:
    every = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    entered = [late.get(day, usual) for day in every]
    return pd.DataFrame(
        {"due_on": pd.to_datetime(every), "instalments": due, "due_fen": due * 100, "entered": entered,
         "entered_fen": [each * 100 for each in entered]}
    )  # fmt: skip


def _week(frame: pd.DataFrame, monday: str) -> pd.Series:
    return frame.set_index("week").loc[monday]


def test_where_nothing_ever_moves_the_expected_is_the_rate() -> None:
    found = weekly(_days({}), {}, "count", SHOWN, LAST)
    assert len(found) == 13
    assert found["rate"].tolist() == pytest.approx([0.05] * 13)
    assert found["expected_rate"].tolist() == pytest.approx([0.05] * 13)
    assert not found["is_outside"].any()
    # Nothing strayed, so the band is the binomial one: 1.96 x sqrt(0.05 x 0.95 / 7,000).
    assert found["high_rate"].iloc[0] == pytest.approx(0.05 + 1.959964 * (0.05 * 0.95 / 7_000) ** 0.5)


def test_a_day_of_the_month_that_is_always_late_is_expected_to_be() -> None:
    every = pd.date_range(FIRST, LAST)
    tenth = {day.date(): 150 for day in every if day.day == 10}
    found = weekly(_days(tenth), {}, "count", SHOWN, LAST)
    week = _week(found, "2024-02-05")
    assert week["rate"] == pytest.approx((6 * 50 + 150) / 7_000)
    assert week["expected_rate"] == pytest.approx(week["rate"], rel=0.02)
    assert not week["is_outside"]


def test_a_spike_of_every_new_year_is_no_news_and_the_same_spike_in_march_is() -> None:
    holidays = {
        date(year, month, day) + timedelta(days=offset): "spring_festival"
        for year, month, day in ((2022, 1, 31), (2023, 1, 21), (2024, 2, 10))
        for offset in range(7)
    }
    spike = dict.fromkeys(holidays, 75) | {date(2024, 3, 11) + timedelta(days=offset): 75 for offset in range(7)}
    adjusted = weekly(_days(spike), holidays, "count", SHOWN, LAST)
    new_year = _week(adjusted, "2024-02-12")
    # Fourteen days were 75 late where 50 were usual: (14 x 75 + 30) / (14 x 50 + 30) = 1.48, five such days of seven.
    factor = (14 * 75 + PULL_ENTRIES) / (14 * 50 + PULL_ENTRIES)
    assert new_year["expected_rate"] == pytest.approx(0.05 * (5 * factor + 2) / 7, rel=0.02)
    assert new_year["holiday"] == "spring_festival"
    assert not new_year["is_outside"]
    assert _week(adjusted, "2024-03-11")["is_outside"]
    unadjusted = weekly(_days(spike), {}, "count", SHOWN, LAST)
    assert _week(unadjusted, "2024-02-12")["is_outside"]


def test_a_week_that_has_not_ended_or_has_too_little_before_it_is_absent() -> None:
    days = _days({})
    found = weekly(days, {}, "balance", SHOWN, date(2024, 3, 30))
    assert found["week"].max() == pd.Timestamp("2024-03-18")
    young = days[days["due_on"] >= "2024-01-01"]
    found = weekly(young, {}, "balance", SHOWN, LAST)
    assert found["week"].min() == pd.Timestamp("2024-01-29")
    assert weekly(young.iloc[:0], {}, "balance", SHOWN, LAST).empty


def test_few_instalments_are_marked_and_never_out_of_line() -> None:
    days = _days({date(2024, 3, 11): 4}, usual=0, due=4)
    week = _week(weekly(days, {}, "count", SHOWN, LAST), "2024-03-11")
    assert week["instalments"] == 28
    assert week["is_small"]
    assert not week["is_outside"]
