"""Figures of lines and drawdowns: who is approved, how soon a line is drawn, how long the money takes, who draws."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import Part, end_labels, end_of, line, month_axis, months_of, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HEIGHT = 300
_ROOM_RIGHT = {"l": 56, "r": 130, "t": 16, "b": 48}
_PERCENTILES = ("p50_seconds", "p90_seconds", "p99_seconds")
_SHARES = ("repeat_rate", "running_rate", "new_rate")
_ROW_PX = 24
_DURATIONS = (1, 10, 60, 600, 3_600, 28_800, 86_400, 604_800)


def curves(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the share of lines drawn within 7, 30 and 90 days of approval, by month of approval.

    Parameters
    ----------
    frame
        Of ``metrics.take_up.curves``, not empty.
    words, look
        Language and colours.
    """
    months = months_of(frame["decided_month"].sort_values().drop_duplicates())
    lines, ends = [], []
    for days, colour in zip(terms.TAKE_UP_DAYS, (look.muted, look.today, look.proposed), strict=True):
        rows = frame[frame["within_days"] == days]
        at, name = months_of(rows["decided_month"]), words("funnel.within_days", days=days)
        tips = [
            words(
                "funnel.tip_take_up",
                name=name,
                month=month,
                rate=numbers.rate(row["take_up_rate"]),
                low=numbers.rate(row["low_rate"]),
                high=numbers.rate(row["high_rate"]),
                drawn=numbers.count(row["drawn"]),
                lines=numbers.count(row["lines"]),
            )
            + _small(row, words)
            for month, row in zip(at, rows.to_dict("records"), strict=True)
        ]
        lines.append(line(at, rows["take_up_rate"].tolist(), tips, colour))
        ends += end_of(at, rows["take_up_rate"].tolist(), name, colour)
    layout = base_layout(look, words("funnel.axis_decided"), words("funnel.axis_take_up"), _HEIGHT)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {
        **month_axis(part(layout, "xaxis")),
        "categoryorder": "array",
        "categoryarray": months,
        "nticks": 5,
    }
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1.05], "tickformat": ".0%"}
    layout["annotations"] = end_labels(ends, 1.05, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def by_hour(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw how long the money took by the hour in which it was asked for, on a scale of powers of ten.

    Parameters
    ----------
    frame
        Of ``metrics.take_up.cash_percentiles`` by hour, not empty.
    words, look
        Language and colours.
    """
    rows = frame.dropna(subset=["requested_hour"])
    names = [numbers.hour(hour) for hour in rows["requested_hour"]]
    colours = (look.muted, look.today, look.bad)
    lines = []
    for column, colour in zip(_PERCENTILES, colours, strict=True):
        tips = [_cash_tip(name, row, words) for name, row in zip(names, rows.to_dict("records"), strict=True)]
        drawn = line(names, rows[column].tolist(), tips, colour, mode="lines+markers", name=words(f"funnel.{column}"))
        lines.append({**drawn, "marker": _dots(rows, colour, look), "showlegend": True})
    layout = base_layout(look, words("funnel.axis_hour"), words("funnel.axis_cash"), _HEIGHT)
    layout |= {"showlegend": True, "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}}
    layout["xaxis"] = {**part(layout, "xaxis"), "type": "category", "nticks": 13, "tickangle": 0}
    layout["yaxis"] = {**part(layout, "yaxis"), **_log_axis(rows, words)}
    return go.Figure({"data": lines, "layout": layout})


def by_part(frame: pd.DataFrame, cash_by: str, words: Words, look: Look) -> go.Figure:
    """Draw how long the money took for each channel or funder, on a scale of powers of ten.

    Parameters
    ----------
    frame
        Of ``metrics.take_up.cash_percentiles``, not empty.
    cash_by
        Column of the parts.
    words, look
        Language and colours.
    """
    rows = frame.sort_values("waits")
    names = [words.code(cash_by, code) for code in rows[cash_by]]
    tips = [_cash_tip(name, row, words) for name, row in zip(names, rows.to_dict("records"), strict=True)]
    data = []
    for column, colour in zip(_PERCENTILES, (look.muted, look.today, look.bad), strict=True):
        dots: Part = {"type": "scatter", "mode": "markers", "x": _known(rows[column]), "y": names, "text": tips}
        said: Part = {"hoverinfo": "text", "name": words(f"funnel.{column}"), "showlegend": True}
        data.append({**dots, **said, "marker": _dots(rows, colour, look)})
    layout = base_layout(look, words("funnel.axis_cash"), "", max(_HEIGHT, 110 + _ROW_PX * len(names)))
    layout |= {"showlegend": True, "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}}
    layout["xaxis"] = {**part(layout, "xaxis"), **_log_axis(rows, words), "showgrid": True, "tickangle": 0}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "showgrid": False, "rangemode": "normal"}
    return go.Figure({"data": data, "layout": layout})


def tickets(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the average drawdown and the average of a borrower in a month.

    Parameters
    ----------
    frame
        Of ``metrics.take_up.lent`` by principal, not empty.
    words, look
        Language and colours.
    """
    months = months_of(frame["opened_month"])
    lines, ends = [], []
    for column, base, colour in (
        ("ticket_fen", "loans", look.today),
        ("per_borrower_fen", "borrowers", look.proposed),
    ):
        name, yuan = words(f"funnel.line_{column}"), (frame[column] / 100).tolist()
        tips = [
            words(
                "funnel.tip_ticket",
                name=name,
                month=month,
                ticket=numbers.yuan(row[column], words.language),
                principal=numbers.yuan(row["principal_fen"], words.language),
                count=numbers.count(row[base]),
            )
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]
        lines.append(line(months, yuan, tips, colour))
        ends += end_of(months, yuan, name, colour)
    top = top_of(*[list(drawn["y"]) for drawn in lines])  # type: ignore[call-overload]
    layout = base_layout(look, words("funnel.axis_opened"), words("funnel.axis_ticket"), _HEIGHT)
    layout["margin"] = _ROOM_RIGHT
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "nticks": 5}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top]}
    layout["annotations"] = end_labels(ends, top, _HEIGHT - 64)
    return go.Figure({"data": lines, "layout": layout})


