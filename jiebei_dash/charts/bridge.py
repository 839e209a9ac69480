"""Figures of a change: its steps from one month to the other, and what each cell gave to it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis, Ratio
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_CELLS = 12


def steps(
    frame: pd.DataFrame, months: tuple[str, str], ratio: Ratio, basis: Basis, words: Words, look: Look
) -> go.Figure:
    """Draw the ratio before, what mix, rates and both together did to it, and the ratio after.

    Parameters
    ----------
    frame
        Of ``metrics.bridge.change``, not empty.
    months
        The two months as they read.
    ratio
        What it is of: only lateness has a good and a bad side.
    basis
        What it is counted in.
    words, look
        Language and colours.
    """
    before, after = (float(frame[f"whole_{when}_rate"].iloc[0]) for when in ("before", "after"))
    moves = [float(frame[name].sum()) for name in ("mix", "rate", "interaction")]
    names = [months[0], *(words(f"bridge.part_{name}") for name in ("mix", "within", "both")), months[1]]
    bases, level = [0.0], before
    for move in moves:
        bases.append(min(level, level + move))
        level += move
    heights = [before, *map(abs, moves), after]
    texts = [numbers.rate(before), *(numbers.rate_change(move, words.language) for move in moves), numbers.rate(after)]
    worse, better = (look.today, look.today) if ratio == "approval" else (look.bad, look.good)
    colours = [look.context, *(worse if move > 0 else better for move in moves), look.context]
    bars = {
        "type": "bar",
        "x": names,
        "y": heights,
        "base": [*bases, 0.0],
        "marker": {"color": colours},
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [f"{name}<br>{text}" for name, text in zip(names, texts, strict=True)],
        "hoverinfo": "text",
    }
    axis = words(f"bridge.axis_{basis}", ratio=words.code("ratio", ratio))
    top = top_of([base + height for base, height in zip([*bases, 0.0], heights, strict=True)])
    layout = base_layout(look, "", axis, 300)
    layout["bargap"] = 0.45
    layout["xaxis"] = {**part(layout, "xaxis"), "type": "category"}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top), "nticks": 5}
    return go.Figure({"data": [bars], "layout": layout})


def cells(
    frame: pd.DataFrame, keys: Sequence[str], ratio: Ratio, words: Words, look: Look, with_year_ago: bool = False
) -> go.Figure:
    """Draw what the largest cells gave to the change: by their mix and by their own rate.

    Parameters
    ----------
    frame
        Of ``answers.bridge.change``.
    keys
        Columns of a cell.
    ratio
        What it is of.
    words, look
        Language and colours.
    with_year_ago
        Also mark what each cell gave between the same months a year earlier.
    """
    shown = frame.loc[frame["carries"].abs().nlargest(MOST_CELLS).index].sort_values("carries", key=abs)
    names = [cell_label(row, keys, words) for row in shown.to_dict("records")]
    codes = [cell_code(row, keys) for row in shown.to_dict("records")]
    within = shown["rate"] + shown["interaction"]
    data = [
        _bars(shown, names, within, words("bridge.part_within"), look.today, ratio, words),
        _bars(shown, names, shown["carries"] - within, words("bridge.part_mix"), look.context, ratio, words),
    ]
    for bars in data:
        bars["customdata"] = codes
    if with_year_ago and shown["year_ago"].notna().all():
        data.append(_marks(shown, names, words, look))
    layout = base_layout(look, words("bridge.axis_cells"), "", height_px=130 + 28 * len(names))
    layout |= {"barmode": "relative", "showlegend": True, "bargap": 0.35}
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "showgrid": True,
        "zeroline": True,
        "zerolinecolor": look.muted,
        "ticksuffix": " bp" if words.language == "en" else "个基点",
    }
    layout["yaxis"] = {**part(layout, "yaxis"), "showgrid": False, "type": "category", "rangemode": "normal"}
    return go.Figure({"data": data, "layout": layout})


def cell_name(row: dict[str, object], keys: Sequence[str], words: Words) -> str:  # type: ignore[type-arg]
    """Return a cell as it reads: its codes, in words."""
    return " × ".join(words.code(key, row[key]) for key in keys)


def cell_code(row: dict[str, object], keys: Sequence[str]) -> str:  # type: ignore[type-arg]
    """Return a cell as a link names it: what a picked bar has as its ``customdata``."""
    return ".".join(str(row[key]) for key in keys)


def cell_label(row: dict[str, object], keys: Sequence[str], words: Words) -> str:  # type: ignore[type-arg]
    """Return a cell as it stands beside its bar: with what it gave in all."""
    return f"{cell_name(row, keys, words)}  {numbers.rate_change(row['carries'], words.language)}"  # type: ignore[arg-type]


def _bars(
    shown: pd.DataFrame, names: list[str], values: pd.Series, name: str, colour: str, ratio: Ratio, words: Words
) -> Part:
    return {
        "type": "bar",
        "orientation": "h",
        "x": (values * 1e4).tolist(),
        "y": names,
        "marker": {"color": colour},
        "text": [
            words(
                "bridge.tip_cell",
                group=label,
                part=name,
                change=numbers.rate_change(value, words.language),
                ratio=words.code("ratio", ratio),
                before=numbers.rate(row["rate_before"]),
                after=numbers.rate(row["rate_after"]),
            )
            for label, value, row in zip(names, values, shown.to_dict("records"), strict=True)
        ],
        "textposition": "none",
        "hoverinfo": "text",
        "name": name,
        "showlegend": True,
    }


def _marks(shown: pd.DataFrame, names: list[str], words: Words, look: Look) -> Part:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": (shown["year_ago"] * 1e4).tolist(),
        "y": names,
        "marker": {"size": 9, "color": look.paper, "line": {"width": 2, "color": look.muted}},
        "text": [
            words("bridge.tip_year_ago", group=label, change=numbers.rate_change(value, words.language))
            for label, value in zip(names, shown["year_ago"], strict=True)
        ],
        "hoverinfo": "text",
        "name": words("bridge.line_year_ago"),
        "showlegend": True,
    }
