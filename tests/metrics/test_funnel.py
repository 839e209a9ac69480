"""Stages and percentiles on frames given by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from jiebei_dash.metrics import funnel


def test_a_window_without_applications_is_absent() -> None:
    counts = pd.DataFrame(
        {"submitted_month": pd.to_datetime(["2024-03-01"]), "stage": ["KYC"], "entered": [4], "passed": [3],
         "failed": [1], "left": [0], "open": [0]}
    )  # fmt: skip
    windows = {"latest": (date(2024, 3, 1), date(2024, 3, 1)), "before": (date(2024, 2, 1), date(2024, 2, 1))}
    found = funnel.stages(counts, windows)
    assert found["window"].unique().tolist() == ["latest"]
    assert found["pass_rate"].iloc[0] == pytest.approx(0.75)
    assert found["pass_rate"].iloc[2:].isna().all()


def test_a_percentile_is_reached_at_its_edge_and_not_before() -> None:
    cash = pd.DataFrame({"waits": [100], "within_10": [49], "within_20": [50], "within_60": [98]})
    none = pd.DataFrame({"is_manual": [], "waits": [], "within_10": [], "within_20": [], "within_60": []})
    found = funnel.waits(none, cash, (10, 20, 60)).iloc[0]
    assert found["p50_seconds"] == 20
    assert found["p90_seconds"] == 60
    assert pd.isna(found["p99_seconds"])
