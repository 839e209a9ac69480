"""Lines that are labelled at their end, bars, panels: what several figures draw alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd

from jiebei_dash.terms import Basis
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_LABEL_PX = 15
Part = dict[str, object]


@dataclass(frozen=True)
class EndLabel:
    """The words at the end of a line: where it ends, what it says, in its colour."""

    x: object
    y: float
    text: str
    colour: str


def part(layout: Part, name: str) -> Part:
    """Return a part of a layout, to be changed and put back."""
    return cast(Part, layout[name])


def line(
    x: Sequence[object], y: Sequence[float], tips: Sequence[str], colour: str, width: float = 2, **more: object
) -> Part:
    """Return a line with its tips; unknown values break it."""
    values = [None if numbers.is_unknown(value) else float(value) for value in y]
    alone = sum(value is not None for value in values) == 1
    return {
        "type": "scatter",
        "mode": "markers" if alone else "lines",
        "x": list(x),
        "y": values,
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": 7},
        "text": list(tips),
        "hoverinfo": "text",
        "connectgaps": False,
        **more,
    }


def end_of(x: Sequence[object], y: Sequence[float], text: str, colour: str) -> list[EndLabel]:
    """Return the label of a line where it last has a value; none if it never has."""
    known = [(at, float(value)) for at, value in zip(x, y, strict=True) if not numbers.is_unknown(value)]
    return [EndLabel(known[-1][0], known[-1][1], text, colour)] if known else []


def end_labels(labels: Sequence[EndLabel], top: float, height_px: float, axes: str = "") -> list[Part]:
    """Return annotations beside the ends of lines, pushed apart where they would meet.

    Parameters
    ----------
    labels
        The ends.
    top
        Upper end of the y axis, which starts at zero.
    height_px
        Height of the drawn part.
    axes
        Number of the panel, e.g. ``2``; empty for the first.
    """
    ordered = sorted(labels, key=lambda found: found.y)
    ends = [label.y / top * height_px if top else 0.0 for label in ordered]
    heights = list(ends)
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + _LABEL_PX)
    ceiling = height_px
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - _LABEL_PX
    placed: list[Part] = []
    for label, at, lifted in zip(ordered, ends, heights, strict=True):
        placed.append(
            {
                "x": label.x,
                "y": label.y,
                "xref": f"x{axes}",
                "yref": f"y{axes}",
                "text": label.text,
                "showarrow": False,
                "xanchor": "left",
                "xshift": 6,
                "yshift": lifted - at,
                "font": {"size": 12, "color": label.colour},
            }
        )
    return placed


def top_of(*series: Sequence[float]) -> float:
    """Return the upper end of an axis from zero that holds all values, 1 % if there are none above zero."""
    known = [float(value) for values in series for value in values if not numbers.is_unknown(value)]
    highest = max(known, default=0.0)
    return highest * 1.12 if highest > 0 else 0.01


def months_of(values: pd.Series) -> list[str]:
    """Return months as the labels of an axis."""
    return [numbers.month(value) for value in values]


def month_axis(axis: Part) -> Part:
    """Return an x axis of months: each one a place, some of them labelled."""
    return {**axis, "type": "category", "nticks": 8, "tickangle": 0}


def sized(value: float | None, basis: Basis, words: Words) -> str:
    """Return a numerator or denominator as people read it: money by balance, a number by count."""
    return numbers.yuan(value, words.language) if basis == "balance" else numbers.count(value)


def ticks_of(top: float) -> str:
    """Return the format of a rate's axis, fine enough for its range."""
    return ".0%" if top >= 0.1 else ".1%" if top >= 0.01 else ".2%"


def faded(colour: str, share: float) -> str:
    """Return a colour of a look, so much of it; what lies behind shows through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"
