"""Figures of entry into lateness and of the first instalments."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, sized, ticks_of, top_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_FPD = ("fpd_1", "fpd_7", "fpd_15", "fpd_30")
_ROOM_RIGHT = {"l": 56, "r": 130, "t": 16, "b": 48}


def entry(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the entry rate, its 30-day collection and what rolled on to M2, side by side.

    Parameters
    ----------
    frame
        Of ``metrics.entry.entry``.
    words, look
        Language and colours.
    basis
        What the rates are counted in.
    """
    groups = []
    for measure in ("entry", "collected", "to_m2"):
        rows = frame[frame["measure"] == measure]
        months = months_of(rows["month"])
        name = words(f"entry.measure_{measure}")
        tips = [
            _tip(words, name, month, row, basis) for month, row in zip(months, rows.to_dict("records"), strict=True)
        ]
        groups.append((name, [(line(months, rows["rate"].tolist(), tips, look.today), "")]))
    return panels(groups, words(f"entry.axis_entry_{basis}"), look)


def first_payment(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the share of each cohort whose first instalment was unpaid after 1, 7, 15 and 30 days.

    Parameters
    ----------
    frame
        Of ``metrics.entry.first_payment``.
    words, look
        Language and colours; darker is later.
    basis
        What the rates are counted in.
    """
    lines, ends = [], []
    colours = [look.states[state] for state in ("M2", "M3", "M4", "M6")]
    months = months_of(frame["opened_month"].sort_values().drop_duplicates())
    kinds = [*zip(_FPD, colours, strict=True), ("never_paid", look.today)]
    for measure, colour in kinds:
        rows = frame[frame["measure"] == measure].sort_values("opened_month")
        at, name = months_of(rows["opened_month"]), words(f"entry.measure_{measure}")
        tips = [_tip(words, name, month, row, basis) for month, row in zip(at, rows.to_dict("records"), strict=True)]
        lines.append(line(at, rows["rate"].tolist(), tips, colour))
        ends += end_of(at, rows["rate"].tolist(), name, look.text)
    top = top_of(frame["rate"].tolist())
    layout = base_layout(look, words("entry.axis_cohort"), words(f"entry.axis_first_{basis}"))
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": months}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, 316)
    return go.Figure({"data": lines, "layout": layout})


def _tip(words: Words, name: str, month: str, row: dict[Hashable, float], basis: Basis) -> str:
    return words(
        "entry.tip_measure",
        name=name,
        month=month,
        rate=numbers.rate(row["rate"]),
        numerator=sized(row["numerator"], basis, words),
        denominator=sized(row["denominator"], basis, words),
    )
