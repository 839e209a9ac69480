"""Our own level through time, and the published levels of others on the day they were of."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_SYMBOLS = ("circle-open", "diamond-open", "square-open", "triangle-up-open", "x-thin-open", "pentagon-open")
_HEIGHT_PX = 400


def through_time(ours: pd.DataFrame, levels: pd.DataFrame, figure: str, words: Words, look: Look) -> go.Figure:
    """Draw our line, and a mark for each level that somebody published; one shape a lender.

    Parameters
    ----------
    ours
        ``month``, ``rate``.
    levels
        Of ``metrics.peers.beside``, the rows of this figure.
    figure
        Which one.
    words, look
        Language and colours.
    """
    months = months_of(ours["month"])
    name = words("peers.we")
    tips = [
        words("peers.tip_ours", figure=words.code("peer_figure", figure), month=month, rate=numbers.rate(rate))
        for month, rate in zip(months, ours["rate"], strict=True)
    ]
    data = [line(months, ours["rate"].tolist(), tips, look.today, showlegend=False)]
    labels = end_of(months, ours["rate"].tolist(), name, look.today)
    for symbol, (lender, rows) in zip(_SYMBOLS, levels.groupby("lender", sort=False), strict=False):
        shown = rows.sort_values("month")
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": words.code("lender", lender),
                "showlegend": True,
                "x": months_of(shown["month"]),
                "y": shown["level_rate"].tolist(),
                "marker": {"symbol": symbol, "size": 10, "color": look.muted, "line": {"width": 2}},
                "text": [
                    words(
                        "peers.tip_level",
                        lender=words.code("lender", lender),
                        month=numbers.month(row.month),
                        rate=numbers.rate(row.level_rate),
                        differs=row.differs,
                    )
                    for row in shown.itertuples()
                ],
                "hoverinfo": "text",
            }
        )
    top = top_of(ours["rate"].tolist(), levels["level_rate"].tolist())
    layout = base_layout(look, words("peers.axis_month"), words(f"peers.axis_{figure}"), _HEIGHT_PX)
    layout["margin"] = {"l": 56, "r": 90, "t": 40, "b": 48}
    layout["showlegend"] = True
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    layout["xaxis"] = {**part(layout, "xaxis"), "type": "date", "tickformat": "%Y-%m", "nticks": 9}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(labels, top, _HEIGHT_PX - 88)
    return go.Figure({"data": data, "layout": layout})
