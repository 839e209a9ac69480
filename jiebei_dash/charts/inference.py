"""The range of each way of inferring the declined, beside what was seen or is true."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import faded, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def ranges(frame: pd.DataFrame, beside: str, words: Words, look: Look) -> go.Figure:
    """Draw each way as a range with its centre, and what it is held against as a line, with its interval if it has one.

    Parameters
    ----------
    frame
        A row a way: ``method``, ``low_rate``, ``central_rate``, ``high_rate``, ``is_held``, and the column ``beside``.
    beside
        ``observed_bad_rate`` (then with ``observed_low_rate`` and ``observed_high_rate``) or ``true_rate``.
    words, look
        Language and colours; what is inferred has its colour, an open mark and a dotted range, filled where it holds.
    """
    names = [words.code("reject_short", method) for method in frame["method"]]
    layout = base_layout(look, words("inference.axis"), "", 130 + 40 * len(names))
    first = frame.iloc[0]
    known = float(first[beside])
    is_seen = beside == "observed_bad_rate"
    highest = max(float(frame["high_rate"].max()), float(first["observed_high_rate"]) if is_seen else known)
    layout["xaxis"] = {**part(layout, "xaxis"), "tickformat": ".0%", "range": [0, highest * 1.08], "showgrid": True}
    layout["yaxis"] = {
        **part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False
    }  # fmt: skip
    layout["margin"] = {"l": 56, "r": 24, "t": 32, "b": 48}
    shapes = [_shape("line", known, known, {"line": {"color": look.today, "width": 2}, "layer": "below"})]
    if is_seen:
        low, high = float(first["observed_low_rate"]), float(first["observed_high_rate"])
        shapes.insert(0, _shape("rect", low, high, {"fillcolor": faded(look.today, 0.12), "line": {"width": 0}}))
    layout["shapes"] = shapes
    layout["annotations"] = [
        {
            "x": known,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": words(f"inference.mark_{beside}", rate=numbers.rate(known)),
            "showarrow": False,
            "font": {"color": look.today, "size": 12},
        }
    ]
    return go.Figure({"data": [*_lines(frame, names, look), _marks(frame, names, words, look)], "layout": layout})


def _lines(frame: pd.DataFrame, names: list[str], look: Look) -> list[dict[str, object]]:
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [row.low_rate, row.high_rate],
            "y": [name, name],
            "line": {"color": look.inferred, "width": 3, "dash": "dot"},
            "hoverinfo": "skip",
        }
        for name, row in zip(names, frame.itertuples(), strict=True)
    ]


def _marks(frame: pd.DataFrame, names: list[str], words: Words, look: Look) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": frame["central_rate"].tolist(),
        "y": names,
        "marker": {
            "size": 12,
            "color": look.inferred,
            "symbol": ["diamond" if held else "diamond-open" for held in frame["is_held"]],
            "line": {"width": 2, "color": look.inferred},
        },
        "text": [
            words(
                "inference.tip",
                method=name,
                rate=numbers.rate(row.central_rate),
                low=numbers.rate(row.low_rate),
                high=numbers.rate(row.high_rate),
                held=words("inference.held" if row.is_held else "inference.not_held"),
            )
            for name, row in zip(names, frame.itertuples(), strict=True)
        ],
        "hoverinfo": "text",
    }


def _shape(kind: str, start: float, end: float, more: Mapping[str, object]) -> dict[str, object]:
    place = {"type": kind, "xref": "x", "yref": "paper", "x0": start, "x1": end, "y0": 0, "y1": 1}
    return {**place, "layer": "below", **more}
