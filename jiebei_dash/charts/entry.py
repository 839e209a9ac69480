"""Figures of entry into lateness and of the first instalments."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import (
    Part,
    end_labels,
    end_of,
    faded,
    line,
    month_axis,
    months_of,
    part,
    sized,
    ticks_of,
    top_of,
)
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_FPD = ("fpd_1", "fpd_7", "fpd_15", "fpd_30")
_ROOM_RIGHT = {"l": 56, "r": 130, "t": 16, "b": 48}
_BAND = 0.18


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
    said = words(
        "entry.tip_measure",
        name=name,
        month=month,
        rate=numbers.rate(row["rate"]),
        numerator=sized(row["numerator"], basis, words),
        denominator=sized(row["denominator"], basis, words),
    )
    return said + _range(row, words)


def _range(row: dict[Hashable, float], words: Words) -> str:
    """The interval of a rate by count, and the mark of one with little behind it."""
    said = ""
    if "low_rate" in row and not numbers.is_unknown(row["low_rate"]):
        low, high = numbers.rate(row["low_rate"]), numbers.rate(row["high_rate"])
        said = "<br>" + words("entry.tip_range", low=low, high=high)
    return said + ("<br>" + words("entry.small") if row["is_small"] else "")


def later_payments(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the second and the third instalment side by side, given the earlier ones were paid, and 30 days of all.

    Parameters
    ----------
    frame
        Of ``metrics.entry.later_payments``, not empty.
    words, look
        Language and colours; darker is later, grey is unconditional.
    basis
        What the rates are counted in.
    """
    groups = []
    shades = [look.states[state] for state in ("M2", "M3", "M4", "M6")]
    for letter in ("s", "t"):
        lines = []
        for days, colour in zip(terms.FIRST_UNPAID_DAYS, shades, strict=True):
            rows = frame[frame["measure"] == f"{letter}pd_{days}"]
            lines.append((_later(rows, "", colour, words, basis), words("entry.days", days=days)))
        rows = frame[frame["measure"] == f"{letter}pd_{terms.FIRST_UNPAID_DAYS[-1]}"]
        all_loans = _later(rows, "all_", look.muted, words, basis)
        lines.append((all_loans, words("entry.days_of_all", days=terms.FIRST_UNPAID_DAYS[-1])))
        groups.append((words(f"entry.panel_{letter}pd"), lines))
    return panels(groups, words(f"entry.axis_later_{basis}"), look, 320)


def _later(rows: pd.DataFrame, of: str, colour: str, words: Words, basis: Basis) -> Part:
    months = months_of(rows["opened_month"])
    tips = [
        words(
            f"entry.tip_later_{'all' if of else 'given'}",
            name=words(f"entry.measure_{row['measure']}"),
            month=month,
            rate=numbers.rate(row[f"{of}rate"]),
            numerator=sized(row[f"{of}numerator"], basis, words),
            denominator=sized(row[f"{of}denominator"], basis, words),
        )
        + ("" if of else _range(row, words))
        for month, row in zip(months, rows.to_dict("records"), strict=True)
    ]
    return line(months, rows[f"{of}rate"].tolist(), tips, colour)


def weekly(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw D1 of each week over the band of what was to be expected; a week beyond it has a mark, a holiday its name.

    Parameters
    ----------
    frame
        Of ``metrics.entry_weeks.weekly``, not empty.
    words, look
        Language and colours.
    basis
        What the rates are counted in.
    """
    weeks = [numbers.day(week) for week in frame["week"]]
    tips = [
        words(
            "entry.tip_week",
            week=week,
            rate=numbers.rate(row["rate"]),
            numerator=sized(row["numerator"], basis, words),
            denominator=sized(row["denominator"], basis, words),
            expected=numbers.rate(row["expected_rate"]),
            low=numbers.rate(row["low_rate"]),
            high=numbers.rate(row["high_rate"]),
        )
        + (f"<br>{words.code('holiday', row['holiday'])}" if row["holiday"] else "")
        + ("<br>" + words("entry.small") if row["is_small"] else "")
        for week, row in zip(weeks, frame.to_dict("records"), strict=True)
    ]
    band: Part = {
        "type": "scatter",
        "mode": "lines",
        "x": weeks + weeks[::-1],
        "y": frame["high_rate"].tolist() + frame["low_rate"].tolist()[::-1],
        "fill": "toself",
        "fillcolor": faded(look.muted, _BAND),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    expected = line(weeks, frame["expected_rate"].tolist(), tips, look.muted, 1.5)
    expected["line"] = {"color": look.muted, "width": 1.5, "dash": "dash"}
    seen = line(weeks, frame["rate"].tolist(), tips, look.today)
    outside = frame["is_outside"].to_numpy()
    marks: Part = {
        "type": "scatter",
        "mode": "markers",
        "x": [week for week, out in zip(weeks, outside, strict=True) if out],
        "y": frame.loc[outside, "rate"].tolist(),
        "text": [tip for tip, out in zip(tips, outside, strict=True) if out],
        "hoverinfo": "text",
        "marker": {"size": 11, "color": look.bad, "symbol": "diamond"},
    }
    top = top_of(frame["rate"].tolist(), frame["high_rate"].tolist())
    layout = base_layout(look, words("entry.axis_week"), words(f"entry.axis_entry_{basis}"), 320)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": weeks}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    ends = end_of(weeks, frame["rate"].tolist(), words("entry.line_week"), look.today)
    ends += end_of(weeks, frame["expected_rate"].tolist(), words("entry.line_expected"), look.muted)
    named = [
        {"x": week, "y": 1.0, "yref": "paper", "yanchor": "bottom", "text": words.code("holiday", kind),
         "showarrow": False, "font": {"size": 12, "color": look.muted}}
        for week, kind, before in zip(weeks, frame["holiday"], frame["holiday"].shift(), strict=True)
        if kind and kind != before
    ]  # fmt: skip
    layout["annotations"] = [*end_labels(ends, top, 256), *named]
    return go.Figure({"data": [band, expected, seen, marks], "layout": layout})


def smoothed(rates: pd.DataFrame, peaks: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw D1 and 30+ side by side, months thin and three months strong, with the peak marked.

    Parameters
    ----------
    rates
        Of ``metrics.peaks.smoothed``.
    peaks
        Of ``metrics.peaks.peaks``.
    words, look
        Language and colours.
    """
    groups = []
    for row in peaks.to_dict("records"):
        rows = rates[rates["figure"] == row["figure"]]
        months, name = months_of(rows["month"]), words(f"entry.figure_{row['figure']}")
        drawn = []
        for column, colour, width in (("rate", look.context, 1), ("smooth_rate", look.today, 2)):
            tips = [
                words(f"entry.tip_{column}", name=name, month=month, rate=numbers.rate(value))
                for month, value in zip(months, rows[column], strict=True)
            ]
            drawn.append((line(months, rows[column].tolist(), tips, colour, width), ""))
        peak = numbers.month(row["peak_month"])
        tip = words("entry.tip_peak", name=name, month=peak, rate=numbers.rate(row["peak_rate"]))
        drawn.append((line([peak], [row["peak_rate"]], [tip], look.bad), ""))
        groups.append((name, drawn))
    return panels(groups, words("entry.axis_smoothed"), look)
