"""Small multiples of vintages: a panel a code, its own line strong, the others pale, all on one scale."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, line, part, sized, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

MOST_PANELS = 12
"""The codes that lent most; the others are in the table."""
_COLUMNS = 4
_PANEL_PX, _HEAD_PX, _FOOT_PX = 150, 44, 48
_GAP = 0.035


def curves(frame: pd.DataFrame, whole: pd.DataFrame, by: str, words: Words, look: Look, basis: Basis) -> go.Figure:
    """Draw a panel a code: its curve, thin and dotted where fewer than 30 loans stand behind it, and the others pale.

    Grey is that of all loans.

    Parameters
    ----------
    frame
        Of ``answers.vintage_parts.curves``.
    whole
        The pooled rows of ``answers.vintages.curves`` about the same scope.
    by
        The dimension.
    words, look, basis
        Language, colours, and what the cells are counted in.
    """
    codes = frame[by].drop_duplicates().tolist()[:MOST_PANELS]
    shown = frame[frame[by].isin(codes)]
    # A handful of loans must not set the scale for all.
    told = shown.assign(rate=shown["rate"].mask(shown["is_small"]))
    top, longest = top_of(told["rate"].tolist(), whole["rate"].tolist()), int(shown["mob"].max())
    columns = min(_COLUMNS, len(codes))
    rows = -(-len(codes) // columns)
    height = rows * (_PANEL_PX + _HEAD_PX) + _FOOT_PX
    layout = base_layout(look, words("same_age.mob"), words(f"vintages.of_{basis}"), height)
    x_axis, y_axis = part(layout, "xaxis"), part(layout, "yaxis")
    titles = x_axis["title"], y_axis["title"]
    width = (1 - _GAP * (columns - 1)) / columns
    drawn_px = height - _FOOT_PX
    data: list[Part] = []
    notes: list[Part] = []
    for place, code in enumerate(codes):
        row, column = divmod(place, columns)
        axes = "" if place == 0 else str(place + 1)
        left, ceiling = column * (width + _GAP), 1 - (row * (_PANEL_PX + _HEAD_PX) + _HEAD_PX) / drawn_px
        is_lowest = place + columns >= len(codes)
        layout[f"xaxis{axes}"] = {
            **x_axis,
            "domain": [left, left + width],
            "anchor": f"y{axes}",
            "range": [0, longest],
            "dtick": 3 if longest <= 18 else 6,
            "showticklabels": is_lowest,
            "title": titles[0] if is_lowest else {"text": ""},
        }
        layout[f"yaxis{axes}"] = {
            **y_axis,
            "domain": [max(ceiling - _PANEL_PX / drawn_px, 0.0), ceiling],
            "anchor": f"x{axes}",
            "range": [0, top],
            "tickformat": ticks_of(top),
            "nticks": 4,
            "showticklabels": column == 0,
            "title": titles[1] if column == 0 else {"text": ""},
        }
        placed = {"xaxis": f"x{axes}", "yaxis": f"y{axes}"}
        for other in (found for found in codes if found != code):
            pale = told[told[by] == other]
            data.append(
                {
                    **line(pale["mob"].tolist(), pale["rate"].tolist(), [], look.context, 1),
                    **placed,
                    "hoverinfo": "skip",
                }
            )
        tips = [words("vintage_parts.tip_whole", mob=int(at), rate=numbers.rate(rate))
                for at, rate in zip(whole["mob"], whole["rate"], strict=True)]  # fmt: skip
        data.append({**line(whole["mob"].tolist(), whole["rate"].tolist(), tips, look.muted, 1.5), **placed})
        own = shown[shown[by] == code]
        name = words.code(by, code)
        said = [_tip(name, found, basis, words) for found in own.to_dict("records")]
        few = line(own["mob"].tolist(), own["rate"].tolist(), said, look.proposed, 1)
        few["line"] = {**part(few, "line"), "dash": "dot"}
        data.append({**few, **placed})
        enough = told[told[by] == code]["rate"].tolist()
        data.append({**line(own["mob"].tolist(), enough, said, look.proposed, 2.5), **placed})
        notes.append(
            {
                "x": left,
                "y": ceiling,
                "xref": "paper",
                "yref": "paper",
                "text": f"<b>{name}</b>" + (f" {words('same_age.small')}" if own["is_small"].all() else ""),
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 6,
                "font": {"size": 13, "color": look.text},
            }
        )
    layout["margin"] = {"l": 56, "r": 16, "t": 0, "b": _FOOT_PX}
    layout["annotations"] = notes
    return go.Figure({"data": data, "layout": layout})


def _tip(name: str, row: dict[str, object], basis: Basis, words: Words) -> str:
    said = words(
        "vintage_parts.tip",
        name=name,
        mob=int(row["mob"]),  # type: ignore[call-overload]
        rate=numbers.rate(row["rate"]),  # type: ignore[arg-type]
        numerator=sized(row["numerator"], basis, words),  # type: ignore[arg-type]
        denominator=sized(row["denominator"], basis, words),  # type: ignore[arg-type]
        loans=numbers.count(row["loans"]),  # type: ignore[arg-type]
        cohorts=numbers.count(row["cohorts"]),  # type: ignore[arg-type]
    )
    return said + ("<br>" + words("same_age.small") if row["is_small"] else "")
