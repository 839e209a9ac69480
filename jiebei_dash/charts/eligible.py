"""The figure of funding: what each funder would take of what today's policy and the draft approve."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_ROW_PX = 44


def funders(frame: pd.DataFrame, names: Mapping[str, str], words: Words, look: Look) -> go.Figure:
    """Draw the approved applications that each funder takes, today's beside the draft's, inferred ones hatched.

    Parameters
    ----------
    frame
        Of ``metrics.eligible.funders``.
    names
        What every row but that of the own book is called, by code.
    words, look
        Language and colours. The line at the right end is all that is approved.
    """
    shown = frame[frame["funder_code"].isin(names)]
    bars: list[Part] = []
    # The last drawn of a group stands on top where the axis is turned over.
    for policy, colour in (("today", look.today), ("proposed", look.proposed)):
        rows = shown[shown["policy"] == policy]
        labels = [names[code] for code in rows["funder_code"]]
        known = rows["taken_count"] - rows["inferred_count"]
        tips = [_tip(row, names, words) for _, row in rows.iterrows()]
        both = {"type": "bar", "orientation": "h", "y": labels, "offsetgroup": policy, "hovertext": tips}
        bars += [
            both
            | {
                "x": known.tolist(),
                "marker": {"color": colour},
                "name": words(f"what_if.{policy}"),
                "hoverinfo": "text",
            },
            both
            | {
                "x": rows["inferred_count"].tolist(),
                "base": known.tolist(),
                "name": words("consequences.legend_inferred"),
                "showlegend": policy == "today",
                "hoverinfo": "text",
                "marker": {
                    "color": colour,
                    "line": {"color": look.inferred, "width": 1},
                    "pattern": {"shape": "/", "fgcolor": look.inferred, "bgcolor": look.paper, "size": 5},
                },
            },
        ]
    places = len(shown["funder_code"].unique())
    layout = base_layout(look, words("consequences.axis_taken"), "", 110 + _ROW_PX * max(places, 2))
    approved = frame.groupby("policy")["approved_count"].max()
    top = max(float(approved.max()), 1.0)
    layout["margin"] = {"l": 56, "r": 170, "t": 56, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, top * 1.02], "showgrid": True, "tickformat": ",d"}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout |= {
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1, "yanchor": "top", "yref": "container"},
        "shapes": [
            _line(float(approved[policy]), colour, dash)
            for policy, colour, dash in (("today", look.today, "dot"), ("proposed", look.proposed, "dash"))
        ],
        "annotations": [
            *(_end(code, shown, names, words, look) for code in shown["funder_code"].unique()),
            *_totals(approved, words, look),
        ],
    }
    return go.Figure({"data": bars, "layout": layout})


def _tip(row: pd.Series, names: Mapping[str, str], words: Words) -> str:
    return words(
        "consequences.tip_taken",
        name=names[row["funder_code"]],
        policy=words(f"what_if.{row['policy']}"),
        taken=numbers.count(row["taken_count"]),
        approved=numbers.count(row["approved_count"]),
        rate=numbers.rate(row["taken_rate"]),
        low=numbers.rate(row["low_rate"]),
        high=numbers.rate(row["high_rate"]),
        inferred=numbers.count(row["inferred_count"]),
        amount=numbers.yuan(row["taken_fen"], words.language),
    )


def _end(code: str, shown: pd.DataFrame, names: Mapping[str, str], words: Words, look: Look) -> Part:
    rates = shown[shown["funder_code"] == code].set_index("policy")["taken_rate"]
    today, proposed = (numbers.rate(rates[policy], 1) for policy in ("today", "proposed"))
    text = words("consequences.end_rates", today=today, proposed=proposed)
    return {
        "xref": "paper", "yref": "y", "x": 1, "y": names[code], "xshift": 8, "xanchor": "left", "showarrow": False,
        "text": text, "font": {"size": 12, "color": look.text},
    }  # fmt: skip


def _totals(approved: pd.Series, words: Words, look: Look) -> list[Part]:
    """How many are approved, above each line; on the two sides where the lines lie close together."""
    sides = ("left", "right") if approved["today"] > approved["proposed"] else ("right", "left")
    return [
        {
            "xref": "x", "yref": "paper", "x": float(approved[policy]), "y": 1, "yanchor": "bottom", "showarrow": False,
            "xanchor": "left" if (policy == "today") == (sides[0] == "left") else "right",
            "text": words("consequences.line_approved", count=numbers.count(approved[policy])),
            "font": {"size": 12, "color": colour},
        }
        for policy, colour in (("today", look.today), ("proposed", look.proposed))
    ]  # fmt: skip


def _line(at: float, colour: str, dash: str) -> Part:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
        "line": {"color": colour, "width": 1.5, "dash": dash},
    }  # fmt: skip
