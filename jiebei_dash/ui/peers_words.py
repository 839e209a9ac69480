"""What the page on other lenders says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words

_HARDLY = 0.05


def opening(levels: pd.DataFrame, figure: str, words: Words) -> list[str]:
    """Return where we stand among the newest level of each lender, and where they stood when we did."""
    newest = levels.drop_duplicates("lender")
    ours, low, high = (float(levels[name].iloc[0]) for name in ("ours_rate", "low_rate", "high_rate"))
    said = [
        words(
            "peers.said_ours",
            figure=words.code("peer_figure", figure),
            rate=numbers.rate(ours),
            month=numbers.month(levels["ours_month"].iloc[0]),
            low=numbers.rate(low),
            high=numbers.rate(high),
        ),
        words(
            "peers.said_others",
            others=words("scope.separator").join(
                words(
                    "peers.said_one",
                    lender=words.code("lender", row.lender),
                    rate=numbers.rate(row.level_rate),
                    month=numbers.month(row.month),
                )
                for row in newest.itertuples()
            ),
        ),
    ]
    both = levels[levels["then_rate"].notna()]
    if len(both):
        above = int((both["then_rate"] > both["level_rate"] * (1 + _HARDLY)).sum())
        below = int((both["then_rate"] < both["level_rate"] * (1 - _HARDLY)).sum())
        said.append(words("peers.said_then", count=len(both), above=above, below=below))
    return said


def table(levels: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the levels as texts, newest first."""
    rows = [
        (
            words.code("lender", row.lender),
            numbers.month(row.month),
            numbers.rate(row.level_rate),
            numbers.rate(row.then_rate),
            row.differs,
            f"{row.source} [{row.mark}]",
        )
        for row in levels.itertuples()
    ]
    return pd.DataFrame(rows, columns=[words(f"peers.column_{name}") for name in _COLUMNS])


_COLUMNS = ("lender", "month", "level", "then", "differs", "source")
