"""Figures of what the book is made of: strata, two fields as a heat table, concentration, limits drawn on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, sized, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_ROW_PX = 26


def strata(frame: pd.DataFrame, by: str, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw the share of each stratum as a bar, and beside it its 30+ rate with its interval.

    Parameters
    ----------
    frame
        Of ``metrics.stratification.table`` by one key.
    by
        The key.
    words, look
        Language and colours; a stratum of fewer than 30 loans has a hollow mark and says so in its tip.
    basis
        What shares and rates are counted in.
    """
    names = [words.code(by, code) for code in frame[by]]
    tips = [_tip(row, name, basis, words) for name, row in zip(names, frame.to_dict("records"), strict=True)]
    shares = {
        "type": "bar", "orientation": "h", "y": names, "x": frame["share_rate"].tolist(),
        "marker": {"color": look.today},
        "text": [numbers.rate(rate, 1) for rate in frame["share_rate"]], "textposition": "outside", "cliponaxis": False,
        "textfont": {"size": 12, "color": look.text}, "hovertext": tips, "hoverinfo": "text",
    }  # fmt: skip
    rates = frame["late_rate"]
    late = {
        "type": "scatter", "mode": "markers", "y": names, "x": rates.tolist(), "xaxis": "x2",
        "error_x": {
            "type": "data", "symmetric": False, "array": (frame["high_rate"] - rates).tolist(),
            "arrayminus": (rates - frame["low_rate"]).tolist(), "color": look.muted, "thickness": 1.5, "width": 3,
        },
        "marker": {
            "size": 9, "color": [look.paper if small else look.bad for small in frame["is_small"]],
            "line": {"color": look.bad, "width": 2},
        },
        "hovertext": tips, "hoverinfo": "text",
    }  # fmt: skip
    whole = float(frame["whole_late_rate"].iloc[0])
    top_share, top_late = top_of(frame["share_rate"].tolist()), min(1.0, top_of(frame["high_rate"].tolist()))
    layout = base_layout(look, words(f"stratification.axis_share_{basis}"), "", 96 + _ROW_PX * max(len(frame), 3))
    layout["margin"] = {"l": 56, "r": 24, "t": 16, "b": 48}
    axis = {**part(layout, "xaxis"), "showgrid": True}
    layout["xaxis"] = {**axis, "domain": [0, 0.42], "range": [0, top_share * 1.12], "tickformat": ticks_of(top_share)}
    title = {"text": words(f"stratification.axis_late_{basis}"), "font": {"size": 12, "color": look.muted}}
    layout["xaxis2"] = {
        **axis, "domain": [0.52, 1], "range": [0, top_late], "tickformat": ticks_of(top_late), "title": title,
        "anchor": "y",
    }  # fmt: skip
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    layout["bargap"] = 0.35
    if not numbers.is_unknown(whole):
        layout["shapes"] = [
            {"type": "line", "xref": "x2", "yref": "paper", "x0": whole, "x1": whole, "y0": 0, "y1": 1,
             "line": {"color": look.muted, "width": 1, "dash": "dot"}}
        ]  # fmt: skip
        layout["annotations"] = [
            {"xref": "x2", "yref": "paper", "x": whole, "y": 1, "yanchor": "bottom", "showarrow": False,
             "text": words("stratification.whole", rate=numbers.rate(whole)), "xanchor": "left",
             "font": {"size": 12, "color": look.muted}}
        ]  # fmt: skip
        layout["margin"] = {**part(layout, "margin"), "t": 28}
    return go.Figure({"data": [shares, late], "layout": layout})


def heat(
    frame: pd.DataFrame,
    keys: tuple[str, str],
    codes: Mapping[str, Sequence[object]],
    words: Words,
    look: Look,
    basis: Basis,
) -> go.Figure:
    """Draw two fields as a table: the share of the book in each cell, coloured by its 30+ rate.

    Parameters
    ----------
    frame
        Of ``metrics.stratification.table`` by two keys.
    keys, codes
        The keys, down and across, and the order of their codes.
    words, look
        Language and colours; a cell of fewer than 30 loans is set in italics, one without a loan is blank.
    basis
        What shares and rates are counted in.
    """
    down, across = ([code for code in codes[key] if code in set(frame[key])] for key in keys)
    cells = {(row[keys[0]], row[keys[1]]): row for row in frame.to_dict("records")}
    z, texts, tips = [], [], []
    for here in down:
        found = [cells.get((here, there)) for there in across]
        z.append([np.nan if row is None else np.sqrt(row["late_rate"]) for row in found])
        texts.append(["" if row is None else _cell(row) for row in found])
        tips.append(
            ["" if row is None else _tip(row, _pair(keys, (here, there), words), basis, words)
             for there, row in zip(across, found, strict=True)]
        )  # fmt: skip
    shown = {
        "type": "heatmap", "x": [words.code(keys[1], code) for code in across], "z": z,
        "y": [words.code(keys[0], code) for code in down],
        # The root lets small rates be told apart.
        "zmin": 0, "zmax": max([value for row in z for value in row if not np.isnan(value)], default=0) or 1,
        "colorscale": [[place / (len(look.sequential) - 1), colour] for place, colour in enumerate(look.sequential)],
        "showscale": False, "xgap": 2, "ygap": 2, "text": texts, "texttemplate": "%{text}", "hovertext": tips,
        "hoverinfo": "text", "hoverongaps": False,
    }  # fmt: skip
    layout = base_layout(look, words.code("split", keys[1]), words.code("split", keys[0]), 100 + 42 * max(len(down), 2))
    layout["margin"] = {"l": 120, "r": 16, "t": 56, "b": 16}
    layout["xaxis"] = {**part(layout, "xaxis"), "side": "top", "type": "category", "tickangle": 0}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    return go.Figure({"data": [shown], "layout": layout})


