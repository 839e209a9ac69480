"""The look of every figure: colours with one meaning each, and the layout they share.

A :class:`Look` is a record of colours by meaning; nothing else in the project names a colour of a mark. Each pair that
may stand side by side also differs in lightness or in line style, so no figure depends on hue alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Mode = Literal["light", "dark"]

FONT = "Jiebei Sans, Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


@dataclass(frozen=True)
class Look:
    """Colours by meaning.

    Parameters
    ----------
    today, proposed, inferred
        Champion, challenger, and what nobody observed (always dashed or hatched as well).
    good, bad, breach
        A change for the better, for the worse, and a limit broken (always with a word or an arrow as well).
    context, text, muted, paper, grid
        Background lines, ink, second ink, page, grid.
    states
        By delinquency bucket and exit of ``terms``.
    sequential
        White (or page) at zero to dark: triangles and matrices.
    cohorts
        Pale for the oldest to strong for the newest.
    """

    mode: Mode
    today: str
    proposed: str
    inferred: str
    good: str
    bad: str
    breach: str
    context: str
    text: str
    muted: str
    paper: str
    grid: str
    states: Mapping[str, str]
    sequential: Sequence[str]
    cohorts: Sequence[str]


_LATE = {
    "M1": "#FED976",
    "M2": "#FEB24C",
    "M3": "#FD8D3C",
    "M4": "#FC4E2A",
    "M5": "#E31A1C",
    "M6": "#BD0026",
    "M7+": "#800026",
}

LIGHT = Look(
    mode="light",
    today="#334155",
    proposed="#1D6FE0",
    inferred="#7C5CC4",
    good="#0F766E",
    bad="#B45309",
    breach="#B91C1C",
    context="#CBD5E1",
    text="#1E293B",
    muted="#64748B",
    paper="#FFFFFF",
    grid="#E8EDF3",
    states=MappingProxyType(
        {"C": "#A9B8C9", **_LATE, "PAID": "#5AA6A0", "PAID_DOWN": "#A7D3CF", "WO": "#4B5563", "SOLD": "#9E9AC8"}
    ),
    sequential=("#FFFFFF", "#FDE9C9", "#FDC38D", "#F98E52", "#DE5A33", "#A8231F"),
    cohorts=("#CFDDF2", "#9DBDE8", "#6699DB", "#3674C6", "#1B4F9C", "#0B2E66"),
)

DARK = Look(
    mode="dark",
    today="#CBD5E1",
    proposed="#60A5FA",
    inferred="#A78BFA",
    good="#2DD4BF",
    bad="#F59E0B",
    breach="#F87171",
    context="#475569",
    text="#E2E8F0",
    muted="#94A3B8",
    paper="#0F172A",
    grid="#1E293B",
    states=MappingProxyType(
        {
            "C": "#5B6B7F",
            **_LATE,
            "M6": "#D9304F",
            "M7+": "#A8143A",
            "PAID": "#5AA6A0",
            "PAID_DOWN": "#3F7F7A",
            "WO": "#9CA3AF",
            "SOLD": "#9E9AC8",
        }
    ),
    sequential=("#0F172A", "#3A2A22", "#6E3F22", "#A85A27", "#E07B33", "#FDB863"),
    cohorts=("#2B3F5F", "#35598E", "#4178BE", "#5E9BE6", "#93C0F7", "#D3E6FF"),
)

LOOKS: Mapping[Mode, Look] = MappingProxyType({"light": LIGHT, "dark": DARK})


def base_layout(look: Look, x_title: str, y_title: str, height_px: int = 380) -> dict[str, object]:
    """Return the layout that every figure starts from.

    Parameters
    ----------
    look
        Light or dark.
    x_title, y_title
        Quantity, basis and unit of each axis, in the reader's words.
    height_px
        Height on the page.

    Returns
    -------
    dict
        For ``go.Figure(layout=...)``: no template, no legend, y from zero, hover by the nearest point.
    """
    axis = {
        "gridcolor": look.grid,
        "linecolor": look.context,
        "zeroline": False,
        "tickfont": {"size": 12, "color": look.muted},
        "automargin": True,
    }
    return {
        "template": "none",
        "height": height_px,
        "margin": {"l": 56, "r": 24, "t": 16, "b": 48},
        "paper_bgcolor": look.paper,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": look.text},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": look.paper,
            "bordercolor": look.context,
            "font": {"family": FONT, "size": 12, "color": look.text},
            "align": "left",
        },
        "xaxis": {**axis, "title": {"text": x_title, "font": {"size": 12, "color": look.muted}}, "showgrid": False},
        "yaxis": {
            **axis,
            "title": {"text": y_title, "font": {"size": 12, "color": look.muted}, "standoff": 12},
            "rangemode": "tozero",
        },
    }


def cohort_colour(look: Look, position: float) -> str:
    """Return the colour of a cohort, 0 for the oldest and 1 for the newest shown."""
    index = round(position * (len(look.cohorts) - 1))
    return look.cohorts[max(0, min(index, len(look.cohorts) - 1))]
