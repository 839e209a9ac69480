"""What the page on the funnel says, from its numbers."""

from __future__ import annotations

import pandas as pd

from jiebei_dash.text import numbers
from jiebei_dash.text.words import Words


def approval(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the approval rate of the last month that has had its seven days, and who is not in it.

    While no month has, it is the last one in which anything was decided.
    """
    decided = frame[frame["decided"] > 0]
    if decided.empty:
        return [words("funnel.said_nothing_decided", pending=numbers.count(frame["pending"].sum()))]
    decided = decided[decided["is_mature"]] if decided["is_mature"].any() else decided
    last = decided.iloc[-1]
    before = _month_before(decided, "submitted_month", "approval_rate")
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


def parts(frame: pd.DataFrame, by: str, words: Words) -> str:
    """Return the parts with the highest and the lowest approval rate; empty if only one is large enough."""
    large = frame[~frame["is_small"]]
    if len(large) < 2:
        return words("funnel.said_parts_small")
    high, low = large.loc[large["approval_rate"].idxmax()], large.loc[large["approval_rate"].idxmin()]
    key = "funnel.said_parts_apart" if high["low_rate"] > low["high_rate"] else "funnel.said_parts"
    return words(
        key,
        high=words.code(by, high[by]),
        high_rate=numbers.rate(high["approval_rate"]),
        low=words.code(by, low[by]),
        low_rate=numbers.rate(low["approval_rate"]),
    )


def kills(frame: pd.DataFrame, words: Words) -> str:
    """Return what all gates and rules take out, and the rule with the largest part of its own."""
    last = frame.iloc[-1]
    said = words(
        "funnel.said_kills",
        cumulative=numbers.rate(last["cumulative_rate"]),
        entered=numbers.count(last["entered"]),
    )
    unique = frame.dropna(subset=["unique_rate"])
    if unique.empty or not unique["sole_hit"].max() > 0:
        return said
    most = unique.loc[unique["unique_rate"].idxmax()]
    return said + words(
        "funnel.said_unique",
        rule=words.code("rule", most["reason"]),
        unique=numbers.rate(most["unique_rate"]),
        sole=numbers.count(most["sole_hit"]),
    )


def cash(frame: pd.DataFrame, cash_by: str, words: Words) -> str:
    """Return the slowest and the fastest part by their 90th percentile, of those with 30 drawdowns."""
    large = frame[~frame["is_small"]].dropna(subset=["p90_seconds", cash_by])
    if large.empty:
        return words("funnel.said_cash_small")
    # Lengths are steps, so several parts share one: the tail decides, then the middle.
    ranked = large.sort_values(["p90_seconds", "p99_seconds", "p50_seconds"])
    slow, fast = ranked.iloc[-1], ranked.iloc[0]
    if slow["p90_seconds"] == fast["p90_seconds"]:
        return words("funnel.said_cash_alike", within=numbers.duration(slow["p90_seconds"], words.language))
    return words(
        "funnel.said_cash",
        slow=part_name(slow[cash_by], cash_by, words),
        slow_within=numbers.duration(slow["p90_seconds"], words.language),
        fast=part_name(fast[cash_by], cash_by, words),
        fast_within=numbers.duration(fast["p90_seconds"], words.language),
    )


def part_name(code: object, cash_by: str, words: Words) -> str:
    """Return what a part of the drawdowns is called: an hour, or the label of its code."""
    return numbers.hour(float(str(code))) if cash_by == "requested_hour" else words.code(cash_by, code)


def take_up(frame: pd.DataFrame, words: Words) -> str:
    """Return the newest take-up within 30 days (7 while there is none), and whether it moved beyond noise."""
    days = 30 if (frame["within_days"] == 30).any() else int(frame["within_days"].min())
    last = frame[frame["within_days"] == days].iloc[-1]
    said = words(
        "funnel.said_take_up",
        month=numbers.month(last["decided_month"]),
        lines=numbers.count(last["lines"]),
        rate=numbers.rate(last["take_up_rate"]),
        days=days,
    )
    if last["is_small"]:
        return said + words("funnel.said_few")
    if numbers.is_unknown(last["change_rate"]):
        return said
    key = "funnel.said_moved" if last["is_beyond_noise"] else "funnel.said_not_moved"
    return said + words(key, change=numbers.rate_change(last["change_rate"], words.language))


def lent(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return the average drawdown and borrower of the last month, and how much goes to whom."""
    last = frame.iloc[-1]
    said = []
    if "ticket_fen" in frame:
        said.append(
            words(
                "funnel.said_ticket",
                month=numbers.month(last["opened_month"]),
                ticket=numbers.yuan(last["ticket_fen"], words.language),
                per_borrower=numbers.yuan(last["per_borrower_fen"], words.language),
                loans=numbers.count(last["loans"]),
                borrowers=numbers.count(last["borrowers"]),
            )
        )
    before = _month_before(frame, "opened_month", "repeat_rate")
    said.append(
        words(
            "funnel.said_repeat_fen" if "ticket_fen" in frame else "funnel.said_repeat_loans",
            month=numbers.month(last["opened_month"]),
            repeat=numbers.rate(last["repeat_rate"]),
            change=numbers.rate_change(last["repeat_rate"] - before, words.language),
            new=numbers.rate(last["new_rate"]),
        )
    )
    return said


def _month_before(frame: pd.DataFrame, month: str, rate: str) -> float:
    """The rate of the month before the last one; unknown if the frame has no such month."""
    before = frame.loc[frame[month] == frame[month].iloc[-1] - pd.DateOffset(months=1), rate]
    return float(before.iloc[0]) if len(before) else float("nan")
