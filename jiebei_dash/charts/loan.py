"""The course of one loan: what it owed at each month-end, coloured by how late it was."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import month_axis, months_of, part
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def course(frame: pd.DataFrame, words: Words, look: Look, has_amounts: bool) -> go.Figure:
    """Draw the balance by month-end in the colour of the bucket, and what came after a loss.

    Parameters
    ----------
    frame
        Of ``metrics.loan.history``.
    words, look
        Language and colours of the buckets.
    has_amounts
        Else days past due are drawn.
    """
    months = months_of(frame["month"])
    values = frame["balance_fen"] / 100 if has_amounts else frame["dpd_days"]
    bars = []
    for state in terms.STATES:
        held = frame["state"] == state
        if not held.any():
            continue
        bars.append(
            {
                "type": "bar",
                "name": words.code("state", state),
                "x": months,
                "y": values.where(held).astype(object).where(held, None).tolist(),
                "marker": {"color": look.states[state]},
                "text": [_tip(row, words) for row in frame.itertuples()],
                "textposition": "none",
                "hoverinfo": "text",
            }
        )
    came = frame["recovered_fen"]
    if has_amounts and came.notna().any():
        bars.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": words("loan.recovered"),
                "x": [month for month, fen in zip(months, came, strict=True) if fen == fen],
                "y": [fen / 100 for fen in came if fen == fen],
                "marker": {"symbol": "diamond", "size": 10, "color": look.good},
                "text": [
                    words("loan.tip_recovered", month=month, amount=numbers.yuan(fen, words.language))
                    for month, fen in zip(months, came, strict=True)
                    if fen == fen
                ],
                "hoverinfo": "text",
            }
        )
    axis = words("loan.axis_balance" if has_amounts else "loan.axis_days")
    layout = base_layout(look, words("loan.axis_month"), axis, 340)
    layout |= {"barmode": "stack", "bargap": 0.2, "showlegend": True}
    layout["legend"] = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    layout["yaxis"] = {**part(layout, "yaxis"), "tickformat": ",.0f"}
    layout["xaxis"] = {**month_axis(part(layout, "xaxis")), "categoryorder": "array", "categoryarray": months}
    return go.Figure({"data": bars, "layout": layout})


def _tip(row: object, words: Words) -> str:
    if pd.isna(row.state):  # type: ignore[attr-defined]
        return ""
    return words(
        "loan.tip",
        month=numbers.month(row.month),  # type: ignore[attr-defined]
        state=words.code("state", row.state),  # type: ignore[attr-defined]
        days=numbers.count(row.dpd_days),  # type: ignore[attr-defined]
        balance=_yuan(row.balance_fen, words),  # type: ignore[attr-defined]
        principal=_yuan(row.paid_principal_fen, words),  # type: ignore[attr-defined]
        interest=_yuan(row.paid_interest_fen, words),  # type: ignore[attr-defined]
    )


def _yuan(fen: float, words: Words) -> str:
    return numbers.UNKNOWN if numbers.is_unknown(fen) else numbers.yuan(fen, words.language)
