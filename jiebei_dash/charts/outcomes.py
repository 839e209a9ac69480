"""The figure of what becomes of loans: shares of an age stacked to the whole."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import OUTCOMES, Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 380
_COLOURS = {"lost": "WO", "default": "M4", "paid": "PAID", "running": "C"}


def by_age(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the outcomes over the age as areas that fill 100 %, losses at the bottom and what still runs on top.

    Parameters
    ----------
    frame
        Of ``answers.outcomes.by_age``.
    words, look
        Language and colours.
    basis
        What the shares are counted in.
    """
    areas, labels = [], []
    last = int(frame["mob"].max())
    below = 0.0
    for became in OUTCOMES:
        rows, name = frame[frame["became"] == became], words.code("became", became)
        tips = _tips(rows, name, words)
        areas.append(
            {
                "type": "scatter",
                "mode": "lines",
                "stackgroup": "whole",
                "x": rows["mob"].tolist(),
                "y": rows["share_rate"].tolist(),
                "line": {"width": 0.5, "color": look.states[_COLOURS[became]]},
                "fillcolor": look.states[_COLOURS[became]],
                "text": tips,
                "hoverinfo": "text",
            }
        )
        share = float(rows["share_rate"].iloc[-1])
        labels += end_of([last], [below + share / 2], f"{name} {numbers.rate(share)}", look.text)
        below += share
    layout = base_layout(look, words("vintages.axis_mob"), words(f"outcomes.axis_{basis}"), _HEIGHT)
    layout["margin"] = {"l": 56, "r": 170, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, max(last, 1)], "dtick": 1 if last <= 18 else 3}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1], "tickformat": ".0%"}
    layout["annotations"] = end_labels(labels, 1.0, _HEIGHT - 64)
    return go.Figure({"data": areas, "layout": layout})


def losing(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw losses and defaults alone, on a scale on which they can be read.

    Parameters
    ----------
    frame, words, look, basis
        As in :func:`by_age`.
    """
    lines, labels = [], []
    for became in ("lost", "default"):
        rows, name = frame[frame["became"] == became], words.code("became", became)
        ages, shares = rows["mob"].tolist(), rows["share_rate"].tolist()
        lines.append(line(ages, shares, _tips(rows, name, words), look.states[_COLOURS[became]], 2.5))
        labels += end_of(ages, shares, name, look.text)
    top = top_of(*(drawn["y"] for drawn in lines))  # type: ignore[arg-type]
    layout = base_layout(look, words("vintages.axis_mob"), words(f"outcomes.axis_{basis}"), _HEIGHT)
    layout["margin"] = {"l": 56, "r": 130, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, max(int(frame["mob"].max()), 1)], "dtick": 6}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(labels, top, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def _tips(rows: pd.DataFrame, name: str, words: Words) -> list[str]:
    return [
        words(
            "outcomes.tip",
            mob=int(row["mob"]),
            name=name,
            share=numbers.rate(row["share_rate"]),
            cohorts=numbers.count(row["cohorts"]),
            loans=numbers.count(row["loans"]),
        )
        + ("<br>" + words("losses.small") if row["is_small"] else "")
        for row in rows.to_dict("records")
    ]
