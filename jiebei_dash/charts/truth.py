"""Shown against true: how far each figure lies from what is so, in standard errors."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_BAND = 1.96


def rolls(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw each roll's distance from its truth; the band holds nineteen of twenty if nothing but chance is at work.

    Parameters
    ----------
    frame
        Of ``metrics.truth.rolls``.
    words, look
        Language and colours; outside of the band is another shape, not only another colour.
    """
    shown = frame[frame["spreads"].notna()]
    names = [
        words("truth.move", here=words.code("state", row.prev_state), there=words.code("state", row.state))
        for row in shown.itertuples()
    ]
    is_far = shown["spreads"].abs() > _BAND
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": shown["spreads"].tolist(),
        "y": names,
        "marker": {
            "size": 9,
            "color": [look.bad if far else look.today for far in is_far],
            "symbol": ["diamond" if far else "circle" for far in is_far],
        },
        "text": [
            words(
                "truth.tip",
                move=name,
                rate=numbers.rate(row.rate),
                true=numbers.rate(row.true_rate),
                low=numbers.rate(row.low_rate),
                high=numbers.rate(row.high_rate),
            )
            for name, row in zip(names, shown.itertuples(), strict=True)
        ],
        "hoverinfo": "text",
    }
    layout = base_layout(look, words("truth.axis"), "", 120 + 22 * len(names))
    layout["xaxis"] = {**part(layout, "xaxis"), "zeroline": True, "zerolinecolor": look.muted, "showgrid": True}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout["shapes"] = [
        {"type": "rect", "xref": "x", "yref": "paper", "x0": -_BAND, "x1": _BAND, "y0": 0, "y1": 1,
         "fillcolor": look.grid, "line": {"width": 0}, "layer": "below"}
    ]  # fmt: skip
    return go.Figure({"data": [marks], "layout": layout})
