"""How the Zhima scores of each group of the swap set are mixed."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part
from jiebei_dash.charts.theme import Look, base_layout, cohort_colour
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_UNKNOWN_BAND = "NA"


def mix(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw a bar a group, of the shares of the bands of the Zhima score, the lowest first.

    Parameters
    ----------
    frame
        Of ``metrics.swap_set.mix``, not empty.
    words, look
        Language and colours; the order of the parts is that of the legend.
    """
    count = frame.groupby("cell", sort=False)["decided_count"].sum()
    names = {
        cell: words("swap_set.bar", cell=words(f"what_if.cell.{cell}"), count=numbers.count(many))
        for cell, many in count.items()
    }
    bands = list(dict.fromkeys(frame["zhima_band"]))
    known = [band for band in bands if band != _UNKNOWN_BAND]
    bars = []
    for band in bands:
        rows = frame[frame["zhima_band"] == band]
        place = known.index(band) / max(len(known) - 1, 1) if band in known else 0.0
        bars.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": rows["share_rate"].tolist(),
                "y": [names[cell] for cell in rows["cell"]],
                "name": words.code("zhima_band", band),
                "marker": {
                    "color": cohort_colour(look, place) if band in known else look.context,
                    "line": {"color": look.paper, "width": 1},
                },
                "text": [_tip(words, row) for row in rows.itertuples()],
                "textposition": "none",
                "hoverinfo": "text",
            }
        )
    layout = base_layout(look, words("swap_set.axis"), "", 130 + 44 * len(names))
    layout["barmode"] = "stack"
    layout["showlegend"] = True
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["margin"] = {"l": 56, "r": 24, "t": 36, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "tickformat": ".0%", "range": [0, 1]}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    return go.Figure({"data": bars, "layout": layout})


def _tip(words: Words, row: object) -> str:
    return words(
        "swap_set.tip",
        band=words.code("zhima_band", row.zhima_band),  # type: ignore[attr-defined]
        count=numbers.count(row.decided_count),  # type: ignore[attr-defined]
        share=numbers.rate(row.share_rate),  # type: ignore[attr-defined]
        low=numbers.rate(row.share_low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.share_high_rate),  # type: ignore[attr-defined]
    )
