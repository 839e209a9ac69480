"""Drawings for paper: lines, bars and cells as SVG text, in the colours of the screen, without a browser.

A few shapes are written by hand: they are sharp in print, weigh some kilobytes, and equal numbers give equal bytes.
Every text is escaped, since a code of a lender's tape may stand in a label.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from jiebei_dash.charts.theme import Look
from jiebei_dash.text import numbers

FONT = "Jiebei Sans"
WIDTH = 680
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 158, 10, 26
_SIZE = 11
_STEPS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Trace:
    """One line.

    Parameters
    ----------
    name
        Stands at its end; empty for one of many.
    values
        Rates, one a label of the axis; NaN is a gap.
    colour, width, is_dashed
        How it is drawn.
    """

    name: str
    values: tuple[float, ...]
    colour: str
    width: float = 1.6
    is_dashed: bool = False


@dataclass(frozen=True)
class Drawing:
    """A picture and what it says to a reader who does not see it."""

    svg: str
    alt: str


def lines(labels: Sequence[str], traces: Sequence[Trace], look: Look, height: int = 210) -> str:
    """Return lines over an axis of labels, each named at its end; rates, from zero.

    Parameters
    ----------
    labels
        Of the axis, in order.
    traces
        Lines.
    look
        Colours.
    height
        In pixels of the drawing.
    """
    known = [value for trace in traces for value in trace.values if not math.isnan(value)]
    step = _step(max(known, default=0.0))
    top = max(step, math.ceil(max(known, default=0.0) / step - 1e-9) * step)
    low = min(0.0, math.floor(min(known, default=0.0) / step + 1e-9) * step)
    wide, high = WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM

    def x_of(place: int) -> float:
        return _LEFT + wide * place / max(len(labels) - 1, 1)

    def y_of(value: float) -> float:
        return _TOP + high * (top - value) / (top - low)

    parts = []
    for count in range(round((top - low) / step) + 1):
        value = low + count * step
        y = y_of(value)
        parts.append(_rule(_LEFT, y, WIDTH - _RIGHT, y, look.context if abs(value) < 1e-12 else look.grid))
        parts.append(_text(_LEFT - 6, y + 4, _percent(value, step), look.muted, "end"))
    every = max(1, math.ceil(len(labels) / 8))
    for place in range(len(labels) - 1, -1, -every):
        parts.append(_text(x_of(place), height - 8, labels[place], look.muted, "middle"))
    ends: list[tuple[float, str, str]] = []
    for trace in traces:
        parts += _path(trace, x_of, y_of)
        at = next((place for place in range(len(trace.values) - 1, -1, -1) if not math.isnan(trace.values[place])), -1)
        if trace.name and at >= 0:
            ends.append((y_of(trace.values[at]), trace.name, trace.colour))
    parts += _end_labels(ends, look, height)
    return _svg(parts, height)


def bars(rows: Sequence[tuple[str, float, str]], look: Look) -> str:
    """Return bars from zero, one a row: label, value, and the value as it reads; below zero to the left.

    Parameters
    ----------
    rows
        Top first.
    look
        Colours: what rises in the colour of worse, what falls in that of better.
    """
    row_high, name_wide = 20, 240
    most = max((value for _, value, _ in rows), default=0.0)
    least = min(0.0, min((value for _, value, _ in rows), default=0.0))
    span = max(max(most, 0.0) - least, 1e-12)
    room = WIDTH - name_wide - 120
    zero = name_wide + 60 + room * -least / span
    parts = []
    for place, (name, value, said) in enumerate(rows):
        y = _TOP + place * row_high
        long = room * abs(value) / span
        start = zero if value >= 0 else zero - long
        colour = look.bad if value >= 0 else look.good
        fill = colour if least < 0 else look.today
        parts.append(_text(name_wide, y + 13, _short(name, 42), look.text, "end"))
        parts.append(_box(start, y + 3, max(long, 0.8), row_high - 7, fill))
        side = (start + long + 5, "start") if value >= 0 else (start - 5, "end")
        parts.append(_text(side[0], y + 13, said, look.muted, side[1]))
    high = _TOP * 2 + len(rows) * row_high
    parts.append(_rule(zero, _TOP, zero, high - _TOP, look.context))
    return _svg(parts, high)


def cells(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float]], look: Look, most: float
) -> str:
    """Return a field of cells, darker for more, with its numbers; a NaN cell stays blank.

    Parameters
    ----------
    rows, columns
        Names.
    values
        Rates, a list a row.
    look
        Colours.
    most
        The value of the darkest colour.
    """
    names = [_in_two(name) for name in columns]
    head, name_wide, row_high = 30 if any(second for _, second in names) else 18, 124, 18
    wide = (WIDTH - name_wide - 4) / max(len(columns), 1)
    size = 9 if wide < 44 else 10
    most_signs = max(4, int(wide / 4))
    parts = [_text(name_wide - 6, head - 6, "%", look.muted, "end", 8)]
    for place, (first, second) in enumerate(names):
        x = name_wide + wide * (place + 0.5)
        parts.append(_text(x, head - 17 if second else head - 6, _short(first, most_signs), look.muted, "middle", 8))
        parts += [_text(x, head - 6, _short(second, most_signs), look.muted, "middle", 8)] if second else []
    for down, (name, row) in enumerate(zip(rows, values, strict=True)):
        y = head + down * row_high
        parts.append(_text(name_wide - 6, y + 12.5, _short(name, 22), look.text, "end", 10))
        for across, value in enumerate(row):
            if math.isnan(value):
                continue
            share = min(max(value, 0.0) / most, 1.0) if most else 0.0
            x = name_wide + wide * across
            parts.append(_box(x, y, wide - 1, row_high - 1, _shade(look, share)))
            ink = look.paper if share > 0.7 else look.text
            parts.append(_text(x + wide / 2 - 0.5, y + 12.5, f"{value * 100:.1f}", ink, "middle", size))
    return _svg(parts, head + len(rows) * row_high + 4)


def _path(trace: Trace, x_of: object, y_of: object) -> list[str]:
    """A run of known values is a line; one alone is a point."""
    runs: list[list[str]] = [[]]
    for place, value in enumerate(trace.values):
        if math.isnan(value):
            runs.append([])
        else:
            runs[-1].append(f"{x_of(place):.1f},{y_of(value):.1f}")  # type: ignore[operator]
    dash = ' stroke-dasharray="5 3"' if trace.is_dashed else ""
    found = []
    for run in runs:
        if len(run) == 1:
            x, y = run[0].split(",")
            found.append(f'<circle cx="{x}" cy="{y}" r="{trace.width + 0.6:.1f}" fill="{trace.colour}"/>')
        elif run:
            found.append(
                f'<polyline points="{" ".join(run)}" fill="none" stroke="{trace.colour}" '
                f'stroke-width="{trace.width}" stroke-linejoin="round"{dash}/>'
            )
    return found


def _end_labels(ends: list[tuple[float, str, str]], look: Look, height: int) -> list[str]:
    """Names beside the ends of their lines, pushed apart where they would lie on each other."""
    ends = sorted(ends)
    places: list[float] = []
    for y, _, _ in ends:
        places.append(max(y, places[-1] + _SIZE + 2) if places else max(y, _TOP + 4.0))
    over = max(0.0, places[-1] - (height - _BOTTOM)) if places else 0.0
    x = WIDTH - _RIGHT + 8
    return [
        _box(x, place - over - 4, 8, 3, colour) + _text(x + 12, place - over + 1, _short(name, 25), look.text, "start")
        for place, (_, name, colour) in zip(places, ends, strict=True)
    ]


def _svg(parts: list[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="{FONT}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int = _SIZE) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(_printable(text))}</text>'
    )


def _rule(x: float, y: float, to_x: float, to_y: float, colour: str) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" stroke-width="1"/>'


def _box(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'


def _printable(text: str) -> str:
    """Signs that XML does not know would make the picture unreadable."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _short(text: str, most: int) -> str:
    """Chinese signs are twice as wide."""
    wide = 0
    for place, sign in enumerate(text):
        wide += 2 if ord(sign) > 0x2E80 else 1
        if wide > most:
            return text[:place] + "…"
    return text


def _in_two(name: str) -> tuple[str, str]:
    """What a name says in brackets goes below it."""
    for opening, closing in (("(", ")"), ("（", "）")):
        first, bracket, rest = name.partition(opening)
        if bracket and first.strip():
            return first.strip(), rest.removesuffix(closing)
    return name, ""


def _step(most: float) -> float:
    return next((step for step in _STEPS if most / step <= 5), _STEPS[-1])


def _percent(value: float, step: float) -> str:
    return numbers.rate(value + 0.0, 0 if step >= 0.01 else 1 if step >= 0.001 else 2)


def _shade(look: Look, share: float) -> str:
    """Between two neighbours of the sequential colours."""
    place = share * (len(look.sequential) - 1)
    low = min(int(place), len(look.sequential) - 2)
    mixed = (
        round(int(look.sequential[low][at : at + 2], 16) * (low + 1 - place)
              + int(look.sequential[low + 1][at : at + 2], 16) * (place - low))
        for at in (1, 3, 5)
    )  # fmt: skip
    return "#" + "".join(f"{part:02X}" for part in mixed)
