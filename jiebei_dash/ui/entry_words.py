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


def weekly(frame: pd.DataFrame, words: Words) -> str:
    """Return D1 of the last week against its band, and which weeks lay beyond theirs."""
    last = frame.iloc[-1]
    where = "above" if last["rate"] > last["high_rate"] else "below" if last["rate"] < last["low_rate"] else "inside"
    said = words(
        f"entry.said_week_{where}",
        week=numbers.day(last["week"]),
        rate=numbers.rate(last["rate"]),
        expected=numbers.rate(last["expected_rate"]),
        low=numbers.rate(last["low_rate"]),
        high=numbers.rate(last["high_rate"]),
    )
    outside = frame[frame["is_outside"]]
    if outside.empty:
        return said + words("entry.said_none_outside", weeks=numbers.count(len(frame)))
    weeks = words("scope.separator").join(numbers.day(week) for week in outside["week"])
    return said + words(
        "entry.said_outside", count=numbers.count(len(outside)), weeks=numbers.count(len(frame)), which=weeks
    )


def later_payments(frame: pd.DataFrame, words: Words) -> str:
    """Return the last known SPD30 and TPD30, of those who had paid before and of all."""
    parts = []
    for measure in ("spd_30", "tpd_30"):
        rows = frame[frame["measure"] == measure]
        if len(rows):
            last = rows.iloc[-1]
            parts.append(
                words(
                    "entry.said_later",
                    name=words(f"entry.measure_{measure}"),
                    rate=numbers.rate(last["rate"]),
                    all_rate=numbers.rate(last["all_rate"]),
                    month=numbers.month(last["opened_month"]),
                )
            )
    return words("entry.said_firsts", parts=words("scope.joiner").join(parts)) if parts else ""


def peaks(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return whether the last peak of D1 and of 30+ is behind, and how long one runs before the other."""
    rows = {row["figure"]: row for row in frame.to_dict("records")}
    said = [
        words(
            "entry.said_peak",
            figure=words(f"entry.figure_{figure}"),
            peak=numbers.rate(row["peak_rate"]),
            month=numbers.month(row["peak_month"]),
            now=numbers.rate(row["now_rate"]),
            now_month=numbers.month(row["now_month"]),
        )
        for figure, row in rows.items()
    ]
    past = [figure for figure, row in rows.items() if row["is_past"]]
    verdict = {2: "both", 1: past[0] if past else "none", 0: "none"}[len(past)]
    lag = frame["lag_months"].iloc[0]
    followed = "" if numbers.is_unknown(lag) else words("entry.said_lag", months=int(lag))
    return [*said, words(f"entry.verdict_{verdict}") + followed]
