"""Figures of the funnel: stages as bars, approval through time, reasons, and how long people waited."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import end_labels, end_of, line, month_axis, months_of, part, ticks_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_BAR_PX = 34


def stages(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw how many entered each stage as bars, with the pass rate beside, and a mark where the window before stood.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.stages``.
    words, look
        Language and colours.
    """
    latest = frame[frame["window"] == "latest"].set_index("stage")
    before = frame[frame["window"] == "before"].set_index("stage")
    order = [stage for stage in terms.STAGES if stage in latest.index]
    names = [words.code("stage", stage) for stage in order]
    latest = latest.reindex(order)
    labels = [words("funnel.bar_stage", count=numbers.count(row.entered), rate=numbers.rate(row.pass_rate, 1))
              for row in latest.itertuples()]  # fmt: skip
    tips = [
        words(
            "funnel.tip_stage",
            stage=name,
            entered=numbers.count(row.entered),
            passed=numbers.count(row.passed),
            failed=numbers.count(row.failed),
            left=numbers.count(row.left),
            open=numbers.count(row.open),
            rate=numbers.rate(row.pass_rate),
            end=numbers.rate(row.end_to_end_rate),
        )
        for name, row in zip(names, latest.itertuples(), strict=True)
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": latest["entered"].tolist(),
        "marker": {"color": look.today},
        "hovertext": tips,
        "hoverinfo": "text",
    }
    data = [bars]
    reached = latest["entered"].astype(float)
    if len(before):
        there = before.reindex(order)
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "y": names,
                "x": there["entered"].tolist(),
                "marker": {"symbol": "line-ns-open", "size": 18, "line": {"width": 2, "color": look.bad}},
                "hovertext": [
                    words("funnel.tip_before", stage=name, entered=numbers.count(row.entered),
                          rate=numbers.rate(row.pass_rate))
                    for name, row in zip(names, there.itertuples(), strict=True)
                ],
                "hoverinfo": "text",
            }
        )  # fmt: skip
        reached = reached.combine(there["entered"].astype(float), max)
    # The words stand behind the bar or the mark, whichever reaches farther.
    beside = {
        "type": "scatter",
        "mode": "text",
        "y": names,
        "x": reached.tolist(),
        "text": [f"\u2002{label}" for label in labels],
    }
    data.append({**beside, "textposition": "middle right", "hoverinfo": "skip", "textfont": {"color": look.text}})
    layout = base_layout(look, words("funnel.axis_entered"), "", 80 + _BAR_PX * len(order))
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, float(reached.max()) * 1.35], "showgrid": True}
    layout["yaxis"] = {**_names_axis(part(layout, "yaxis"), look), "autorange": "reversed"}
    layout["bargap"] = 0.35
    return go.Figure({"data": data, "layout": layout})


def approval(frame: pd.DataFrame, words: Words, look: Look, by: str | None = None) -> go.Figure:
    """Draw the approval rate through time: by count and by amount, or by count for each part of the book.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.approval``.
    words, look
        Language and colours; parts are told apart by the words at their ends.
    by
        The dimension of the parts, or None.
    """
    months = months_of(frame["submitted_month"].sort_values().drop_duplicates())
    lines, ends = [], []
    if by is None:
        series = [
            (frame, "approval_rate", words("funnel.line_count"), look.today),
            (frame, "amount_rate", words("funnel.line_amount"), look.muted),
        ]
    else:
        series = [
            (frame[frame[by] == code], "approval_rate", words.code(by, code), look.today) for code in frame[by].unique()
        ]
    for rows, column, name, colour in series:
        at = months_of(rows["submitted_month"])
        tips = [
            words(
                "funnel.tip_approval",
                name=name,
                month=month,
                rate=numbers.rate(row[column]),
                approved=numbers.count(row["approved"]),
                decided=numbers.count(row["decided"]),
                withdrawn=numbers.count(row["withdrawn"]),
                pending=numbers.count(row["pending"]),
                late=numbers.count(row["late"]),
            )
            for month, row in zip(at, rows.to_dict("records"), strict=True)
        ]
        values, young = rows[column].tolist(), int((~rows["is_mature"]).sum())
        ripe = len(values) - young
        lines.append(line(at[:ripe], values[:ripe], tips[:ripe], colour))
        if young:
            # What is still being decided goes on dotted from the last month that had its seven days.
            start = max(ripe - 1, 0)
            dotted = line(at[start:], values[start:], tips[start:], colour)
            lines.append({**dotted, "line": {"color": colour, "width": 2, "dash": "dot"}})
        ends += end_of(at, values, name, colour)
    layout = base_layout(look, words("funnel.axis_submitted"), words("funnel.axis_approval"), 320)
    layout["margin"] = {"l": 56, "r": 130, "t": 16, "b": 48}
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": months}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1.05], "tickformat": ".0%"}
    layout["annotations"] = end_labels(ends, 1.05, 256)
    return go.Figure({"data": lines, "layout": layout})


