"""What counts as a move."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from jiebei_dash.metrics import overview


def _headline(path: list[float]) -> pd.DataFrame:
    months = pd.date_range(end="2024-10-01", periods=len(path), freq="MS")
    values = pd.DataFrame({"numerator": path, "denominator": 1.0, "value": path}, index=months)
    return overview.headline({"past_due_30": values}, date(2024, 10, 1), "balance", {})


def test_a_change_of_three_spreads_is_beyond_noise_and_of_one_is_not() -> None:
    quiet = [0.010, 0.011] * 6
    spread = float(np.std(np.diff(quiet), ddof=1))
    far = overview.what_moved(_headline([*quiet, 0.011 + 3 * spread])).iloc[0]
    assert far["spreads"] == pytest.approx(3)
    assert far["is_beyond_noise"]
    near = overview.what_moved(_headline([*quiet, 0.011 + spread])).iloc[0]
    assert not near["is_beyond_noise"]


def test_the_last_change_is_not_part_of_its_own_noise() -> None:
    row = _headline([*([0.010, 0.011] * 6), 5.0]).set_index("kpi").loc["past_due_30"]
    assert row["usual_change"] < 0.002


def test_a_number_with_five_changes_has_no_noise_and_is_left_out() -> None:
    found = _headline([0.01, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01])
    assert found.set_index("kpi").loc["past_due_30", "usual_change"] != pytest.approx(0)
    assert overview.what_moved(found).empty


def test_a_rate_changes_by_a_difference_and_an_amount_by_a_share() -> None:
    assert _headline([0.01, 0.02]).set_index("kpi").loc["past_due_30", "change_month"] == pytest.approx(0.01)
    months = pd.date_range(end="2024-10-01", periods=2, freq="MS")
    values = pd.DataFrame({"numerator": [50.0, 60.0], "denominator": np.nan, "value": [50.0, 60.0]}, index=months)
    found = overview.headline({"balance": values}, date(2024, 10, 1), "balance", {}).set_index("kpi")
    assert found.loc["balance", "change_month"] == pytest.approx(0.2)
