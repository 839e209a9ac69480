"""The figure of the portfolio's limits: how much of each is used."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text.words import Words

_ROW_PX = 27
_LONGEST = 1.6
"""A bar is cut here; its label says the rest."""


def use(frame: pd.DataFrame, names: Sequence[str], texts: Sequence[str], words: Words, look: Look) -> go.Figure:
    """Draw how much of each limit is used, with the limit itself as a line at 100 %.

    Parameters
    ----------
    frame
        Of ``metrics.portfolio_limits.status``.
    names, texts
        What the limits are called, and where each stands with its status in words, row by row.
    words, look
        Language and colours. A limit that cannot be checked has no bar.
    """
    colours = {"breach": look.breach, "warning": look.bad, "inside": look.today, "unknown": look.muted}
    known = frame["use_rate"].fillna(0).clip(upper=_LONGEST)
    bars = {
        "type": "bar", "orientation": "h", "y": list(names), "x": known.tolist(),
        "marker": {"color": [colours[status] for status in frame["status"]]},
        "hovertext": [f"{name}<br>{text}" for name, text in zip(names, texts, strict=True)], "hoverinfo": "text",
    }  # fmt: skip
    layout = base_layout(look, words("portfolio_limits.axis_use"), "", 84 + _ROW_PX * max(len(frame), 3))
    layout["margin"] = {"l": 56, "r": 190, "t": 16, "b": 48}
    top = max(1.05, float(known.max()) * 1.02)
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, top], "tickformat": ".0%", "showgrid": True}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout["bargap"] = 0.35
    layout["shapes"] = [
        {"type": "line", "xref": "x", "yref": "paper", "x0": 1, "x1": 1, "y0": 0, "y1": 1,
         "line": {"color": look.breach, "width": 1.5, "dash": "dash"}}
    ]  # fmt: skip
    # In a column of their own, so that no text crosses the line of the limit.
    layout["annotations"] = [
        {"xref": "paper", "yref": "y", "x": 1, "y": name, "xshift": 8, "xanchor": "left", "showarrow": False,
         "text": text,
         "font": {"size": 12, "color": look.breach if status == "breach" else look.text}}
        for name, text, status in zip(names, texts, frame["status"], strict=True)
    ]  # fmt: skip
    return go.Figure({"data": [bars], "layout": layout})
