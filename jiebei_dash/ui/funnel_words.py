"""What the page on the funnel says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def approval(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the approval rate of the last month in which anything was decided, and who is not in it."""
    decided = frame[frame["decided"] > 0]
    if decided.empty:
        return [words("funnel.said_nothing_decided", pending=numbers.count(frame["pending"].sum()))]
    last = decided.iloc[-1]
    before = float(decided["approval_rate"].iloc[-2]) if len(decided) > 1 else float("nan")
    return [
        words(
            "funnel.said_approval",
            month=numbers.month(last["submitted_month"]),
            decided=numbers.count(last["decided"]),
            rate=numbers.rate(last["approval_rate"]),
            change=numbers.rate_change(last["approval_rate"] - before, words.language),
        ),
        words(
            "funnel.said_apart",
            withdrawn=numbers.count(last["withdrawn"]),
            pending=numbers.count(last["pending"]),
            late=numbers.count(last["late"]),
        ),
    ]


def stages(frame: pd.DataFrame, words: Words, months: int) -> str:
    """Return from how many applications how many came through, and where most were lost; empty without any."""
    latest = frame[frame["window"] == "latest"]
    if latest.empty:
        return ""
    last, first = latest.iloc[-1], latest.iloc[0]
    lost = latest.loc[(latest["failed"] + latest["left"]).idxmax()]
    return words(
        "funnel.said_stages",
        window=words.code("window_months", months),
        entered=numbers.count(first["entered"]),
        passed=numbers.count(last["passed"]),
        end=numbers.rate(last["end_to_end_rate"]),
        stage=words.code("stage", lost["stage"]),
        lost=numbers.count(lost["failed"] + lost["left"]),
    )


def declines(frame: pd.DataFrame, words: Words) -> str:
    """Return the commonest reason."""
    first = frame.iloc[0]
    return words(
        "funnel.said_declines",
        declined=numbers.count(first["declined"]),
        reason=words.code("rule" if first["kind"] == "rule" else "stage", first["reason"]),
        share=numbers.rate(first["share_rate"], 1),
    )


def waits(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the percentiles of each wait."""
    return [
        words(
            "funnel.said_wait",
            name=words(f"funnel.wait_{row.wait}"),
            half=numbers.duration(row.p50_seconds, words.language),
            most=numbers.duration(row.p90_seconds, words.language),
            nearly=numbers.duration(row.p99_seconds, words.language),
        )
        for row in frame.drop_duplicates("wait").itertuples()
    ]
