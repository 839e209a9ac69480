"""Why applicants move when a rule does."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_BARS = 12


def moved_reasons(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the mean points of each input, those let in beside those kept out.

    Parameters
    ----------
    frame
        Of ``metrics.moved_reasons.mean_points``, not empty; the twelve largest are drawn.
    words, look
        Language and colours.
    """
    upward = frame.head(MOST_BARS).iloc[::-1]
    labels = [words.code("feature", feature) for feature in upward["feature"]]
    sides = (("out", look.today, "what_if.side_out"), ("in", look.proposed, "what_if.side_in"))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "x": upward[f"{side}_points"].to_numpy(),
            "y": labels,
            "name": words(name, count=numbers.count(frame[f"{side}_count"].iloc[0])),
            "marker": {"color": colour},
            "hovertemplate": "%{y}: %{x:+.1f}<extra>%{fullData.name}</extra>",
        }
        for side, colour, name in sides
        if frame[f"{side}_count"].iloc[0] > 0
    ]
    layout = base_layout(look, words("what_if.axis_mean_points"), "", height_px=80 + 34 * len(upward))
    layout |= {
        "barmode": "group",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
    }
    layout["xaxis"] = {**_dict(layout["xaxis"]), "zeroline": True, "zerolinecolor": look.muted, "showgrid": True}
    return go.Figure({"data": bars, "layout": layout})


def _dict(part: object) -> dict[str, object]:
    return dict(part) if isinstance(part, dict) else {}
