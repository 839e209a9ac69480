"""The cohorts at one age: points with their intervals, and the year before each in grey."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import line, month_axis, months_of, part, sized, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_COHORTS = 36


def cohorts(frame: pd.DataFrame, words: Words, look: Look, basis: Basis, quantity: str) -> go.Figure:
    """Draw the newest cohorts at one age, each with its interval.

    Parameters
    ----------
    frame
        Of ``answers.same_age.cohorts``.
    words, look
        Language and colours: a cohort beyond chance is a diamond in the colour of a change for the worse, one of fewer
        than 30 loans is hollow.
    basis
        What the cells are counted in.
    quantity
        Title of the y axis: which measure, of what.
    """
    shown = frame.tail(MOST_COHORTS)
    x = months_of(shown["cohort"])
    tips = [_tip(row, words, basis) for row in shown.itertuples()]
    before = line(x, shown["before_rate"].tolist(), [words("same_age.tip_before", rate=numbers.rate(rate))
                  for rate in shown["before_rate"]], look.muted, 2)  # fmt: skip
    forms = ["diamond" if row.is_worse else "circle-open" if row.is_small else "circle" for row in shown.itertuples()]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": shown["rate"].tolist(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (shown["high_rate"] - shown["rate"]).clip(lower=0).tolist(),
            "arrayminus": (shown["rate"] - shown["low_rate"]).clip(lower=0).tolist(),
            "color": look.context,
            "thickness": 1.5,
            "width": 0,
        },
        "marker": {
            "symbol": forms,
            "size": [11 if form == "diamond" else 8 for form in forms],
            "color": [look.bad if form == "diamond" else look.today for form in forms],
        },
        "text": tips,
        "hoverinfo": "text",
    }
    top = top_of(shown["high_rate"].tolist(), shown["rate"].tolist(), shown["before_rate"].tolist())
    layout = base_layout(look, words("vintages.axis_opened"), quantity, 400)
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "nticks": 12}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    return go.Figure({"data": [before, points], "layout": layout})


def _tip(row: object, words: Words, basis: Basis) -> str:
    said = words(
        "same_age.tip",
        cohort=numbers.month(row.cohort),  # type: ignore[attr-defined]
        rate=numbers.rate(row.rate),  # type: ignore[attr-defined]
        numerator=sized(row.numerator, basis, words),  # type: ignore[attr-defined]
        denominator=sized(row.denominator, basis, words),  # type: ignore[attr-defined]
        low=numbers.rate(row.low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.high_rate),  # type: ignore[attr-defined]
        before=numbers.rate(row.before_rate),  # type: ignore[attr-defined]
        loans=numbers.count(row.loans),  # type: ignore[attr-defined]
    )
    return said + ("<br>" + words("same_age.small") if row.is_small else "")  # type: ignore[attr-defined]
