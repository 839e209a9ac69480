"""Cohorts at one age: what is beyond chance and what is too small are told apart without colour."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.charts import same_age as charts
from jiebei_dash.charts.theme import DARK
from jiebei_dash.metrics import same_age as metrics
from jiebei_dash.text.words import load_words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_worse_is_a_diamond_and_small_is_hollow(language: str) -> None:
    words = load_words(language)  # type: ignore[arg-type]
    loans = [1_000, 1_000, 1_000, 1_000, 20]
    cells = pd.DataFrame(
        {
            "cohort": pd.date_range("2024-01-01", periods=5, freq="MS"),
            "mob": 3,
            "numerator": [20, 20, 20, 60, 1],
            "denominator": loans,
            "loans": loans,
        }
    ).assign(rate=lambda rows: rows["numerator"] / rows["denominator"])
    figure = charts.cohorts(metrics.cohorts(cells, cells, 3), words, DARK, "count", "quantity")
    before, points = figure.data
    assert list(points.marker.symbol) == ["circle", "circle", "circle", "diamond", "circle-open"]
    assert list(before.y) == [None, None, None, 0.02, 0.03]
    assert words("same_age.small") in points.text[4]
    assert points.error_y.array[0] == pytest.approx(0.03065 - 0.02, abs=5e-5)
