"""Figures of the bad book: five classes, ratios plain and managed, what left the book, and what is held against it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, sized, ticks_of, top_of
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HUE = {"SPECIAL_MENTION": "M1", "SUBSTANDARD": "M4", "DOUBTFUL": "M6", "LOSS": "M7+"}
"""Class -> the bucket whose colour is as bad."""
_PARTS = {"npl_rate": ("npl", "book"), "late_rate": ("late", "book")}
"""Ratio -> what it divides; the others are sums of several columns."""
_OF: dict[Basis, str] = {"balance": "_fen", "count": ""}
_EXITS = {"written_off": "WO", "sold": "SOLD"}


def classes(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the classes beyond pass as stacked bars, one a month-end.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.classes``.
    words, look
        Language and colours.
    basis
        What the shares are counted in.
    """
    months = months_of(frame["month"].drop_duplicates())
    bars, labels, stack = [], [], 0.0
    for name in terms.RISK_CLASSES[1:]:
        rows = frame[frame["risk_class"] == name]
        label = words.code("risk_class", name)
        tips = [
            words(
                "non_performing.tip_class",
                month=month,
                risk_class=label,
                share=numbers.rate(row["share_rate"]),
                amount=sized(row["amount" + _OF[basis]], basis, words),
                loans=numbers.count(row["loans"]),
            )
            for month, row in zip(months, rows.to_dict("records"), strict=True)
        ]
        bars.append(_bar(months, rows["share_rate"], tips, look.states[_HUE[name]]))
        last = rows["share_rate"].iloc[-1]
        if last > 0:
            labels += end_of(months[-1:], [stack + last / 2], label, look.text)
            stack += last
    top = top_of(frame[frame["risk_class"] != terms.RISK_CLASSES[0]].groupby("month")["share_rate"].sum().tolist())
    layout = _stacked(look, words("non_performing.axis_month"), words(f"non_performing.axis_share_{basis}"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = [{**label, "xshift": 24} for label in end_labels(labels, top, 316)]
    return go.Figure({"data": bars, "layout": layout})


def ratios(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw NPL, 90+ and, where the book holds losses, the same with losses added back, and the formation of a year.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.ratios``.
    words, look
        Language and colours; what adds losses back is in the second ink.
    basis
        What the ratios are counted in.
    """
    shown = [("npl_rate", "managed_rate"), ("late_rate", "late_managed_rate"), ("formation_rate",)]
    groups = []
    for names in shown:
        there = [name for name in names if name in frame]
        if not there:
            continue
        named = [
            (_line(frame, name, words, look.today if name == names[0] else look.muted, basis), name) for name in there
        ]
        lines = [(drawn, words(f"non_performing.line_{name}") if len(there) > 1 else "") for drawn, name in named]
        groups.append((words(f"non_performing.panel_{names[0]}"), lines))
    return panels(groups, words(f"non_performing.axis_ratio_{basis}"), look)


def write_offs(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw what was written off and what was sold, one bar a month: principal, or loans in a book without amounts.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.write_offs``.
    words, look
        Language and colours.
    """
    basis: Basis = "balance" if "written_off_fen" in frame else "count"
    months = months_of(frame["month"])
    bars, labels, stack = [], [], 0.0
    for name, state in _EXITS.items():
        values = frame[f"{name}_fen"] / 100 if basis == "balance" else frame[f"{name}_loans"]
        label = words.code("state", state)
        tips = [
            words(
                "non_performing.tip_lost",
                month=month,
                state=label,
                amount=sized(row[f"{name}_{'fen' if basis == 'balance' else 'loans'}"], basis, words),
                interest=numbers.yuan(row.get(f"{name}_interest_fen"), words.language),
                loans=numbers.count(row[f"{name}_loans"]),
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]
        bars.append(_bar(months, values, tips, look.states[state]))
        last = float(values.iloc[-1])
        # Months without a sale are many: its colour is named all the same.
        named = f'<span style="color:{look.states[state]}">■</span> {label}'
        labels += end_of(months[-1:], [stack + last / 2], named, look.text)
        stack += last
    totals = sum((pd.Series(bar["y"]) for bar in bars), pd.Series(0.0, index=range(len(months))))
    top = max(float(totals.max()) * 1.12, 1.0)
    layout = _stacked(look, words("non_performing.axis_month"), words(f"non_performing.axis_lost_{basis}"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top]}
    layout["annotations"] = [{**label, "xshift": 24} for label in end_labels(labels, top, 316)]
    return go.Figure({"data": bars, "layout": layout})


def coverage(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the allowance over what is non-performing, and over the book.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.coverage``.
    words, look
        Language and colours.
    """
    months = months_of(frame["month"])
    groups = []
    for name, base in (("coverage_rate", "npl_fen"), ("allowance_rate", "book_fen")):
        tips = [
            words(
                "non_performing.tip_ratio",
                name=words(f"non_performing.panel_{name}"),
                month=month,
                rate=numbers.rate(row[name]),
                numerator=numbers.yuan(row["allowance_fen"], words.language),
                denominator=numbers.yuan(row[base], words.language),
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]
        drawn = line(months, frame[name].tolist(), tips, look.today)
        groups.append((words(f"non_performing.panel_{name}"), [(drawn, "")]))
    return panels(groups, words("non_performing.axis_coverage"), look)


def migration(frame: pd.DataFrame, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw, one bar a class of a year before, how much of it is worse now; few loans are pale.

    Parameters
    ----------
    frame
        Of ``metrics.non_performing.migration``.
    words, look
        Language and colours.
    basis
        What the rates are counted in.
    """
    names = [words.code("risk_class", name) for name in frame["risk_class"]]
    tips = [
        words(
            "non_performing.tip_migration",
            risk_class=name,
            rate=numbers.rate(row["rate"]),
            worse=sized(row["worse" + _OF[basis]], basis, words),
            lost=sized(row["lost" + _OF[basis]], basis, words),
            opening=sized(row["opening" + _OF[basis]], basis, words),
            repaid=sized(row["repaid" + _OF[basis]], basis, words),
            loans=numbers.count(row["loans"]),
        )
        for name, row in zip(names, frame.to_dict("records"), strict=True)
    ]
    top = top_of(frame["rate"].tolist())
    layout = base_layout(
        look, words("non_performing.axis_class"), words(f"non_performing.axis_migration_{basis}"), height_px=300
    )
    layout["bargap"] = 0.5
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    bars = _bar(names, frame["rate"].fillna(0.0), tips, look.today)
    bars["marker"] = {"color": [look.context if few else look.today for few in frame["is_small"]], "line": {"width": 0}}
    return go.Figure({"data": [bars], "layout": layout})


def _line(frame: pd.DataFrame, name: str, words: Words, colour: str, basis: Basis) -> dict[str, object]:
    months = months_of(frame["month"])
    tips = [_tip(name, month, row, words, basis) for month, row in zip(months, frame.to_dict("records"), strict=True)]
    return line(months, frame[name].tolist(), tips, colour)


def _tip(name: str, month: str, row: dict[Hashable, float], words: Words, basis: Basis) -> str:
    label, rate = words(f"non_performing.name_{name}"), numbers.rate(row[name])
    if name not in _PARTS:
        return words("non_performing.tip_plain", name=label, month=month, rate=rate)
    above, below = (sized(row[column + _OF[basis]], basis, words) for column in _PARTS[name])
    return words("non_performing.tip_ratio", name=label, month=month, rate=rate, numerator=above, denominator=below)


def _bar(months: Sequence[str], values: pd.Series, tips: list[str], colour: str) -> dict[str, object]:
    return {
        "type": "bar",
        "x": list(months),
        "y": values.to_numpy(),
        "marker": {"color": colour, "line": {"width": 0}},
        "text": tips,
        "textposition": "none",
        "hoverinfo": "text",
    }


def _stacked(look: Look, x_title: str, y_title: str) -> dict[str, object]:
    layout = base_layout(look, x_title, y_title)
    layout["barmode"], layout["bargap"] = "stack", 0.25
    layout["margin"] = {"l": 56, "r": 150, "t": 16, "b": 48}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    return layout
