"""Everything that a drag of a cut-off shows, said beforehand for each threshold: the browser formats no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from jiebei_dash.charts.theme import Look
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

SEEN_ENOUGH_RATE = 0.5
LEAST_LOANS_RATE = 0.01
"""Which points are drawn: as in the figure of the trade-off, which a test holds."""
FEW_COUNT = 30
"""A rate of fewer loans is marked."""
COLOURS: tuple[str, ...] = (
    "today",
    "proposed",
    "inferred",
    "good",
    "bad",
    "context",
    "text",
    "muted",
    "paper",
    "grid",
)
_TICKS = 5
_ROOM = 1.06
"""How far the axes run beyond the largest value."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Parameters
    ----------
    column
        Its value; ``low`` and ``high`` those of its range, empty where it has none.
    label
        Key of its words.
    kind
        How it reads.
    """

    column: str
    label: str
    kind: Literal["rate", "count", "fen"]
    low: str = ""
    high: str = ""


FIGURES: tuple[Figure, ...] = (
    Figure("approval_rate", "what_if.row_approval", "rate"),
    Figure("approved_count", "what_if.row_approved", "count"),
    Figure("expected_bad_rate", "what_if.row_expected", "rate", "expected_low_rate", "expected_high_rate"),
    Figure("loss_fen", "what_if.row_loss", "fen", "loss_low_fen", "loss_high_fen"),
    Figure("margin_fen", "what_if.row_margin", "fen", "margin_low_fen", "margin_high_fen"),
)


def with_rates(frame: pd.DataFrame, decided_count: int | None) -> pd.DataFrame:
    """Return sums along a rule with the rates that they make, where those do not stand in the frame already.

    Parameters
    ----------
    frame
        ``approved_count``, ``loan_count``, ``observed_count``, ``observed_bad_count``, or the rates themselves.
    decided_count
        How many were decided; not needed where ``approval_rate`` stands.
    """
    parts = {
        "approval_rate": ("approved_count", decided_count),
        "observed_share_rate": ("observed_count", "loan_count"),
        "observed_bad_rate": ("observed_bad_count", "observed_count"),
    }
    made = {}
    for name, (above, below) in parts.items():
        if name not in frame:
            whole = frame[below] if isinstance(below, str) else pd.Series(float(below or 0), index=frame.index)
            made[name] = frame[above] / whole.where(whole > 0)
    return frame.assign(**made)


def payload(
    words: Words,
    look: Look,
    curve: pd.DataFrame,
    unit: str,
    today: Row,
    proposed: Row,
    label: str,
) -> dict[str, object]:
    """Return what the browser is given: places of points, and a text for each figure at each threshold.

    Parameters
    ----------
    words, look
        Language and colours.
    curve
        A row a threshold, from the loosest to the strictest, with rates; see :func:`with_rates`.
    unit
        Of the thresholds.
    today, proposed
        The same columns for today's policy and the exact answer for the proposed one.
    label
        What the thresholds are of.

    Returns
    -------
    dict
        Numbers, texts and lists of them; unknown is None. A figure that a row lacks is left out.
    """
    steps: list[Row] = curve.to_dict("records")
    shown = [each for each in FIGURES if each.column in curve and each.column in today and each.column in proposed]
    is_drawn = (curve["loan_count"] >= LEAST_LOANS_RATE * curve["loan_count"].max()).to_numpy()
    is_seen = is_drawn & (curve["observed_share_rate"] >= SEEN_ENOUGH_RATE).to_numpy()
    places = _places(steps)
    places["seen"] = [
        _number(row["observed_bad_rate"]) if seen else None for row, seen in zip(steps, is_seen, strict=True)
    ]
    ends = [
        curve.loc[is_drawn, "expected_high_rate"].max(),
        today["expected_high_rate"],
        proposed["expected_high_rate"],
    ]
    widest = [curve["approval_rate"].max(), today["approval_rate"], proposed["approval_rate"]]
    return {
        "words": {
            "label": label,
            "looser": words("dragging.looser"),
            "stricter": words("dragging.stricter"),
            "figure": words("dragging.figure"),
            "today": words("what_if.today"),
            "proposed": words("what_if.proposed"),
            "change": words("what_if.change"),
            "observed": words("what_if.line_observed"),
            "inferred": words("what_if.line_inferred"),
            "range": words("dragging.range"),
            "x": words("what_if.axis_approval"),
            "y": words("what_if.axis_bad_rate"),
            "moving": words("dragging.moving"),
            "waiting": words("dragging.waiting"),
            "answered": words("dragging.answered"),
        },
        "colours": {name: getattr(look, name) for name in COLOURS},
        "figures": [
            {
                "key": each.column,
                "label": words(each.label),
                "kind": each.kind,
                "has_range": each.low in curve and each.high in curve,
            }
            for each in shown
        ],
        "steps": {
            "threshold": [float(row["threshold"]) for row in steps],
            "drawn": [bool(drawn) for drawn in is_drawn],
            **places,
            **_texts(words, steps, today, shown, unit),
        },
        "today": _point(words, today, today, shown, unit, "today"),
        "proposed": _point(words, proposed, today, shown, unit, "proposed"),
        "x": _axis(widest, most_digits=0),
        "y": _axis(ends, most_digits=1),
    }


def _places(rows: Sequence[Row]) -> dict[str, list[float | None]]:
    columns = {
        "x": "approval_rate",
        "middle": "expected_bad_rate",
        "low": "expected_low_rate",
        "high": "expected_high_rate",
        "seen": "observed_bad_rate",
    }
    return {name: [_number(row[column]) for row in rows] for name, column in columns.items()}


def _texts(
    words: Words, rows: Sequence[Row], today: Row, figures: Sequence[Figure], unit: str, mark: str = "proposed"
) -> dict[str, object]:
    thresholds = [numbers.quantity(row["threshold"], unit, words.language) for row in rows]
    return {
        "threshold_text": thresholds,
        "mark": [words(f"what_if.mark_{mark}", threshold=threshold) for threshold in thresholds],
        "said": [_said(words, row, threshold) for row, threshold in zip(rows, thresholds, strict=True)],
        "value": {each.column: [_value(words, row[each.column], each.kind) for row in rows] for each in figures},
        "range": {each.column: [_range(words, row, each) for row in rows] for each in figures},
        "change": {each.column: [_change(words, row, today, each) for row in rows] for each in figures},
    }


def _point(words: Words, row: Row, today: Row, figures: Sequence[Figure], unit: str, mark: str) -> dict[str, object]:
    """One policy in the shape of a list of one step, so that the browser shows both alike."""
    return {
        "threshold": [float(row["threshold"])],
        **_places([row]),
        **_texts(words, [row], today, figures, unit, mark),
    }


def _said(words: Words, row: Row, threshold: str) -> str:
    return words(
        "dragging.said",
        threshold=threshold,
        approval=numbers.rate(row["approval_rate"]),
        rate=numbers.rate(row["expected_bad_rate"]),
        low=numbers.rate(row["expected_low_rate"]),
        high=numbers.rate(row["expected_high_rate"]),
    )


def _value(words: Words, value: float, kind: str) -> str:
    if kind == "fen":
        return numbers.yuan(value, words.language)
    return numbers.count(value) if kind == "count" else numbers.rate(value)


def _range(words: Words, row: Row, figure: Figure) -> str:
    """Empty where the figure has no range, or one of no width; a rate of few loans says so instead."""
    if figure.column == "expected_bad_rate" and 0 < row["loan_count"] < FEW_COUNT:
        return words("dragging.few")
    low, high = row.get(figure.low), row.get(figure.high)
    if low is None or high is None or numbers.is_unknown(low) or numbers.is_unknown(high) or low == high:
        return ""
    if figure.kind == "rate":
        return f"{numbers.rate(low).removesuffix('%')}–{numbers.rate(high)}"
    return words("what_if.to").join(_value(words, end, figure.kind) for end in (low, high))


def _change(words: Words, row: Row, today: Row, figure: Figure) -> str:
    change = float(row[figure.column]) - float(today[figure.column])
    if figure.kind == "rate":
        return numbers.rate_change(change, words.language)
    return ("+" if change > 0 else "") + _value(words, change, figure.kind)


def _axis(values: Sequence[float], most_digits: int) -> dict[str, object]:
    """Where an axis ends, and its marks in words: round numbers, a handful."""
    known = [float(value) for value in values if not numbers.is_unknown(value)]
    largest = max([*known, 0.0]) or 1.0
    size = 10.0 ** np.floor(np.log10(largest))
    least = 10.0 ** -(2 + most_digits)
    wanted = (factor * size for factor in (0.1, 0.2, 0.5, 1.0, 2.0))
    step = max(next(each for each in wanted if largest / each <= _TICKS), least)
    digits = 0 if round(step * 100, 6).is_integer() else most_digits
    marks = [float(place * step) for place in range(int(largest * _ROOM / step) + 1)]
    return {
        "end": largest * _ROOM,
        "place": marks,
        "text": [numbers.rate(mark, digits) for mark in marks],
    }


def _number(value: float) -> float | None:
    return None if numbers.is_unknown(value) else float(value)
