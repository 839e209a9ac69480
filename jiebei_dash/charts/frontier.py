"""Approval against bad rate or margin: a dot a policy, the best found as a line, today and the draft marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

NAMES: Mapping[str, str] = {"bad_rate": "expected_bad_rate", "margin": "margin_fen"}
FEN = 100
_FEWEST = 0.02
"""Below such approvals a rate is of a handful of loans, and stretches the picture."""


def frontier(
    frame: pd.DataFrame,
    against: str,
    rules: Callable[[pd.Series], str],
    words: Words,
    look: Look,
    solved: Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw the frontier.

    Parameters
    ----------
    frame
        Of ``metrics.frontier.points``.
    against
        ``bad_rate`` or ``margin``.
    rules
        The thresholds of a point, in words.
    words, look
        Language and colours.
    solved
        The solver's policy, if there is one: ``approval_rate``, ``expected_bad_rate``, ``margin_fen``.
    """
    name = NAMES[against]
    scale = FEN if against == "margin" else 1
    shown = frame[frame["approval_rate"] >= _FEWEST]
    cloud, best = shown[shown["kind"] == "PAIR"], shown[shown["kind"] == "ENVELOPE"].sort_values("approval_rate")
    dots = {
        "type": "scattergl",
        "mode": "markers",
        "x": cloud["approval_rate"].to_numpy(),
        "y": cloud[name].to_numpy() / scale,
        "marker": {"size": 4, "color": look.context, "symbol": "circle"},
        "hoverinfo": "text",
        "text": [_tip(row, rules, words) for _, row in cloud.iterrows()],
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": best["approval_rate"].to_numpy(),
        "y": best[name].to_numpy() / scale,
        "line": {"width": 2, "color": look.inferred, "dash": "dash"},
        "hoverinfo": "text",
        "text": [_tip(row, rules, words) for _, row in best.iterrows()],
    }
    today, draft = (frame[frame["kind"] == kind].iloc[0] for kind in ("TODAY", "PROPOSED"))
    is_same = bool(today["approval_rate"] == draft["approval_rate"] and today[name] == draft[name])
    # Worse is above a bad rate and below a margin; there is room on that side to the left.
    worse = 1 if against == "bad_rate" else -1
    shown_marks = [(today, look.today, "circle", f"mark_{'same' if is_same else 'today'}", (-70, -44 * worse))]
    if not is_same:
        shown_marks.append((draft, look.proposed, "diamond", "mark_proposed", (-30, -84 * worse)))
    if solved is not None:
        shown_marks.append((pd.Series(solved), look.good, "star", "mark_solved", (60, 40 * worse)))
    marks, labels = [], []
    for point, colour, symbol, word, moved in shown_marks:
        marks.append(_mark(point, name, scale, colour, symbol))
        labels.append(_label(point, name, scale, colour, words(f"frontier.{word}"), moved, look))
    layout = base_layout(look, words("frontier.axis_approval"), words(f"frontier.axis_{against}"), height_px=420)
    layout["xaxis"] = {**_dict(layout["xaxis"]), "tickformat": ".0%", "rangemode": "tozero"}
    layout["yaxis"] = {**_dict(layout["yaxis"]), "tickformat": ".1%" if against == "bad_rate" else "~s"}
    layout["annotations"] = [*([_end(best, name, scale, against, words, look)] if len(best) else []), *labels]
    return go.Figure({"data": [dots, line, *marks], "layout": layout})


def _end(best: pd.DataFrame, name: str, scale: int, against: str, words: Words, look: Look) -> dict[str, object]:
    """The words of the line, where it is open to the right: below a bad rate that rises, above a margin."""
    reach = 0.7 * float(best["approval_rate"].max())
    place = best.iloc[int(np.abs(best["approval_rate"] - reach).argmin())]
    is_bad = against == "bad_rate"
    return {
        "x": place["approval_rate"],
        "y": place[name] / scale,
        "text": words("frontier.line"),
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top" if is_bad else "bottom",
        "xshift": 8,
        "yshift": -4 if is_bad else 4,
        "font": {"color": look.inferred, "size": 12},
    }


def _mark(point: pd.Series, name: str, scale: int, colour: str, symbol: str) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point["approval_rate"]],
        "y": [point[name] / scale],
        "marker": {"size": 13, "color": colour, "symbol": symbol},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _label(
    point: pd.Series, name: str, scale: int, colour: str, text: str, moved: tuple[int, int], look: Look
) -> dict[str, object]:
    """The name of a mark beside it, on paper: the dots would run through it."""
    return {
        "x": point["approval_rate"],
        "y": point[name] / scale,
        "text": text,
        "ax": moved[0],
        "ay": moved[1],
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": colour,
        "standoff": 7,
        "font": {"color": colour, "size": 13},
        "bgcolor": look.paper,
    }


def _tip(row: pd.Series, rules: Callable[[pd.Series], str], words: Words) -> str:
    return words(
        "frontier.tip",
        approval=numbers.rate(row["approval_rate"]),
        rate=numbers.rate(row["expected_bad_rate"]),
        margin=numbers.yuan(row["margin_fen"], words.language),
        rules=rules(row),
    )


def _dict(part: object) -> dict[str, object]:
    return dict(part) if isinstance(part, dict) else {}
