"""Figures of collections: rates by batch or month with their intervals, hollow where few loans stand behind them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, line, months_of, part, ticks_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 280
Measured = tuple[str, str, str, bool]
"""Column of a rate, those of its top and bottom, and whether it has the interval of the frame."""
BATCHES: tuple[Measured, ...] = (
    ("paid_rate", "paid_fen", "entered_fen", False),
    ("cured_amount_rate", "cured_fen", "entered_fen", False),
    ("cured_rate", "cured", "loans", True),
)


def batches(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw cash, cured amount and cured loans of each batch side by side.

    Parameters
    ----------
    frame
        Of ``metrics.collection.batches``, not empty.
    words, look
        Language and colours.
    """
    names = [words(f"collection.panel_{top}") for _, top, _, _ in BATCHES]
    return _side_by_side(frame, "entered_month", BATCHES, names, words("collection.axis_batch"), words, look)


def rates(
    frame: pd.DataFrame, at: str, measured: Measured, name: str, title: str, words: Words, look: Look
) -> go.Figure:
    """Draw one rate by month.

    Parameters
    ----------
    frame
        Of a metric of collections, not empty.
    at
        Column of its month.
    measured
        What to draw.
    name, title
        Of the panel and of the y axis.
    words, look
        Language and colours.
    """
    return _side_by_side(frame, at, (measured,), (name,), title, words, look)


def _side_by_side(
    frame: pd.DataFrame,
    at: str,
    measures: Sequence[Measured],
    names: Sequence[str],
    title: str,
    words: Words,
    look: Look,
) -> go.Figure:
    months, rows = months_of(frame[at]), frame.to_dict("records")
    groups = []
    for name, (column, top, below, has_interval) in zip(names, measures, strict=True):
        tips = []
        for month, row in zip(months, rows, strict=True):
            said = words(
                "collection.tip",
                name=name,
                month=month,
                rate=numbers.rate(row[column]),
                numerator=_sized(row[top], top, words),
                denominator=_sized(row[below] + row.get("inflow_fen", 0), below, words),
            )
            if has_interval:
                low, high = numbers.rate(row["low_rate"]), numbers.rate(row["high_rate"])
                said += words("collection.tip_interval", low=low, high=high)
            tips.append(said + (words("collection.tip_small") if row["is_small"] else ""))
        drawn = line(months, frame[column].tolist(), tips, look.today, mode="lines+markers")
        symbols = ["circle-open" if small else "circle" for small in frame["is_small"]]
        drawn["marker"] = {**part(drawn, "marker"), "symbol": symbols}
        if has_interval:
            drawn["error_y"] = _spread(frame, column, look)
        groups.append((name, [(drawn, "")]))
    figure = panels(groups, title, look, _HEIGHT)
    for place, (column, _, _, has_interval) in enumerate(measures):
        highest = float(frame["high_rate" if has_interval else column].max())
        if highest == highest and highest > 0:
            axis = "yaxis" if place == 0 else f"yaxis{place + 1}"
            figure.layout[axis].update({"range": [0, highest * 1.08], "tickformat": ticks_of(highest)})
    return figure


def _spread(frame: pd.DataFrame, column: str, look: Look) -> Part:
    return {
        "type": "data",
        "symmetric": False,
        "array": (frame["high_rate"] - frame[column]).clip(lower=0).tolist(),
        "arrayminus": (frame[column] - frame["low_rate"]).clip(lower=0).tolist(),
        "color": look.muted,
        "thickness": 1,
        "width": 0,
    }


def _sized(value: float, column: str, words: Words) -> str:
    return numbers.yuan(value, words.language) if column.endswith("_fen") else numbers.count(value)
