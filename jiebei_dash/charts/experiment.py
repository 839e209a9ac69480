"""Figures of a comparison: the chance to show the wanted difference by size, and the arms with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, line, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 280
_ROW_PX = 40


def power_curve(frame: pd.DataFrame, size: pd.Series, now_count: float, words: Words, look: Look) -> go.Figure:
    """Draw the chance to show the wanted difference by the challenger's loans.

    Parameters
    ----------
    frame
        Of ``metrics.trial_size.power_curve``, not empty.
    size
        Row of ``metrics.trial_size.plan``: where the plan stands.
    now_count
        How many loans of the challenger the loans that are there are as good as; NaN or 0 if none.
    words, look
        Language and colours.
    """
    at, chance = frame["challenger_count"].tolist(), frame["power_rate"].tolist()
    tips = [
        words("experiment.tip_power", count=numbers.count(count), power=numbers.rate(power, 1))
        for count, power in zip(at, chance, strict=True)
    ]
    planned: Part = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [size["challenger_count"]],
        "y": [size["power_rate"]],
        "text": [words("experiment.mark_planned", count=numbers.count(size["challenger_count"]))],
        "textposition": "bottom right",
        "textfont": {"color": look.proposed, "size": 13},
        "marker": {"size": 12, "color": look.proposed, "symbol": "diamond"},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    layout = base_layout(look, words("experiment.axis_size"), words("experiment.axis_power"), _HEIGHT)
    most = float(max(at))
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, most], "showgrid": False}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1.03], "tickformat": ".0%"}
    if 0 < now_count <= most:
        is_left = now_count < most / 2
        layout["shapes"] = [
            {
                "type": "line",
                "x0": now_count,
                "x1": now_count,
                "y0": 0,
                "y1": 1,
                "line": {"color": look.today, "width": 1.5, "dash": "dot"},
            }
        ]
        layout["annotations"] = [
            {
                "x": now_count,
                "y": 0.04,
                "text": words("experiment.mark_now", count=numbers.count(now_count)),
                "showarrow": False,
                "xanchor": "left" if is_left else "right",
                "xshift": 6 if is_left else -6,
                "yanchor": "bottom",
                "font": {"color": look.today, "size": 12},
            }
        ]
    return go.Figure({"data": [line(at, chance, tips, look.proposed), planned], "layout": layout})


def arms(
    frame: pd.DataFrame, names: Mapping[str, str], pair: tuple[str, str], mob: int, words: Words, look: Look
) -> go.Figure:
    """Draw the bad rate of each arm with its interval; hollow where fewer than 30 loans have matured.

    Parameters
    ----------
    frame
        Of ``metrics.experiment.read_out``, with a matured loan.
    names
        Arm to its name in the reader's language.
    pair
        Challenger and champion: in their colours, the others in that of context.
    mob
        Month on book by which a loan was bad.
    words, look
        Language and colours.
    """
    rows = frame[frame["matured_count"] > 0].iloc[::-1]
    colour_of = dict(zip(pair, (look.proposed, look.today), strict=True))
    colours = [colour_of.get(arm, look.muted) for arm in rows["arm"]]
    fill = [look.paper if small else colour for small, colour in zip(rows["is_small"], colours, strict=True)]
    labels = [names[arm] for arm in rows["arm"]]
    tips = [
        words(
            "experiment.tip_arm",
            arm=name,
            bad=numbers.count(row["bad_count"]),
            matured=numbers.count(row["matured_count"]),
            rate=numbers.rate(row["bad_rate"]),
            low=numbers.rate(row["low_rate"]),
            high=numbers.rate(row["high_rate"]),
        )
        for name, row in zip(labels, rows.to_dict("records"), strict=True)
    ]
    # One trace an arm: its interval has its colour.
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [row["bad_rate"]],
            "y": [label],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [row["high_rate"] - row["bad_rate"]],
                "arrayminus": [row["bad_rate"] - row["low_rate"]],
                "color": colour,
                "thickness": 1.5,
                "width": 5,
            },
            "marker": {"size": 10, "color": inside, "line": {"width": 2, "color": colour}},
            "text": [tip],
            "hoverinfo": "text",
        }
        for row, label, tip, colour, inside in zip(rows.to_dict("records"), labels, tips, colours, fill, strict=True)
    ]
    top = min(top_of(rows["high_rate"].tolist()), 1.02)
    height = 96 + _ROW_PX * len(rows)
    layout = base_layout(look, words("experiment.axis_arm", mob=mob), "", height)
    layout["xaxis"] = {**part(layout, "xaxis"), "showgrid": True, "range": [0, top], "tickformat": ticks_of(top)}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "showgrid": False, "rangemode": "normal"}
    return go.Figure({"data": dots, "layout": layout})
