"""Figures of recovery: curves by months since the write-off, sale prices side by side, cash and what agencies took."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import (
    Part,
    end_labels,
    end_of,
    line,
    month_axis,
    months_of,
    part,
    ticks_of,
    top_of,
)
from jiebei_dash.charts.theme import Look, base_layout, cohort_colour
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_COHORTS = 16
"""Older ones are in the table."""
_HEIGHT = 400
_LOW = 280
_LEAST_AGE = 3
_FEW_MONTHS = 12
_HIGHEST = 1.6
"""Of the pooled curve and its interval: a small cohort far above would press all others flat; it leaves the frame."""


def curves(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the cohorts by months since their write-off, pale for the oldest, and the pooled curve with its interval.

    Parameters
    ----------
    frame
        Of ``metrics.recoveries.curves``.
    words, look
        Language and colours; a cohort of fewer than 30 loans is a thin broken line.
    """
    pooled = frame[frame["cohort"].isna()]
    cohorts = frame["cohort"].dropna().sort_values().drop_duplicates().tolist()[-MOST_COHORTS:]
    at, name = pooled["since_months"].tolist(), words("recoveries.pooled")
    known = pooled[pooled["low_rate"].notna()]
    reached = known["since_months"].tolist()
    band: Part = {
        "type": "scatter",
        "mode": "lines",
        "x": [*reached, *reversed(reached)],
        "y": [*known["high_rate"], *reversed(known["low_rate"].tolist())],
        "fill": "toself",
        "fillcolor": look.context,
        "opacity": 0.35,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    lines: list[Part] = [band]
    old_enough = [each for each in cohorts if (frame["cohort"] == each).sum() > _LEAST_AGE]
    labelled = {*cohorts[:1], *old_enough[-1:]}
    ends = []
    top = max(top_of(pooled["rate"].tolist()) * _HIGHEST, top_of(known["high_rate"].tolist()))
    for place, cohort in enumerate(cohorts):
        rows = frame[frame["cohort"] == cohort]
        label, small = numbers.month(cohort), bool(rows["is_small"].iloc[0])
        tips = [_tip(row, label, words) for row in rows.itertuples()]
        x, y = rows["since_months"].tolist(), rows["rate"].tolist()
        colour = cohort_colour(look, place / max(len(cohorts) - 1, 1))
        drawn = line(x, y, tips, colour, 1 if small else 2)
        drawn["line"] = {**part(drawn, "line"), "dash": "dot" if small else "solid"}
        lines.append(drawn)
        if cohort in labelled and y[-1] <= top:
            ends += end_of(x, y, label, look.text)
    tips = [_tip(row, name, words) for row in pooled.itertuples()]
    lines.append(line(at, pooled["rate"].tolist(), tips, look.today, 3))
    ends += end_of(at, pooled["rate"].tolist(), name, look.today)
    layout = base_layout(look, words("recoveries.axis_since"), words("recoveries.axis_rate"), _HEIGHT)
    layout["margin"] = {"l": 56, "r": 96, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "rangemode": "tozero", "dtick": 1 if max(at) <= _FEW_MONTHS else 3}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def sales(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw both prices of each sale side by side; pale where fewer than 30 loans were sold.

    Parameters
    ----------
    frame
        Of ``metrics.recoveries.sales``.
    words, look
        Language and colours.
    """
    months = months_of(frame["month"])
    bars: list[Part] = []
    for name, below, colour in (
        ("principal_price_rate", "lost_fen", look.today),
        ("claim_price_rate", "claim_fen", look.states["SOLD"]),
    ):
        if frame[name].isna().all():
            continue
        label = words(f"recoveries.{name}")
        tips = [
            words(
                "recoveries.tip_sale",
                month=month,
                name=label,
                rate=numbers.rate(row[name]),
                proceeds=numbers.yuan(row["proceeds_fen"], words.language),
                below=numbers.yuan(row[below], words.language),
                loans=numbers.count(row["loans"]),
                small=words("recoveries.tip_small") if row["is_small"] else "",
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]
        opacity = [0.45 if small else 1.0 for small in frame["is_small"]]
        bars.append(_bars(months, frame[name].tolist(), tips, label, colour, opacity))
    top = top_of(frame["principal_price_rate"].tolist(), frame["claim_price_rate"].tolist())
    layout = _side_by_side(look, words("recoveries.axis_sale"), words("recoveries.axis_price"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    return go.Figure({"data": bars, "layout": layout})


def net(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the cash of each month: what was kept, and on top what agencies took.

    Parameters
    ----------
    frame
        Of ``metrics.recoveries.net``.
    words, look
        Language and colours.
    """
    months = months_of(frame["month"])
    knows = frame["net_fen"].notna().all()
    kinds = [("net_fen", look.today), ("commission_fen", look.context)] if knows else [("cash_fen", look.today)]
    bars = []
    for column, colour in kinds:
        label = words(f"recoveries.{column}")
        tips = [
            words(
                "recoveries.tip_net",
                month=month,
                name=label,
                amount=numbers.yuan(row[column], words.language),
                cash=numbers.yuan(row["cash_fen"], words.language),
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]
        bars.append(_bars(months, (frame[column] / 100).tolist(), tips, label, colour, [1.0] * len(months)))
    layout = _side_by_side(look, words("recoveries.axis_month"), words("recoveries.axis_cash"))
    layout["barmode"] = "stack"
    return go.Figure({"data": bars, "layout": layout})


def _bars(
    months: list[str], values: list[float], tips: list[str], label: str, colour: str, opacity: list[float]
) -> Part:
    return {
        "type": "bar",
        "x": months,
        "y": [None if numbers.is_unknown(value) else value for value in values],
        "name": label,
        "marker": {"color": colour, "opacity": opacity, "line": {"width": 0}},
        "text": tips,
        "textposition": "none",
        "hoverinfo": "text",
    }


def _side_by_side(look: Look, x_title: str, y_title: str) -> Part:
    """Two kinds of bars cannot be labelled at an end: they have the one legend, above."""
    layout = base_layout(look, x_title, y_title, _LOW)
    layout["barmode"], layout["bargap"], layout["showlegend"] = "group", 0.35, True
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": look.text}}
    layout["margin"] = {"l": 56, "r": 24, "t": 40, "b": 48}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    return layout


def _tip(row: object, cohort: str, words: Words) -> str:
    pooled = not numbers.is_unknown(row.low_rate)  # type: ignore[attr-defined]
    return words(
        "recoveries.tip_pooled" if pooled else "recoveries.tip_cohort",
        cohort=cohort,
        since=int(row.since_months),  # type: ignore[attr-defined]
        rate=numbers.rate(row.rate),  # type: ignore[attr-defined]
        numerator=numbers.yuan(row.cash_fen, words.language),  # type: ignore[attr-defined]
        denominator=numbers.yuan(row.lost_fen, words.language),  # type: ignore[attr-defined]
        loans=numbers.count(row.loans),  # type: ignore[attr-defined]
        low=numbers.rate(row.low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.high_rate),  # type: ignore[attr-defined]
        cohorts=int(row.cohorts),  # type: ignore[attr-defined]
        small=words("recoveries.tip_small") if row.is_small else "",  # type: ignore[attr-defined]
    )
