"""What the page on entry into lateness says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def entry(frame: pd.DataFrame, words: Words) -> str:
    """Return the last entry rate, and the last month whose 30 days of collection have passed."""
    entered = frame[frame["measure"] == "entry"].iloc[-1]
    said = words("entry.said_entry", month=numbers.month(entered["month"]), rate=numbers.rate(entered["rate"]))
    collected = frame[frame["measure"] == "collected"]
    if collected.empty:
        return said
    last, rolled = collected.iloc[-1], frame[frame["measure"] == "to_m2"].iloc[-1]
    return said + words(
        "entry.said_collected",
        month=numbers.month(last["month"]),
        rate=numbers.rate(last["rate"]),
        rolled=numbers.rate(rolled["rate"]),
    )


def first_payment(frame: pd.DataFrame, words: Words) -> str:
    """Return the last known first-payment rate of each length."""
    parts = []
    for measure, rows in frame.groupby("measure", sort=False):
        last = rows.sort_values("opened_month").iloc[-1]
        parts.append(
            words(
                "entry.said_first",
                name=words(f"entry.measure_{measure}"),
                rate=numbers.rate(last["rate"]),
                month=numbers.month(last["opened_month"]),
            )
        )
    return words("entry.said_firsts", parts=words("scope.joiner").join(parts))
