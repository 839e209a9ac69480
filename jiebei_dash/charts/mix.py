"""KS of two windows and the parts of its change; how far each input moved."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

LEVELS = ("BASE", "ON_BASE_MIX", "RECENT")
CHANGES = ("WHOLE", "MIX", "REAL")
WATCH, ACT = 0.1, 0.25
"""Lines of the index of stability. Source: Siddiqi (2006), ch. 9."""
_ROW_PX = 30
_SYMBOLS = {"CHANCE": "circle-open", "STABLE": "circle", "WATCH": "diamond", "ACT": "square"}


def ks(frame: pd.DataFrame, power: str, words: Words, look: Look) -> go.Figure:
    """Draw the base, the recent window on the base's mix and the recent one; beside them the parts of the change.

    Parameters
    ----------
    frame
        Of ``metrics.mix.ks``.
    power
        ``KS`` or ``AUC``.
    words, look
        Language and colours. What is on few bads is hollow.
    """
    found = frame[frame["power"] == power].set_index("ks_mark")
    layout = base_layout(look, "", "", 270)
    axis = {**part(layout, "xaxis"), "showgrid": True, "rangemode": "normal"}
    rows = {
        **part(layout, "yaxis"),
        "showgrid": False,
        "rangemode": "normal",
        "range": [2.6, -0.6],
        "tickmode": "array",
    }
    name = words.code("power", power)
    layout |= {
        "xaxis": {
            **axis, "domain": [0.0, 0.46], "tickformat": ".0%",
            "title": _title(words("mix.axis_level", power=name), look),
        },
        "xaxis2": {
            **axis, "domain": [0.6, 1.0], "anchor": "y2", "tickformat": ".0%", "zeroline": True,
            "zerolinecolor": look.muted, "title": _title(words("mix.axis_change", power=name), look),
        },
        "yaxis": {**rows, "tickvals": [0, 1, 2], "ticktext": [words.code("ks_mark", mark) for mark in LEVELS]},
        "yaxis2": {
            **rows, "anchor": "x2", "tickvals": [0, 1, 2],
            "ticktext": [words.code("ks_mark", mark) for mark in CHANGES],
        },
        "margin": {"l": 56, "r": 24, "t": 16, "b": 48},
    }  # fmt: skip
    data = []
    for place, mark in enumerate(LEVELS):
        colour = look.proposed if mark == "ON_BASE_MIX" else look.today
        symbol = "diamond" if mark == "ON_BASE_MIX" else "circle"
        data.append(_mark(found.loc[mark], mark, place, "", colour, symbol, words, look))
    for place, mark in enumerate(CHANGES):
        colour = {"WHOLE": look.today, "MIX": look.proposed, "REAL": look.bad}[mark]
        symbol = {"WHOLE": "circle", "MIX": "diamond", "REAL": "square"}[mark]
        data.append(_mark(found.loc[mark], mark, place, "2", colour, symbol, words, look))
    return go.Figure({"data": [each for each in data if each], "layout": layout})


def _mark(
    row: pd.Series, mark: str, place: int, axes: str, colour: str, symbol: str, words: Words, look: Look
) -> Part | None:
    if numbers.is_unknown(row["value_rate"]):
        return None
    value = float(row["value_rate"])
    is_change = axes == "2"
    shown = [f"{each * 100:+.1f}" if is_change else numbers.rate(each, 1) for each in
             (value, row["low_rate"], row["high_rate"])]  # fmt: skip
    return {
        "type": "scatter", "mode": "markers+text", "x": [value], "y": [place], "xaxis": f"x{axes}", "yaxis": f"y{axes}",
        "error_x": _bar(value, row["low_rate"], row["high_rate"], colour),
        "marker": {
            "size": 11, "symbol": symbol, "color": look.paper if row["is_few"] else colour,
            "line": {"color": colour, "width": 2},
        },
        "text": [shown[0]], "textposition": "top right" if is_change else "top center",
        "textfont": {"size": 12, "color": colour},
        "cliponaxis": False,
        "hovertext": [
            words(
                "mix.tip_change" if is_change else "mix.tip_level", mark=words.code("ks_mark", mark), value=shown[0],
                low=shown[1], high=shown[2], loans=numbers.count(row["loan_count"]),
                bads=numbers.count(row["bad_count"]),
            )
        ],
        "hoverinfo": "text",
    }  # fmt: skip


def drift(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the index of the score and of every input, the most moved first, with the two lines.

    Parameters
    ----------
    frame
        Of ``metrics.mix.drift``.
    words, look
        Language and colours; the shape of a mark says what the index is called, so that colour need not.
    """
    shown = frame[frame["psi"].notna()]
    names = [words.code("feature", key) for key in shown["feature"]]
    layout = base_layout(look, words("mix.axis_drift"), "", 96 + _ROW_PX * max(len(shown), 2))
    top = max(ACT * 1.15, float(shown["psi_high"].max()) * 1.05 if len(shown) else 0.0)
    layout["xaxis"] = {**part(layout, "xaxis"), "showgrid": True, "range": [0, top], "tickformat": ".2f"}
    layout["yaxis"] = {
        **part(layout, "yaxis"), "showgrid": False, "rangemode": "normal", "range": [len(shown) - 0.4, -0.6],
        "tickmode": "array", "tickvals": list(range(len(shown))), "ticktext": names,
    }  # fmt: skip
    colours = {"CHANCE": look.muted, "STABLE": look.today, "WATCH": look.bad, "ACT": look.breach}
    data: list[Part] = []
    for code, symbol in _SYMBOLS.items():
        rows = shown[shown["drift"] == code]
        if rows.empty:
            continue
        places = [shown.index.get_loc(label) for label in rows.index]
        data.append(
            {
                "type": "scatter", "mode": "markers", "name": words.code("drift", code),
                "x": rows["psi"].tolist(), "y": places,
                "error_x": {
                    "type": "data", "symmetric": False, "array": (rows["psi_high"] - rows["psi"]).tolist(),
                    "arrayminus": (rows["psi"] - rows["psi_low"]).tolist(), "color": colours[code], "thickness": 1.5,
                    "width": 3,
                },
                "marker": {"size": 10, "symbol": symbol, "color": colours[code]},
                "hovertext": [_drift_tip(row, words) for _, row in rows.iterrows()], "hoverinfo": "text",
            }
        )  # fmt: skip
    data.append(
        {
            "type": "scatter", "mode": "markers", "name": words("mix.mark_limit"), "x": shown["psi_limit"].tolist(),
            "y": list(range(len(shown))), "hoverinfo": "skip",
            "marker": {"size": 14, "symbol": "line-ns", "line": {"color": look.muted, "width": 2}},
        }
    )  # fmt: skip
    layout["shapes"] = [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
         "line": {"color": colour, "width": 1, "dash": "dot"}}
        for at, colour in ((WATCH, look.bad), (ACT, look.breach))
    ]  # fmt: skip
    layout |= {
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
        "margin": {"l": 56, "r": 24, "t": 40, "b": 48},
    }
    return go.Figure({"data": data, "layout": layout})


def _drift_tip(row: pd.Series, words: Words) -> str:
    return words(
        "mix.tip_drift",
        name=words.code("feature", row["feature"]),
        drift=words.code("drift", row["drift"]),
        psi=f"{row['psi']:.4f}",
        low=f"{row['psi_low']:.4f}",
        high=f"{row['psi_high']:.4f}",
        limit=f"{row['psi_limit']:.4f}",
        base=numbers.count(row["base_count"]),
        recent=numbers.count(row["recent_count"]),
    )


def _bar(value: float, low: float, high: float, colour: str) -> Part:
    if numbers.is_unknown(low) or numbers.is_unknown(high):
        return {"visible": False}
    return {
        "type": "data", "symmetric": False, "array": [high - value], "arrayminus": [value - low], "color": colour,
        "thickness": 1.5, "width": 4,
    }  # fmt: skip


def _title(text: str, look: Look) -> Part:
    return {"text": text, "font": {"size": 12, "color": look.muted}}
