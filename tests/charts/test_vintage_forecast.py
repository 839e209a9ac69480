"""Figures of forecasts: seen solid, expected dotted, one band, and what came outside is told apart without colour."""

from __future__ import annotations

import pandas as pd
import pytest

from jiebei_dash.charts import vintage_forecast as charts
from jiebei_dash.charts.theme import LIGHT
from jiebei_dash.metrics.development import develop
from jiebei_dash.text.words import load_words


def _cells() -> pd.DataFrame:
    opened = pd.date_range("2024-01-01", periods=8, freq="MS")
    course = [0, 10, 20, 40, 40, 40, 40, 40]
    rows = [
        {"cohort": cohort, "mob": mob, "numerator": course[mob] + place, "denominator": 1_000 + place, "loans": 100}
        for place, cohort in enumerate(opened)
        for mob in range(8 - place)
    ]
    return pd.DataFrame(rows).assign(rate=lambda rows: rows["numerator"] / rows["denominator"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_expected_is_dotted_and_the_chosen_cohort_alone_has_a_band(language: str) -> None:
    cells = _cells()
    forecast = develop(cells, 1)
    words = load_words(language)  # type: ignore[arg-type]
    figure = charts.curves(cells, forecast, words, LIGHT, "quantity", "2024-06")
    dotted = [trace for trace in figure.data if trace.line.dash == "dot"]
    chosen = [trace for trace in dotted if trace.line.color == LIGHT.proposed]
    assert len(chosen) == 1
    assert {trace.opacity for trace in dotted if trace not in chosen} == {0.5}
    assert [trace.fill for trace in figure.data if trace.fill] == ["tonexty"]
    assert [note.text for note in figure.layout.annotations] == ["2024-06"]
    # The line goes on from the last point that was seen.
    sixth = forecast[forecast["cohort"] == "2024-06-01"]
    assert chosen[0].y[0] == pytest.approx(sixth["observed_rate"].iloc[0])


def test_what_came_outside_its_interval_has_another_form() -> None:
    frame = pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "observed_mob": 2,
            "mob": 5,
            "predicted_rate": [0.02, 0.02, 0.02],
            "low_rate": [0.01, 0.01, float("nan")],
            "high_rate": [0.03, 0.03, float("nan")],
            "realised_rate": [0.02, 0.04, 0.04],
            "is_inside": [1.0, 0.0, float("nan")],
            "method": "CL",
        }
    )
    figure = charts.backtest(frame, load_words("en"), LIGHT, "quantity")
    assert list(figure.data[1].marker.symbol) == ["circle", "diamond", "circle"]
    assert "Observed 4.00%" in figure.data[1].text[1]
    assert "– to –" in figure.data[1].text[2]
