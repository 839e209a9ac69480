"""Approval of groups of persons under two policies, a dot each with its interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_ROW_PX, _DENSE_ROW_PX, _MOST_WIDE = 52, 30, 12
_APART = 0.17
"""Between the two dots of a group and its line, in rows."""
_MOST_IN_ORDER = 8
"""More groups than so many stand in the order of their rates, not of their codes."""


def approval(frame: pd.DataFrame, level: float, words: Words, look: Look) -> go.Figure:
    """Draw the approval rate of each group, today and by the proposal, and where the rule's signal begins.

    Parameters
    ----------
    frame
        Of ``metrics.groups.approval``, not empty; a group of few has hollow marks.
    level
        Of the rule: a dotted line stands at so much of the highest rate, for each policy.
    words, look
        Language and colours.
    """
    today, proposed = (frame[frame["policy"] == policy].set_index("group") for policy in ("today", "proposed"))
    groups = today.index.tolist()
    if len(groups) > _MOST_IN_ORDER:
        groups = today["approval_rate"].sort_values(ascending=False).index.tolist()
    is_same = bool((today["approved_count"] == proposed["approved_count"]).all())
    shown = [("same", today, 0.0, look.today, "circle")] if is_same else [
        ("today", today, -_APART, look.today, "circle"), ("proposed", proposed, _APART, look.proposed, "diamond"),
    ]  # fmt: skip
    row_px = _ROW_PX if len(groups) <= _MOST_WIDE else _DENSE_ROW_PX
    layout = base_layout(look, words("fairness.axis_approval"), "", 110 + row_px * max(len(groups), 2))
    layout["xaxis"] = {**part(layout, "xaxis"), "tickformat": ".0%", "range": [0, 1.03], "showgrid": True}
    layout["yaxis"] = {
        **part(layout, "yaxis"),
        "tickmode": "array", "tickvals": list(range(len(groups))),
        "ticktext": [named(group, words) for group in groups],
        "range": [len(groups) - 0.5, -0.5], "showgrid": False, "rangemode": "normal",
    }  # fmt: skip
    layout |= {
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
        "margin": {"l": 56, "r": 24, "t": 56, "b": 48},
    }
    signals = {name: _signal_at(rows, level) for name, rows, *_ in shown}
    data, lines, labels = [], [], []
    for name, rows, offset, colour, symbol in shown:
        data.append(_dots(rows.loc[groups], offset, colour, symbol, words(f"fairness.mark_{name}"), words, look))
        signal = signals[name]
        if numbers.is_unknown(signal):
            continue
        lines.append(
            {"type": "line", "x0": signal, "x1": signal, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"color": colour, "width": 1, "dash": "dot"}}
        )  # fmt: skip
        # Above the dots, outwards from the other line.
        is_right = any(other < signal for other in signals.values())
        labels.append(
            {"x": signal, "yref": "paper", "y": 1, "showarrow": False,
             "xanchor": "left" if is_right else "right", "xshift": 4 if is_right else -4,
             "yanchor": "bottom",
             "text": words(f"fairness.line_{name}", level=numbers.rate(level, 0)),
             "font": {"size": 12, "color": colour}}
        )  # fmt: skip
    layout["shapes"], layout["annotations"] = lines, labels
    return go.Figure({"data": data, "layout": layout})


def named(group: object, words: Words) -> str:
    """Return a group in words: a code of ours, a province, or the tape's own name."""
    return words.texts.get(f"codes.group.{group}") or words.code("province_code", group)


def _dots(
    rows: pd.DataFrame, offset: float, colour: str, symbol: str, name: str, words: Words, look: Look
) -> dict[str, object]:
    rates = rows["approval_rate"]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": rates.tolist(),
        "y": [place + offset for place in range(len(rows))],
        "error_x": {
            "type": "data", "symmetric": False, "array": (rows["approval_high_rate"] - rates).tolist(),
            "arrayminus": (rates - rows["approval_low_rate"]).tolist(), "color": colour, "thickness": 1.5, "width": 3,
        },
        "marker": {
            "size": 10, "symbol": symbol, "color": [look.paper if few else colour for few in rows["is_few"]],
            "line": {"color": colour, "width": 2},
        },
        "text": [
            words(
                "fairness.tip",
                group=named(group, words),
                policy=name,
                rate=numbers.rate(row["approval_rate"]),
                low=numbers.rate(row["approval_low_rate"]),
                high=numbers.rate(row["approval_high_rate"]),
                decided=numbers.count(row["decided_count"]),
                ratio=numbers.ratio(row["ratio_to_highest_rate"]),
            )
            for group, row in rows.iterrows()
        ],
        "hoverinfo": "text",
    }  # fmt: skip


def _signal_at(rows: pd.DataFrame, level: float) -> float:
    """So much of the highest rate among the groups that are compared."""
    compared = rows[rows["ratio_to_highest_rate"].notna() & (rows["ratio_to_highest_rate"] == 1.0) & ~rows["is_few"]]
    return float(compared["approval_rate"].max()) * level if len(compared) > 0 else float("nan")
