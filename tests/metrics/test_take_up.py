"""Take-up on frames given by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import take_up
from jiebei_dash.terms import WAIT_EDGES_SECONDS


def _lines(drawn: list[int], lines: int) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=len(drawn), freq="MS")
    return pd.DataFrame(
        {"decided_month": months, "lines": lines, "drawn_7": drawn, "drawn_30": drawn, "drawn_90": drawn, "undated": 0}
    )


def test_a_rise_from_half_to_six_tenths_is_chance_in_a_hundred_lines_and_none_in_a_thousand() -> None:
    # Newcombe: 60 of 100 less 50 of 100 is -0.04 to 0.23; 600 of 1,000 less 500 of 1,000 is 0.06 to 0.14.
    few = take_up.curves(_lines([50, 60], 100), date(2024, 12, 31))
    many = take_up.curves(_lines([500, 600], 1_000), date(2024, 12, 31))
    assert few["is_beyond_noise"].tolist() == [False] * 6
    assert many["is_beyond_noise"].tolist() == [False, True] * 3
    assert many["change_rate"].iloc[1] == pytest.approx(0.1)


def test_a_funder_without_a_name_is_kept_and_a_part_without_a_wait_is_not() -> None:
    within = {f"within_{edge}": [0, 10] for edge in WAIT_EDGES_SECONDS}
    cash = pd.DataFrame({"funder_code": ["OWN", None], "waits": [0, 10], **within})
    found = take_up.cash_percentiles(cash, "funder_code", WAIT_EDGES_SECONDS)
    assert found[["funder_code", "waits", "p50_seconds", "p99_seconds"]].to_numpy().tolist() == [["NA", 10, 1.0, 1.0]]


def test_a_percentile_beyond_the_longest_length_is_unknown() -> None:
    within = {f"within_{edge}": [60 if edge == WAIT_EDGES_SECONDS[-1] else 0] for edge in WAIT_EDGES_SECONDS}
    cash = pd.DataFrame({"channel": ["HOME"], "waits": [100], **within})
    found = take_up.cash_percentiles(cash, "channel", WAIT_EDGES_SECONDS).iloc[0]
    assert found["p50_seconds"] == WAIT_EDGES_SECONDS[-1]
    assert pd.isna(found["p90_seconds"])