def declines(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the reasons of declines: the main reason as a bar, any hit and sole hit as marks on it.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.declines``, not empty.
    words, look
        Language and colours.
    """
    names = [words.code("rule" if row.kind == "rule" else "stage", row.reason) for row in frame.itertuples()]
    tips = [
        words(
            "funnel.tip_decline",
            reason=name,
            first=numbers.count(row.first_hit),
            share=numbers.rate(row.share_rate, 1),
            any=numbers.count(row.any_hit),
            sole=numbers.count(row.sole_hit),
        )
        for name, row in zip(names, frame.itertuples(), strict=True)
    ]
    both = {"y": names, "hovertext": tips, "hoverinfo": "text", "showlegend": True}
    marks = {"type": "scatter", "mode": "markers", **both}
    data = [
        {"type": "bar", "orientation": "h", "x": frame["first_hit"].tolist(), "name": words("funnel.mark_first"),
         "marker": {"color": look.today}, **both},
        {"x": frame["any_hit"].tolist(), "name": words("funnel.mark_any"),
         "marker": {"symbol": "circle-open", "size": 11, "color": look.proposed, "line": {"width": 2}}, **marks},
        {"x": frame["sole_hit"].tolist(), "name": words("funnel.mark_sole"),
         "marker": {"symbol": "diamond", "size": 9, "color": look.bad}, **marks},
    ]  # fmt: skip
    layout = base_layout(look, words("funnel.axis_declined"), "", 120 + _BAR_PX * len(names))
    layout |= {"showlegend": True, "bargap": 0.4}
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    layout["xaxis"] = {**part(layout, "xaxis"), "rangemode": "tozero", "showgrid": True}
    layout["yaxis"] = {**_names_axis(part(layout, "yaxis"), look), "autorange": "reversed"}
    return go.Figure({"data": data, "layout": layout})


def kills(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw what each gate and rule takes out of the applications, one after the other, with its unique part beside.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.kills``, not empty.
    words, look
        Language and colours.
    """
    names = [words.code("rule" if row.kind == "rule" else "stage", row.reason) for row in frame.itertuples()]
    tips = [
        words(
            "funnel.tip_kill",
            reason=name,
            kill=numbers.rate(row.kill_rate),
            first=numbers.count(row.first_hit),
            entered=numbers.count(row.entered),
            cumulative=numbers.rate(row.cumulative_rate),
            unique=numbers.rate(row.unique_rate),
            low=numbers.rate(row.low_rate),
            high=numbers.rate(row.high_rate),
            sole=numbers.count(row.sole_hit),
        )
        for name, row in zip(names, frame.itertuples(), strict=True)
    ]
    bars = {"type": "bar", "orientation": "h", "y": names, "x": frame["kill_rate"].tolist(),
            "base": (frame["cumulative_rate"] - frame["kill_rate"]).tolist(), "marker": {"color": look.today},
            "hovertext": tips, "hoverinfo": "text"}  # fmt: skip
    beside = [
        "\u2002" + words("funnel.bar_kill", cumulative=numbers.rate(row.cumulative_rate, 1),
                         unique=numbers.rate(row.unique_rate, 1))
        for row in frame.itertuples()
    ]  # fmt: skip
    said = {"type": "scatter", "mode": "text", "y": names, "x": frame["cumulative_rate"].tolist(), "text": beside,
            "textposition": "middle right", "hoverinfo": "skip", "textfont": {"color": look.text}}  # fmt: skip
    top = float(frame["cumulative_rate"].max())
    layout = base_layout(look, words("funnel.axis_kill"), "", 80 + _BAR_PX * len(names))
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "range": [0, top * 2 or 1],
        "tickformat": ticks_of(top),
        "showgrid": True,
    }
    layout["yaxis"] = {**_names_axis(part(layout, "yaxis"), look), "autorange": "reversed"}
    layout["bargap"] = 0.4
    return go.Figure({"data": [bars, said], "layout": layout})


def time_to_cash(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the share served within each length of time, on a scale of powers of ten.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.waits``, not empty.
    words, look
        Language and colours.
    """
    lines, ends = [], []
    colours = {"automatic": look.today, "manual": look.muted, "cash": look.proposed}
    for wait, rows in frame.groupby("wait", sort=False):
        name = words(f"funnel.wait_{wait}")
        tips = [
            words(
                "funnel.tip_wait",
                name=name,
                within=numbers.duration(row.seconds, words.language),
                share=numbers.rate(row.share_rate, 1),
                served=numbers.count(row.served),
                waits=numbers.count(row.waits),
            )
            for row in rows.itertuples()
        ]
        x, y = rows["seconds"].tolist(), rows["share_rate"].tolist()
        lines.append(line(x, y, tips, colours[str(wait)]))
        ends += end_of(x, y, name, colours[str(wait)])
    marks = (1, 60, 3_600, 86_400)
    layout = base_layout(look, words("funnel.axis_wait"), words("funnel.axis_served"), 320)
    layout["margin"] = {"l": 56, "r": 150, "t": 16, "b": 48}
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "type": "log",
        "tickangle": 0,
        "tickvals": list(marks),
        "ticktext": [numbers.duration(seconds, words.language) for seconds in marks],
    }
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1.05], "tickformat": ".0%"}
    layout["annotations"] = [{**label, "x": 5.78} for label in end_labels(ends, 1.05, 256)]
    return go.Figure({"data": lines, "layout": layout})


def _names_axis(axis: dict[str, object], look: Look) -> dict[str, object]:
    return {
        **axis,
        "type": "category",
        "showgrid": False,
        "rangemode": "normal",
        "tickfont": {"size": 12, "color": look.text},
    }
