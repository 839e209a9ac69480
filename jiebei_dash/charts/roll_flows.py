"""Figures of one roll: through time, and where each group stands now."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 340
_NAMED = 6
"""Lines with their words at the end; the others are grey, and named in their tips."""
_ROWS = 16


def through_time(frame: pd.DataFrame, by: str | None, words: Words, look: Look) -> go.Figure:
    """Draw a roll through time: one line, or one for each group, the largest named at their ends.

    Parameters
    ----------
    frame
        Of ``metrics.roll_moves.flow``, not empty.
    by
        Its dimension, or None.
    words, look
        Language and colours; a group in grey is one of the smaller ones.
    """
    months = months_of(frame["month"].drop_duplicates().sort_values())
    codes = [None] if by is None else _largest_last(frame, by)
    lines, ends = [], []
    for code in codes:
        rows = frame if code is None else frame[frame[by] == code]
        name = words("roll_rates.whole") if code is None else words.code(str(by), code)
        is_named = code in codes[-_NAMED:]
        at, rates = months_of(rows["month"]), rows["rate"].tolist()
        tips = [_tip(name, row, words) for row in rows.to_dict("records")]
        lines.append(line(at, rates, tips, look.today if is_named else look.context, 2 if is_named else 1))
        if by is not None and is_named:
            ends += end_of(at, rates, name, look.text)
    top = top_of(frame["rate"].tolist())
    layout = base_layout(look, words("roll_rates.axis_month"), words("roll_rates.axis_flow"), _HEIGHT)
    layout["margin"] = {"l": 56, "r": 110 if ends else 24, "t": 16, "b": 48}
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": months}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def latest(frame: pd.DataFrame, by: str, words: Words, look: Look) -> go.Figure:
    """Draw where each group stands in the last window, with its interval; hollow where it is of few loans.

    Parameters
    ----------
    frame
        Of ``metrics.roll_moves.flow``, not empty.
    by
        Its dimension.
    words, look
        Language and colours.
    """
    last = frame[frame["month"] == frame["month"].max()].nlargest(_ROWS, "opening").sort_values("rate")
    names = [words.code(by, code) for code in last[by]]
    spread = {
        "type": "data",
        "symmetric": False,
        "array": (last["high_rate"] - last["rate"]).clip(lower=0).tolist(),
        "arrayminus": (last["rate"] - last["low_rate"]).clip(lower=0).tolist(),
        "color": look.muted,
        "thickness": 1.5,
        "width": 0,
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": last["rate"].tolist(),
        "y": names,
        "error_x": spread,
        "marker": {
            "size": 10,
            "color": [look.paper if small else look.today for small in last["is_small"]],
            "line": {"width": 2, "color": look.today},
        },
        "text": [_tip(name, row, words) for name, row in zip(names, last.to_dict("records"), strict=True)],
        "hoverinfo": "text",
    }
    top = top_of(last["high_rate"].tolist())
    height = max(_HEIGHT, 96 + 24 * len(names))
    layout = base_layout(look, words("roll_rates.axis_flow"), "", height)
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "showgrid": True,
        "range": [0, min(top, 1.02)],
        "tickformat": ticks_of(top),
        "nticks": 5,
    }
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "showgrid": False, "rangemode": "normal"}
    return go.Figure({"data": [dots], "layout": layout})


def _largest_last(frame: pd.DataFrame, by: str) -> list[object]:
    last = frame[frame["month"] == frame["month"].max()]
    sizes = last.groupby(by)["opening"].sum()
    codes = frame[by].unique().tolist()
    return sorted(codes, key=lambda code: (float(sizes.get(code, 0)), str(code)))


def _tip(name: str, row: dict[str, object], words: Words) -> str:  # type: ignore[type-arg]
    said = words(
        "roll_rates.tip_flow",
        name=name,
        month=numbers.month(row["month"]),  # type: ignore[arg-type]
        rate=numbers.rate(row["rate"]),  # type: ignore[arg-type]
        low=numbers.rate(row["low_rate"]),  # type: ignore[arg-type]
        high=numbers.rate(row["high_rate"]),  # type: ignore[arg-type]
        loans=numbers.count(row["opening_loans"]),  # type: ignore[arg-type]
    )
    return said + ("<br>" + words("roll_rates.small") if row["is_small"] else "")
