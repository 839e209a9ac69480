"""Vintages over the calendar: the cohorts from their opening on, and each month against what is usual."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, line, month_axis, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout, cohort_colour
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_COHORTS = 24
MOST_MONTHS = 36


def cohorts(frame: pd.DataFrame, cohort_months: int, words: Words, look: Look, quantity: str) -> go.Figure:
    """Draw the newest cohorts over the calendar, pale for the oldest: what they bend at together is of the month.

    Parameters
    ----------
    frame
        Of ``answers.vintages.curves``.
    cohort_months
        1 for months, 3 for quarters, whose cell is of the month of their youngest.
    words, look
        Language and colours.
    quantity
        Title of the y axis: which measure, of what.
    """
    opened = frame["cohort"].dropna().sort_values().drop_duplicates().tolist()[-MOST_COHORTS:]
    lines: list[Part] = []
    for place, cohort in enumerate(opened):
        rows = frame[frame["cohort"] == cohort]
        at = [cohort + pd.DateOffset(months=int(mob) + cohort_months - 1) for mob in rows["mob"]]
        tips = [
            words("vintage_calendar.tip_cohort", cohort=numbers.month(cohort), month=numbers.month(month),
                  mob=int(mob), rate=numbers.rate(rate))
            for month, mob, rate in zip(at, rows["mob"], rows["rate"], strict=True)
        ]  # fmt: skip
        colour = cohort_colour(look, place / max(len(opened) - 1, 1))
        lines.append(line(months_of(pd.Series(at)), rows["rate"].tolist(), tips, colour, 1.5))
    top = top_of(*(drawn["y"] for drawn in lines))  # type: ignore[arg-type]
    every = sorted({month for drawn in lines for month in drawn["x"]})  # type: ignore[attr-defined]
    layout = base_layout(look, words("vintage_calendar.axis_month"), quantity, 360)
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": every}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    return go.Figure({"data": lines, "layout": layout})


def against_usual(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw each month as a multiple of what is usual at its cohorts' ages, with its interval.

    Parameters
    ----------
    frame
        Of ``answers.vintage_calendar.months``, not empty.
    words, look
        Language and colours: a month beyond chance is a diamond in the colour of a change for the worse.
    """
    shown = frame.tail(MOST_MONTHS)
    x = months_of(shown["month"])
    forms = ["diamond" if worse else "circle" for worse in shown["is_worse"]]
    usual = line(x, [1.0] * len(x), [words("vintage_calendar.usual")] * len(x), look.muted, 1.5)
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": [None if numbers.is_unknown(value) else value for value in shown["against_usual"]],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (shown["high_against"] - shown["against_usual"]).fillna(0).clip(lower=0).tolist(),
            "arrayminus": (shown["against_usual"] - shown["low_against"]).fillna(0).clip(lower=0).tolist(),
            "color": look.context,
            "thickness": 1.5,
            "width": 0,
        },
        "marker": {
            "symbol": forms,
            "size": [11 if form == "diamond" else 8 for form in forms],
            "color": [look.bad if form == "diamond" else look.today for form in forms],
        },
        "text": [_tip(row, words) for row in shown.to_dict("records")],
        "hoverinfo": "text",
    }
    top = top_of(shown["high_against"].tolist(), shown["against_usual"].tolist(), [1.0])
    layout = base_layout(look, words("vintage_calendar.axis_month"), words("vintage_calendar.axis_against"), 320)
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ".1f"}
    return go.Figure({"data": [usual, points], "layout": layout})


def _tip(row: dict[str, object], words: Words) -> str:
    return words(
        "vintage_calendar.tip",
        month=numbers.month(row["month"]),  # type: ignore[arg-type]
        times=numbers.ratio(row["against_usual"]),  # type: ignore[arg-type]
        low=numbers.ratio(row["low_against"]),  # type: ignore[arg-type]
        high=numbers.ratio(row["high_against"]),  # type: ignore[arg-type]
        bad=numbers.count(row["bad_loans"]),  # type: ignore[arg-type]
        cohorts=numbers.count(row["cohorts"]),  # type: ignore[arg-type]
    )
