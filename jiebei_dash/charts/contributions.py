"""One score taken apart: from where every score starts to where this one ends."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_BARS = 12


def waterfall(
    frame: pd.DataFrame, words: Words, look: Look, units: Mapping[str, str], column: str = "changed_points"
) -> go.Figure:
    """Draw the parts of a score as bars that start where the one above ends.

    Parameters
    ----------
    frame
        Of ``metrics.applicant.parts``: base, inputs by size of their frozen part, score.
    words, look
        Language and colours; what raised the score and what lowered it differ in colour, side and sign.
    units
        Unit of each input, to word its value.
    column
        ``points`` as decided on, or ``changed_points``; the order of the bars is the same for both, so nothing jumps.
    """
    base, score = (float(frame.loc[frame["kind"] == kind, column].iloc[0]) for kind in ("BASE", "SCORE"))
    inputs = frame[frame["kind"] == "FEATURE"]
    shown, rest = inputs.head(MOST_BARS), inputs.iloc[MOST_BARS:]
    value_column = "changed_value" if column == "changed_points" else "value"
    labels, parts = [], []
    for _, row in shown.iterrows():
        key = str(row["feature"])
        value = numbers.quantity(row[value_column], units[key], words.language)
        labels.append(f"{words.code('feature', key)} = {value}")
        parts.append(float(row[column]))
    if len(rest):
        labels.append(words("applicant.others", count=len(rest)))
        parts.append(float(rest[column].sum()))
    starts = [base + sum(parts[:place]) for place in range(len(parts))]
    colours = [look.good if part > 0 else look.bad if part < 0 else look.context for part in parts]
    said = [words("applicant.raised" if part > 0 else "applicant.lowered") if part else "" for part in parts]
    names = [words("applicant.base"), *labels, words("applicant.score")]
    bar = {
        "type": "bar",
        "orientation": "h",
        "base": [base, *starts, score],
        "x": [0.0, *parts, 0.0],
        "y": names,
        "marker": {"color": [look.context, *colours, look.today]},
        "text": [
            numbers.points(base),
            *(numbers.points(part, signed=True) for part in parts),
            f"  {numbers.points(score)}",
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": ["", *said, ""],
        "hovertemplate": "%{y}<br>%{text} %{customdata}<extra></extra>",
    }
    ends = {
        "type": "scatter",
        "mode": "markers",
        "x": [base, score],
        "y": [names[0], names[-1]],
        "marker": {"size": 11, "symbol": ["line-ns-open", "diamond"], "color": [look.muted, look.today]},
        "hoverinfo": "skip",
    }
    layout = base_layout(look, words("applicant.axis_points"), "", height_px=120 + 28 * len(names))
    reached = [base, score, *(start + part for start, part in zip(starts, parts, strict=True))]
    pad = max((max(reached) - min(reached)) * 0.15, 4.0)
    axis = layout["xaxis"]
    layout["xaxis"] = {
        **(axis if isinstance(axis, dict) else {}),
        "range": [min(reached) - pad, max(reached) + pad],
        "showgrid": True,
    }
    layout["yaxis"] = {"autorange": "reversed", "automargin": True, "tickfont": {"size": 12, "color": look.text}}
    return go.Figure({"data": [bar, ends], "layout": layout})
