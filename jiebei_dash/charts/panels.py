"""Small multiples: the same kind of line side by side, each panel from zero on its own scale."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from jiebei_dash.charts.marks import Part, end_labels, end_of, month_axis, part, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout

_GAP = 0.09


def panels(
    groups: Sequence[tuple[str, Sequence[tuple[Part, str]]]], y_title: str, look: Look, height_px: int = 260
) -> go.Figure:
    """Return a row of panels.

    Parameters
    ----------
    groups
        Of each panel its title and its lines with the words at their end (empty for none).
    y_title
        Quantity, basis and unit; the same for all panels.
    look
        Light or dark.
    height_px
        Height on the page.
    """
    layout = base_layout(look, "", y_title, height_px)
    x_axis, y_axis = part(layout, "xaxis"), part(layout, "yaxis")
    width = (1 - _GAP * (len(groups) - 1)) / len(groups)
    data: list[Part] = []
    notes: list[Part] = []
    for place, (title, lines) in enumerate(groups):
        axes = "" if place == 0 else str(place + 1)
        left = place * (width + _GAP)
        # Room for the labels at the ends of the lines lies inside each panel.
        right = min(left + width * (0.86 if any(text for _, text in lines) else 1.0), 1.0)
        values = [list(drawn["y"]) for drawn, _ in lines]  # type: ignore[call-overload]
        top = top_of(*values)
        layout[f"xaxis{axes}"] = {**month_axis(x_axis), "domain": [left, right], "anchor": f"y{axes}", "nticks": 4}
        layout[f"yaxis{axes}"] = {
            **y_axis,
            "anchor": f"x{axes}",
            "range": [0, top],
            "tickformat": ticks_of(top),
            "nticks": 5,
            "title": part(layout, "yaxis")["title"] if place == 0 else {"text": ""},
        }
        ends = []
        for drawn, text in lines:
            data.append({**drawn, "xaxis": f"x{axes}", "yaxis": f"y{axes}"})
            if text:
                # Pale lines carry dark words.
                own = str(drawn["line"]["color"])  # type: ignore[index]
                colour = own if own in (look.today, look.muted) else look.text
                ends += end_of(drawn["x"], drawn["y"], text, colour)  # type: ignore[arg-type]
        notes += end_labels(ends, top, height_px - 76, axes)
        notes.append(
            {
                "x": left,
                "y": 1.0,
                "xref": "paper",
                "yref": "paper",
                "text": f"<b>{title}</b>",
                "showarrow": False,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 8,
                "font": {"size": 13, "color": look.text},
            }
        )
    layout["margin"] = {"l": 56, "r": 24, "t": 36, "b": 40}
    layout["annotations"] = notes
    return go.Figure({"data": data, "layout": layout})
