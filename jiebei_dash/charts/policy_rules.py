"""The waterfall of rules: whom each stops first and alone, and what those alone would have earned."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_FEN = 100
_SPLIT, _GAP = 0.55, 0.06


def waterfall(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the rules of one policy from the first to the last: bars of people, and the margin of those alone.

    Parameters
    ----------
    frame
        Rows of one policy of ``answers.policy_rules.waterfall``.
    words, look
        Language and colours; what is inferred has its colour, an open mark and a dotted range.
    """
    names = [words.code("rule", key) for key in frame["rule_key"]]
    entering = [float(count) for count in frame["entering_count"]]
    left = [float(count) for count in frame["left_count"]]
    bars = [
        _bar(left, names, look.context, words("policy_rules.legend_left")),
        # In the order of the bars from the axis: those stopped by this rule and a later one too, then by it alone.
        _bar(
            [float(k) - float(u) for k, u in zip(frame["killed_count"], frame["unique_count"], strict=True)],
            names,
            look.muted,
            words("policy_rules.legend_killed"),
        ),
        _bar([float(u) for u in frame["unique_count"]], names, look.proposed, words("policy_rules.legend_unique")),
    ]
    layout = base_layout(look, words("policy_rules.axis_people"), "", 130 + 40 * len(names))
    axis = part(layout, "xaxis")
    layout["barmode"] = "stack"
    layout["showlegend"] = True
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["margin"] = {"l": 56, "r": 24, "t": 40, "b": 48}
    layout["xaxis"] = {**axis, "domain": [0, _SPLIT], "range": [0, max(entering[:1] + [1.0]) * 1.02], "nticks": 5}
    layout["xaxis2"] = {
        **axis,
        "title": {**part(axis, "title"), "text": words("policy_rules.axis_margin")},
        "domain": [_SPLIT + _GAP, 1],
        "anchor": "y",
        "zeroline": True,
        "zerolinecolor": look.text,
        "showgrid": True,
        "nticks": 5,
    }
    layout["yaxis"] = {
        **part(layout, "yaxis"),
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names,
        "autorange": "reversed",
        "showgrid": False,
    }
    return go.Figure({"data": [*bars, _margins(frame, names, words, look)], "layout": layout})


def _bar(values: list[float], names: list[str], colour: str, name: str) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": names,
        "name": name,
        "marker": {"color": colour},
        "hovertemplate": "%{y}: %{x:,.0f}<extra>%{fullData.name}</extra>",
    }


def _margins(frame: pd.DataFrame, names: list[str], words: Words, look: Look) -> dict[str, object]:
    shown = frame.reset_index(drop=True)
    shown = shown[(shown["unique_count"] > 0) & shown["margin_fen"].notna()]
    middle = shown["margin_fen"] / _FEN
    return {
        "type": "scatter",
        "mode": "markers",
        "x": middle.tolist(),
        "y": [names[place] for place in shown.index],
        "xaxis": "x2",
        "name": words("policy_rules.legend_margin"),
        "marker": {"size": 10, "symbol": "diamond-open", "color": look.inferred, "line": {"width": 2}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (shown["margin_high_fen"] / _FEN - middle).tolist(),
            "arrayminus": (middle - shown["margin_low_fen"] / _FEN).tolist(),
            "color": look.inferred,
            "thickness": 1.5,
            "width": 5,
        },
        "text": [
            words(
                "policy_rules.tip",
                rule=names[place],
                count=numbers.count(row.unique_count),
                margin=numbers.yuan(row.margin_fen, words.language),
                low=numbers.yuan(row.margin_low_fen, words.language),
                high=numbers.yuan(row.margin_high_fen, words.language),
            )
            for place, row in zip(shown.index, shown.itertuples(), strict=True)
        ],
        "hoverinfo": "text",
    }
