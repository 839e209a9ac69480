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
    up = "top left" if against == "bad_rate" else "bottom left"
    marks = [
        _mark(today, name, scale, look.today, "circle", words(f"frontier.mark_{'same' if is_same else 'today'}"), up)
    ]
    if not is_same:
        marks.append(_mark(draft, name, scale, look.proposed, "diamond", words("frontier.mark_proposed"), up))
    if solved is not None:
        # The best lies on the other side of the line than what it is better than.
        down = "bottom right" if against == "bad_rate" else "top right"
        marks.append(_mark(solved, name, scale, look.good, "star", words("frontier.mark_solved"), down))
    layout = base_layout(look, words("frontier.axis_approval"), words(f"frontier.axis_{against}"), height_px=420)
    layout["xaxis"] = {**_dict(layout["xaxis"]), "tickformat": ".0%"}
    layout["yaxis"] = {**_dict(layout["yaxis"]), "tickformat": ".1%" if against == "bad_rate" else "~s"}
    if len(best):
        layout["annotations"] = [_end(best, name, scale, against, words, look)]
    return go.Figure({"data": [dots, line, *marks], "layout": layout})


def _end(best: pd.DataFrame, name: str, scale: int, against: str, words: Words, look: Look) -> dict[str, object]:
    """The words of the line, where it has room: below its middle, or above it."""
    middle = best.iloc[int(np.abs(best["approval_rate"] - best["approval_rate"].median()).argmin())]
    is_bad = against == "bad_rate"
    return {
        "x": middle["approval_rate"],
        "y": middle[name] / scale,
        "text": words("frontier.line"),
        "showarrow": False,
        "xanchor": "left" if is_bad else "right",
        "yanchor": "top" if is_bad else "bottom",
        "xshift": 12 if is_bad else -12,
        "yshift": -6 if is_bad else 6,
        "font": {"color": look.inferred, "size": 12},
    }


def _mark(
    point: pd.Series | Mapping[str, float], name: str, scale: int, colour: str, symbol: str, text: str, place: str
) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point["approval_rate"]],
        "y": [point[name] / scale],
        "text": [text],
        "textposition": place,
        "textfont": {"color": colour, "size": 13},
        "marker": {"size": 13, "color": colour, "symbol": symbol},
        "hoverinfo": "skip",
        "cliponaxis": False,
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
