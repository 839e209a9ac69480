"""Figures of a back-test: the curve of one vintage under two policies, and their difference vintage by vintage."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from jiebei_dash.charts.marks import end_labels, end_of, faded, line, part, sized, ticks_of, top_of
from jiebei_dash.charts.theme import Look, base_layout
from jiebei_dash.terms import Basis, Span
from jiebei_dash.text import numbers
from jiebei_dash.text.spans import vintage
from jiebei_dash.text.words import Words

_HEIGHT_PX = 400
_SHIFT = 0.18
"""Seen and inferred stand beside each other, a fifth of a place to either side."""
_MOST_NAMES = 12
FEW_LOANS = 30
_LEAST_RATE = 0.001
"""Half the height of an axis on which nothing differs."""
_SYMBOLS = {"BETTER": "triangle-down", "WORSE": "triangle-up", "ALIKE": "circle", "UNKNOWN": "circle"}
_ENDS = ("expected_low_rate", "expected_high_rate")


def curves(frame: pd.DataFrame, words: Words, look: Look, basis: Basis, quantity: str) -> go.Figure:
    """Draw one vintage by age: as it was, under today's policy and under the draft, inferred parts dashed.

    Parameters
    ----------
    frame
        Of ``metrics.back_test.curves``, one vintage, not empty.
    words, look
        Language and colours.
    basis
        What numerators are counted in.
    quantity
        Title of the y axis.
    """
    of = {curve: rows.sort_values("mob") for curve, rows in frame.groupby("curve")}
    today, proposed = of["today"], of["proposed"]
    colours = {"made": look.muted, "today": look.today, "proposed": look.proposed}
    is_same, is_same_inferred = (_are_same(today, proposed, rate) for rate in ("observed", "expected"))
    ages = proposed["mob"].tolist()
    drawn = _band(proposed, ("observed_low_rate", "observed_high_rate"), look.proposed)
    ends, tops = [], [proposed["observed_high_rate"].tolist()]
    for curve, colour in colours.items():
        rates = of[curve]["observed_bad_rate"].tolist()
        tips = [_tip(row, words(f"back_test.curve_{curve}"), words, basis) for row in of[curve].itertuples()]
        drawn.append(line(ages, rates, tips, colour, 2.5 if curve == "proposed" else 2))
        tops.append(rates)
        if not (is_same and curve == "today"):
            label = words("back_test.end_same" if is_same and curve == "proposed" else f"back_test.end_{curve}")
            ends += end_of(ages, rates, label, colour)
    for curve in ("today", "proposed"):
        rows = of[curve]
        if not (rows["inferred_count"] > 0).any() or (is_same_inferred and curve == "today"):
            continue
        rates = rows["expected_bad_rate"].tolist()
        tips = [_inferred_tip(row, words(f"back_test.curve_{curve}"), words) for row in rows.itertuples()]
        dash = "dash" if curve == "proposed" else "dot"
        shape: dict[str, object] = {"line": {"color": look.inferred, "width": 2, "dash": dash}}
        if curve == "proposed":
            drawn += _band(rows, _ENDS, look.inferred)
        if curve == "today":
            # A second band would hide the first: its range stands at its end.
            shape["error_y"] = _range_at_end(rows, look.inferred)
        drawn.append(line(ages, rates, tips, look.inferred) | shape)
        tops.append(rows["expected_high_rate"].tolist())
        name = "same" if is_same_inferred else curve
        ends += end_of(ages, rates, words(f"back_test.end_{name}_inferred"), look.inferred)
    top = top_of(*tops)
    layout = base_layout(look, words("back_test.axis_mob"), quantity, _HEIGHT_PX)
    layout["margin"] = {"l": 56, "r": 190, "t": 16, "b": 48}
    layout["xaxis"] = {**part(layout, "xaxis"), "range": [0, max(ages)], "dtick": 1}
    layout["yaxis"] = {**part(layout, "yaxis"), "range": [0, top], "tickformat": ticks_of(top)}
    layout["annotations"] = end_labels(ends, top, _HEIGHT_PX - 64)
    return go.Figure({"data": drawn, "layout": layout})


def differences(frame: pd.DataFrame, words: Words, look: Look, span: Span) -> go.Figure:
    """Draw the draft less today vintage by vintage with its interval; none is left out and none pooled.

    Parameters
    ----------
    frame
        Of ``metrics.back_test.vintages``, not empty.
    words, look
        Language and colours; below zero the draft is better. A hollow mark has few loans.
    span
        How long a vintage is.
    """
    places = pd.Series(range(len(frame)), index=frame.index, dtype=float)
    names = [vintage(first, span) for first in frame["vintage"]]
    has_inferred = bool(((frame["today_inferred_count"] > 0) | (frame["proposed_inferred_count"] > 0)).any())
    shift = _SHIFT if has_inferred else 0.0
    colours = {"BETTER": look.good, "WORSE": look.bad, "ALIKE": look.today, "UNKNOWN": look.muted}
    drawn = [
        _dots(rows, places[rows.index] - shift, "observed", colours[str(verdict)], str(verdict), names, words)
        for verdict, rows in frame.groupby("observed_verdict")
    ]
    if has_inferred:
        drawn += [
            _dots(rows, places[rows.index] + shift, "expected", look.inferred, str(verdict), names, words)
            for verdict, rows in frame.groupby("expected_verdict")
        ]
    layout = base_layout(look, words("back_test.axis_opened"), words("back_test.axis_difference"), 340)
    # From the newest backwards, so that the newest always has its name.
    step = -(-len(names) // _MOST_NAMES)
    named = [place for place in range(len(names)) if (len(names) - 1 - place) % step == 0]
    layout["xaxis"] = {
        **part(layout, "xaxis"),
        "tickvals": named,
        "ticktext": [names[place] for place in named],
        "tickangle": 0,
        "range": [-0.7, len(names) - 0.3],
    }
    ends = [f"{of}_difference_{end}_rate" for of in ("observed", "expected") for end in ("low", "high")]
    lowest, highest = float(frame[ends].min().min()), float(frame[ends].max().max())
    spare = max(highest - lowest, _LEAST_RATE) * 0.08
    layout["yaxis"] = {
        **part(layout, "yaxis"),
        "rangemode": "normal",
        "range": [min(lowest, -_LEAST_RATE) - spare, max(highest, _LEAST_RATE) + spare],
        "zeroline": True,
        "zerolinecolor": look.muted,
        "tickformat": "+.1%" if highest - lowest > 4 * _LEAST_RATE else "+.2%",
    }
    layout["annotations"] = _worst(frame, names, words, look)
    layout["margin"] = {"l": 56, "r": 24, "t": 32, "b": 48}
    return go.Figure({"data": drawn, "layout": layout})


def _are_same(today: pd.DataFrame, proposed: pd.DataFrame, rate: str) -> bool:
    columns = [f"{rate}_bad_rate", "loan_count", "inferred_count"]
    return bool(today[columns].reset_index(drop=True).equals(proposed[columns].reset_index(drop=True)))


def _band(rows: pd.DataFrame, ends: tuple[str, str], colour: str) -> list[dict[str, object]]:
    known = rows[rows[ends[0]].notna()]
    shared = {"type": "scatter", "mode": "lines", "line": {"width": 0, "color": colour}, "hoverinfo": "skip"}
    x = known["mob"].tolist()
    return [
        shared | {"x": x, "y": known[ends[1]].tolist()},
        shared | {"x": x, "y": known[ends[0]].tolist(), "fill": "tonexty", "fillcolor": faded(colour, 0.15)},
    ]


def _range_at_end(rows: pd.DataFrame, colour: str) -> dict[str, object]:
    rates, (low, high) = rows["expected_bad_rate"], (rows[end] for end in _ENDS)
    is_last = rows["mob"] == rows.loc[rates.notna(), "mob"].max()
    above, below = ((high - rates).where(is_last, 0.0), (rates - low).where(is_last, 0.0))
    shape = {"type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 0}
    return {**shape, "array": above.fillna(0.0).tolist(), "arrayminus": below.fillna(0.0).tolist()}


def _dots(
    rows: pd.DataFrame, x: pd.Series, of: str, colour: str, verdict: str, names: list[str], words: Words
) -> dict[str, object]:
    middle, low, high = (rows[f"{of}_difference_{name}"] for name in ("rate", "low_rate", "high_rate"))
    few = rows["is_few"] | (rows["swapped_count"] < FEW_LOANS)
    is_open = few if of == "observed" else few | True
    tips = [
        words(
            f"back_test.tip_{of}",
            vintage=names[int(place)],
            verdict=words(f"back_test.verdict_{verdict}"),
            difference=numbers.rate_change(row[f"{of}_difference_rate"], words.language),
            low=numbers.rate_change(row[f"{of}_difference_low_rate"], words.language),
            high=numbers.rate_change(row[f"{of}_difference_high_rate"], words.language),
            today=numbers.rate(row[f"today_{of}_rate"]),
            proposed=numbers.rate(row[f"proposed_{of}_rate"]),
            loans=numbers.count(row["proposed_count"]),
            swapped=numbers.count(row["swapped_count"]),
            few=words("back_test.tip_few") if few[place] else "",
        )
        for place, row in rows.iterrows()
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.tolist(),
        "y": [None if numbers.is_unknown(value) else float(value) for value in middle],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (high - middle).fillna(0.0).tolist(),
            "arrayminus": (middle - low).fillna(0.0).tolist(),
            "color": colour,
            "thickness": 1.2,
            "width": 0,
        },
        "marker": {
            "size": 8,
            "color": colour,
            "symbol": [_SYMBOLS[verdict] + ("-open" if each else "") for each in is_open],
            "line": {"width": 1.5, "color": colour},
        },
        "text": tips,
        "hoverinfo": "text",
    }


def _worst(frame: pd.DataFrame, names: list[str], words: Words, look: Look) -> list[dict[str, object]]:
    """A mark at the top: the worst vintage is found at once, whatever its difference."""
    return [
        {
            "x": int(place),
            "xanchor": "left" if place < len(names) / 4 else "right" if place > len(names) * 3 / 4 else "center",
            "y": 1.0,
            "yref": "paper",
            "yanchor": "bottom",
            "text": words("back_test.mark_worst", vintage=names[int(place)]),
            "showarrow": False,
            "font": {"size": 12, "color": look.text},
        }
        for place in frame.index[frame["is_worst"]]
    ]


def _tip(row: object, name: str, words: Words, basis: Basis) -> str:
    return words(
        "back_test.tip_curve",
        curve=name,
        mob=row.mob,  # type: ignore[attr-defined]
        rate=numbers.rate(row.observed_bad_rate),  # type: ignore[attr-defined]
        numerator=sized(row.numerator, basis, words),  # type: ignore[attr-defined]
        denominator=sized(row.denominator, basis, words),  # type: ignore[attr-defined]
        low=numbers.rate(row.observed_low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.observed_high_rate),  # type: ignore[attr-defined]
        loans=numbers.count(row.loan_count),  # type: ignore[attr-defined]
        few=words("back_test.tip_few") if row.is_few else "",  # type: ignore[attr-defined]
    )


def _inferred_tip(row: object, name: str, words: Words) -> str:
    return words(
        "back_test.tip_inferred",
        curve=name,
        mob=row.mob,  # type: ignore[attr-defined]
        rate=numbers.rate(row.expected_bad_rate),  # type: ignore[attr-defined]
        low=numbers.rate(row.expected_low_rate),  # type: ignore[attr-defined]
        high=numbers.rate(row.expected_high_rate),  # type: ignore[attr-defined]
        inferred=numbers.rate(row.inferred_bad_rate),  # type: ignore[attr-defined]
        count=numbers.count(round(row.inferred_count)),  # type: ignore[attr-defined]
    )
