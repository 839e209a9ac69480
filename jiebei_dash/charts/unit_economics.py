"""Figures of unit economics: from the yield down to what is left, and how far each group is from its break-even."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words
from jiebei_dash.unit_costs import LINES

STEPS = LINES[1:]
AFTER: tuple[str, ...] = ("tax", "capital_charge")
_MOST_GROUPS = 12


def waterfall(row: pd.Series, changed: Collection[str], words: Words, look: Look) -> go.Figure:
    """Draw one group from its yield down to the margin, and on to what is left after tax and capital.

    Parameters
    ----------
    row
        Of ``metrics.unit_economics.segments``.
    changed
        Lines that a reader changed: drawn, like what follows from them, in the colour of a proposal.
    words, look
        Language and colours.
    """
    level = float(row["yield_rate"])
    bars = [("yield", 0.0, level)]
    for name, total in ((STEPS, "margin"), (AFTER, "economic")):
        for line in name:
            value = row[f"{line}_rate"]
            if not numbers.is_unknown(value):
                bars.append((line, level, level - float(value)))
                level -= float(value)
        bars.append((total, 0.0, level))
    labels = [words(f"unit_economics.line.{line}") for line, _, _ in bars]
    texts = [f"{(end - start) * 100 + 0.0:.2f}".replace("-0.00", "0.00") for _, start, end in bars]
    ends = [(min(start, end) * 100, max(start, end) * 100) for _, start, end in bars]
    data: list[Part] = [
        {
            "type": "bar",
            "orientation": "h",
            "y": labels,
            "x": [high - low for low, high in ends],
            "base": [low for low, _ in ends],
            "marker": {"color": [_colour(line, changed, look) for line, _, _ in bars]},
            "hovertext": [f"{label}<br>{text}" for label, text in zip(labels, texts, strict=True)],
            "hoverinfo": "text",
        }
    ]
    layout = base_layout(look, words("unit_economics.axis_per_hundred"), "", 80 + 26 * len(bars))
    low, high = min(0.0, *(end[0] for end in ends)), max(end[1] for end in ends)
    axis = {"range": [low - (high - low) * 0.02, high + (high - low) * 0.08], "zerolinecolor": look.muted}
    layout["bargap"] = 0.3
    layout["xaxis"] = {**part(layout, "xaxis"), **axis, "zeroline": True, "showgrid": True}
    kinds = {"type": "category", "autorange": "reversed", "showgrid": False, "rangemode": "normal"}
    layout["yaxis"] = {**part(layout, "yaxis"), **kinds}
    layout["annotations"] = [
        {"x": end[1], "y": label, "text": text, "showarrow": False, "xanchor": "left", "xshift": 4}
        for label, end, text in zip(labels, ends, texts, strict=True)
    ]
    return go.Figure({"data": data, "layout": layout})


def break_even(frame: pd.DataFrame, by: str, is_changed: bool, words: Words, look: Look) -> go.Figure:
    """Draw the loss rate of each group with its interval, and the rate at which its margin is gone.

    Parameters
    ----------
    frame
        Of ``metrics.unit_economics.segments``.
    by
        Its dimension.
    is_changed
        Whether a reader changed a line.
    words, look
        Language and colours.
    """
    shown = frame.dropna(subset=["break_even_rate"]).head(_MOST_GROUPS).iloc[::-1]
    names = [words.code(by, code) + (" *" if small else "") for code, small in
             zip(shown[by], shown["is_small"], strict=True)]  # fmt: skip
    loss = shown["loss_rate"]
    data: list[Part] = [
        {
            **_marks(loss, names, "circle", look.today, words("unit_economics.line_loss")),
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": ((shown["loss_high_rate"] - loss) * 100).tolist(),
                "arrayminus": ((loss - shown["loss_low_rate"]) * 100).tolist(),
                "color": look.muted,
                "thickness": 1.5,
                "width": 4,
            },
            "text": [
                words(
                    "unit_economics.tip_loss",
                    group=name,
                    loss=numbers.rate(row["loss_rate"]),
                    low=numbers.rate(row["loss_low_rate"]),
                    high=numbers.rate(row["loss_high_rate"]),
                    lost=numbers.count(row["lost_loans"]),
                )
                for name, row in zip(names, shown.to_dict("records"), strict=True)
            ],
        },
        {
            **_marks(
                shown["break_even_rate"],
                names,
                "line-ns-open",
                look.proposed if is_changed else look.breach,
                words("unit_economics.line_break_even"),
            ),
            "text": [
                words(
                    "unit_economics.tip_break_even",
                    group=name,
                    rate=numbers.rate(row["break_even_rate"]),
                    headroom=numbers.rate_change(row["headroom_rate"], words.language),
                )
                for name, row in zip(names, shown.to_dict("records"), strict=True)
            ],
        },
    ]
    layout = base_layout(look, words("unit_economics.axis_loss"), "", height_px=130 + 34 * len(names))
    layout["showlegend"] = True
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["xaxis"] = {**part(layout, "xaxis"), "showgrid": True, "rangemode": "tozero"}
    layout["yaxis"] = {**part(layout, "yaxis"), "showgrid": False, "type": "category", "rangemode": "normal"}
    return go.Figure({"data": data, "layout": layout})


def _marks(values: pd.Series, names: list[str], symbol: str, colour: str, name: str) -> Part:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": (values * 100).tolist(),
        "y": names,
        "marker": {"symbol": symbol, "size": 9 if symbol == "circle" else 18, "color": colour, "line": {"width": 3}},
        "hoverinfo": "text",
        "name": name,
    }


def _colour(line: str, changed: Collection[str], look: Look) -> str:
    follows = {"margin": LINES, "economic": (*LINES, *AFTER)}.get(line, (line,))
    if any(name in changed for name in follows):
        return look.proposed
    if line in ("yield", "margin", "economic"):
        return look.today
    return look.bad if line == "loss" else look.context
