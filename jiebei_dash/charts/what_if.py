"""Figures of a what-if: the trade-off along one rule, and why applicants move."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

SEEN_ENOUGH_RATE = 0.5
"""The line of what was seen stops where less than half of the loans were."""
LEAST_LOANS_RATE = 0.01
"""Points with fewer loans than this share of the widest point's are noise, and not drawn."""
MOST_BARS = 12
CLOSE = 0.2
"""Marks nearer to each other than this share of the widest approval rate are labelled on opposite sides."""


def trade_off(frame: pd.DataFrame, unit: str, words: Words, look: Look) -> go.Figure:
    """Draw approval against bad rate along one rule, today and the proposal marked.

    Parameters
    ----------
    frame
        Of ``metrics.trade_off.trade_off``.
    unit
        Unit of the rule's threshold: points, count, months, rate or fen.
    words, look
        Language and colours.
    """
    curve = frame[frame["kind"] == "CURVE"].drop_duplicates("approved_count", keep="last")
    curve = curve[curve["loan_count"] >= LEAST_LOANS_RATE * curve["loan_count"].max()]
    tips = _tips(frame, unit, words)
    seen = curve[curve["observed_share_rate"] >= SEEN_ENOUGH_RATE]
    lines = [
        _line(curve, "expected_high_rate", {"width": 0, "color": look.inferred}),
        _line(curve, "expected_low_rate", {"width": 0, "color": look.inferred})
        | {"fill": "tonexty", "fillcolor": _pale(look.inferred)},
        _line(seen, "observed_bad_rate", {"width": 2, "color": look.today}),
        _line(curve, "expected_bad_rate", {"width": 2, "color": look.inferred, "dash": "dash"})
        | {"hoverinfo": "text", "text": tips.loc[curve.index].to_numpy()},
    ]
    today, proposed = (frame[frame["kind"] == kind].iloc[0] for kind in ("TODAY", "PROPOSED"))
    is_same = bool(today["approval_rate"] == proposed["approval_rate"] and today["threshold"] == proposed["threshold"])
    # The curve rises: above it to the left and below it to the right there is room.
    widest = float(frame["approval_rate"].max())
    apart = float(proposed["approval_rate"] - today["approval_rate"]) / widest if widest else 0.0
    label = {"kind": "same" if is_same else "today", "place": "bottom right" if -CLOSE < apart < 0 else "top left"}
    marks = [_mark(today, tips, look.today, "circle", label, unit, words)]
    if not is_same:
        label = {"kind": "proposed", "place": "bottom right" if 0 <= apart < CLOSE else "top left"}
        marks.append(_mark(proposed, tips, look.proposed, "diamond", label, unit, words))
    layout = base_layout(look, words("what_if.axis_approval"), words("what_if.axis_bad_rate"))
    # Room at the right for the words at the ends of the lines.
    layout["xaxis"] = {**_dict(layout["xaxis"]), "tickformat": ".0%", "range": [0, widest * 1.4]}
    layout["yaxis"] = {**_dict(layout["yaxis"]), "tickformat": ".1%"}
    layout["annotations"] = [
        _end(seen, "observed_bad_rate", words("what_if.line_observed"), look.today),
        _end(curve, "expected_bad_rate", words("what_if.line_inferred"), look.inferred),
    ]
    return go.Figure({"data": [*lines, *marks], "layout": layout})


def moved_reasons(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the mean points of each input, those let in beside those kept out.

    Parameters
    ----------
    frame
        Of ``metrics.moved_reasons.mean_points``, not empty; the twelve largest are drawn.
    words, look
        Language and colours.
    """
    upward = frame.head(MOST_BARS).iloc[::-1]
    labels = [words.code("feature", feature) for feature in upward["feature"]]
    sides = (("out", look.today, "what_if.side_out"), ("in", look.proposed, "what_if.side_in"))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "x": upward[f"{side}_points"].to_numpy(),
            "y": labels,
            "name": words(name, count=numbers.count(frame[f"{side}_count"].iloc[0])),
            "marker": {"color": colour},
            "hovertemplate": "%{y}: %{x:+.1f}<extra>%{fullData.name}</extra>",
        }
        for side, colour, name in sides
        if frame[f"{side}_count"].iloc[0] > 0
    ]
    layout = base_layout(look, words("what_if.axis_mean_points"), "", height_px=80 + 34 * len(upward))
    layout |= {
        "barmode": "group",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
    }
    layout["xaxis"] = {**_dict(layout["xaxis"]), "zeroline": True, "zerolinecolor": look.muted, "showgrid": True}
    return go.Figure({"data": bars, "layout": layout})


def _line(curve: pd.DataFrame, column: str, line: dict[str, object]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": curve["approval_rate"].to_numpy(),
        "y": curve[column].to_numpy(),
        "line": line,
        "hoverinfo": "skip",
    }


def _mark(
    point: pd.Series, tips: pd.Series, colour: str, symbol: str, label: dict[str, str], unit: str, words: Words
) -> dict[str, object]:
    threshold = numbers.quantity(point["threshold"], unit, words.language)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point["approval_rate"]],
        "y": [point["expected_bad_rate"]],
        "text": [words(f"what_if.mark_{label['kind']}", threshold=threshold)],
        "textposition": label["place"],
        "textfont": {"color": colour, "size": 13},
        "marker": {"size": 12, "color": colour, "symbol": symbol},
        "hoverinfo": "text",
        "hovertext": [tips[point.name]],
        "cliponaxis": False,
    }


def _tips(frame: pd.DataFrame, unit: str, words: Words) -> pd.Series:
    def tip(row: pd.Series) -> str:
        return words(
            "what_if.tip",
            threshold=numbers.quantity(row["threshold"], unit, words.language),
            approval=numbers.rate(row["approval_rate"]),
            rate=numbers.rate(row["expected_bad_rate"]),
            low=numbers.rate(row["expected_low_rate"]),
            high=numbers.rate(row["expected_high_rate"]),
            observed=numbers.rate(row["observed_bad_rate"]),
            share=numbers.rate(row["observed_share_rate"], 0),
        )

    return frame.apply(tip, axis=1)


def _end(curve: pd.DataFrame, column: str, text: str, colour: str) -> dict[str, object]:
    if curve.empty:
        return {"text": "", "showarrow": False}
    last = curve.iloc[-1]
    return {
        "x": last["approval_rate"],
        "y": last[column],
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 8,
        "font": {"color": colour, "size": 12},
    }


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _dict(part: object) -> dict[str, object]:
    return dict(part) if isinstance(part, dict) else {}
