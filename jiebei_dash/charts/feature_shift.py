"""The figure of the inputs: their mean points among approved and declined, today's policy beside the draft."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_INPUTS = 8
_ROW_PX = 40
_PANELS = (("APPROVED", "", (0.0, 0.48)), ("DECLINED", "2", (0.52, 1.0)))


def by_result(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the mean points of the inputs that shift most, approved at the left and declined at the right.

    Parameters
    ----------
    frame
        Of ``metrics.feature_shift.shifted``, the largest shift first.
    words, look
        Language and colours.
    """
    shown = list(frame["feature"].unique()[:MOST_INPUTS])
    layout = base_layout(look, words("consequences.axis_points"), "", 120 + _ROW_PX * len(shown))
    x_axis = {
        **part(layout, "xaxis"), "showgrid": True, "zeroline": True, "zerolinecolor": look.muted, "rangemode": "normal",
    }  # fmt: skip
    rows_of_all = frame[frame["feature"].isin(shown)]
    ends = (rows_of_all["low_points"].min(), rows_of_all["high_points"].max())
    reach = [min(float(ends[0]), 0.0) * 1.05, max(float(ends[1]), 0.0) * 1.05 + 0.5]
    bars: list[Part] = []
    titles: list[Part] = []
    for result, axis, domain in _PANELS:
        layout[f"xaxis{axis}"] = {**x_axis, "domain": list(domain), "range": reach, "anchor": "y"}
        titles.append(
            {
                "xref": "paper", "yref": "paper", "x": sum(domain) / 2, "y": 1, "yanchor": "bottom", "yshift": 2,
                "showarrow": False,
                "text": words.code("result", result), "font": {"size": 13, "color": look.text},
            }
        )  # fmt: skip
        for policy, colour in (("today", look.today), ("proposed", look.proposed)):
            rows = frame[(frame["result"] == result) & (frame["policy"] == policy) & frame["feature"].isin(shown)]
            bars.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "xaxis": f"x{axis}",
                    "yaxis": "y",
                    "name": words(f"what_if.{policy}"),
                    "legendgroup": policy,
                    "showlegend": result == "APPROVED",
                    "offsetgroup": policy,
                    "y": [words.code("feature", key) for key in rows["feature"]],
                    "x": rows["mean_points"].tolist(),
                    "marker": {"color": colour},
                    "error_x": {
                        "type": "data",
                        "array": (rows["high_points"] - rows["mean_points"]).tolist(),
                        "color": look.muted,
                        "thickness": 1.2,
                        "width": 3,
                    },
                    "hovertext": [_tip(row, words) for _, row in rows.iterrows()],
                    "hoverinfo": "text",
                }
            )
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout |= {
        "barmode": "group",
        "bargap": 0.3,
        "margin": {"l": 56, "r": 24, "t": 56, "b": 48},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1, "yanchor": "top", "x": 0, "yref": "container"},
        "annotations": titles,
    }
    return go.Figure({"data": bars, "layout": layout})


def _tip(row: pd.Series, words: Words) -> str:
    return words(
        "consequences.tip_points",
        name=words.code("feature", row["feature"]),
        result=words.code("result", row["result"]),
        policy=words(f"what_if.{row['policy']}"),
        points=numbers.points(row["mean_points"], signed=True),
        low=numbers.points(row["low_points"], signed=True),
        high=numbers.points(row["high_points"], signed=True),
        cases=numbers.count(row["cases_count"]),
        decided=numbers.count(row["decided_count"]),
    )
