"""What the page on truth says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def opening(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return how many intervals hold the truth, and which figure lies farthest from it."""
    known = frame[frame["spreads"].notna()]
    inside = int(known["is_inside"].sum())
    said = [words("truth.said_inside", inside=inside, count=len(known), share=numbers.rate(inside / len(known), 0))]
    if len(known):
        worst = known.loc[known["spreads"].abs().idxmax()]
        said.append(
            words(
                "truth.said_worst",
                here=words.code("state", worst["prev_state"]),
                there=words.code("state", worst["state"]),
                rate=numbers.rate(worst["rate"]),
                true=numbers.rate(worst["true_rate"]),
                spreads=f"{abs(worst['spreads']):.1f}",
            )
        )
    return said


def table(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the rolls as texts, each with its truth."""
    rows = [
        (
            words.code("state", row.prev_state),
            words.code("state", row.state),
            numbers.rate(row.true_rate),
            numbers.rate(row.rate),
            words("truth.span", low=numbers.rate(row.low_rate), high=numbers.rate(row.high_rate)),
            numbers.count(row.loans),
            numbers.count(row.opening_loans),
            words("truth.inside" if row.is_inside else "truth.outside"),
        )
        for row in frame.itertuples()
    ]
    heads = ("prev_state", "state", "true_rate", "rate", "interval", "loans", "opening_loans", "is_inside")
    return pd.DataFrame(rows, columns=[words(f"truth.column_{head}") for head in heads])