def shares(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw to whom the money went: back after a pay-off, with a loan still running, new.

    Parameters
    ----------
    frame
        Of ``metrics.take_up.lent``, not empty.
    words, look
        Language and colours.
    """
    months, basis = months_of(frame["opened_month"]), "balance" if "principal_fen" in frame else "count"
    bars = []
    for column, colour in zip(_SHARES, (look.today, look.context, look.proposed), strict=True):
        name = words(f"funnel.line_{column}")
        tips = [
            words("funnel.tip_share", name=name, month=month, share=numbers.rate(row[column], 1),
                  loans=numbers.count(row["loans"]), borrowers=numbers.count(row["borrowers"]))
            for month, row in zip(months, frame.to_dict("records"), strict=True)
        ]  # fmt: skip
        bars.append(
            {"type": "bar", "x": months, "y": _known(frame[column]), "name": name, "text": tips,
             "textposition": "none", "hoverinfo": "text", "showlegend": True,
             "marker": {"color": colour, "line": {"width": 0}}}
        )  # fmt: skip
    layout = base_layout(look, words("funnel.axis_opened"), words(f"funnel.axis_share_{basis}"), _HEIGHT)
    layout |= {"barmode": "stack", "bargap": 0.25, "showlegend": True}
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "nticks": 5}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, 1.0], "tickformat": ".0%"}
    return go.Figure({"data": bars, "layout": layout})


def approved(frame: pd.DataFrame, by: str, words: Words, look: Look) -> go.Figure:
    """Draw the approval rate of each part with its interval; hollow where few were decided.

    Parameters
    ----------
    frame
        Of ``metrics.funnel.approval_parts``; with something decided.
    by
        The dimension of the parts.
    words, look
        Language and colours.
    """
    rows = frame[frame["decided"] > 0].iloc[::-1]
    names = [words.code(by, code) for code in rows[by]]
    tips = [
        words("funnel.tip_part", name=name, rate=numbers.rate(row["approval_rate"]),
              low=numbers.rate(row["low_rate"]), high=numbers.rate(row["high_rate"]),
              approved=numbers.count(row["approved"]), decided=numbers.count(row["decided"])) + _small(row, words)
        for name, row in zip(names, rows.to_dict("records"), strict=True)
    ]  # fmt: skip
    spread = {
        "type": "data", "symmetric": False, "array": (rows["high_rate"] - rows["approval_rate"]).tolist(),
        "arrayminus": (rows["approval_rate"] - rows["low_rate"]).tolist(), "color": look.muted, "thickness": 1.5,
        "width": 4,
    }  # fmt: skip
    dots = {"type": "scatter", "mode": "markers", "x": rows["approval_rate"].tolist(), "y": names, "error_x": spread,
            "marker": _dots(rows, look.today, look), "text": tips, "hoverinfo": "text"}  # fmt: skip
    top = min(top_of(rows["high_rate"].tolist()), 1.02)
    layout = base_layout(look, words("funnel.axis_approval"), "", max(_HEIGHT, 96 + _ROW_PX * len(names)))
    layout["xaxis"] = {**part(layout, "xaxis"), "showgrid": True, "range": [0, top], "tickformat": ticks_of(top)}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "showgrid": False, "rangemode": "normal"}
    return go.Figure({"data": [dots], "layout": layout})


def _dots(rows: pd.DataFrame, colour: str, look: Look) -> Part:
    fill = [look.paper if small else colour for small in rows["is_small"]]
    return {"size": 9, "color": fill, "line": {"width": 2, "color": colour}}


def _known(values: pd.Series) -> list[float | None]:
    return [None if numbers.is_unknown(value) else float(value) for value in values]


def _small(row: dict[Hashable, object], words: Words) -> str:
    return "<br>" + words("funnel.small") if row["is_small"] else ""


def _cash_tip(name: str, row: dict[Hashable, object], words: Words) -> str:
    served: Sequence[object] = [row[column] for column in _PERCENTILES]
    half, most, nearly = (numbers.duration(value, words.language) for value in served)  # type: ignore[arg-type]
    waits = numbers.count(row["waits"])  # type: ignore[arg-type]
    return words("funnel.tip_cash", name=name, half=half, most=most, nearly=nearly, waits=waits) + _small(row, words)


def _log_axis(rows: pd.DataFrame, words: Words) -> Part:
    known = rows[list(_PERCENTILES)].to_numpy(dtype=float)
    known = known[known == known]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 86_400.0)
    marks = [seconds for seconds in _DURATIONS if low / 10 <= seconds <= high * 10]
    return {
        "type": "log",
        "tickvals": marks,
        "ticktext": [numbers.duration(seconds, words.language) for seconds in marks],
    }
