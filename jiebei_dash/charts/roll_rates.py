"""Figures of rolls: the matrix as squares, the chain to a loss, and the forward rolls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from jiebei_dash import terms
from jiebei_dash.charts.marks import line, months_of, part
from jiebei_dash.charts.panels import panels
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def matrix(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the matrix: from a row's bucket to a column's state a month later; each row sums to 100 %.

    Parameters
    ----------
    frame
        Of ``metrics.roll_rates.matrix``.
    words, look
        Language and colours; a row over fewer than 30 loans is set in italics and says so in its tip. A picked cell
        has its :func:`cell_code` as ``customdata``.
    """
    to = [state for state in terms.MOVES_TO if state in set(frame["state"])]
    origins = list(dict.fromkeys(frame["prev_state"]))
    wide = frame.pivot_table(index="prev_state", columns="state", values="rate").reindex(index=origins, columns=to)
    rows = {(row.prev_state, row.state): row for row in frame.itertuples()}
    tips = [[_tip(rows[here, there], words) for there in to] for here in origins]
    texts = [[_text(rows[here, there]) for there in to] for here in origins]
    drawn = {
        "type": "heatmap",
        "x": [_two_lines(words.code("state", state)) for state in to],
        "y": [words.code("state", state) for state in origins],
        # The root lets small rates be seen; moves for the worse are warm, all others grey.
        "z": np.sqrt(wide.to_numpy()) * _warmth(origins, to),
        "zmin": -1,
        "zmax": 1,
        "colorscale": [
            [0, look.context],
            *([0.5 + place / (len(look.sequential) - 1) / 2, colour] for place, colour in enumerate(look.sequential)),
        ],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": texts,
        "texttemplate": "%{text}",
        "hovertext": tips,
        "hoverinfo": "text",
    }
    layout = base_layout(look, words("roll_rates.axis_to"), words("roll_rates.axis_from"), 130 + 40 * len(origins))
    # Squares that nobody sees take the click: a heat map itself tells no page which of its cells was picked.
    moved = [(here, there) for here in origins for there in to if rows[here, there].loans]
    squares = {
        "type": "scatter",
        "mode": "markers",
        "x": [_two_lines(words.code("state", there)) for _, there in moved],
        "y": [words.code("state", here) for here, _ in moved],
        "customdata": [cell_code(*cell) for cell in moved],
        "marker": {"symbol": "square", "size": 34, "opacity": 0, "line": {"width": 2, "color": look.proposed}},
        "selected": {"marker": {"opacity": 0.25, "color": look.proposed}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertext": [_tip(rows[cell], words) for cell in moved],
        "hoverinfo": "text",
    }
    layout["margin"] = {"l": 120, "r": 16, "t": 64, "b": 16}
    layout["xaxis"] = {**part(layout, "xaxis"), "side": "top", "type": "category", "tickangle": 0}
    layout["yaxis"] = {**part(layout, "yaxis"), "type": "category", "autorange": "reversed", "showgrid": False}
    return go.Figure({"data": [drawn, squares], "layout": layout})


def cell_code(prev_state: str, state: str) -> str:
    """Return a cell as a link names it: what a picked square has as its ``customdata``."""
    return f"{prev_state}.{state}"


def chain(frame: pd.DataFrame, words: Words, look: Look) -> go.Figure:
    """Draw the chain to a loss, a year's worth of the current balance, and the rolls out of C and M1 to M6.

    Parameters
    ----------
    frame
        Of ``metrics.roll_rates.chain``.
    words, look
        Language and colours.
    """
    months = months_of(frame["month"])

    def one(column: str, name: str, colour: str) -> dict[str, object]:
        values = frame[column].tolist()
        tips = [
            words("roll_rates.tip_chain", name=name, month=month, rate=numbers.rate(value))
            for month, value in zip(months, values, strict=True)
        ]
        return line(months, values, tips, colour)

    loss = words("roll_rates.panel_chain")
    out_of_c = words("roll_rates.panel_entry")
    late = []
    for bucket in terms.BUCKETS[1:-1]:
        name = words.code("state", bucket)
        late.append((one(f"roll_{bucket}", name, look.states[bucket]), bucket_label(words, bucket)))
    # A source without write-offs has no loss to draw.
    lost = [(loss, [(one("annual_rate", loss, look.today), "")])] if frame["annual_rate"].notna().any() else []
    groups = [
        *lost,
        (out_of_c, [(one("roll_C", out_of_c, look.today), "")]),
        (words("roll_rates.panel_late"), late),
    ]
    return panels(groups, words("roll_rates.axis_chain"), look)


def bucket_label(words: Words, bucket: str) -> str:
    """Return the days of a bucket as its label says them, short enough for the end of a line."""
    return words(f"roll_rates.days_{bucket}")


def _warmth(origins: list[str], to: list[str]) -> np.ndarray:
    """+1 for a move to a worse bucket or to a loss, -1 for any other."""
    rank = {state: place for place, state in enumerate((*terms.BUCKETS, "WO", "SOLD"))}
    return np.array([[1 if rank.get(there, -1) > rank[here] else -1 for there in to] for here in origins])


def _two_lines(label: str) -> str:
    """The days under the name, without their brackets: wide ones would run into the next column's."""
    for opened, closed in ((" (", ")"), ("（", "）")):
        if opened in label:
            return label.replace(opened, "<br>", 1).removesuffix(closed)
    return label


def _text(row: object) -> str:
    rate, moved, small = row.rate, row.moved, row.is_small  # type: ignore[attr-defined]
    if not moved:
        return ""
    return f"<i>{rate * 100:.1f}%</i>" if small else f"{rate * 100:.1f}%"


def _tip(row: object, words: Words) -> str:
    said = words(
        "roll_rates.tip_cell",
        here=words.code("state", row.prev_state),  # type: ignore[attr-defined]
        there=words.code("state", row.state),  # type: ignore[attr-defined]
        rate=numbers.rate(row.rate),  # type: ignore[attr-defined]
        loans=numbers.count(row.loans),  # type: ignore[attr-defined]
        opening=numbers.count(row.opening_loans),  # type: ignore[attr-defined]
        low=numbers.rate(row.low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.high_rate),  # type: ignore[attr-defined]
    )
    return said + ("<br>" + words("roll_rates.small") if row.is_small else "")  # type: ignore[attr-defined]
