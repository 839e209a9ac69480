"""What the page on rolls says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def matrix(frame: pd.DataFrame, words: Words, window_months: int) -> list[str]:
    """Return what C and M1 did in the window."""
    rates = frame.set_index(["prev_state", "state"])["rate"]
    said = []
    for here, worse in (("C", "M1"), ("M1", "M2")):
        if (here, worse) not in rates.index:
            continue
        back = rates.get((here, "C"), 0.0)
        said.append(
            words(
                f"roll_rates.said_{here}",
                window=words.code("window_months", window_months),
                here=words.code("state", here),
                worse=words.code("state", worse),
                rate=numbers.rate(rates[here, worse]),
                back=numbers.rate(back),
            )
        )
    return said


def chain(frame: pd.DataFrame, words: Words) -> str:
    """Return the last known chain to a loss beside the first shown."""
    known = frame[frame["annual_rate"].notna()]
    if known.empty:
        return words("roll_rates.chain_unknown")
    first, last = known.iloc[0], known.iloc[-1]
    return words(
        "roll_rates.said_chain",
        month=numbers.month(last["month"]),
        rate=numbers.rate(last["annual_rate"]),
        first=numbers.month(first["month"]),
        before=numbers.rate(first["annual_rate"]),
    )
