"""Peaks of entry and of 30+, on series that were made to have them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics.peaks import peaks, smoothed

MONTHS = pd.date_range("2024-01-01", periods=24, freq="MS")


def frames(entry: list[float], late: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    come = pd.DataFrame({"month": MONTHS[: len(entry)], "measure": "entry", "numerator": entry, "denominator": 100.0})
    held = pd.DataFrame({"month": MONTHS[: len(late)], "past_due_days": 30, "late": late, "book": 200.0})
    return come.assign(rate=come["numerator"] / 100), held.assign(rate=held["late"] / 200)


def wave(top: int, height: float) -> list[float]:
    return [4 + height * max(0.0, 1 - abs(place - top) / 4) for place in range(24)]


def test_three_months_are_the_sums_and_not_the_mean_of_rates() -> None:
    come, held = frames([1, 2, 6], [2, 2, 2])
    come.loc[2, "denominator"] = 400
    found = smoothed(come, held)
    entry = found[found["figure"] == "entry"]
    assert entry["smooth_rate"].isna().tolist() == [True, True, False]
    assert entry["smooth_rate"].iloc[2] == pytest.approx(9 / 600)


def test_entry_that_runs_three_months_before_is_found_and_both_peaks_are_behind() -> None:
    found = peaks(smoothed(*frames(wave(8, 4), wave(11, 6)))).set_index("figure")
    # Three months to month 9 (October) hold the top of entry, at months 7, 8 and 9: 7, 8 and 7 of 100.
    assert found.loc["entry", "peak_month"] == pd.Timestamp("2024-10-01")
    assert found.loc["entry", "peak_rate"] == pytest.approx(22 / 300)
    assert found.loc["past_due_30", "peak_month"] == pd.Timestamp("2025-01-01")
    assert found["lag_months"].tolist() == [3, 3]
    assert found["is_past"].tolist() == [True, True]
    assert found.loc["entry", "fallen_rate"] == pytest.approx(1 - 12 / 22)


def test_a_peak_of_last_month_is_not_behind() -> None:
    found = peaks(smoothed(*frames(wave(8, 4), wave(23, 6)))).set_index("figure")
    assert found.loc["past_due_30", "since_months"] == 0
    assert found["is_past"].to_dict() == {"entry": True, "past_due_30": False}


def test_a_fall_within_the_usual_change_is_not_behind() -> None:
    # 17 and 16 of 300 by turns: the last month is 16.
    jagged = [6.0, 5.0] * 12
    found = peaks(smoothed(*frames(jagged, wave(8, 4)))).set_index("figure")
    assert found.loc["entry", "fallen_rate"] == pytest.approx(1 / 17)
    assert not found.loc["entry", "is_past"]


def test_fewer_than_twelve_common_months_tell_no_lag() -> None:
    found = peaks(smoothed(*frames(wave(8, 4)[:12], wave(8, 4)[:12])))
    assert np.isnan(found["lag_months"]).all()


def test_two_months_have_no_peak() -> None:
    assert peaks(smoothed(*frames([1, 2], [1, 2]))).empty
