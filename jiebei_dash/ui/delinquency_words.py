"""What the page on lateness says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash import terms
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
    if numbers.is_unknown(last["lagged_rate"]):
        return said
    growth = (last["book"] / last["lagged_book"]) ** 0.5 - 1
    key = "delinquency.said_growth" if abs(growth) > _GROWTH_THAT_DILUTES else "delinquency.said_lagged"
    return [
        *said,
        words(key, growth=numbers.relative_change(growth), lagged=numbers.rate(last["lagged_rate"])),
    ]


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