def concentration(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the HHI of each dimension by month; funders are dashed, since they are of what was lent.

    Parameters
    ----------
    frame
        Of ``answers.stratification.concentration``.
    words, look
        Language and colours.
    """
    lines, ends = [], []
    top = top_of(frame["herfindahl"].tolist())
    for by, rows in frame.groupby("by", sort=False):
        name, months = words.code("split", by), months_of(rows["month"])
        tips = [
            words(
                "stratification.tip_concentration", name=name, month=month, herfindahl=f"{row['herfindahl']:.3f}",
                equal=f"{row['equal_groups']:.1f}", largest=numbers.rate(row["largest_rate"]),
                groups=numbers.count(row["groups"]),
            )
            for month, row in zip(months, rows.to_dict("records"), strict=True)
        ]  # fmt: skip
        is_lent = by == "funder_code"
        drawn = line(months, rows["herfindahl"].tolist(), tips, look.proposed if is_lent else look.today)
        if is_lent:
            drawn["line"] = {"color": look.proposed, "width": 2, "dash": "dash"}
        lines.append(drawn)
        ends += end_of(months, rows["herfindahl"].tolist(), name, look.text)
    layout = base_layout(look, words("stratification.axis_month"), words("stratification.axis_herfindahl"), 320)
    layout["margin"] = {"l": 56, "r": 110, "t": 16, "b": 48}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ".2f"}
    layout["annotations"] = end_labels(ends, top, 256)
    return go.Figure({"data": lines, "layout": layout})


def utilisation(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw how much of the active limits is drawn by month, and in grey how much of all limits, frozen too.

    Parameters
    ----------
    frame
        Of ``metrics.stratification.utilisation`` without keys.
    words, look
        Language and colours.
    """
    months, lines, ends = months_of(frame["month"]), [], []
    for column, colour in (("with_frozen_rate", look.muted), ("rate", look.today)):
        name = words(f"stratification.line_{column}")
        tips = [
            words(
                "stratification.tip_utilisation", name=name, month=month, rate=numbers.rate(row[column]),
                balance=numbers.yuan(row["balance_fen"], words.language),
                active=numbers.yuan(row["active_fen"], words.language),
                frozen=numbers.yuan(row["frozen_fen"], words.language),
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]  # fmt: skip
        lines.append(line(months, frame[column].tolist(), tips, colour))
        ends += end_of(months, frame[column].tolist(), name, colour)
    top = top_of(frame["rate"].tolist(), frame["with_frozen_rate"].tolist())
    layout = base_layout(look, words("stratification.axis_month"), words("stratification.axis_utilisation"), 300)
    layout["margin"] = {"l": 56, "r": 130, "t": 16, "b": 48}
    layout["xaxis"] = month_axis(part(layout, "xaxis"))
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, 236)
    return go.Figure({"data": lines, "layout": layout})


def _pair(keys: tuple[str, str], codes: tuple[object, object], words: Words) -> str:
    one, other = (words.code(key, code) for key, code in zip(keys, codes, strict=True))
    return words("stratification.pair", one=one, other=other)


def _cell(row: Mapping[str, float]) -> str:
    text = f"{row['share_rate'] * 100:.1f}%<br>30+ {row['late_rate'] * 100:.1f}%"
    return f"<i>{text}</i>" if row["is_small"] else text


def _tip(row: Mapping[str, float], name: str, basis: Basis, words: Words) -> str:
    said = words(
        "stratification.tip", name=name, share=numbers.rate(row["share_rate"]),
        amount=sized(row["amount"], basis, words),
        loans=numbers.count(row["loans"]), late=sized(row["late"], basis, words), rate=numbers.rate(row["late_rate"]),
        low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]),
    )  # fmt: skip
    return said + ("<br>" + words("stratification.small") if row["is_small"] else "")
