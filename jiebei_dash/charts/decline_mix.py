"""The figure of the reasons: the main reason of a decline, today's policy beside the draft."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part, ticks_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_ROW_PX = 44


def reasons(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the share of the declined by main reason with its interval.

    Parameters
    ----------
    frame
        Of ``metrics.decline_mix.moved``, not empty.
    words, look
        Language and colours; bars of fewer than 30 declined are hollow.
    """
    bars: list[Part] = []
    for policy, colour in (("today", look.today), ("proposed", look.proposed)):
        rows = frame[frame["policy"] == policy]
        hollow = bool(rows["is_small"].any())
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": words(f"what_if.{policy}"),
                "y": [words.code("rule", key) for key in rows["reason"]],
                "x": rows["main_rate"].tolist(),
                "marker": {"color": look.paper if hollow else colour, "line": {"color": colour, "width": 1.5}},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": (rows["high_rate"] - rows["main_rate"]).tolist(),
                    "arrayminus": (rows["main_rate"] - rows["low_rate"]).tolist(),
                    "color": look.muted,
                    "thickness": 1.2,
                    "width": 3,
                },
                "hovertext": [_tip(row, words) for _, row in rows.iterrows()],
                "hoverinfo": "text",
            }
        )
    places = frame["reason"].nunique()
    layout = base_layout(look, words("consequences.axis_reason"), "", 110 + _ROW_PX * max(places, 2))
    top = float(frame["high_rate"].max()) if frame["high_rate"].notna().any() else 1.0
    layout["xaxis"] = {
        **part(layout, "xaxis"), "range": [0, top * 1.05], "showgrid": True, "tickformat": ticks_of(top),
    }  # fmt: skip
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout |= {
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    }
    return go.Figure({"data": bars, "layout": layout})


def _tip(row: pd.Series, words: Words) -> str:
    return words(
        "consequences.tip_reason",
        name=words.code("rule", row["reason"]),
        policy=words(f"what_if.{row['policy']}"),
        main=numbers.count(row["main_count"]),
        declined=numbers.count(row["declined_count"]),
        rate=numbers.rate(row["main_rate"]),
        low=numbers.rate(row["low_rate"]),
        high=numbers.rate(row["high_rate"]),
        any=numbers.count(row["any_count"]),
        sole=numbers.count(row["sole_count"]),
    )
