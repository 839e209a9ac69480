"""What the page on lateness says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash import terms
from jiebei_dash.terms import LateLevel
from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_GROWTH_THAT_DILUTES = 0.03
"""A month. Source: house definition D1b."""


def rates(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the past-due rates of the last month beside the month before, and whether growth hides a part."""
    thirty = frame[frame["past_due_days"] == 30]
    ninety = frame[frame["past_due_days"] == 90].iloc[-1]
    last = thirty.iloc[-1]
    before = float(thirty["rate"].iloc[-2]) if len(thirty) > 1 else float("nan")
    said = [
        words(
            "delinquency.said_rates",
            month=numbers.month(last["month"]),
            thirty=numbers.rate(last["rate"]),
            change=numbers.rate_change(last["rate"] - before, words.language),
            ninety=numbers.rate(ninety["rate"]),
        )
    ]
    if not (numbers.is_unknown(before) or numbers.is_unknown(last["rate"])):
        said.append(_from_book(thirty.iloc[-2], last, words))
    if numbers.is_unknown(last["lagged_rate"]):
        return said
    growth = (last["book"] / last["lagged_book"]) ** 0.5 - 1
    kind = "lagged"
    if abs(growth) > _GROWTH_THAT_DILUTES:
        kind = "grew" if growth > 0 else "shrank"
    return [
        *said,
        words(
            f"delinquency.said_{kind}",
            growth=numbers.relative_change(growth) if kind == "lagged" else numbers.rate(abs(growth), 1),
            lagged=numbers.rate(last["lagged_rate"]),
            hidden=numbers.rate_change(abs(last["lagged_rate"] - last["rate"]), words.language).lstrip("+"),
        ),
    ]


def _from_book(before: pd.Series, last: pd.Series, words: Words) -> str:
    """Split the change of 30+ on the month into what the size of the book did and what the late part did, exactly."""
    by_book = last["late"] / last["book"] - last["late"] / before["book"]
    by_late = (last["late"] - before["late"]) / before["book"]
    return words(
        "delinquency.said_from_book",
        book=numbers.relative_change(last["book"] / before["book"] - 1),
        late=numbers.relative_change(last["late"] / before["late"] - 1 if before["late"] else float("nan")),
        by_book=numbers.rate_change(by_book, words.language),
        by_late=numbers.rate_change(by_late, words.language),
    )


def level(frame: pd.DataFrame, which: LateLevel, words: Words) -> str:
    """Return the last value on another basis, always naming it, and whether it rests on few."""
    last = frame.iloc[-1].to_dict()
    said = words(f"delinquency.said_{which}", month=numbers.month(last["month"]), rate=numbers.rate(last["rate"]))
    if "low_rate" not in last:
        return said
    limits = words(
        "delinquency.said_interval", low=numbers.rate(last["low_rate"]), high=numbers.rate(last["high_rate"])
    )
    return said + limits + (words("delinquency.said_small") if last["is_small"] else "")


def buckets(frame: pd.DataFrame, words: Words) -> str:
    """Return the shares of the last month in a sentence."""
    last = frame[frame["month"] == frame["month"].max()].set_index("state")["share_rate"]
    parts = [
        words("delinquency.said_share", state=words.code("state", state), share=numbers.rate(last[state]))
        for state in terms.BUCKETS
        if last[state] > 0
    ]
    return words(
        "delinquency.said_buckets",
        month=numbers.month(frame["month"].max()),
        parts=words("scope.separator").join(parts),
    )
