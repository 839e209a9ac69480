"""Figures of forecasts: what was seen in full, what is expected dotted, and how earlier forecasts turned out."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, end_labels, end_of, line, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout, cohort_colour
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_COHORTS = 24
SETTLED_RATE = 0.005
"""Of a final rate: a line ends where less than this is still expected."""
_EXPECTED = 0.5
"""Opacity of what is expected."""
_BAND = 0.14


def going_on(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the cohorts that are still expected to move, at most the newest ``MOST_COHORTS``."""
    moving = frame[(frame["developed_rate"] - 1).abs() > SETTLED_RATE]
    return moving[moving["cohort"].isin(sorted(moving["cohort"].unique())[-MOST_COHORTS:])]


def curves(
    observed: pd.DataFrame, forecast: pd.DataFrame, words: Words, look: Look, quantity: str, chosen: str
) -> go.Figure:
    """Draw the cohorts that still move: seen solid, expected dotted, and the band of the chosen one.

    Of the youngest, with nothing seen yet, all lines would be one: only a chosen one is drawn.

    Parameters
    ----------
    observed
        Of ``answers.vintages.curves``.
    forecast
        Of ``answers.vintage_forecast.curves``; with a cohort that still moves.
    words, look
        Language and colours.
    quantity
        Title of the y axis: which measure, of what.
    chosen
        The cohort (``2025-03``) that has a band and its words at the end.
    """
    ahead = going_on(forecast)
    ahead = ahead[(ahead["numerator"] > 0) | (ahead["cohort"].map(numbers.month) == chosen)]
    longest = _longest(forecast)
    cohorts = sorted(ahead["cohort"].unique())
    drawn: list[Part] = []
    over: list[Part] = []
    ends = []
    for place, cohort in enumerate(cohorts):
        name = numbers.month(pd.Timestamp(cohort))
        is_chosen = name == chosen
        colour = look.proposed if is_chosen else cohort_colour(look, place / max(len(cohorts) - 1, 1))
        seen = observed[observed["cohort"] == cohort]
        rows = ahead[(ahead["cohort"] == cohort) & (ahead["mob"] <= longest)]
        solid = line(
            seen["mob"].tolist(),
            seen["rate"].tolist(),
            [words("vintage_forecast.tip_seen", cohort=name, mob=int(row.mob), rate=numbers.rate(row.rate))
             for row in seen.itertuples()],
            colour,
            3 if is_chosen else 1.5,
        )  # fmt: skip
        dotted = line(
            rows["mob"].tolist(),
            rows["predicted_rate"].tolist(),
            [_tip(row, name, words) for row in rows.itertuples()],
            colour,
            3 if is_chosen else 1.5,
            opacity=1.0 if is_chosen else _EXPECTED,
        )
        dotted["line"] = {**part(dotted, "line"), "dash": "dot"}
        if not is_chosen:
            drawn += [solid, dotted]
            continue
        over += [*_band(rows, look), solid, dotted]
        ends += end_of(rows["mob"].tolist(), rows["predicted_rate"].tolist(), name, look.proposed)
    top = top_of(*[trace["y"] for trace in (*drawn, *over)])  # type: ignore[arg-type]
    layout = base_layout(look, words("vintages.axis_mob"), quantity, 420)
    layout["margin"] = {"l": 56, "r": 84, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "rangemode": "tozero", "dtick": 1 if longest <= 18 else 3}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, 356)
    return go.Figure({"data": [*drawn, *over], "layout": layout})


