"""The figure of loads: which share of each tape's rows was set aside."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_LOADS = 24


def loads(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the share of rows set aside, a bar a load, the newest at the right; a load that was stopped is hatched.

    Parameters
    ----------
    frame
        Of ``metrics.data_quality.loads``, newest first.
    words, look
        Language and colours.
    """
    shown = frame.head(MOST_LOADS)[::-1]
    stopped = shown["load_outcome"] == "STOPPED"
    rates = [None if numbers.is_unknown(value) else float(value) for value in shown["quarantined_rate"]]
    top = top_of(shown["quarantined_rate"].tolist())
    bars = {
        "type": "bar",
        "x": [_label(row.load_no, row.loaded_at) for row in shown.itertuples()],
        "y": rates,
        "width": 0.5,
        "marker": {
            "color": [look.breach if is_stopped else look.today for is_stopped in stopped],
            "pattern": {"shape": ["/" if is_stopped else "" for is_stopped in stopped]},
            "line": {"width": 0},
        },
        "text": [words("data_quality.bar_stopped") if is_stopped else "" for is_stopped in stopped],
        "textposition": "outside",
        "textfont": {"color": look.breach, "size": 12},
        "hovertext": [
            words(
                "data_quality.tip_load",
                load_no=row.load_no,
                tape=str(row.tape).replace("<", "&lt;"),
                outcome=words(f"data_quality.outcome.{row.load_outcome}"),
                rate=numbers.rate(row.quarantined_rate),
                bad=numbers.count(row.rows_quarantined),
                rows=numbers.count(row.rows_in),
            )
            for row in shown.itertuples()
        ],
        "hoverinfo": "text",
    }
    layout = base_layout(look, words("data_quality.axis_load"), words("data_quality.axis_quarantined"), 260)
    layout["xaxis"] = {**part(layout, "xaxis"), "type": "category", "tickangle": 0, "nticks": 12}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top * 1.08], "tickformat": ticks_of(top)}
    return go.Figure({"data": [bars], "layout": layout})


def _label(load_no: int, loaded_at: pd.Timestamp) -> str:
    return f"{load_no}<br>{loaded_at:%Y-%m-%d}"
