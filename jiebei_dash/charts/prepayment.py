"""Figures of early repayment: through time, over the age, and of groups side by side."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

RATE_OF = {"with": "smm_rate", "without": "mpr_rate"}
"""What is shown of loans with a schedule of principal, and of those without."""
_WINDOW_OF = {"smm_rate": "smm_3_rate", "mpr_rate": "mpr_3_rate"}
_HEIGHT = 340


def by_month(frame: pd.DataFrame, words: Words, look: Look, schedule: str) -> go.Figure:
    """Draw the rate of each month, pale, and that of three months.

    Parameters
    ----------
    frame
        Of ``answers.prepayment.by_month``.
    words, look
        Language and colours.
    schedule
        ``with`` or ``without`` a schedule of principal.
    """
    rate = RATE_OF[schedule]
    months = months_of(frame["month"])
    tips = [_tip(month, row, words, rate) for month, row in zip(months, frame.to_dict("records"), strict=True)]
    own, rolled = frame[rate].tolist(), frame[_WINDOW_OF[rate]].tolist()
    lines = [line(months, own, tips, look.context, 1.5), line(months, rolled, tips, look.today, 3)]
    ends = [
        *end_of(months, own, words("losses.line_1"), look.muted),
        *end_of(months, rolled, words("losses.line_3"), look.today),
    ]
    top = top_of(own, rolled)
    layout = base_layout(look, words("losses.axis_month"), words(f"prepayment.axis_{rate}"), _HEIGHT)
    layout["margin"] = {"l": 56, "r": 130, "t": 16, "b": 48}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def by_age(frame: pd.DataFrame, words: Words, look: Look, schedule: str) -> go.Figure:
    """Draw the rate over the age as bars, hollow where few loans stand behind it.

    Parameters
    ----------
    frame
        Of ``answers.prepayment.by_age``.
    words, look, schedule
        As in :func:`by_month`.
    """
    rate = RATE_OF[schedule]
    shown = frame[frame[rate].notna()]
    bars = {
        "type": "bar",
        "x": shown["mob"].tolist(),
        "y": shown[rate].tolist(),
        "marker": {
            "color": [look.paper if small else look.today for small in shown["is_small"]],
            "line": {"width": 1.5, "color": look.today},
        },
        "text": [
            _tip(words("prepayment.at_age", mob=int(row["mob"])), row, words, rate)  # type: ignore[call-overload]
            for row in shown.to_dict("records")
        ],
        "textposition": "none",
        "hoverinfo": "text",
    }
    top = top_of(shown[rate].tolist())
    layout = base_layout(look, words("vintages.axis_mob"), words(f"prepayment.axis_{rate}"), _HEIGHT)
    layout["xaxis"] = {**part(layout, "xaxis"), "dtick": 1 if len(shown) <= 18 else 3}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["bargap"] = 0.3
    return go.Figure({"data": [bars], "layout": layout})


def by_group(frame: pd.DataFrame, words: Words, look: Look, schedule: str, by: str) -> go.Figure:
    """Draw the rate of each group as a dot, the highest on top, hollow where few loans stand behind it.

    Parameters
    ----------
    frame
        Of ``answers.prepayment.by_group``.
    words, look, schedule
        As in :func:`by_month`.
    by
        The dimension.
    """
    rate = RATE_OF[schedule]
    shown = frame[frame[rate].notna()].sort_values(rate)
    names = [words.code(by, code) for code in shown[by]]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": shown[rate].tolist(),
        "y": names,
        "marker": {
            "size": 10,
            "color": [look.paper if small else look.today for small in shown["is_small"]],
            "line": {"width": 2, "color": look.today},
        },
        "text": [_tip(name, row, words, rate) for name, row in zip(names, shown.to_dict("records"), strict=True)],
        "hoverinfo": "text",
    }
    top = top_of(shown[rate].tolist())
    layout = base_layout(look, words(f"prepayment.axis_{rate}"), "", max(220, 96 + 28 * len(names)))
    layout["xaxis"] = {**part(layout, "xaxis"), "showgrid": True, "range": [0, top], "tickformat": ticks_of(top)}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "showgrid": False, "rangemode": "normal"}
    return go.Figure({"data": [dots], "layout": layout})


def _tip(name: str, row: dict[Hashable, object], words: Words, rate: str) -> str:
    facts: dict[str, float] = {str(key): value for key, value in row.items() if isinstance(value, int | float)}
    said = words(
        f"prepayment.tip_{rate}",
        name=name,
        rate=numbers.rate(facts.get(rate)),
        year=numbers.rate(facts.get("cpr_rate")),
        pool=numbers.rate(facts.get("pool_rate")),
        prepaid=numbers.yuan(facts["prepaid_fen"], words.language),
        unscheduled=numbers.yuan(facts["unscheduled_fen"], words.language),
        paid=numbers.yuan(facts["paid_fen"], words.language),
        opening=numbers.yuan(facts["opening_fen"], words.language),
        loans=numbers.count(facts["loans"]),
    )
    return said + ("<br>" + words("losses.small") if row["is_small"] else "")