def backtest(frame: pd.DataFrame, words: Words, look: Look, quantity: str) -> go.Figure:
    """Draw what would have been forecast, with its interval, and what was observed since.

    Parameters
    ----------
    frame
        Of ``answers.vintage_forecast.backtest``; not empty.
    words, look
        Language and colours: forecasts are hollow with their interval, what was seen is full, outside in the colour of
        a change for the worse and as a diamond.
    quantity
        Title of the y axis.
    """
    x = months_of(frame["cohort"])
    is_out = (frame["is_inside"] == 0).tolist()
    tips = [_tip_back(row, words) for row in frame.itertuples()]
    spread = {
        "type": "data",
        "symmetric": False,
        "array": (frame["high_rate"] - frame["predicted_rate"]).fillna(0).tolist(),
        "arrayminus": (frame["predicted_rate"] - frame["low_rate"]).fillna(0).tolist(),
        "color": look.muted,
        "thickness": 1.5,
        "width": 0,
    }
    forecast = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": frame["predicted_rate"].tolist(),
        "error_y": spread,
        "marker": {"symbol": "circle-open", "size": 10, "color": look.muted, "line": {"width": 1.5}},
        "text": tips,
        "hoverinfo": "text",
    }
    seen = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": frame["realised_rate"].tolist(),
        "marker": {
            "symbol": ["diamond" if out else "circle" for out in is_out],
            "size": [10 if out else 8 for out in is_out],
            "color": [look.bad if out else look.proposed for out in is_out],
        },
        "text": tips,
        "hoverinfo": "text",
    }
    top = top_of(frame["high_rate"].tolist(), frame["realised_rate"].tolist(), frame["predicted_rate"].tolist())
    layout = base_layout(look, words("vintages.axis_opened"), quantity, 380)
    layout["xaxis"] = {**part(layout, "xaxis"), "type": "category", "nticks": 12, "tickangle": 0}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    return go.Figure({"data": [forecast, seen], "layout": layout})


def _longest(forecast: pd.DataFrame) -> int:
    """The age from which on nothing to speak of is expected, read off the cohorts that are there."""
    parts = forecast[forecast["mob"] == forecast["observed_mob"]].sort_values("observed_mob")
    moving = parts[(parts["developed_rate"] - 1).abs() > SETTLED_RATE]
    oldest = int(moving["observed_mob"].max())
    later = parts[parts["observed_mob"] > oldest]["observed_mob"]
    return int(later.min()) if len(later) else int(forecast["mob"].max())


def _band(rows: pd.DataFrame, look: Look) -> list[Part]:
    """Nothing where the interval cannot be told."""
    if rows["low_rate"].isna().any():
        return []
    edge = {"type": "scatter", "mode": "lines", "x": rows["mob"].tolist(), "hoverinfo": "skip"}
    red, green, blue = (int(look.proposed[at : at + 2], 16) for at in (1, 3, 5))
    return [
        {**edge, "y": rows["high_rate"].tolist(), "line": {"width": 0, "color": look.proposed}},
        {**edge, "y": rows["low_rate"].tolist(), "line": {"width": 0, "color": look.proposed}, "fill": "tonexty",
         "fillcolor": f"rgba({red},{green},{blue},{_BAND})"},
    ]  # fmt: skip


def _tip(row: object, cohort: str, words: Words) -> str:
    return words(
        "vintage_forecast.tip_expected",
        cohort=cohort,
        mob=int(row.mob),  # type: ignore[attr-defined]
        rate=numbers.rate(row.predicted_rate),  # type: ignore[attr-defined]
        low=numbers.rate(row.low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.high_rate),  # type: ignore[attr-defined]
        method=words.code("method", row.method),  # type: ignore[attr-defined]
        seen=int(row.observed_mob),  # type: ignore[attr-defined]
    )


def _tip_back(row: object, words: Words) -> str:
    return words(
        "vintage_forecast.tip_back",
        cohort=numbers.month(row.cohort),  # type: ignore[attr-defined]
        then=int(row.observed_mob),  # type: ignore[attr-defined]
        mob=int(row.mob),  # type: ignore[attr-defined]
        predicted=numbers.rate(row.predicted_rate),  # type: ignore[attr-defined]
        low=numbers.rate(row.low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.high_rate),  # type: ignore[attr-defined]
        realised=numbers.rate(row.realised_rate),  # type: ignore[attr-defined]
        method=words.code("method", row.method),  # type: ignore[attr-defined]
    )
