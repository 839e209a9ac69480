"""Figures of lateness: buckets through time, past-due rates, entry, first payments, and what moved a rate."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, sized, ticks_of, top_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis, LateLevel
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_SHOWN_IN: dict[LateLevel, Basis] = {"borrowers": "count", "overdue_amount": "balance"}
_PARTS_OF: dict[tuple[LateLevel, Basis], tuple[str, str]] = {
    ("one_plus", "balance"): ("late_fen", "book_fen"),
    ("one_plus", "count"): ("late", "loans"),
    ("borrowers", "count"): ("late", "borrowers"),
    ("overdue_amount", "balance"): ("overdue_fen", "book_fen"),
}
_ROOM_RIGHT = {"l": 56, "r": 130, "t": 16, "b": 48}


def buckets(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the late part of the book as stacked bars, one a month; the current part is what is missing to 100 %.

    Parameters
    ----------
    frame
        Of ``metrics.delinquency.buckets``.
    words, look
        Language and colours; the colours of the buckets are fixed.
    basis
        What the shares are counted in.

    Notes
    -----
    A picked part of a bar has its :func:`cell_code` as ``customdata``.
    """
    months = months_of(frame["month"].drop_duplicates())
    bars, stack, labels = [], 0.0, []
    for state in terms.BUCKETS[1:]:
        rows = frame[frame["state"] == state]
        name = words.code("state", state)
        bars.append(
            {
                "type": "bar",
                "x": months,
                "y": rows["share_rate"].to_numpy(),
                "customdata": [cell_code(month, state) for month in rows["month"]],
                "marker": {"color": look.states[state], "line": {"width": 0}},
                "text": [
                    words(
                        "delinquency.tip_bucket",
                        month=month,
                        state=name,
                        share=numbers.rate(row.share_rate),
                        loans=numbers.count(row.loans),
                    )
                    for month, row in zip(months, rows.itertuples(), strict=True)
                ],
                "textposition": "none",
                "hoverinfo": "text",
            }
        )
        last = rows["share_rate"].iloc[-1]
        if last > 0:
            labels += end_of(months[-1:], [stack + last / 2], name, look.text)
            stack += last
    top = top_of(frame[frame["state"] != "C"].groupby("month")["share_rate"].sum().tolist())
    layout = base_layout(look, words("delinquency.axis_month"), words(f"delinquency.axis_share_{basis}"))
    layout["barmode"], layout["bargap"], layout["margin"] = "stack", 0.25, {**_ROOM_RIGHT, "r": 150}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = [{**label, "xshift": 24} for label in end_labels(labels, top, 316)]
    return go.Figure({"data": bars, "layout": layout})


def cell_code(month: pd.Timestamp, state: str) -> str:
    """Return a part of a bar as a link names it."""
    return f"{numbers.month(month)}.{state}"


def level(frame: pd.DataFrame, words: Words, look: Look, which: LateLevel, basis: Basis) -> go.Figure:
    """Draw how late the book is on another basis, with its interval where it is a share of loans or of borrowers.

    Parameters
    ----------
    frame
        Of ``metrics.delinquency.one_plus``, ``borrowers`` or ``overdue_amount``.
    words, look
        Language and colours.
    which
        Which of the three.
    basis
        What ``one_plus`` is counted in; borrowers are counted, amounts are money.
    """
    shown = _SHOWN_IN.get(which, basis)
    part_of, whole = _PARTS_OF[which, shown]
    name, months = words(f"delinquency.level_{which}_{shown}"), months_of(frame["month"])
    tips = []
    for month, row in zip(months, frame.to_dict("records"), strict=True):
        tip = words(
            "delinquency.tip_measure",
            name=name,
            month=month,
            rate=numbers.rate(row["rate"]),
            numerator=sized(row[part_of], shown, words),
            denominator=sized(row[whole], shown, words),
        )
        if "low_rate" in row:
            low, high = numbers.rate(row["low_rate"]), numbers.rate(row["high_rate"])
            tip += words("delinquency.tip_interval", low=low, high=high)
        tips.append(tip)
    lines = [(line(months, frame["rate"].tolist(), tips, look.today), "")]
    for edge in ("low_rate", "high_rate"):
        if edge in frame:
            drawn = line(months, frame[edge].tolist(), tips, look.context, 1)
            lines.insert(0, (drawn, words(f"delinquency.line_{edge}")))
    return panels([(name, lines)], words(f"delinquency.axis_level_{which}_{shown}"), look)


def rates(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw 30+, 60+ and 90+ side by side, each with its lagged rate in grey.

    Parameters
    ----------
    frame
        Of ``metrics.delinquency.past_due``.
    words, look
        Language and colours.
    basis
        What the rates are counted in.
    """
    groups = []
    for days in terms.PAST_DUE_DAYS:
        rows = frame[frame["past_due_days"] == days]
        months = months_of(rows["month"])
        lines = []
        for column, base, colour in (("lagged_rate", "lagged_book", look.muted), ("rate", "book", look.today)):
            tips = [
                words(
                    f"delinquency.tip_{column}",
                    month=month,
                    days=days,
                    rate=numbers.rate(values[column]),
                    late=sized(values["late"], basis, words),
                    base=sized(values[base], basis, words),
                )
                + (_interval(values, words) if column == "rate" else "")
                for month, values in zip(months, rows.to_dict("records"), strict=True)
            ]
            width = 2 if column == "rate" else 1.5
            lines.append(
                (line(months, rows[column].tolist(), tips, colour, width), words(f"delinquency.line_{column}"))
            )
        groups.append((words("delinquency.panel_past_due", days=days), lines))
    return panels(groups, words(f"delinquency.axis_past_due_{basis}"), look)


def _interval(row: dict[Hashable, Any], words: Words) -> str:
    """The interval of a rate, and that few loans stand behind it."""
    ends = {name: numbers.rate(row[f"{name}_rate"]) for name in ("low", "high")}
    return words("delinquency.tip_interval", **ends) + (words("delinquency.tip_small") if row["is_small"] else "")
