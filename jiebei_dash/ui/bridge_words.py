"""What the page on changes says, from its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jiebei_dash.terms import Ratio
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

LARGEST = 5
_MOST = 0.8
_HARDLY = 0.00005


def change(frame: pd.DataFrame, ratio: Ratio, months: tuple[str, str], words: Words) -> str:
    """Return by how much the ratio moved, by what, and what it did in the same months a year earlier."""
    before, after = (float(frame[f"whole_{when}_rate"].iloc[0]) for when in ("before", "after"))
    said = words(
        "bridge.said_change",
        ratio=words.code("ratio", ratio),
        change=_moved(after - before, words),
        before=numbers.rate(before),
        month_before=months[0],
        after=numbers.rate(after),
        month_after=months[1],
        rates=_moved(float(frame["rate"].sum()), words),
        mix=_moved(float(frame["mix"].sum()), words),
        both=_moved(float(frame["interaction"].sum()), words),
    )
    if frame["year_ago"].isna().all():
        return said
    return said + words("bridge.said_year_ago", change=_moved(float(frame["year_ago"].sum()), words))


def sides(found: Mapping[str, float], ratio: Ratio, words: Words) -> str:
    """Return whether the ratio moved because its denominator shrank."""
    shrank = found["denominator_change_rate"] < 0
    kind = "late" if ratio.startswith("past_due") else ratio
    return words(
        "bridge.said_shrank" if shrank else "bridge.said_grew",
        top=words(f"bridge.top_{kind}", days=ratio.rsplit("_", 1)[-1]),
        bottom=words(f"bridge.bottom_{kind}"),
        denominator=numbers.relative_change(found["denominator_change_rate"]),
        by_denominator=_moved(found["by_denominator"], words),
        numerator=numbers.relative_change(found["numerator_change_rate"]),
        by_numerator=_moved(found["by_numerator"], words),
    )


def age(frame: pd.DataFrame, words: Words) -> str:
    """Return what the age of the book did to the ratio, from the change by age."""
    return words(
        "bridge.said_age",
        mix=_moved(float(frame["mix"].sum()), words),
        rates=_moved(float((frame["rate"] + frame["interaction"]).sum()), words),
    )


def cells(frame: pd.DataFrame, cell_names: Sequence[str], words: Words) -> str:
    """Return which cells carry the change, and how many carry four fifths of it.

    Parameters
    ----------
    frame
        Of ``answers.bridge.change``.
    cell_names
        Its cells, as they read, in its order.
    words
        Language.
    """
    named = zip(cell_names[:LARGEST], frame["carries"], strict=False)
    names = words("scope.separator").join(f"{name} {_moved(value, words)}" for name, value in named)
    changed = float(frame["whole_after_rate"].iloc[0] - frame["whole_before_rate"].iloc[0])
    if abs(changed) < _HARDLY or len(frame) <= 1:
        return words("bridge.said_hardly", names=names)
    shown = min(LARGEST, len(frame))
    share = float(frame["carried_rate"].iloc[shown - 1])
    return words(
        "bridge.said_cells_more" if share > 1 + _HARDLY else "bridge.said_cells",
        shown=shown,
        count=len(frame),
        part=_moved(float(frame["carries"].iloc[:shown].sum()), words),
        change=_moved(changed, words),
        share=numbers.rate(share, 0),
        names=names,
        most=int((frame["carried_rate"] >= _MOST).to_numpy().argmax()) + 1,
    )


def _moved(value: float, words: Words) -> str:
    return numbers.rate_change(value, words.language)
