"""Does the price change who takes the loan: how bad those were who drew, by how far from usual their price was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 320
_ROOM_RIGHT = {"l": 56, "r": 210, "t": 16, "b": 48}


def takers(frame: pd.DataFrame, assumed: float, words: Words, look: Look) -> go.Figure:
    """Draw the bad rate observed by price, beside what the same loans would have had at their usual price.

    Parameters
    ----------
    frame
        Of ``metrics.elasticity.takers``, not empty.
    assumed
        By what part the odds of bad rise for each point of yearly price, as assumed.
    words, look
        Language and colours.
    """
    at = [float(value) * 100 for value in frame["price_apart_rate"]]
    tips = [_tip(row, words) for row in frame.to_dict("records")]
    usual = frame["usual_rate"].to_numpy(np.float64)
    factor = (1 + assumed) ** np.array(at)
    follows = usual * factor / (1 - usual + usual * factor)
    seen = frame["bad_rate"].to_numpy(np.float64)
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": at,
        "y": seen.tolist(),
        "marker": {
            "size": 9,
            "color": [look.paper if small else look.today for small in frame["is_small"]],
            "line": {"width": 2, "color": look.today},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (frame["high_rate"] - frame["bad_rate"]).tolist(),
            "arrayminus": (frame["bad_rate"] - frame["low_rate"]).tolist(),
            "color": look.today,
            "thickness": 1.5,
            "width": 4,
        },
        "text": tips,
        "hoverinfo": "text",
    }
    flat = line(at, usual.tolist(), tips, look.inferred, hoverinfo="skip")
    flat["line"] = {"color": look.inferred, "width": 2, "dash": "dash"}
    rising = line(at, follows.tolist(), tips, look.muted, hoverinfo="skip")
    rising["line"] = {"color": look.muted, "width": 1.5, "dash": "dot"}
    top = top_of(frame["high_rate"].where(~frame["is_small"]).tolist(), seen.tolist(), follows.tolist())
    layout = base_layout(look, words("offers.axis_apart"), words("offers.axis_bad"), _HEIGHT)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {**part(layout, "xaxis"), "ticksuffix": "", "tickformat": "+.1f", "tickvals": at}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    ends = [
        *end_of(at, usual.tolist(), words("offers.line_usual"), look.inferred),
        *end_of(at, follows.tolist(), words("offers.line_assumed"), look.muted),
        *end_of(at, seen.tolist(), words("offers.line_seen"), look.today),
    ]
    layout["annotations"] = end_labels(ends, top, _HEIGHT - 64)
    return go.Figure({"data": [flat, rising, dots], "layout": layout})


def _tip(row: dict[str, object], words: Words) -> str:
    values = {name: float(str(value)) for name, value in row.items() if name != "is_small"}
    return words(
        "offers.tip_takers",
        apart=f"{values['price_apart_rate'] * 100:+.2f}",
        rate=numbers.rate(values["bad_rate"]),
        bads=numbers.count(values["bads"]),
        loans=numbers.count(values["loans"]),
        low=numbers.rate(values["low_rate"]),
        high=numbers.rate(values["high_rate"]),
        usual=numbers.rate(values["usual_rate"]),
    ) + (words("offers.tip_few") if row["is_small"] else "")
